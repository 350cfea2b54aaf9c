"""The rules of HTTP around a CIM-XML request (DSP0200 7), checked before its body is read."""

from aiohttp import web

from mock_cimom.http_answer import Answer
from mock_cimom.limits import MAX_REQUEST_BYTES

XML_TYPES = ("application/xml", "text/xml")


def method_refusal(method: str) -> Answer | None:
    """Return the answer to an HTTP method other than POST."""
    if method == "POST":
        return None
    if method == "OPTIONS":
        return Answer(200, headers={"Allow": "POST, OPTIONS"})
    if method.startswith("M-"):
        return Answer(501, failure=f"HTTP method {method}")  # the client goes on to POST (DSP0200 7.2)
    return Answer(405, headers={"Allow": "POST, OPTIONS"}, failure=f"HTTP method {method}")


def header_refusal(request: web.BaseRequest) -> Answer | None:
    """Return the answer to a request whose headers are not those of CIM-XML, or None."""
    if request.content_type not in XML_TYPES or (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        return Answer(415, failure="the content is no XML in UTF-8")
    if not _accepts_xml(request.headers.get("Accept")):
        return Answer(406, failure="the client accepts no XML")
    refused = body_refusal(request, MAX_REQUEST_BYTES)
    return refused or _cim_header_refusal(request)


def body_refusal(request: web.BaseRequest, most: int) -> Answer | None:
    """Return the answer to a request whose body is compressed, larger than `most` bytes or waits for the unknown."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        return Answer(415, failure="the content is compressed")
    if request.content_length is not None and request.content_length > most:
        return Answer(413, failure=f"the request is larger than {most} bytes")
    if request.headers.get("Expect", "100-continue").strip().lower() != "100-continue":
        return Answer(417, failure="an unknown expectation")
    return None


def _cim_header_refusal(request: web.BaseRequest) -> Answer | None:
    if request.headers.get("CIMProtocolVersion", "1.0").partition(".")[0].strip() != "1":
        return _cim_error(501, "unsupported-protocol-version")
    if "CIMBatch" in request.headers:
        return _cim_error(501, "multiple-requests-unsupported")
    if request.headers.get("CIMOperation", "").strip().lower() != "methodcall":
        return _cim_error(400, "unsupported-operation")
    return None


def _cim_error(status: int, cim_error: str) -> Answer:
    return Answer(status, headers={"CIMError": cim_error}, failure=cim_error)


def _accepts_xml(accept: str | None) -> bool:
    if accept is None:
        return True
    kinds = {one.partition(";")[0].strip().lower() for one in accept.split(",")}
    return bool(kinds & {*XML_TYPES, "*/*", "application/*", "text/*"})
