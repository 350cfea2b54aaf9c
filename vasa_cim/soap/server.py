"""The HTTPS server of the protocol adapter: one thread with its own event loop.

Several servers may run in one process; they share nothing.
"""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from vasa_cim.framework.vasa_service import VasaService
from vasa_cim.soap.application import SoapEndpoint
from vasa_cim.soap.front import HttpFront, peer_of
from vasa_cim.soap.listener import Listener, listening_socket
from vasa_cim.soap.pages import Pages
from vasa_cim.soap.settings import ServerSettings
from vasa_cim.soap.tls import ServerContext
from vasa_cim.soap.writer import WwnFormat

__all__ = ["ServerSettings", "SoapServer"]

log = structlog.get_logger(__name__)

_ANY_HOST = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not listened on
_LINGER = 5.0
"""Seconds that a refused request may go on arriving, so that the client gets to read the refusal."""


class SoapServer:
    """Serves one VASA service class. `endpoint` answers without HTTP, for benchmarks and tests."""

    def __init__(
        self,
        service: VasaService,
        settings: ServerSettings,
        certificate_file: Path,
        key_file: Path,
        health: Callable[[], Mapping[str, object]],
    ) -> None:
        """`certificate_file` is a PEM chain, `key_file` its PEM key. `health` gives the report of `/healthz`.

        Raises ConfigurationError if they cannot be loaded, ValueError for an unknown `wwn_format`.
        """
        self._service = service
        self._settings = settings
        self._context = ServerContext(certificate_file, key_file)
        self.endpoint = SoapEndpoint(service, WwnFormat(settings.wwn_format))
        self._pages = Pages(service, self.endpoint.wsdl, health, settings.version_file)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._listener: Listener | None = None
        self._grace = 0.0
        self._port = settings.port

    @property
    def port(self) -> int:
        """The port listened on; before `start`, the one of the settings."""
        return self._port

    @property
    def url(self) -> str:
        """The address to give to a vCenter."""
        host = self._settings.public_name or self._settings.host
        if host in _ANY_HOST:
            host = "localhost"
        return f"https://{f'[{host}]' if ':' in host else host}:{self._port}{self._settings.path}"

    @property
    def connections(self) -> int:
        """How many connections are open, 0 when the server does not run."""
        return 0 if self._listener is None else self._listener.connections()

    def start(self) -> None:
        """Listen, and serve on an own thread. Returns when connections are accepted.

        Raises OSError with a sentence for the operator, for instance if the port is taken.
        """
        if self._thread is not None:
            raise RuntimeError("the server was started before")
        listener = listening_socket(self._settings.host, self._settings.port, self._settings.backlog)
        self._port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(listener, ready), name=f"soap-{self._port}", daemon=True
        )
        self._thread.start()
        ready.wait()
        if self._loop is None:
            raise RuntimeError("the server could not start; the log tells why")
        log.info("serving VASA", url=self.url)

    def stop(self, grace: float = 10.0) -> None:
        """Accept no more, let running calls finish for `grace` seconds, then cut what is left; joins the thread.

        Does nothing if the server does not run.
        """
        if self._thread is None or self._loop is None or self._stopping is None:
            return
        self._grace = grace
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._thread = self._loop = self._stopping = None

    def _run(self, listener: socket.socket, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(listener, ready))
        except Exception as error:  # noqa: BLE001 - outermost of the thread: what ends it must be seen
            log.error("the server ended", error=f"{type(error).__name__}: {error}")
        finally:
            ready.set()

    async def _serve(self, listening: socket.socket, ready: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_loop_error)
        front = HttpFront(self._service, self.endpoint, self._pages, self._settings, self.url)
        server = web.Server(
            front.handle,
            access_log=None,
            logger=_quiet_logger(),
            keepalive_timeout=self._settings.keepalive_timeout,
            lingering_time=_LINGER,
            auto_decompress=False,
        )
        listener = Listener(listening, server, self._context, self._settings, self._is_client)
        self._loop, self._stopping = loop, asyncio.Event()
        self._listener = listener
        listener.start()
        ready.set()
        await self._stopping.wait()
        await listener.close()
        server.pre_shutdown()  # idle connections have nothing to finish
        with contextlib.suppress(TimeoutError):
            # aiohttp alone would wait the grace twice for a call that does not end.
            async with asyncio.timeout(self._grace):
                await server.shutdown(self._grace)
        await listener.abort()
        front.close()

    def _is_client(self, transport: asyncio.BaseTransport) -> bool:
        """Return whether the connection is one of a trusted client."""
        return self._service.trusts(peer_of(transport))


def _quiet_logger() -> logging.Logger:
    """Return a logger for aiohttp that keeps its tracebacks of clients' mistakes out of the log."""
    logger = logging.Logger("vasa_cim.soap.http")
    logger.addHandler(logging.NullHandler())
    return logger


def _log_loop_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    log.warning("a connection failed", reason=context.get("message"), error=type(error).__name__ if error else None)
