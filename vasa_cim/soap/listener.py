"""Accepts connections and starts TLS on each, without one connection waiting for another."""

import asyncio
import contextlib
import socket
from collections.abc import Callable

import structlog

from vasa_cim.soap.settings import ServerSettings
from vasa_cim.soap.tls import ServerContext

log = structlog.get_logger(__name__)

_SHUTDOWN = 3.0
"""Seconds that a client has to answer our goodbye."""
_PAUSE = 0.5
"""Seconds before accepting again when the system has no room for another connection."""


def listening_socket(host: str, port: int, backlog: int) -> socket.socket:
    """Return a socket that listens. Raises OSError with a sentence for the operator."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise OSError(error.errno, f"cannot listen on {host}: {error.strerror}") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setblocking(False)
        listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"cannot listen on {host} port {port}: {error.strerror}") from None
    return listener


class Listener:
    """Hands accepted connections to a protocol factory, `max_connections` at most at a time."""

    def __init__(
        self,
        listener: socket.socket,
        factory: Callable[[], asyncio.BaseProtocol],
        context: ServerContext,
        settings: ServerSettings,
    ) -> None:
        self._listener = listener
        self._factory = factory
        self._context = context
        self._settings = settings
        self._greetings: set[asyncio.Task[None]] = set()
        self._transports: set[asyncio.Transport] = set()
        self._accepting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to accept, on the running event loop."""
        self._accepting = asyncio.get_running_loop().create_task(self._accept())

    async def close(self) -> None:
        """Accept no more and drop connections that are still in their handshake."""
        tasks = [*self._greetings, *([self._accepting] if self._accepting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._listener.close()

    def abort(self) -> None:
        """Cut every connection that is still there."""
        for transport in tuple(self._transports):
            transport.abort()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError as error:
                log.warning("a connection cannot be accepted", error=str(error))
                await asyncio.sleep(_PAUSE)
                continue
            if self._open() >= self._settings.max_connections:
                connection.close()
                continue
            greeting = loop.create_task(self._greet(connection))
            self._greetings.add(greeting)
            greeting.add_done_callback(self._greetings.discard)

    def _open(self) -> int:
        self._transports = {transport for transport in self._transports if not transport.is_closing()}
        return len(self._greetings) + len(self._transports)

    async def _greet(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            transport, _ = await loop.connect_accepted_socket(
                self._factory,
                connection,
                ssl=self._context,
                ssl_handshake_timeout=self._settings.handshake_timeout,
                ssl_shutdown_timeout=_SHUTDOWN,
            )
            self._transports.add(transport)
