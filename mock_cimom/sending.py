"""Bodies in and answers out over HTTP: limits of size and time, and long answers in pieces.

A client that reads slowly is waited for on the event loop, and nothing is written ahead of it: a worker thread makes
the next piece of an answer when the one before has been taken.
"""

import asyncio
from concurrent.futures import Executor

from aiohttp import HttpVersion11, web

from mock_cimom.http_answer import Answer, BrokenAnswerError


class ConnectionCut(ConnectionError):
    """The connection has been cut by this side; there is nobody to answer any more."""


class TooLargeError(ValueError):
    """A body is larger than it may be."""


async def read_body(request: web.BaseRequest, most: int, seconds: float) -> bytes:
    """Return the body. Raises TooLargeError as soon as it is larger than `most` bytes.

    Raises TimeoutError if nothing more arrives for `seconds`, ConnectionError or RequestPayloadError if it is broken.
    """
    if "Expect" in request.headers and request.version >= HttpVersion11:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # the answer itself has not begun
    body = bytearray()  # parts may be of a byte each
    while True:
        async with asyncio.timeout(seconds):
            part = await request.content.readany()
        if not part:
            return bytes(body)
        body += part
        if len(body) > most:
            raise TooLargeError(f"the request is larger than {most} bytes")


async def send(request: web.BaseRequest, done: Answer, workers: Executor, seconds: float) -> web.StreamResponse:
    """Send an answer whole, each piece of it within `seconds`.

    Raises ConnectionCut after the connection was cut: the answer broke off, or the client does not take it.
    """
    headers = {"Cache-Control": "no-cache", **done.headers}
    try:
        if done.more is not None:
            return await _send_pieces(request, done, headers, workers, seconds)
        if done.announced is not None:
            await _send_half(request, done, headers, seconds)
        return await _send_whole(request, done, headers, seconds)
    except BrokenAnswerError as error:
        raise cut(request, str(error)) from error
    except TimeoutError as error:
        raise cut(request, "the client does not read its answer") from error


def cut(request: web.BaseRequest, reason: str) -> ConnectionCut:
    """Cut the connection at once; return the exception to be raised."""
    if request.transport is not None:
        request.transport.abort()
    return ConnectionCut(reason)


async def _send_whole(
    request: web.BaseRequest, done: Answer, headers: dict[str, str], seconds: float
) -> web.StreamResponse:
    response = web.Response(status=done.status, body=done.body, headers=headers)
    if done.status in (408, 413):
        response.force_close()  # the rest of the body is not read
    async with asyncio.timeout(seconds):
        await response.prepare(request)
        await response.write_eof()
    return response


async def _send_half(request: web.BaseRequest, done: Answer, headers: dict[str, str], seconds: float) -> None:
    """Send an answer that says it is longer than it is, and end the connection."""
    response = web.StreamResponse(status=done.status, headers=headers)
    response.content_length = done.announced
    async with asyncio.timeout(seconds):
        await response.prepare(request)
        await response.write(done.body)
    if request.transport is not None:
        request.transport.close()  # unlike an abort, this sends what is written
    raise ConnectionCut("a fault rule cut the connection")


async def _send_pieces(
    request: web.BaseRequest, done: Answer, headers: dict[str, str], workers: Executor, seconds: float
) -> web.StreamResponse:
    response = web.StreamResponse(status=done.status, headers=headers)
    if request.version >= HttpVersion11:
        response.enable_chunked_encoding()
    else:
        response.force_close()  # the end of the connection is the end of the answer
    loop = asyncio.get_running_loop()
    await response.prepare(request)
    more = done.more or iter(())
    piece: bytes | None = done.body
    while piece is not None:
        async with asyncio.timeout(seconds):
            await response.write(piece)
        piece = await loop.run_in_executor(workers, lambda: next(more, None))
    async with asyncio.timeout(seconds):
        await response.write_eof()
    return response
