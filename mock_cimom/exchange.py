"""One HTTP request and its answer: who asks, what for, what fault rules make of it, and a line in the log if it fails.

Everything that takes time runs on worker threads, apart from waiting: delays and slow clients hold no thread.
"""

import asyncio
import logging

from aiohttp import web

from mock_cimom.cimom import Cimom
from mock_cimom.control import CONTROL_PATH, MAX_CONTROL_BYTES, Control
from mock_cimom.credentials import REALM, Credentials
from mock_cimom.dispatch import perform, read_call, refusal
from mock_cimom.faults.answers import damaged
from mock_cimom.faults.rule import Cut, HttpStatus
from mock_cimom.faults.rules import HARMLESS, CallFacts, Verdict
from mock_cimom.http_answer import Answer
from mock_cimom.http_connection import HttpConnection, peer_of
from mock_cimom.http_rules import body_refusal, header_refusal, method_refusal
from mock_cimom.limits import MAX_REQUEST_BYTES, Limits
from mock_cimom.operations import OPERATIONS, WRITES
from mock_cimom.request import BadRequestError, Call, IntrinsicCall, MethodCall, class_of
from mock_cimom.sending import ConnectionCut, TooLargeError, cut, read_body, send
from mock_cimom.workers import Workers

LOG = logging.getLogger(__name__)

PATHS = ("/cimom", "/")
READERS, WRITERS, METHODS = 32, 8, 64
# A request this short is read where it arrived; handing it to a thread would take longer.
SHORT = 2**13
UNAUTHORIZED = {"WWW-Authenticate": f'Basic realm="{REALM}", charset="UTF-8"'}


