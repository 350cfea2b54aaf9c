"""SOAP 1.1 and 1.2 around a body (`vasa-1.0 1.2`)."""

from dataclasses import dataclass
from enum import Enum

from lxml import etree

from vasa_cim.client.failures import UnreadableAnswer, unreadable
from vasa_cim.client.shapes import no_stray_text


@dataclass(frozen=True, slots=True)
class _Dialect:
    label: str
    namespace: str
    media_type: str


class SoapVersion(Enum):
    """The two SOAP versions of the contract."""

    V1_1 = _Dialect("1.1", "http://schemas.xmlsoap.org/soap/envelope/", "text/xml")
    V1_2 = _Dialect("1.2", "http://www.w3.org/2003/05/soap-envelope", "application/soap+xml")

    @property
    def namespace(self) -> str:
        """The namespace of the envelope."""
        return self.value.namespace

    @property
    def media_type(self) -> str:
        """The media type of requests and answers."""
        return self.value.media_type

    def headers(self, operation: str) -> dict[str, str]:
        """Return the HTTP headers of a request of this operation."""
        content_type = f"{self.media_type}; charset=UTF-8"
        if self is SoapVersion.V1_2:
            return {"Content-Type": f'{content_type}; action="urn:{operation}"'}
        return {"Content-Type": content_type, "SOAPAction": f'"urn:{operation}"'}

    @classmethod
    def of(cls, label: str) -> "SoapVersion":
        """Return the version written "1.1" or "1.2". Raises ValueError for other text."""
        for version in cls:
            if version.value.label == label:
                return version
        raise ValueError(f"no SOAP version {label}")


def wrapped(version: SoapVersion, request: etree._Element | None) -> bytes:
    """Return the bytes of an envelope around a request; None gives an empty body."""
    envelope = etree.Element(f"{{{version.namespace}}}Envelope", nsmap={"e": version.namespace})
    body = etree.SubElement(envelope, f"{{{version.namespace}}}Body")
    if request is not None:
        body.append(request)
    return etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)


def unwrapped(version: SoapVersion, content: bytes) -> etree._Element | None:
    """Return the only child of an answer's body, None if the body is empty. Raises UnreadableAnswer.

    A document type, another SOAP version than the request's, and a second child of the body are errors.
    """
    envelope = _parsed(content)
    if envelope.tag != f"{{{version.namespace}}}Envelope":
        raise UnreadableAnswer(element=envelope.tag, reason=f"is not an envelope of SOAP {version.value.label}")
    no_stray_text(envelope)
    parts = list(envelope)
    if parts and parts[0].tag == f"{{{version.namespace}}}Header":
        parts.pop(0)
    if len(parts) != 1 or parts[0].tag != f"{{{version.namespace}}}Body":
        raise UnreadableAnswer(element="Envelope", reason="does not hold exactly one Body, after a Header at most")
    no_stray_text(parts[0])
    if len(parts[0]) > 1:
        raise unreadable(parts[0][1], "is a second child of Body")
    return parts[0][0] if len(parts[0]) else None


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableAnswer(element="Envelope", reason=f"is not well-formed XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableAnswer(element="Envelope", reason="has a document type")
    return root
