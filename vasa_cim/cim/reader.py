"""Bulk reading: EnumerateInstances with a PropertyList, and EnumerateInstanceNames (DSP0200 5.4.2.11, 5.4.2.12).

Classic operations, one request for each class, decoded while the answer arrives; memory does not grow with it.
"""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from vasa_cim.cim.decoder import decode_instances, decode_names
from vasa_cim.cim.endpoint import Endpoint
from vasa_cim.cim.errors import http_error
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.cim.transport import Answer, Transport
from vasa_cim.errors import SourceUnreadable

_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8" ?>\n'
    '<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1001" PROTOCOLVERSION="1.0"><SIMPLEREQ>'
    "<IMETHODCALL NAME={operation}><LOCALNAMESPACEPATH>{namespace}</LOCALNAMESPACEPATH>{parameters}</IMETHODCALL>"
    "</SIMPLEREQ></MESSAGE></CIM>"
)
_FALSE, _TRUE = "<VALUE>FALSE</VALUE>", "<VALUE>TRUE</VALUE>"
_XML_TYPES = ("application/xml", "text/xml")


class Reader:
    """Reads whole classes from one CIMOM over a transport that it does not own."""

    def __init__(self, endpoint: Endpoint, transport: Transport) -> None:
        self._endpoint = endpoint
        self._transport = transport

    def instances(self, namespace: str, class_name: str, properties: Sequence[str]) -> Iterator[Row]:
        """Yield the instances of a class and its subclasses, with these properties where they have them.

        Raises SourceError, also in the middle: what came before it must then not be used.
        """
        listed = "".join(f"<VALUE>{_text(name)}</VALUE>" for name in properties)
        parameters = (
            _class_parameter(class_name)
            + _parameter("LocalOnly", _FALSE)
            + _parameter("DeepInheritance", _TRUE)
            + _parameter("IncludeClassOrigin", _FALSE)
            + _parameter("PropertyList", f"<VALUE.ARRAY>{listed}</VALUE.ARRAY>")
        )
        operation = f"EnumerateInstances of {class_name}"
        with self._answer("EnumerateInstances", namespace, parameters) as answer:
            yield from decode_instances(self._endpoint.source, operation, answer.chunks(), properties)

    def names(self, namespace: str, class_name: str) -> Iterator[ObjectName]:
        """Yield the names of the instances of a class and its subclasses. Raises as `instances`."""
        operation = f"EnumerateInstanceNames of {class_name}"
        with self._answer("EnumerateInstanceNames", namespace, _class_parameter(class_name)) as answer:
            yield from decode_names(self._endpoint.source, operation, answer.chunks())

    @contextmanager
    def _answer(self, operation: str, namespace: str, parameters: str) -> Iterator[Answer]:
        path = "".join(f"<NAMESPACE NAME={quoteattr(part)}/>" for part in namespace.split("/"))
        body = _ENVELOPE.format(operation=quoteattr(operation), namespace=path, parameters=parameters).encode()
        headers = self._headers(operation, namespace)
        with self._transport.exchange(body, headers, self._endpoint.bulk_timeout) as answer:
            self._check(answer)
            yield answer

    def _headers(self, operation: str, namespace: str) -> dict[str, str]:
        headers = {
            "Content-Type": 'application/xml; charset="utf-8"',
            "CIMOperation": "MethodCall",
            "CIMMethod": operation,
            "CIMObject": quote(namespace),
        }
        if self._endpoint.user is not None:
            login = f"{self._endpoint.user}:{self._endpoint.password or ''}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(login).decode("ascii")
        return headers

    def _check(self, answer: Answer) -> None:
        source = self._endpoint.source
        if answer.status != HTTPStatus.OK:
            raise http_error(source, answer.status, answer.reason, answer.headers.get("CIMError"))
        coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if coding != "identity":
            raise SourceUnreadable(source=source, reason=f"its answer is packed with {coding}, which was not asked for")
        kind = answer.headers.get("Content-Type")
        if kind is not None and not kind.strip().lower().startswith(_XML_TYPES):
            raise SourceUnreadable(source=source, reason=f"its answer is {kind}, not XML")


def _parameter(name: str, value: str) -> str:
    return f'<IPARAMVALUE NAME="{name}">{value}</IPARAMVALUE>'


def _class_parameter(class_name: str) -> str:
    return _parameter("ClassName", f"<CLASSNAME NAME={quoteattr(class_name)}/>")


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
