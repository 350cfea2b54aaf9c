"""One CIM-XML request in, one answer out. HTTP and in-process callers go through here alike."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

import pywbem

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.encode import escaped
from mock_cimom.methods import invoke_method
from mock_cimom.operations import OPERATIONS
from mock_cimom.parameters import read_parameters
from mock_cimom.request import BadRequestError, IntrinsicCall, MethodCall, parse_request, parsed_parameters

LOG = logging.getLogger(__name__)

MAX_DESCRIPTION = 1000  # characters of an error's description: what was sent is not sent back whole
PLAIN = "text/plain; charset=utf-8"
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="{id}" PROTOCOLVERSION="1.0"><SIMPLERSP>'
    "{response}</SIMPLERSP></MESSAGE></CIM>"
)


@dataclass(frozen=True)
class Answer:
    """An answer to be sent: HTTP status, headers beyond those of every HTTP answer, and the body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(cimom: Cimom, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Answer one request. `headers` compare without case. Nothing is raised: what is wrong becomes an answer."""
    try:
        call = parse_request(body)
        _check_headers(call, headers)
    except BadRequestError as error:
        detail = str(error)[:MAX_DESCRIPTION].encode()
        return Answer(error.status, detail, {"CIMError": error.cim_error, "Content-Type": PLAIN})
    text = ENVELOPE.format(id=escaped(call.message_id), response=_response(cimom, call))
    return Answer(200, text.encode(), _answer_headers(call))


def _response(cimom: Cimom, call: IntrinsicCall | MethodCall) -> str:
    tag = "IMETHODRESPONSE" if isinstance(call, IntrinsicCall) else "METHODRESPONSE"
    try:
        inner = _intrinsic(cimom, call) if isinstance(call, IntrinsicCall) else invoke_method(cimom, call)
    except pywbem.CIMError as error:
        inner = _error_xml(error.status_code, error.status_description)
    except Exception:  # a mock provider written by others may raise anything; the next request is served
        LOG.exception("%s failed", call.name)
        inner = _error_xml(pywbem.CIM_ERR_FAILED, f"{call.name} failed in the server")
    # Never the short form <TAG/>: some clients cannot read it.
    return f'<{tag} NAME="{escaped(call.name)}">{inner}</{tag}>'


def _intrinsic(cimom: Cimom, call: IntrinsicCall) -> str:
    operation = OPERATIONS.get(call.name)
    if operation is None:
        raise pywbem.CIMError(pywbem.CIM_ERR_NOT_SUPPORTED, f"Operation {call.name} is not supported")
    space = reads.namespace_of(cimom.repository, call.namespace)
    values = read_parameters(operation.parameters, parsed_parameters(call))
    inner = operation.handler(cimom, space, values)
    return f"<IRETURNVALUE>{inner}</IRETURNVALUE>" if operation.returns else inner


def _error_xml(status: int, description: str | None) -> str:
    said = (description or "")[:MAX_DESCRIPTION]
    return f'<ERROR CODE="{status}" DESCRIPTION="{escaped(said)}"></ERROR>'


def _check_headers(call: IntrinsicCall | MethodCall, headers: Mapping[str, str]) -> None:
    """Compare CIMMethod and CIMObject with the body (DSP0200 7.3.1). Raises BadRequestError on a mismatch."""
    method, target = headers.get("CIMMethod"), headers.get("CIMObject")
    if method is None or unquote(method).strip().lower() != call.name.lower():
        raise BadRequestError(400, "header-mismatch", "the CIMMethod header does not match the call")
    if target is None or not _same_object(unquote(target), call):
        raise BadRequestError(400, "header-mismatch", "the CIMObject header does not match the call")


def _same_object(header: str, call: IntrinsicCall | MethodCall) -> bool:
    """Compare namespace and class; the keys of an instance have too many spellings to compare as text."""
    namespace, _, rest = header.strip().partition(":")
    if isinstance(call, IntrinsicCall):
        return namespace.strip("/").lower() == call.namespace.strip("/").lower()
    class_name = rest.partition(".")[0]
    return (namespace.strip("/").lower(), class_name.strip().lower()) == (
        call.target.namespace.strip("/").lower(),
        call.target.classname.lower(),
    )


def _answer_headers(call: IntrinsicCall | MethodCall) -> dict[str, str]:
    """Return the CIM headers of an answer, percent-encoded as those of a request (DSP0200 7.3.1)."""
    target = call.namespace if isinstance(call, IntrinsicCall) else f"{call.target.namespace}:{call.target.classname}"
    return {
        "CIMOperation": "MethodResponse",
        "CIMProtocolVersion": "1.0",
        "CIMMethod": quote(call.name),
        "CIMObject": quote(target, safe="/:"),
        "Content-Type": 'application/xml; charset="utf-8"',
    }
