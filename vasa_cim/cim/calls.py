"""Sending intrinsic calls of CIM-XML (DSP0200 5.4.2, DSP0201) and checking that an answer to one comes back."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from vasa_cim.cim.endpoint import Endpoint
from vasa_cim.cim.errors import http_error
from vasa_cim.cim.transport import Answer, Transport
from vasa_cim.errors import SourceUnreadable

_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8" ?>\n'
    '<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1001" PROTOCOLVERSION="1.0"><SIMPLEREQ>'
    "<IMETHODCALL NAME={operation}><LOCALNAMESPACEPATH>{namespace}</LOCALNAMESPACEPATH>{parameters}</IMETHODCALL>"
    "</SIMPLEREQ></MESSAGE></CIM>"
)
_XML_TYPES = ("application/xml", "text/xml")


class Caller:
    """Sends calls to one CIMOM over a transport that it does not own."""

    def __init__(self, endpoint: Endpoint, transport: Transport) -> None:
        self.endpoint = endpoint
        self.transport = transport

    @contextmanager
    def call(self, operation: str, namespace: str, parameters: str, *, small: bool = False) -> Iterator[Answer]:
        """Send a call and give its answer, which is XML. `parameters` are IPARAMVALUE elements.

        A `small` operation has little time and a small answer. Raises SourceError.
        """
        path = "".join(f"<NAMESPACE NAME={quoteattr(part)}/>" for part in namespace.split("/"))
        body = _ENVELOPE.format(operation=quoteattr(operation), namespace=path, parameters=parameters).encode()
        headers = self._headers(operation, namespace)
        timeout = self.endpoint.probe_timeout if small else self.endpoint.bulk_timeout
        with self.transport.exchange(body, headers, timeout, small=small) as answer:
            self._check(answer)
            yield answer

    def _headers(self, operation: str, namespace: str) -> dict[str, str]:
        headers = {
            "Content-Type": 'application/xml; charset="utf-8"',
            "CIMOperation": "MethodCall",
            "CIMMethod": operation,
            "CIMObject": quote(namespace),
        }
        if self.endpoint.user is not None:
            login = f"{self.endpoint.user}:{self.endpoint.password or ''}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(login).decode("ascii")
        return headers

    def _check(self, answer: Answer) -> None:
        source = self.endpoint.source
        if answer.status != HTTPStatus.OK:
            raise http_error(source, answer.status, answer.reason, answer.headers.get("CIMError"))
        coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if coding != "identity":
            raise SourceUnreadable(source=source, reason=f"its answer is packed with {coding}, which was not asked for")
        kind = answer.headers.get("Content-Type")
        if kind is not None and not kind.strip().lower().startswith(_XML_TYPES):
            raise SourceUnreadable(source=source, reason=f"its answer is {kind}, not XML")


def class_name(name: str) -> str:
    """Return the parameter ClassName."""
    return _parameter("ClassName", f"<CLASSNAME NAME={quoteattr(name)}/>")


def boolean(name: str, value: bool) -> str:
    """Return a parameter that is true or false."""
    return _parameter(name, f"<VALUE>{str(value).upper()}</VALUE>")


def text(name: str, value: str | int) -> str:
    """Return a parameter that is a text or a number."""
    return _parameter(name, f"<VALUE>{_escaped(str(value))}</VALUE>")


def texts(name: str, values: Sequence[str]) -> str:
    """Return a parameter that is an array of texts."""
    listed = "".join(f"<VALUE>{_escaped(value)}</VALUE>" for value in values)
    return _parameter(name, f"<VALUE.ARRAY>{listed}</VALUE.ARRAY>")


def _parameter(name: str, value: str) -> str:
    return f'<IPARAMVALUE NAME="{name}">{value}</IPARAMVALUE>'


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
