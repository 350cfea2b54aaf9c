"""CIM-XML over HTTP (DSP0200 7): the listening socket, and the rules of HTTP around the dispatch."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from aiohttp import HttpVersion11, web

from mock_cimom.cimom import Cimom
from mock_cimom.credentials import REALM, Credentials
from mock_cimom.dispatch import Answer, answer
from mock_cimom.http_connection import HttpServer

LOG = logging.getLogger(__name__)

MAX_REQUEST_BYTES = 16 * 2**20
WORKERS = 32
SHUTDOWN_SECONDS = 2.0
XML_TYPES = ("application/xml", "text/xml")
PATHS = ("/cimom", "/")


class CimXmlServer:
    """Serves one CIMOM. Calls run on worker threads, so that a slow one holds up nobody else."""

    def __init__(self, cimom: Cimom, credentials: Credentials) -> None:
        self._cimom = cimom
        self._credentials = credentials
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="cimom")
        self._runner: web.ServerRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; return the port, which is a free one if `port` is 0. Raises OSError if it is taken."""
        # A compressed body is refused, so nothing must unpack it on the way here.
        server = HttpServer(self._handle, access_log=None, auto_decompress=False)
        self._runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound: int = self._runner.addresses[0][1]
        return bound

    async def stop(self) -> None:
        """Stop listening, let running calls finish for a short while, and close all connections."""
        if self._runner is not None:
            await self._runner.cleanup()
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        refused = self._refusal(request)
        if refused is not None:
            return _response(refused)
        if _expects_continue(request):
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0  # the answer itself has not begun
        try:
            body = await _read_limited(request)
        except ValueError:
            return _response(Answer(413))
        except (ConnectionError, web.RequestPayloadError):
            return _response(Answer(400))  # the client went away or sent no proper body; hardly anybody reads this
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(self._workers, answer, self._cimom, body, request.headers)
        return _response(done)

    def _refusal(self, request: web.BaseRequest) -> Answer | None:
        """Return the answer to a request that is none of ours to read, or None. Strangers learn nothing but 401."""
        if not self._credentials.admit(request.headers.get("Authorization")):
            return Answer(401, headers={"WWW-Authenticate": f'Basic realm="{REALM}", charset="UTF-8"'})
        if request.path not in PATHS:
            return Answer(404)
        return _method_refusal(request.method) or _header_refusal(request)


def _method_refusal(method: str) -> Answer | None:
    if method == "POST":
        return None
    if method == "OPTIONS":
        return Answer(200, headers={"Allow": "POST, OPTIONS"})
    if method.startswith("M-"):
        return Answer(501)  # M-POST among them: the client goes on to POST (DSP0200 7.2)
    return Answer(405, headers={"Allow": "POST, OPTIONS"})


def _header_refusal(request: web.BaseRequest) -> Answer | None:
    if request.content_type not in XML_TYPES or (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        return Answer(415)
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        return Answer(415)
    if not _accepts_xml(request.headers.get("Accept")):
        return Answer(406)
    if request.content_length is not None and request.content_length > MAX_REQUEST_BYTES:
        return Answer(413)
    if request.headers.get("Expect", "100-continue").strip().lower() != "100-continue":
        return Answer(417)
    if request.headers.get("CIMProtocolVersion", "1.0").partition(".")[0].strip() != "1":
        return Answer(501, headers={"CIMError": "unsupported-protocol-version"})
    if "CIMBatch" in request.headers:
        return Answer(501, headers={"CIMError": "multiple-requests-unsupported"})
    if request.headers.get("CIMOperation", "").strip().lower() != "methodcall":
        return Answer(400, headers={"CIMError": "unsupported-operation"})
    return None


def _accepts_xml(accept: str | None) -> bool:
    if accept is None:
        return True
    kinds = {one.partition(";")[0].strip().lower() for one in accept.split(",")}
    return bool(kinds & {*XML_TYPES, "*/*", "application/*", "text/*"})


def _expects_continue(request: web.BaseRequest) -> bool:
    return "Expect" in request.headers and request.version >= HttpVersion11


async def _read_limited(request: web.BaseRequest) -> bytes:
    """Return the body. Raises ValueError as soon as it is larger than MAX_REQUEST_BYTES."""
    parts, size = [], 0
    async for part in request.content.iter_chunked(2**16):
        size += len(part)
        if size > MAX_REQUEST_BYTES:
            raise ValueError("the request is too large")
        parts.append(part)
    return b"".join(parts)


def _response(done: Answer) -> web.Response:
    response = web.Response(status=done.status, body=done.body, headers={"Cache-Control": "no-cache"})
    response.headers.update(done.headers)
    if done.status == 413:
        response.force_close()  # the rest of the body is not read
    return response
