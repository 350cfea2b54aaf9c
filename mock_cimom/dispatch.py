"""One CIM-XML request in, one answer out. HTTP and in-process callers go through here alike."""

import dataclasses
import logging
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

import pywbem

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.encode import escaped
from mock_cimom.faults.answers import empty_content, fault_error, without_namespaces
from mock_cimom.faults.rule import Empty
from mock_cimom.faults.rules import HARMLESS, Verdict
from mock_cimom.http_answer import Answer, BrokenAnswerError
from mock_cimom.methods import invoke_method
from mock_cimom.operations import OPERATIONS, PULL_NAMES
from mock_cimom.parameters import read_parameters
from mock_cimom.request import BadRequestError, Call, IntrinsicCall, parse_request, parsed_parameters

LOG = logging.getLogger(__name__)

MAX_DESCRIPTION = 1000  # characters of an error's description: what was sent is not sent back whole
WHOLE = 2**18  # characters of an answer up to which it is sent in one piece
PIECE = 2**17  # characters of each piece of a longer one
PLAIN = "text/plain; charset=utf-8"
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="{id}" PROTOCOLVERSION="1.0"><SIMPLERSP>'
)
ENVELOPE_END = "</SIMPLERSP></MESSAGE></CIM>"

__all__ = ["Answer", "answer", "perform", "read_call", "refusal"]


