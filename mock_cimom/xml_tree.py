"""Reading of XML nobody vouches for into the tuple trees pywbem's parser takes.

Refused before anything is built of them: document types (and with them every entity declaration), processing
instructions, more than MAX_DEPTH levels, MAX_ELEMENTS elements or MAX_ATTRIBUTES attributes of one element. The caller
limits the size in bytes.
"""

import re
from typing import Any
from xml.parsers import expat

MAX_DEPTH = 64
MAX_ELEMENTS = 500_000
MAX_ATTRIBUTES = 32  # DSP0201 gives no element more than about ten
# Long text arrives in parts of this many bytes, few enough to put together one by one.
TEXT_PART = 2**20

# The parser would gather all attributes of an element before anybody can refuse them. Nothing here is ever matched
# twice, so that text made to mislead it takes no longer than any other.
_ATTRIBUTE = rb"""\s++[^\s<>/=\"']++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+')"""
_TOO_MANY_ATTRIBUTES = re.compile(rb"<[^\s<>/!?=]++(?:" + _ATTRIBUTE + rb"){%d}" % (MAX_ATTRIBUTES + 1))

TupleTree = tuple[str, dict[str, str], list[Any]]


class NotWellFormedError(ValueError):
    """The text is not well-formed XML in UTF-8."""


class RefusedXmlError(ValueError):
    """The text is XML of a kind that is not accepted here."""


def parse_xml(text: bytes) -> TupleTree:
    """Return the root element as (name, attributes, children). Raises NotWellFormedError or RefusedXmlError."""
    if _TOO_MANY_ATTRIBUTES.search(text):
        raise RefusedXmlError(f"an element has more than {MAX_ATTRIBUTES} attributes")
    builder = _TreeBuilder()
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.buffer_size = TEXT_PART
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.ProcessingInstructionHandler = _refuse_instruction
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    try:
        text.decode("utf-8")  # the parser would follow the byte order mark of another encoding
        parser.Parse(text, True)
    except (UnicodeDecodeError, expat.ExpatError) as error:
        raise NotWellFormedError(str(error)) from error
    if builder.root is None:
        raise NotWellFormedError("no element found")
    return builder.root


def _refuse_document_type(*_: object) -> None:
    raise RefusedXmlError("a document type declaration is not accepted")


def _refuse_instruction(*_: object) -> None:
    raise RefusedXmlError("a processing instruction is not accepted")


class _TreeBuilder:
    def __init__(self) -> None:
        self.root: TupleTree | None = None
        self._open: list[TupleTree] = []
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element: TupleTree = (name, attributes, [])
        self._elements += 1
        if len(self._open) >= MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise RefusedXmlError("the document is too deep or has too many elements")
        if self._open:
            self._open[-1][2].append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        children = self._open[-1][2]
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)
