"""Request and response bodies over aiohttp: limits, time-outs, large answers in pieces."""

import asyncio
from collections.abc import Callable, Mapping

from aiohttp import HttpVersion10, web

_PIECE = 256 * 1024


class Refused(Exception):
    """A request that gets an HTTP status instead of an answer in SOAP. `reason` is sent as text."""

    def __init__(self, status: int, reason: str, *, close: bool = False) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.close = close


async def read_body(request: web.BaseRequest, limit: Callable[[int], int], timeout: float) -> bytes:
    """Return the whole body.

    `limit` gives the number of bytes allowed, asked with the number seen so far; a body above it is refused with 413
    without being kept, and a client that takes longer than `timeout` seconds with 408. Raises Refused.
    """
    announced = request.content_length
    if announced is not None and announced > limit(announced):
        raise _too_large()
    await _continue(request)
    content = request.content
    try:
        if content.is_eof() and announced is not None:
            return content.read_nowait()
        async with asyncio.timeout(timeout):
            return await _collect(request, limit)
    except TimeoutError:
        raise Refused(408, "the request did not arrive in time", close=True) from None
    except (web.RequestPayloadError, ConnectionError):
        raise Refused(400, "the request body is broken", close=True) from None


async def _collect(request: web.BaseRequest, limit: Callable[[int], int]) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := await request.content.readany():
        size += len(piece)
        if size > limit(size):
            raise _too_large()
        pieces.append(piece)
    return b"".join(pieces)


async def _continue(request: web.BaseRequest) -> None:
    expectation = request.headers.get("Expect")
    if expectation is None or request.version <= HttpVersion10:  # RFC 9110 10.1.1: 1.0 knows no interim answers
        return
    if expectation.strip().lower() != "100-continue":
        raise Refused(417, "this expectation cannot be met", close=True)
    if not request.content.is_eof():
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # The interim answer is none of the answer's bytes, which the writer counts.
        request.writer.output_size = 0


def _too_large() -> Refused:
    return Refused(413, "the request is too large", close=True)


async def send(
    request: web.BaseRequest, status: int, headers: Mapping[str, str], body: bytes, timeout: float
) -> web.StreamResponse:
    """Return the response; a large body is sent right away in pieces, each of them within `timeout` seconds."""
    if len(body) <= _PIECE:
        short = web.Response(status=status, headers=headers, body=body)
        if headers.get("Connection") == "close":
            short.force_close()
        return short
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    view = memoryview(body)
    try:
        for start in range(0, len(view), _PIECE):
            async with asyncio.timeout(timeout):
                await response.write(view[start : start + _PIECE])
    except TimeoutError:
        # Half an answer cannot be taken back: the connection is cut, as it is when a client goes away.
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("the client does not read its answer") from None
    await response.write_eof()
    return response
