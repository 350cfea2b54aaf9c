"""Reading arrays that a CIMOM in another process serves: the rate of volumes, and whole snapshots."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from bench.cimom import NAMESPACE, cimom
from bench.peers.pywbem_plan import Enumeration, read_by_pywbem, recorded
from bench.report import Peer, Row, Target, Unit
from bench.rows.compare import MILLI, OURS, Bench
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.smis.vocabulary import STORAGE_VOLUME, VOLUME_PROPERTIES
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.endpoint import endpoint_of

ROUNDS = 3
PULL_SIZE = 200
LEAST_RATIO = 10.0
LEAST_CPU_RATIO = 5.0
MOST_REQUESTS = 32
ESTATES = ("tiny", "large", "huge")
PYWBEM, PYWBEM_PULLS = "pywbem EnumerateInstances", f"pywbem, pulls by {PULL_SIZE}"
VOLUMES = Enumeration(NAMESPACE, STORAGE_VOLUME, VOLUME_PROPERTIES)


@dataclass
class Spent:
    """What the calls of one contender took, in seconds of the clock and of this process's CPU."""

    clock: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def volumes(bench: Bench) -> list[Row]:
    """The volumes of `large` with the properties that the bridge asks for: without pulls, and by pulls."""
    with cimom(bench.directory, "--estate", "large") as server:
        plain, pulled = server.source, server.source_with(pull="on", pull_size=PULL_SIZE)
        count = read_by_pywbem(server, [VOLUMES])
        if {_volumes(plain), _volumes(pulled)} != {count}:
            raise ValueError("we and pywbem do not read the same number of volumes")
        spent = _in_turns(
            bench,
            {
                OURS: lambda: _volumes(plain),
                PYWBEM: lambda: read_by_pywbem(server, [VOLUMES]),
                "pulled": lambda: _volumes(pulled),
                PYWBEM_PULLS: lambda: read_by_pywbem(server, [VOLUMES], PULL_SIZE),
            },
        )
    name = f"reading {count:,} volumes, {len(VOLUME_PROPERTIES)} properties asked for"
    return [
        *_rates(f"{name}, without pulls", count, spent[OURS], PYWBEM, spent[PYWBEM]),
        *_rates(f"{name}, pulls by {PULL_SIZE}", count, spent["pulled"], PYWBEM_PULLS, spent[PYWBEM_PULLS]),
    ]


def snapshot(bench: Bench) -> list[Row]:
    """CPU time of the bridge's process for a whole snapshot of `large`, joined; its peer only reads."""
    with cimom(bench.directory, "--estate", "large") as server:
        with recorded() as plan:
            _snapshot(server.source)
        spent = _in_turns(
            bench,
            {OURS: lambda: _snapshot(server.source), "pywbem": lambda: read_by_pywbem(server, plan)},
        )
    peer = Peer("pywbem, the same enumerations, nothing joined", _median(spent["pywbem"].cpu))
    target = Target(LEAST_CPU_RATIO, of_ratio=True)
    return [Row("whole snapshot of large: CPU time", Unit.MILLISECONDS, _median(spent[OURS].cpu), [peer], target)]


def requests(bench: Bench) -> list[Row]:
    """CIM requests of a first snapshot without pulls, for estates of every size."""
    counts = {}
    for estate in ESTATES:
        with cimom(bench.directory, "--estate", estate) as server:
            counts[estate] = _snapshot(server.source)
    return [
        Row(f"first snapshot of {estate} without pulls: CIM requests", Unit.REQUESTS, count, (), Target(MOST_REQUESTS))
        for estate, count in counts.items()
    ]


def _volumes(source: Source) -> int:
    with closing(Connection(endpoint_of(source))) as connection:
        rows = connection.enumerate_instances(VOLUMES.namespace, VOLUMES.class_name, VOLUME_PROPERTIES)
        return sum(1 for _ in rows)


def _snapshot(source: Source) -> int:
    """Read a whole array; return the number of requests."""
    with closing(BlockAdapter(source)) as adapter:
        adapter.read(Reading())
        return adapter.requests


def _in_turns(bench: Bench, contenders: Mapping[str, Callable[[], int]]) -> dict[str, Spent]:
    spent = {name: Spent() for name in contenders}
    for _ in range(min(bench.effort.rounds, ROUNDS)):
        for name, call in contenders.items():
            gc.collect()
            clock, cpu = time.perf_counter(), time.process_time()
            call()
            spent[name].clock.append(time.perf_counter() - clock)
            spent[name].cpu.append(time.process_time() - cpu)
    return spent


def _rates(name: str, count: int, ours: Spent, peer: str, theirs: Spent) -> list[Row]:
    """Return the rate by the clock, in which the CIMOM has a part, and by the CPU time of the reader alone."""
    target = Target(LEAST_RATIO, of_ratio=True)
    pairs = {"by the clock": (ours.clock, theirs.clock), "by CPU time": (ours.cpu, theirs.cpu)}
    return [
        Row(f"{name}, {by}", Unit.PER_SECOND, _rate(count, own), [Peer(peer, _rate(count, other))], target)
        for by, (own, other) in pairs.items()
    ]


def _rate(count: int, seconds: list[float]) -> float:
    return count / statistics.median(seconds)


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds) * MILLI
