"""The mock CIMOM: how it starts with 100,000 LUNs, and how it answers, beside pywbem_mock as it comes."""

import re
import statistics
import threading
import time
from collections.abc import Callable

from bench.cimom import Cimom, WbemConnection, cimom, class_name, save, strings
from bench.measure import QUICK, Contender, percentile
from bench.peers.stock_mock import StockMock
from bench.report import Peer, Row, Target, Unit
from bench.rows.compare import MILLI, Bench, compared, sentence

VOLUMES = "CIM_StorageVolume"
PROPERTIES = (
    "DeviceID", "Name", "ElementName", "BlockSize", "NumberOfBlocks", "ThinlyProvisioned", "OperationalStatus",
    "HealthState",
)  # fmt: skip
STOCK = "pywbem_mock as it comes, in process"
QUICK_LUNS = 500  # of the estate small
LARGE_LUNS, HUGE_LUNS = 10_000, 100_000
CLIENTS = 4


def start(bench: Bench) -> list[Row]:
    """Seconds until it listens, from the description and from the saved form, and the memory it has then."""
    estate = _estate(bench, "huge")
    file = bench.directory / "estate.json"
    with cimom(bench.directory, "--estate", estate) as fresh:
        built, memory = fresh.started_in, fresh.resident_megabytes()
    save(estate, file)
    with cimom(bench.directory, "--replay", str(file)) as again:
        loaded, memory_loaded = again.started_in, again.resident_megabytes()
    return [
        Row(f"mock: start of {estate}", Unit.SECONDS, built, target=Target(20.0)),
        Row(f"mock: memory of {estate}", Unit.MEGABYTES, memory, target=Target(700.0)),
        Row(f"mock: start of {estate} from its saved form", Unit.SECONDS, loaded, target=Target(5.0)),
        Row(f"mock: memory of {estate} from its saved form", Unit.MEGABYTES, memory_loaded, target=Target(700.0)),
    ]


def enumeration(bench: Bench) -> list[Row]:
    """EnumerateInstances of all volumes with eight properties, until the last byte has arrived."""
    name = f"mock: {{}} volumes of {len(PROPERTIES)} properties, on the wire"
    luns = QUICK_LUNS if bench.effort is QUICK else LARGE_LUNS
    with cimom(bench.directory, "--estate", _estate(bench, "large")) as server:
        ours = Contender(_enumeration(server), turns=1)
        row = compared(
            bench, name.format(f"{luns:,}"), ours, {STOCK: lambda: _stock(luns)}, Target(50.0, of_ratio=True)
        )
    if bench.effort is QUICK or row.ours is None:
        return [row]
    with cimom(bench.directory, "--estate", "huge") as server:
        spent = _milliseconds(_enumeration(server), rounds=3)
    # Linear growth would be ten times the time; 1.3 times that is left to the noise of larger memory.
    linear = Target(1.3 * row.ours * HUGE_LUNS / LARGE_LUNS)
    return [row, Row(name.format(f"{HUGE_LUNS:,}"), Unit.MILLISECONDS, spent, target=linear)]


def traversals(bench: Bench) -> list[Row]:
    """The four traversals from one volume and from one view; of each the median of many calls."""
    rows = []
    estate = _estate(bench, "huge")
    with cimom(bench.directory, "--estate", estate) as server:
        connection = server.connection()
        for what, start_class in (("volume", VOLUMES), ("view", "MOCK_MaskingView")):
            name = _instance_name(connection, start_class)
            for operation in ("Associators", "AssociatorNames", "References", "ReferenceNames"):
                spent = _milliseconds(lambda op=operation, of=name: connection.ask(op, ObjectName=of), rounds=50)
                rows.append(
                    Row(f"mock: {operation} of a {what} in {estate}", Unit.MILLISECONDS, spent, target=Target(5.0))
                )
    return rows


def clients(bench: Bench) -> list[Row]:
    """Four clients that enumerate at once; and a small call while a client does not read its large answer."""
    estate = _estate(bench, "large")
    with cimom(bench.directory, "--estate", estate) as server:
        failures: list[str] = []
        threads = [threading.Thread(target=_enumerate_thrice, args=(server, failures)) for _ in range(CLIENTS)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent = (time.perf_counter() - begun) * MILLI / 3
        error = failures[0] if failures else None
        at_once = Row(
            f"mock: {CLIENTS} clients enumerate {estate} at once", Unit.MILLISECONDS, None if error else spent
        )
        at_once = Row(at_once.name, at_once.unit, at_once.ours, error=error)
        return [at_once, _beside_a_slow_client(server, estate)]


def _beside_a_slow_client(server: Cimom, estate: str) -> Row:
    slow, quick = server.connection(), server.connection()
    name = _instance_name(quick, VOLUMES)
    alone = Peer("without it", _milliseconds(lambda: quick.ask("GetInstance", InstanceName=name), rounds=200))
    slow.send("EnumerateInstances", ClassName=class_name(VOLUMES))
    time.sleep(1.0)  # its answer fills all buffers on the way and stays there
    times = [_milliseconds(lambda: quick.ask("GetInstance", InstanceName=name), rounds=1) for _ in range(200)]
    slow.http.close()
    details = {"p99 ms": percentile(times, 0.99)}
    title = f"mock: GetInstance in {estate} beside a client that does not read"
    return Row(title, Unit.MILLISECONDS, statistics.median(times), [alone], details=details)


def _enumerate_thrice(server: Cimom, failures: list[str]) -> None:
    try:
        ask = _enumeration(server)
        for _ in range(3):
            ask()
    except Exception as error:  # noqa: BLE001 - outermost in its thread; shown as the failure of the row
        failures.append(sentence(error))


def _enumeration(server: Cimom) -> Callable[[], bytes]:
    connection = server.connection()
    listed = strings(PROPERTIES)
    return lambda: connection.ask("EnumerateInstances", ClassName=class_name(VOLUMES), PropertyList=listed)


def _instance_name(connection: WbemConnection, start_class: str) -> str:
    """Return the name in the middle of those of a class, as CIM-XML."""
    found = re.findall(
        rb"<INSTANCENAME.*?</INSTANCENAME>", connection.ask("EnumerateInstanceNames", ClassName=class_name(start_class))
    )
    return found[len(found) // 2].decode()


def _stock(luns: int) -> Contender:
    stock = StockMock(luns)
    return Contender(lambda: stock.volumes(list(PROPERTIES)), turns=1)


def _milliseconds(call: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * MILLI


def _estate(bench: Bench, name: str) -> str:
    return "small" if bench.effort is QUICK else name
