"""Accepts connections and starts TLS on each, without one connection waiting for another."""

import asyncio
import contextlib
import socket
from collections.abc import Callable

import structlog

from vasa_cim.soap.settings import ServerSettings
from vasa_cim.soap.tls import ServerContext

log = structlog.get_logger(__name__)

_SHUTDOWN = 1.0
"""Seconds that a client has to answer our goodbye."""
_STEP = 0.01
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
        self._connections: dict[socket.socket, asyncio.Transport | None] = {}
        self._accepting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to accept, on the running event loop."""
        self._accepting = asyncio.get_running_loop().create_task(self._accept())

    def connections(self) -> int:
        """Return how many connections are open, those in their handshake included."""
        self._connections = {
            connection: transport
            for connection, transport in tuple(self._connections.items())
            if connection.fileno() >= 0
        }
        return len(self._connections)

    async def close(self) -> None:
        """Accept no more and drop connections that are still in their handshake."""
        tasks = [*self._greetings, *([self._accepting] if self._accepting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._listener.close()

    async def abort(self) -> None:
        """Cut every connection that is still there, and return when they are gone."""
        for transport in self._connections.values():
            if transport is not None:
                transport.abort()
        loop = asyncio.get_running_loop()
        end = loop.time() + 2 * _SHUTDOWN
        while self.connections() and loop.time() < end:
            await asyncio.sleep(_STEP)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError as error:
                log.warning("a connection cannot be accepted", error=str(error))
                await asyncio.sleep(_PAUSE)
                continue
            if len(self._connections) >= self._settings.max_connections <= self.connections():
                connection.close()
                continue
            self._connections[connection] = None
            greeting = loop.create_task(self._greet(connection))
            self._greetings.add(greeting)
            greeting.add_done_callback(self._greetings.discard)

    async def _greet(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._connections[connection], _ = await asyncio.get_running_loop().connect_accepted_socket(
                self._factory,
                connection,
                ssl=self._context,
                ssl_handshake_timeout=self._settings.handshake_timeout,
                ssl_shutdown_timeout=_SHUTDOWN,
            )
