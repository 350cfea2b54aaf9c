"""CIM-XML over HTTP and HTTPS (DSP0200 7): endpoints that begin to listen, and the end of it all."""

import asyncio
import logging
import ssl

from mock_cimom.cimom import Cimom
from mock_cimom.credentials import Credentials
from mock_cimom.exchange import Exchanges
from mock_cimom.http_connection import HttpServer
from mock_cimom.limits import MAX_REQUEST_BYTES, Limits
from mock_cimom.listener import Listener, listening_sockets

__all__ = ["MAX_REQUEST_BYTES", "CimXmlServer", "Limits"]

LOG = logging.getLogger(__name__)


class CimXmlServer:
    """Serves one CIMOM on any number of endpoints. A slow call or a slow client holds up nobody else."""

    def __init__(self, cimom: Cimom, credentials: Credentials, limits: Limits | None = None) -> None:
        """None for `limits` means those of `Limits`."""
        self._limits = limits or Limits()
        self._exchanges = Exchanges(cimom, credentials, self._limits)
        self._http: HttpServer | None = None
        self._listeners: list[Listener] = []

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen on one more endpoint, with TLS if `tls` is given; return the port, a free one if `port` is 0.

        Raises OSError, with one sentence, if the port is taken or `host` is none of this machine.
        """
        sockets = await asyncio.get_running_loop().run_in_executor(None, listening_sockets, host, port)
        if self._http is None:
            self._http = self._http_server()
        bound: int = sockets[0].getsockname()[1]
        for one in sockets:
            listener = Listener(one, self._http, tls, self._limits.head)
            listener.start()
            self._listeners.append(listener)
        return bound

    async def stop(self) -> None:
        """Stop listening, let running calls finish for a short while, and close all connections."""
        for listener in self._listeners:
            await listener.close()
        self._listeners.clear()
        if self._http is not None:
            await asyncio.sleep(0)  # requests that have arrived are begun
            self._http.pre_shutdown()  # idle connections have nothing to finish
        await self._exchanges.finish()
        if self._http is not None:
            await self._http.shutdown(0.1)
            self._http.abort()
            await asyncio.sleep(0)  # the transports get to close their sockets
        self._http = None

    def _http_server(self) -> HttpServer:
        return HttpServer(
            self._exchanges.handle,
            self._limits.head,
            access_log=None,
            auto_decompress=False,  # a compressed body is refused, so nothing must unpack it on the way here
            handler_cancellation=True,  # nobody waits for the answer to a client that is gone
            keepalive_timeout=self._limits.idle,
            logger=LOG,
        )
