"""vasa-cim's own server over a CIMOM, which it reads again and again; run as `python -m bench.servers.array`."""

import argparse
import signal
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType

from bench.provider import certificate_der, common_provider
from bench.servers.arguments import say_ready
from bench.servers.contexts import usage_of
from bench.tls import HOST, Credentials
from vasa_cim import logs
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.engine.engine import Engine, EngineSettings
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.framework.vasa_service import Peer, Trust
from vasa_cim.model.inventory import Inventory
from vasa_cim.soap.server import ServerSettings, SoapServer

PATIENCE = 120.0


def main() -> None:
    """Serve until the process is told to end."""
    logs.set_up("error", "text")
    arguments = _arguments()
    credentials = Credentials(arguments.directory)
    source = Source(name="mock", url=arguments.url, user=arguments.user, password=arguments.password)
    settings = EngineSettings(poll_interval=arguments.interval)
    adapter = _Counting(source)
    engine = Engine(source, [adapter], visible_inventory, settings)
    with (
        tempfile.TemporaryDirectory() as store,
        common_provider(engine, source, credentials.identity, Path(store)) as service,
    ):
        service.open()
        inventory = engine.inventory() if engine.settled(PATIENCE) else None
        if inventory is None:
            sys.exit(f"the array cannot be read: {engine.status().error}")
        admission = service.admit(Trust.CERTIFICATE, Peer(certificate_der(credentials.identity), HOST), ())
        cookie = service.set_context(admission, usage_of(inventory, 0, 1)).session_id
        settings_of_server = ServerSettings(host=HOST, port=0)
        server = SoapServer(
            service,
            settings_of_server,
            credentials.certificate_file,
            credentials.key_file,
            lambda: {"status": "ok", "readings": adapter.readings},
        )
        server.start()
        try:
            say_ready(server.port, cookie)
            threading.Event().wait()
        finally:
            server.stop(grace=0.0)


class _Counting(BlockAdapter):
    """Counts the readings that succeeded."""

    readings = 0

    def read(self, reading: Reading) -> Inventory:
        found = super().read(reading)
        self.readings += 1
        return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--interval", type=float, required=True)
    signal.signal(signal.SIGTERM, _interrupt)
    return parser.parse_args()


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    sys.exit(0)


if __name__ == "__main__":
    main()
