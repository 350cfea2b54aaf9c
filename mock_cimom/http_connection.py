"""The HTTP connections of the server, for methods the HTTP parser does not know.

M-POST (RFC 2774, DSP0200 7.2) is refused by the parser with 400 before anybody can say who asks, yet a client that
begins with M-POST goes on to POST after a 501 only. The name is exchanged for one that the parser knows and this
server serves as little; `server` answers both alike. Clients try M-POST first, so the start of a connection is the
place to look at.
"""

from aiohttp import web

M_POST, KNOWN_TO_PARSER = b"M-POST ", b"M-SEARCH "


class HttpConnection(web.RequestHandler):
    """One connection, whose first request may be M-POST."""

    _begun = False

    def data_received(self, data: bytes) -> None:
        """Pass on what has arrived."""
        if not self._begun and data.startswith(M_POST):
            data = KNOWN_TO_PARSER + data.removeprefix(M_POST)
        self._begun = True
        super().data_received(data)


class HttpServer(web.Server):
    """aiohttp's server with connections of the kind above."""

    def __call__(self) -> web.RequestHandler:
        """Return the protocol of a new connection."""
        return HttpConnection(self, loop=self._loop, **self._kwargs)
