"""The sockets that listen. Each connection is taken, and its TLS begun, without waiting for another."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Any

LOG = logging.getLogger(__name__)

BACKLOG = 128
PAUSE = 1.0  # seconds before connections are accepted again when the system has no room for another
GOODBYE_SECONDS = 1.0  # that a client has to answer the end of TLS
PORT_ATTEMPTS = 10

Factory = Callable[[], asyncio.BaseProtocol]


class Listener:
    """Hands the connections of one socket to `factory`, with TLS if `tls` is given, whose handshake has `seconds`."""

    def __init__(self, listening: socket.socket, factory: Factory, tls: ssl.SSLContext | None, seconds: float) -> None:
        self._socket = listening
        self._factory = factory
        self._tls = tls
        self._seconds = seconds
        self._new: set[socket.socket] = set()
        self._greetings: set[asyncio.Task[None]] = set()
        self._pause: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to accept, on the running event loop."""
        asyncio.get_running_loop().add_reader(self._socket, self._accept)

    async def close(self) -> None:
        """Accept no more, and drop connections that are still in their handshake."""
        asyncio.get_running_loop().remove_reader(self._socket)
        if self._pause is not None:
            self._pause.cancel()
        self._socket.close()
        greetings = list(self._greetings)
        for task in greetings:
            task.cancel()
        await asyncio.gather(*greetings, return_exceptions=True)
        for connection in self._new:
            connection.close()

    def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(BACKLOG):
            try:
                connection, _ = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                LOG.warning("a connection cannot be accepted: %s", error.strerror)
                loop.remove_reader(self._socket)
                self._pause = loop.call_later(PAUSE, loop.add_reader, self._socket, self._accept)
                return
            connection.setblocking(False)
            self._new.add(connection)
            greeting = loop.create_task(self._greet(connection))
            self._greetings.add(greeting)
            greeting.add_done_callback(self._greetings.discard)

    async def _greet(self, connection: socket.socket) -> None:
        self._new.discard(connection)
        limits = (self._seconds, GOODBYE_SECONDS) if self._tls is not None else (None, None)
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                self._factory,
                connection,
                ssl=self._tls,
                ssl_handshake_timeout=limits[0],
                ssl_shutdown_timeout=limits[1],
            )
        except OSError as error:
            LOG.info("a connection came to nothing: %s", error)


def listening_sockets(host: str, port: int) -> list[socket.socket]:
    """Return a socket that listens at each address of `host`, all on the same port, a free one if `port` is 0.

    Raises OSError, with one sentence, if there is no such address here or the port is taken.
    """
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise OSError(error.errno, f"cannot listen on {host}: {error.strerror}") from error
    except UnicodeError as error:
        raise OSError(errno.EINVAL, f"cannot listen on {host}: it is no host name") from error
    places = list(dict.fromkeys((family, address) for family, _, _, _, address in found))
    attempts = 1 if port else PORT_ATTEMPTS  # a port that is free at the first address may be taken at the second
    failure = OSError(errno.EADDRNOTAVAIL, "no address")
    for _ in range(attempts):
        try:
            return _bound(places, port)
        except OSError as error:
            failure = error
    raise OSError(failure.errno, f"cannot listen on {host} port {port}: {failure.strerror}") from failure


def _bound(places: Sequence[tuple[socket.AddressFamily, tuple[Any, ...]]], port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    try:
        for family, address in places:
            one = socket.socket(family, socket.SOCK_STREAM)
            sockets.append(one)
            one.setblocking(False)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has a socket of its own
            one.bind((address[0], port, *address[2:]))
            port = one.getsockname()[1]
        for one in sockets:
            one.listen(BACKLOG)
    except OSError:
        for one in sockets:
            one.close()
        raise
    return sockets
