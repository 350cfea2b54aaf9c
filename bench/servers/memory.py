"""The memory of a bridge over one CIMOM, step by step, as JSON; run as `python -m bench.servers.memory`."""

import argparse
import gc
import json
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench import messages
from bench.provider import certificate_der, common_provider
from bench.servers.contexts import usage_of
from bench.tls import HOST, Credentials
from vasa_cim import logs
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.engine.engine import Engine, EngineSettings
from vasa_cim.framework.common_provider import CommonProvider
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.framework.vasa_service import Peer, Trust
from vasa_cim.model.inventory import Inventory
from vasa_cim.soap.application import SoapEndpoint
from vasa_cim.soap.server import ServerSettings, SoapServer

PATIENCE = 300.0
SESSIONS = 16
IDS_AT_ONCE = 10_000
OK = 200
KIB = 1024


def main() -> None:
    """Print the figures in bytes."""
    logs.set_up("error", "text")
    arguments = _arguments()
    credentials = Credentials(arguments.directory)
    source = Source(name="mock", url=arguments.url, user=arguments.user, password=arguments.password)
    settings = EngineSettings(poll_interval=1.0, settle=0.0)
    adapter = _Paced(source)
    engine = Engine(source, [adapter], visible_inventory, settings)
    with (
        tempfile.TemporaryDirectory() as store,
        common_provider(engine, source, credentials.identity, Path(store)) as service,
    ):
        server = SoapServer(
            service, ServerSettings(host=HOST, port=0), credentials.certificate_file, credentials.key_file, dict
        )
        server.start()
        try:
            print(json.dumps(_figures(service, engine, adapter, credentials, arguments.share)), flush=True)
        finally:
            adapter.go.set()
            server.stop(grace=0.0)


class _Paced(BlockAdapter):
    """Reads once, and then each time that it is told to."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.go = threading.Event()
        self.go.set()

    def read(self, reading: Reading) -> Inventory:
        self.go.wait()
        self.go.clear()
        return super().read(reading)


def _figures(
    service: CommonProvider, engine: Engine, adapter: _Paced, credentials: Credentials, of: int
) -> dict[str, int]:
    found = {"empty": _memory("VmRSS")}
    service.open()
    inventory = engine.inventory() if engine.settled(PATIENCE) else None
    if inventory is None:
        sys.exit(f"the array cannot be read: {engine.status().error}")
    found |= {"luns": len(inventory.luns), "read": _memory("VmRSS"), "peak of the first reading": _memory("VmHWM")}
    peer = Peer(certificate_der(credentials.identity), HOST)
    endpoint = SoapEndpoint(service)
    found["seen"] = sum(_session(service, endpoint, peer, inventory, number, of) for number in range(SESSIONS))
    found["sessions"] = _memory("VmRSS")
    first = inventory.read_at
    del inventory
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
    adapter.go.set()
    deadline = time.monotonic() + PATIENCE
    while engine.status().read_at == first and time.monotonic() < deadline:
        time.sleep(0.1)
    found |= {"peak of a re-read": _memory("VmHWM"), "after a re-read": _memory("VmRSS")}
    return found


def _session(
    service: CommonProvider, endpoint: SoapEndpoint, peer: Peer, inventory: Inventory, number: int, of: int
) -> int:
    """Open a session and ask for all its LUNs, so that they are written; return how many they are."""
    admission = service.admit(Trust.CERTIFICATE, peer, ())
    cookie = service.set_context(admission, usage_of(inventory, number % of, of)).session_id
    known = service.admit(Trust.SESSION, peer, [cookie])
    ids = [each for array in inventory.arrays for each in service.query_unique_identifiers_for_luns(known, array)]
    for start in range(0, len(ids), IDS_AT_ONCE):
        request = messages.query_storage_luns(ids[start : start + IDS_AT_ONCE])
        headers = {"Content-Type": "text/xml; charset=UTF-8", "Cookie": f"VASASESSIONID={cookie}"}
        if (status := endpoint.answer(request, headers, peer).status) != OK:
            sys.exit(f"queryStorageLuns was answered with {status}")
    return len(ids)


def _memory(what: str) -> int:
    """Return a figure of this process in bytes (Linux)."""
    gc.collect()
    for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * KIB
    sys.exit("the system does not tell how much memory a process has")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--share", type=int, required=True, help="into how many parts the sessions share the hosts")
    return parser.parse_args()


if __name__ == "__main__":
    main()
