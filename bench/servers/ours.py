"""vasa-cim's own server over a synthetic array; it may be run as `python -m bench.servers.ours`."""

import tempfile
import threading
from pathlib import Path

from bench.provider import running_provider
from bench.servers.arguments import say_ready, server_arguments
from bench.tls import HOST
from vasa_cim.soap.server import ServerSettings, SoapServer


def main() -> None:
    """Serve until the process is told to end."""
    arguments = server_arguments()
    credentials, estate = arguments.credentials, arguments.estate
    with (
        tempfile.TemporaryDirectory() as store,
        running_provider(estate, credentials.identity, Path(store)) as provider,
    ):
        cookie = provider.open_session(estate.usage(estate.initiators))
        server = SoapServer(
            provider.service,
            ServerSettings(host=HOST, port=0),
            credentials.certificate_file,
            credentials.key_file,
            dict,
        )
        server.start()
        try:
            say_ready(server.port, cookie)
            threading.Event().wait()
        finally:
            server.stop(grace=0.0)


if __name__ == "__main__":
    main()
