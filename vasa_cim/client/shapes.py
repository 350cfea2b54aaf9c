"""Reading XML strictly: leaves of one XML Schema type, and elements made of named fields (`vasa-1.0 1.4`)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Generic, TypeVar

from lxml import etree

from vasa_cim.client.contract import SCHEMA_INSTANCE
from vasa_cim.client.failures import unreadable

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Reader = Callable[[etree._Element], T]

_NIL = f"{{{SCHEMA_INSTANCE}}}nil"
_TYPE = f"{{{SCHEMA_INSTANCE}}}type"
_TRUE, _FALSE = ("true", "1"), ("false", "0")
_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_DATE_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def is_nil(element: etree._Element) -> bool:
    """Return whether the element is `xsi:nil`; any other attribute than nil and type is an error."""
    if not element.attrib:
        return False
    for name in element.attrib:
        if name not in (_NIL, _TYPE):
            raise unreadable(element, f"unknown attribute {name!r}")
    nil = element.get(_NIL, "false").strip()
    if nil not in _TRUE + _FALSE:
        raise unreadable(element, f"xsi:nil is {nil!r}")
    if nil in _TRUE and (len(element) or element.text):
        raise unreadable(element, "has content although it is nil")
    return nil in _TRUE


def text(element: etree._Element) -> str:
    """Read xs:string; the empty text is a value."""
    if len(element):
        raise unreadable(element, f"has a child {etree.QName(element[0]).localname} where text belongs")
    return element.text or ""


def filled_text(element: etree._Element) -> str:
    """Read xs:string where nothing is not a value."""
    if not (value := text(element)).strip():
        raise unreadable(element, "is empty")
    return value


def integer(element: etree._Element, bits: int = 64) -> int:
    """Read xs:long, or xs:int with `bits` 32."""
    value = text(element).strip()
    if not _INTEGER.fullmatch(value) or not -(1 << (bits - 1)) <= int(value) < 1 << (bits - 1):
        raise unreadable(element, f"{value!r} is not an integer of {bits} bits")
    return int(value)


def boolean(element: etree._Element) -> bool:
    """Read xs:boolean."""
    value = text(element).strip()
    if value not in _TRUE + _FALSE:
        raise unreadable(element, f"{value!r} is not a boolean")
    return value in _TRUE


def date_time(element: etree._Element) -> datetime:
    """Read xs:dateTime with a time zone; digits below the microsecond are dropped."""
    value = text(element).strip()
    match = _DATE_TIME.fullmatch(value)
    if not match:
        raise unreadable(element, f"{value!r} is not a date and time")
    *numbers, fraction, zone = match.groups()
    if zone is None:
        raise unreadable(element, f"{value!r} has no time zone")
    try:
        year, month, day, hour, minute, second = map(int, numbers)
        microsecond = int((fraction or "0")[:6].ljust(6, "0"))
        return datetime(year, month, day, hour, minute, second, microsecond, _zone(zone))
    except ValueError as error:
        raise unreadable(element, f"{value!r} is not a date and time: {error}") from error


def _zone(spelled: str) -> timezone:
    if spelled == "Z":
        return UTC
    hours, minutes = spelled[1:].split(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if spelled[0] == "-" else offset)


def one_of(enumeration: type[E]) -> Reader[E]:
    """Return the reader of an enumeration's exact wire text (`vasa-1.0 3.1`)."""
    members = {member.value: member for member in enumeration}

    def read(element: etree._Element) -> E:
        member = members.get(value := text(element))
        if member is None:
            raise unreadable(element, f"{value!r} is not one of {', '.join(members)}")
        return member

    return read


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a data type: its element name, the model's attribute, and how its text becomes a value.

    `required` is the reference's column "Req"; for a list it asks for at least one. `nillable` follows the schema.
    """

    wire: str
    attribute: str
    read: Reader[Any]
    required: bool = True
    many: bool = False
    nillable: bool = True


class Shape(Generic[T]):
    """A reader of elements with children of one namespace: a data type, made into an object by `make`.

    Any order of the children is taken; unknown, repeated and missing ones are errors. `check` gets the element and
    the new object, and raises for what the fields alone cannot tell.
    """

    def __init__(
        self,
        make: Callable[..., T],
        namespace: str,
        fields: Sequence[Field],
        check: Callable[[etree._Element, T], None] | None = None,
    ) -> None:
        self._make = make
        self._fields: Mapping[str, Field] = {f"{{{namespace}}}{one.wire}": one for one in fields}
        self._many = tuple(one.attribute for one in fields if one.many)
        self._required = tuple(one for one in fields if one.required)
        self._check = check

    def __call__(self, element: etree._Element) -> T:
        """Read one element. Raises UnreadableAnswer."""
        values: dict[str, Any] = {attribute: [] for attribute in self._many}
        no_stray_text(element)
        for child in element:
            field = self._fields.get(str(child.tag))
            if field is None:
                raise unreadable(child, f"unknown element in namespace {etree.QName(child).namespace!r}")
            self._take(field, child, values)
        for field in self._required:
            if field.attribute not in values or values[field.attribute] == []:
                raise unreadable(element, "is missing", field.wire)
        for attribute in self._many:
            values[attribute] = tuple(values[attribute])
        made = self._make(**values)
        if self._check is not None:
            self._check(element, made)
        return made

    @staticmethod
    def _take(field: Field, child: etree._Element, values: dict[str, Any]) -> None:
        if is_nil(child):
            if not field.nillable:
                raise unreadable(child, "must not be nil")
            return
        value = field.read(child)
        if field.many:
            values[field.attribute].append(value)
        elif field.attribute in values:
            raise unreadable(child, "is there more than once")
        else:
            values[field.attribute] = value


def no_stray_text(element: etree._Element) -> None:
    """Raise UnreadableAnswer if there is text between the children."""
    if (element.text and element.text.strip()) or any(child.tail and child.tail.strip() for child in element):
        raise unreadable(element, "has text between its elements")