class Exchanges:
    """Answers the requests of one CIMOM. Reads, writes and methods have threads of their own each."""

    def __init__(self, cimom: Cimom, credentials: Credentials, limits: Limits) -> None:
        self._cimom = cimom
        self._credentials = credentials
        self._limits = limits
        self._control = Control(cimom)
        self._readers = Workers(READERS, "cimom-read")
        self._writers = Workers(WRITERS, "cimom-write")
        self._methods = Workers(METHODS, "cimom-method")
        self._running: set[asyncio.Task[object]] = set()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request. Raises ConnectionCut if the connection was cut instead."""
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        what = f"{request.method} {request.path}"
        try:
            refused = self._refusal(request)
            if refused is not None:
                if refused.status == 401 and isinstance(request.protocol, HttpConnection):
                    request.protocol.distrust()
                return await self._send(request, what, refused)
            if _is_control(request):
                return await self._send(request, what, await self._answer_control(request))
            return await self._handle_cim(request, what)
        except ConnectionCut as error:
            _log(request, what, f"cut: {error}")
            raise

    async def finish(self) -> None:
        """Let running calls finish for a short while, then end them. Threads that still work are left behind."""
        if self._running:
            await asyncio.wait(self._running, timeout=self._limits.shutdown)
        left = list(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for workers in (self._readers, self._writers, self._methods):
            workers.shutdown()

    def _refusal(self, request: web.BaseRequest) -> Answer | None:
        """Return the answer to a request that is none of ours to read, or None. Strangers learn nothing but 401."""
        if not self._credentials.admit(request.headers.get("Authorization")):
            reason = "wrong credentials" if "Authorization" in request.headers else "no credentials"
            return Answer(401, headers=UNAUTHORIZED, failure=reason)
        if _is_control(request):
            return body_refusal(request, MAX_CONTROL_BYTES)
        if request.path not in PATHS:
            return Answer(404, failure="there is no such path")
        return method_refusal(request.method) or header_refusal(request)

    async def _answer_control(self, request: web.BaseRequest) -> Answer:
        body = await self._body(request, MAX_CONTROL_BYTES)
        if isinstance(body, Answer):
            return body
        return self._control.answer(request.method, request.path, request.content_type, body)

    async def _handle_cim(self, request: web.BaseRequest, what: str) -> web.StreamResponse:
        body = await self._body(request, MAX_REQUEST_BYTES)
        if isinstance(body, Answer):
            return await self._send(request, what, body)
        try:
            call = await self._read(body, request)
        except BadRequestError as error:
            return await self._send(request, what, refusal(error))
        self._cimom.calls.count(_counted_name(call))
        faults = self._cimom.faults
        verdict = faults.judge(facts_of(self._cimom, call)) if len(faults) else HARMLESS
        named = f"{call.name[:200]!r} in {_namespace(call)[:200]!r}"
        if verdict.rule_ids:
            _log(request, named, f"fault rules fire: {', '.join(verdict.rule_ids)}", logging.INFO)
        if verdict.delay:
            await self._limits.sleep(verdict.delay)
        if verdict.lose_contexts:
            self._cimom.contexts.forget_all()
        if isinstance(verdict.outcome, Cut):
            raise cut(request, f"a fault rule at {named}")
        return await self._send(request, named, await self._perform(call, verdict))

    async def _body(self, request: web.BaseRequest, most: int) -> bytes | Answer:
        """Return the body of a request, or the answer if it does not arrive as it should."""
        try:
            return await read_body(request, most, self._limits.body)
        except TooLargeError as error:
            return Answer(413, failure=str(error))
        except TimeoutError:
            return Answer(408, failure="the request did not arrive in time")
        except (ConnectionError, web.RequestPayloadError):
            # The client went away or sent no proper body; hardly anybody reads this.
            return Answer(400, failure="the body of the request is broken")

    async def _read(self, body: bytes, request: web.BaseRequest) -> Call:
        if len(body) <= SHORT:
            return read_call(body, request.headers)
        return await asyncio.get_running_loop().run_in_executor(self._readers, read_call, body, request.headers)

    async def _perform(self, call: Call, verdict: Verdict) -> Answer:
        if isinstance(verdict.outcome, HttpStatus):
            status = verdict.outcome.status
            return Answer(status, headers=UNAUTHORIZED if status == 401 else {}, failure="a fault rule")
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(self._workers_for(call), perform, self._cimom, call, verdict)
        return damaged(done, verdict.outcome)

    def _workers_for(self, call: Call) -> Workers:
        if isinstance(call, MethodCall):
            return self._methods
        return self._writers if call.name in WRITES else self._readers

    async def _send(self, request: web.BaseRequest, what: str, done: Answer) -> web.StreamResponse:
        if done.failure:
            level = logging.INFO if done.status == 200 else logging.WARNING
            _log(request, what, f"{done.status} {done.failure}", level)
        return await send(request, done, self._readers, self._limits.write)


def facts_of(cimom: Cimom, call: Call) -> CallFacts:
    """Return what fault rules are told about a call."""
    namespace = _namespace(call)
    class_name = class_of(call)

    def is_a(ancestor: str) -> bool:
        try:
            family = cimom.repository.namespace(namespace).classes.family(ancestor)
        except KeyError:
            return False
        return class_name is not None and class_name.lower() in family

    names = (call.name,) if isinstance(call, IntrinsicCall) else (call.name, "InvokeMethod")
    return CallFacts(names, namespace, class_name, is_a)


def _namespace(call: Call) -> str:
    return str(call.namespace if isinstance(call, IntrinsicCall) else call.target.namespace)


def _counted_name(call: Call) -> str:
    if isinstance(call, MethodCall):
        return "InvokeMethod"
    return call.name if call.name in OPERATIONS else "unknown operations"


def _is_control(request: web.BaseRequest) -> bool:
    return request.path == CONTROL_PATH or request.path.startswith(f"{CONTROL_PATH}/")


def _log(request: web.BaseRequest, what: str, reason: str, level: int = logging.WARNING) -> None:
    """Write one line. Header values never get into it, and what a client sent cannot break it."""
    shown = what if what.isprintable() else repr(what)
    told = reason if reason.isprintable() else repr(reason)
    LOG.log(level, "%s: %.500s: %.500s", peer_of(request.transport), shown, told)
