"""Accepts connections and starts TLS on each, without one connection waiting for another."""

import asyncio
import contextlib
import errno
import resource
import socket
from collections.abc import Callable
from functools import partial

import structlog

from vasa_cim.soap.settings import ServerSettings
from vasa_cim.soap.tls import ServerContext

log = structlog.get_logger(__name__)

_SHUTDOWN = 1.0
"""Seconds that a client has to answer our goodbye."""
_STEP = 0.01
_OTHER_FILES = 128
"""Files that the process needs besides its connections: database, sources, libraries."""
_TELL_EVERY = 60.0
"""Seconds between two warnings that there is no room: a flood of connections must not become one of the log."""
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
    except UnicodeError:
        raise OSError(errno.EINVAL, f"cannot listen on {host}: it is no host name") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setblocking(False)
        listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"cannot listen on {host} port {port}: {error.strerror}") from None
    return listener


def room_for(most: int) -> int:
    """Return how many connections may be open: `most`, or fewer where the process may open too few files.

    Some files are kept back for the database and for the connections to the sources.
    """
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if files == resource.RLIM_INFINITY or most + _OTHER_FILES <= files:
        return most
    room = max(files - _OTHER_FILES, files // 2)
    log.warning("few files may be open at a time, so fewer connections are taken", files=files, connections=room)
    return room


class Listener:
    """Hands accepted connections to a protocol factory, `max_connections` at most at a time.

    `is_client` tells whether a connection, its handshake done, is one of a trusted client. When there is no room the
    oldest connection of anybody else is cut for the new one: nobody keeps the clients out by being there first.
    """

    def __init__(
        self,
        listener: socket.socket,
        factory: Callable[[], asyncio.BaseProtocol],
        context: ServerContext,
        settings: ServerSettings,
        is_client: Callable[[asyncio.BaseTransport], bool],
    ) -> None:
        self._listener = listener
        self._factory = factory
        self._context = context
        self._settings = settings
        self._is_client = is_client
        self._room = room_for(settings.max_connections)
        self._told = 0.0
        self._greetings: dict[socket.socket, asyncio.Task[None]] = {}
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
        tasks = [*self._greetings.values(), *([self._accepting] if self._accepting else [])]
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
            if len(self._connections) >= self._room <= self.connections() and not self._make_room():
                connection.close()
                continue
            self._connections[connection] = None
            greeting = self._greetings[connection] = loop.create_task(self._greet(connection))
            greeting.add_done_callback(partial(self._greeted, connection))

    def _greeted(self, connection: socket.socket, _task: asyncio.Task[None]) -> None:
        self._greetings.pop(connection, None)

    def _make_room(self) -> bool:
        """Cut the oldest connection that is not a client's; return whether there was one."""
        self._tell()
        for connection, transport in self._connections.items():
            if transport is not None and self._is_client(transport):
                continue
            del self._connections[connection]
            if transport is not None:
                transport.abort()
            elif greeting := self._greetings.get(connection):
                greeting.cancel()
            return True
        return False

    def _tell(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._told >= _TELL_EVERY or not self._told:
            self._told = now
            log.warning("too many connections, the oldest without a trusted certificate are cut", limit=self._room)

    async def _greet(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            transport, _ = await asyncio.get_running_loop().connect_accepted_socket(
                self._factory,
                connection,
                ssl=self._context,
                ssl_handshake_timeout=self._settings.handshake_timeout,
                ssl_shutdown_timeout=_SHUTDOWN,
            )
            self._connections[connection] = transport
