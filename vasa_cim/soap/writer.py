"""Writers, compiled from the declared types: Python objects to XML text in wire order (`vasa-1.0 1.4`)."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from spyne.model.complex import ComplexModelBase
from spyne.model.primitive import AnyXml, Boolean, DateTime, Decimal, Unicode

from vasa_cim.soap.bindings import BINDINGS, declared_type, is_repeated, itself
from vasa_cim.soap.names import PREFIXES

Write = Callable[[Any], str]

_UNSAFE = re.compile("[&<>\r]|[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_WWN_DIGITS = 16


class WwnFormat(StrEnum):
    """How WWNs are spelled in StoragePort (`vasa-1.0 9.2`, U4): `50:06:...`, `5006...` or a decimal number."""

    COLON = "colon"
    BARE = "bare"
    DECIMAL = "decimal"

    def write(self, wwn: str) -> str:
        """Return 16 lower-case hex digits in this format; anything else as it is, escaped."""
        try:
            number = int(wwn, 16)
        except ValueError:
            return escape(wwn)
        if len(wwn) != _WWN_DIGITS or self is WwnFormat.BARE:
            return escape(wwn)
        if self is WwnFormat.DECIMAL:
            return str(number)
        return ":".join(wwn[start : start + 2] for start in range(0, _WWN_DIGITS, 2))


def escape(text: str) -> str:
    """Return `text` fit for element content; characters that XML 1.0 forbids are left out."""
    if text.isprintable() and not ("<" in text or "&" in text or ">" in text):
        return text
    return _UNSAFE.sub(lambda match: _ESCAPES.get(match.group(), ""), text)


def write_time(moment: datetime) -> str:
    """Return an xs:dateTime in UTC with `Z`, to the millisecond. `moment` has a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


class Writers:
    """The writers of one server; `wwn_format` is part of them."""

    def __init__(self, wwn_format: WwnFormat = WwnFormat.COLON) -> None:
        self._wwn_format = wwn_format
        self._contents: dict[Any, Write] = {}

    def content(self, contract: Any) -> Write:
        """Return the writer of a complex type's children; the object is the one of the type's binding."""
        contract = declared_type(contract)
        if contract not in self._contents:
            self._contents[contract] = self._compile(contract)
        return self._contents[contract]

    def element(self, namespace: str, name: str, contract: Any) -> Write:
        """Return the writer of one element, or of a list of them where the declaration is repeated.

        The value None gives no element.
        """
        return self._element(namespace, name, contract, None)

    def _element(self, namespace: str, name: str, contract: Any, leaf: Write | None) -> Write:
        tag = f"{PREFIXES[namespace]}:{name}"
        opening, closing, leaf = self._flattened(f"<{tag}>", f"</{tag}>", contract, leaf)
        return _list_writer(opening, closing, leaf) if is_repeated(contract) else _writer(opening, closing, leaf)

    def _flattened(self, opening: str, closing: str, contract: Any, leaf: Write | None) -> tuple[str, str, Write]:
        """Return the tags around a value and what writes it; a type that is one text takes its child's tags too."""
        if leaf is not None:
            return opening, closing, leaf
        if not issubclass(contract, ComplexModelBase):
            return opening, closing, _leaf(contract)
        fields = _fields(declared_type(contract))
        if len(fields) == 1 and fields[0][3] is itself:
            namespace, name, inner, _ = fields[0]
            tag = f"{PREFIXES[namespace]}:{name}"
            return f"{opening}<{tag}>", f"</{tag}>{closing}", _leaf(inner)
        return opening, closing, self.content(contract)

    def _compile(self, contract: Any) -> Write:
        wwns = BINDINGS[contract].wwns
        writers = [
            _field_writer(get, self._element(namespace, name, field, self._wwn_format.write if name in wwns else None))
            for namespace, name, field, get in _fields(contract)
        ]
        return lambda owner: "".join([write(owner) for write in writers])


def _fields(contract: Any) -> list[tuple[str, str, Any, Any]]:
    """Return (namespace, name, declaration, getter) of the fields that are sent, those of base types first."""
    binding = BINDINGS[contract]
    found = []
    for owner in reversed([one for one in contract.__mro__ if "_type_info" in one.__dict__]):
        for name, field in owner.__dict__["_type_info"].items():
            get = binding.getter(name)
            if get is not None and not issubclass(field, AnyXml):
                found.append((owner.get_namespace(), name, field, get))
    return found


def _leaf(contract: Any) -> Write:
    if issubclass(contract, Unicode):
        return escape
    if issubclass(contract, Boolean):
        return lambda value: "true" if value else "false"
    if issubclass(contract, DateTime):
        return write_time
    if issubclass(contract, Decimal):
        return str
    raise TypeError(f"no writer for {contract.get_type_name()}")


def _field_writer(get: Callable[[Any], Any], write: Write) -> Write:
    return lambda owner: write(get(owner))


def _writer(opening: str, closing: str, leaf: Write) -> Write:
    def write(value: Any) -> str:
        return "" if value is None else f"{opening}{leaf(value)}{closing}"

    return write


def _list_writer(opening: str, closing: str, leaf: Write) -> Write:
    between = closing + opening

    def write(values: Iterable[Any] | None) -> str:
        if not values:
            return ""
        texts = _escape_all(values) if leaf is escape else [leaf(value) for value in values]
        return f"{opening}{between.join(texts)}{closing}"

    return write


def _escape_all(values: Iterable[str]) -> Iterable[str]:
    """Return the texts escaped; one look at all of them is enough where none needs it, as with ids."""
    texts = list(values)
    joined = "".join(texts)
    return texts if escape(joined) is joined else [escape(text) for text in texts]
