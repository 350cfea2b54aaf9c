"""The HTTP connections of the server: what the HTTP library leaves to others.

M-POST (RFC 2774, DSP0200 7.2) is refused by the HTTP parser with 400 before anybody can say who asks, yet a client that
begins with M-POST goes on to POST after a 501 only. Where a request may begin, the name is exchanged for one that the
parser knows and this server serves as little; the header rules answer both alike.

The head of a request must arrive within a time limit, so that nobody holds a connection without asking anything.
"""

import asyncio
import logging
from typing import Any
from weakref import WeakSet

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

LOG = logging.getLogger(__name__)

M_POST, KNOWN_TO_PARSER = b"M-POST ", b"M-SEARCH "


def peer_of(transport: asyncio.BaseTransport | None) -> str:
    """Return address and port of the other side, for the log."""
    peer = None if transport is None else transport.get_extra_info("peername")
    return f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else "a client that is gone"


class HttpConnection(web.RequestHandler):
    """One connection, any of whose requests may be M-POST, and none of whose heads may take too long."""

    def __init__(self, manager: "HttpServer", head_seconds: float, **options: Any) -> None:
        super().__init__(manager, **options)
        self._head_seconds = head_seconds
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_begun = False  # the parser has a part of a head
        self._held = b""
        self._last_body: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Wait no more."""
        self._head_arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass on what has arrived."""
        at_start = bool(data) and not self._head_begun and self._between_requests()
        if at_start:
            data = self._held + data
            self._held = b""
            if M_POST.startswith(data):  # too little yet to tell
                self._held = data
                self._wait_for_head()
                return
            if data.startswith(M_POST):
                data = KNOWN_TO_PARSER + data.removeprefix(M_POST)
        before = self._request_count
        super().data_received(data)
        if self._request_count > before:
            self._last_body = self._messages[-1][1]
            self._head_begun = False
            self._head_arrived()
        elif at_start:
            self._head_begun = True
            self._wait_for_head()

    def distrust(self) -> None:
        """Wait for the next head no longer than for a first one: this client has not shown that it may ask."""
        self._wait_for_head()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP with 400, and nothing more to somebody who has gone or is cut off."""
        if isinstance(exc, ConnectionError):
            raise exc
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        LOG.warning("%s: no HTTP request: %.200r", peer_of(self.transport), exc.message)
        response = web.Response(status=status)
        response.force_close()
        return response

    def _between_requests(self) -> bool:
        return self._last_body is None or self._last_body.is_eof()

    def _wait_for_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self._loop.call_later(self._head_seconds, self._head_is_late)

    def _head_arrived(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        transport = self.transport
        if transport is None:
            return
        LOG.info("%s: no request within %g seconds", peer_of(transport), self._head_seconds)
        self.force_close()
        transport.abort()


class HttpServer(web.Server):
    """aiohttp's server with connections of the kind above."""

    def __init__(self, handler: Any, head_seconds: float, **options: Any) -> None:
        super().__init__(handler, **options)
        self._head_seconds = head_seconds
        self._transports: WeakSet[asyncio.BaseTransport] = WeakSet()

    def __call__(self) -> web.RequestHandler:
        """Return the protocol of a new connection."""
        return HttpConnection(self, self._head_seconds, loop=self._loop, **self._kwargs)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Keep a connection in mind."""
        super().connection_made(handler, transport)
        self._transports.add(transport)

    def abort(self) -> None:
        """Cut every connection that is still there."""
        for transport in list(self._transports):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
