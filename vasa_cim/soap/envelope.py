"""SOAP envelopes of requests: bytes to the one child of Body (`vasa-1.0 1.2`, 1.5).

Refused with a plain SOAP fault: what is not well-formed XML in a known encoding, any document type declaration, and
any envelope that SOAP does not allow. Processing instructions and comments are ignored.
"""

import codecs
import re
import threading
from dataclasses import dataclass

from lxml import etree

from vasa_cim.soap.faults import FaultCode, SoapFault
from vasa_cim.soap.names import SoapVersion, local_name
from vasa_cim.soap.values import Element, is_blank

_DECLARED = re.compile(rb"""<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_DOCTYPE = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
"""Names of encodings as they are sent, and Python's."""
_ENVELOPES = {f"{{{version.namespace}}}Envelope": version for version in SoapVersion}
_TRUE = ("1", "true")
_NEXT = {
    SoapVersion.V11: ("actor", ("", "http://schemas.xmlsoap.org/soap/actor/next")),
    SoapVersion.V12: (
        "role",
        (
            "",
            "http://www.w3.org/2003/05/soap-envelope/role/next",
            "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
        ),
    ),
}
"""The attribute that says whom a header is for, and the values that mean us."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request: the SOAP version, its headers, and the child of Body (None where Body is empty)."""

    version: SoapVersion
    headers: tuple[Element, ...]
    child: Element | None


class EnvelopeReader:
    """Parses requests; each thread has its own parser, as lxml wants it."""

    def __init__(self) -> None:
        self._local = threading.local()

    def parse(self, body: bytes, charset: str | None) -> Element:
        """Return the root element. `charset` is the one of the Content-Type, None without. Raises SoapFault."""
        text = _as_utf8(body, charset)
        if not text.strip(b"\t\n\r "):
            raise _client("the request is empty")
        if _DOCTYPE.match(text):
            raise _client("a document type declaration is not allowed")
        try:
            root = etree.fromstring(text, self._parser())
        except etree.XMLSyntaxError as error:
            line, column = error.position
            raise _client(f"the request is not well-formed XML (line {line}, column {column})") from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise _client("a document type declaration is not allowed")
        return root

    def _parser(self) -> etree.XMLParser:
        parser: etree.XMLParser | None = getattr(self._local, "parser", None)
        if parser is None:
            parser = etree.XMLParser(
                encoding="utf-8",
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                remove_comments=True,
                remove_pis=True,
                huge_tree=False,
            )
            self._local.parser = parser
        return parser


def open_envelope(root: Element) -> Envelope:
    """Return what the envelope holds. Raises SoapFault."""
    version = _ENVELOPES.get(root.tag)
    if version is None:
        if local_name(root.tag) == "Envelope" and root.tag != "Envelope":
            raise SoapFault(FaultCode.VERSION_MISMATCH, "the envelope is neither SOAP 1.1 nor SOAP 1.2")
        raise _client("the root element is not a SOAP Envelope")
    parts = list(root)
    header = parts.pop(0) if parts and parts[0].tag == f"{{{version.namespace}}}Header" else None
    if len(parts) != 1 or parts[0].tag != f"{{{version.namespace}}}Body":
        raise _client("the Envelope does not hold exactly one Body, after at most one Header")
    body = parts[0]
    children = list(body)
    if len(children) > 1:
        raise _client("the Body holds more than one element")
    texts = [root.text, body.text, body.tail, *[one.tail for one in children], None if header is None else header.tail]
    if any(text is not None and not is_blank(text) for text in texts):
        raise _client("there is text between the elements of the envelope")
    return Envelope(version, () if header is None else tuple(header), children[0] if children else None)


def not_understood(envelope: Envelope) -> tuple[str, ...]:
    """Return the tags of headers that are meant for us and must be understood: none is."""
    return tuple(header.tag for header in envelope.headers if _must_understand(header, envelope.version))


def _must_understand(header: Element, version: SoapVersion) -> bool:
    attribute, ours = _NEXT[version]
    if (header.get(f"{{{version.namespace}}}mustUnderstand") or "").strip() not in _TRUE:
        return False
    return (header.get(f"{{{version.namespace}}}{attribute}") or "").strip() in ours


def _as_utf8(body: bytes, charset: str | None) -> bytes:
    """Return the document in UTF-8 without a byte order mark.

    A mark beats the charset of the Content-Type, and that beats the XML declaration (RFC 7303 3).
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], encoding)
    if charset is None:
        found = _DECLARED.match(body)
        charset = found.group(1).decode("ascii") if found else _guessed(body)
    return _decoded(body, charset)


def _guessed(body: bytes) -> str:
    if body.startswith(b"<\0"):
        return "utf-16le"
    return "utf-16be" if body.startswith(b"\0<") else "utf-8"


def _decoded(body: bytes, charset: str) -> bytes:
    name = _ENCODINGS.get(charset.lower())
    if name is None:
        raise _client("the encoding of the request is not supported; use UTF-8")
    if name == "utf-16":
        name = "utf-16-le" if body.startswith(b"<\0") else "utf-16-be"
    try:
        text = body.decode(name)
    except UnicodeDecodeError:
        raise _client(f"the request is not text in {charset.lower()}") from None
    return body if name in ("utf-8", "ascii") else text.encode("utf-8", "replace")


def _client(reason: str) -> SoapFault:
    return SoapFault(FaultCode.CLIENT, reason)


def describe(tag: str) -> str:
    """Return the local name of an element for a fault string, cut to a decent length."""
    return local_name(tag)[:80]
