"""HTTP to SOAP: which request goes where, and on which thread (`vasa-1.0` 1.2, 1.6)."""

import asyncio
import traceback
from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import web

from vasa_cim.errors import StorageFault
from vasa_cim.framework.vasa_service import Peer, VasaService
from vasa_cim.soap.application import SoapEndpoint
from vasa_cim.soap.bodies import Refused, read_body, send
from vasa_cim.soap.call import Answer, Request
from vasa_cim.soap.headers import MEDIA_TYPES, parse_content_type, request_of
from vasa_cim.soap.pages import Pages, plain, valid_host
from vasa_cim.soap.settings import ServerSettings
from vasa_cim.soap.tls import TlsConnection
from vasa_cim.soap.vocabulary import PassingThreads, Vocabulary
from vasa_cim.soap.waiting import WaitingRoom

log = structlog.get_logger(__name__)

_PASSING_THREADS = 4
_READING = ("GET", "HEAD")
_SERVER = {"Server": "vasa-cim"}


class HttpFront:
    """Handles the HTTP requests of one server.

    Calls that may block on a source run in one of two waiting rooms. Large and unusual requests get a thread each;
    all else runs on the event loop.
    """

    def __init__(
        self,
        service: VasaService,
        endpoint: SoapEndpoint,
        pages: Pages,
        settings: ServerSettings,
        url: str,
    ) -> None:
        self._service = service
        self._endpoint = endpoint
        self._pages = pages
        self._settings = settings
        self._url = url
        self._soap_paths = {settings.path, f"{settings.path.rstrip('/')}/", "/"}
        self._waiting = WaitingRoom("soap-wait", settings.waiting_calls, settings.max_connections)
        self._strangers = WaitingRoom("soap-login", settings.waiting_strangers, settings.queued_strangers)
        self._vocabulary = Vocabulary()
        self._passing = PassingThreads(_PASSING_THREADS)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, whatever it is."""
        try:
            answer = await self._answer(request)
        except Refused as refusal:
            answer = plain(refusal.status, refusal.reason, **({"Connection": "close"} if refusal.close else {}))
        except Exception as error:  # noqa: BLE001 - outermost for a request: it ends with an answer, not with a cut
            log.error(
                "a request failed unexpectedly",
                path=request.path,
                address=request.remote,
                error=type(error).__name__,
                trace="".join(traceback.format_tb(error.__traceback__)),
            )
            answer = plain(500, "internal error")
        return await send(
            request, answer.status, answer.headers | _SERVER, answer.body, self._settings.response_timeout
        )

    def close(self) -> None:
        """Start no more calls that wait. Those that outlived their grace end on their own."""
        self._waiting.close()
        self._strangers.close()

    async def _answer(self, request: web.BaseRequest) -> Answer:
        if request.path in self._soap_paths:
            if request.method == "POST":
                return await self._soap(request)
            if request.method in _READING and "wsdl" in request.query_string.lower().split("&"):
                return self._pages.wsdl(self._address(request))
            return plain(405, "this address takes SOAP by POST", Allow="POST")
        if request.path == "/healthz":
            answer = await self._passing.run(self._pages.health)
        else:
            found = self._pages.document(request.path, request.headers.get("If-Modified-Since"))
            answer = found if found is not None else plain(404, "there is nothing here")
        if answer.status != 404 and request.method not in _READING:
            return plain(405, "this document can only be read", Allow="GET, HEAD")
        return answer

    async def _soap(self, request: web.BaseRequest) -> Answer:
        self._check_headers(request.headers, has_body=not request.content.at_eof() or bool(request.content_length))
        peer = _peer(request)
        body = await read_body(request, lambda size: self._limit(size, peer), self._settings.request_timeout)
        parsed = request_of(body, request.headers, peer)
        if self._is_usual(body, peer):
            call = self._endpoint.begin(parsed)
            if not self._endpoint.waits(call):
                return self._endpoint.finish(call)
        else:
            call = await self._passing.run(lambda: self._begin_or_answer(parsed))
            if isinstance(call, Answer):
                return call
        room = self._waiting if self._service.trusts(peer) else self._strangers
        if room.is_full:
            log.warning("a call was turned away, too many are waiting", address=peer.address)
            return self._endpoint.refuse(call, StorageFault("too many calls are waiting, try again later"))
        return await room.run(lambda: self._endpoint.finish(call))

    def _is_usual(self, body: bytes, peer: Peer) -> bool:
        """Return whether the loop's own thread may parse the body; new tags are learned of trusted clients only."""
        if len(body) > self._settings.large_job:
            return False
        covers = self._vocabulary.covers
        return covers(body, learn=False) or (self._service.trusts(peer) and covers(body))

    def _begin_or_answer(self, request: Request) -> Any:
        """Return the answer, or spyne's context of a call that has to wait elsewhere."""
        call = self._endpoint.begin(request)
        return call if self._endpoint.waits(call) else self._endpoint.finish(call)

    @staticmethod
    def _check_headers(headers: Mapping[str, str], *, has_body: bool) -> None:
        """Refuse media types that are no SOAP, and coded content. A request without a body gets a SOAP fault."""
        if not has_body:
            return
        if parse_content_type(headers.get("Content-Type", "")).media_type not in MEDIA_TYPES:
            raise Refused(415, "send SOAP as text/xml or application/soap+xml", close=True)
        if headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise Refused(415, "send the request without content coding", close=True)

    def _limit(self, size: int, peer: Peer) -> int:
        if size <= self._settings.small_body:
            return self._settings.small_body
        return self._settings.large_body if self._service.trusts(peer) else self._settings.small_body

    def _address(self, request: web.BaseRequest) -> str:
        host = request.headers.get("Host")
        if host is None:
            return self._url
        if not valid_host(host):
            raise Refused(400, "the Host header is not valid")
        return f"https://{host}{self._settings.path}"


def _peer(request: web.BaseRequest) -> Peer:
    transport = request.transport
    return Peer(None, "") if transport is None else peer_of(transport)


def peer_of(transport: asyncio.BaseTransport) -> Peer:
    """Return who is at the other end of a connection whose handshake is done; the same object each time."""
    tls: TlsConnection = transport.get_extra_info("ssl_object")
    if tls.peer is None:
        address = transport.get_extra_info("peername")
        tls.peer = Peer(tls.certificate, str(address[0]) if address else "")
    peer: Peer = tls.peer
    return peer