def answer(cimom: Cimom, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Answer one request. `headers` compare without case. Nothing is raised: what is wrong becomes an answer.

    The whole body is in the answer. Fault rules are a matter of the server.
    """
    try:
        call = read_call(body, headers)
    except BadRequestError as error:
        return refusal(error)
    done = perform(cimom, call)
    if done.more is None:
        return done
    try:
        return dataclasses.replace(done, body=b"".join((done.body, *done.more)), more=None)
    except BrokenAnswerError as error:
        return Answer(500, failure=str(error))


def read_call(body: bytes, headers: Mapping[str, str]) -> Call:
    """Return the call in a request. Raises BadRequestError."""
    call = parse_request(body)
    _check_headers(call, headers)
    return call


def refusal(error: BadRequestError) -> Answer:
    """Return the answer to a request that holds no call."""
    detail = str(error)[:MAX_DESCRIPTION]
    headers = {"CIMError": error.cim_error, "Content-Type": PLAIN}
    return Answer(error.status, detail.encode(), headers, failure=f"{error.cim_error}: {detail}")


def perform(cimom: Cimom, call: Call, verdict: Verdict = HARMLESS) -> Answer:
    """Carry out a call. `verdict` may change what it finds; its delay and the rest are the server's business."""
    failure = ""
    try:
        content = _sliced(_content(cimom, call, verdict))
        first, done = _gathered(content, WHOLE)
    except pywbem.CIMError as error:
        first, done, failure = _error_xml(error.status_code, error.status_description), True, _reason(error)
    except Exception:  # a mock provider written by others may raise anything; the next request is served
        LOG.exception("%.200r failed", call.name)
        failure = "it failed in the server"
        first, done = _error_xml(pywbem.CIM_ERR_FAILED, f"{call.name} failed in the server"), True
    # Never the short form <TAG/>: some clients cannot read it.
    tag = "IMETHODRESPONSE" if isinstance(call, IntrinsicCall) else "METHODRESPONSE"
    head = f'{ENVELOPE.format(id=escaped(call.message_id))}<{tag} NAME="{escaped(call.name)}">{first}'
    tail = f"</{tag}>{ENVELOPE_END}"
    if done:
        return Answer(200, (head + tail).encode(), _answer_headers(call), failure=failure)
    return Answer(200, head.encode(), _answer_headers(call), _rest(call, content, tail))


def _content(cimom: Cimom, call: Call, verdict: Verdict) -> str | Iterator[str]:
    """Return what stands between the response's tags. CIM errors may be raised here and while it is iterated."""
    fault = fault_error(verdict.outcome, call)
    if fault is not None:
        raise fault
    if isinstance(call, IntrinsicCall):
        content = _intrinsic(cimom, call, isinstance(verdict.outcome, Empty))
    else:
        content = invoke_method(cimom, call)
    vanished = cimom.faults.vanished()
    if not vanished:
        return content
    return without_namespaces(content if isinstance(content, str) else "".join(content), vanished)


def _intrinsic(cimom: Cimom, call: IntrinsicCall, empty: bool) -> str | Iterator[str]:
    operation = OPERATIONS.get(call.name)
    if operation is None or (call.name in PULL_NAMES and not cimom.pulls):
        raise pywbem.CIMError(pywbem.CIM_ERR_NOT_SUPPORTED, f"Operation {call.name} is not supported")
    space = reads.namespace_of(cimom.repository, call.namespace)
    values = read_parameters(operation.parameters, parsed_parameters(call))
    if empty:
        cimom.contexts.close(str(values.get("EnumerationContext")))
        return empty_content(call.name)
    inner = operation.handler(cimom, space, values)
    if not operation.returns:
        return inner
    if isinstance(inner, str) and len(inner) <= WHOLE:
        return f"<IRETURNVALUE>{inner}</IRETURNVALUE>"
    return _wrapped(inner)


def _wrapped(inner: str | Iterator[str]) -> Iterator[str]:
    yield "<IRETURNVALUE>"
    yield from _sliced(inner)
    yield "</IRETURNVALUE>"


def _sliced(content: str | Iterator[str]) -> Iterator[str]:
    """Return an iterator of content; long text is cut into pieces, so that it is not encoded all at once."""
    if not isinstance(content, str):
        return content
    if len(content) <= WHOLE:
        return iter((content,))
    return (content[start : start + PIECE] for start in range(0, len(content), PIECE))


def _gathered(content: Iterator[str], size: int) -> tuple[str, bool]:
    """Return the next text of at least `size` characters, and whether it is the last."""
    taken, length = [], 0
    for piece in content:
        taken.append(piece)
        length += len(piece)
        if length >= size:
            return "".join(taken), False
    return "".join(taken), True


def _rest(call: Call, content: Iterator[str], tail: str) -> Iterator[bytes]:
    done = False
    while not done:
        try:
            text, done = _gathered(content, PIECE)
        except Exception as error:  # as in `perform`, but it is too late for a CIM error
            LOG.exception("%.200r failed while its answer was sent", call.name)
            raise BrokenAnswerError("it failed while its answer was sent") from error
        yield (text + tail if done else text).encode()


def _error_xml(status: int, description: str | None) -> str:
    said = (description or "")[:MAX_DESCRIPTION]
    return f'<ERROR CODE="{status}" DESCRIPTION="{escaped(said)}"></ERROR>'


def _reason(error: pywbem.CIMError) -> str:
    return f"{error.status_code_name}: {(error.status_description or '')[:MAX_DESCRIPTION]}"


def _check_headers(call: Call, headers: Mapping[str, str]) -> None:
    """Compare CIMMethod and CIMObject with the body (DSP0200 7.3.1). Raises BadRequestError on a mismatch."""
    method, target = headers.get("CIMMethod"), headers.get("CIMObject")
    if method is None or unquote(method).strip().lower() != call.name.lower():
        raise BadRequestError(400, "header-mismatch", "the CIMMethod header does not match the call")
    if target is None or not _same_object(unquote(target), call):
        raise BadRequestError(400, "header-mismatch", "the CIMObject header does not match the call")


def _same_object(header: str, call: Call) -> bool:
    """Compare namespace and class; the keys of an instance have too many spellings to compare as text."""
    namespace, _, rest = header.strip().partition(":")
    if isinstance(call, IntrinsicCall):
        return namespace.strip("/").lower() == call.namespace.strip("/").lower()
    class_name = rest.partition(".")[0]
    return (namespace.strip("/").lower(), class_name.strip().lower()) == (
        call.target.namespace.strip("/").lower(),
        call.target.classname.lower(),
    )


def _answer_headers(call: Call) -> dict[str, str]:
    """Return the CIM headers of an answer, percent-encoded as those of a request (DSP0200 7.3.1)."""
    target = call.namespace if isinstance(call, IntrinsicCall) else f"{call.target.namespace}:{call.target.classname}"
    return {
        "CIMOperation": "MethodResponse",
        "CIMProtocolVersion": "1.0",
        "CIMMethod": quote(call.name),
        "CIMObject": quote(target, safe="/:"),
        "Content-Type": 'application/xml; charset="utf-8"',
    }
