"""Simple values of a request, read strictly by the rules of XML Schema (`vasa-1.0 1.4`)."""

import re
from collections.abc import Callable
from typing import Any

from lxml import etree
from spyne.model.primitive import Boolean, Decimal, Unicode

from vasa_cim.errors import InvalidArgument
from vasa_cim.soap.bindings import declared_type
from vasa_cim.soap.names import DATA, XSD, XSI
from vasa_cim.soap.types import ENUMERATIONS

Element = etree._Element
Parse = Callable[[str, str], Any]
"""Takes the text of an element and the argument's name, returns the value or raises InvalidArgument."""

XSI_NIL = f"{{{XSI}}}nil"
XSI_TYPE = f"{{{XSI}}}type"

_NAME_LENGTH = 80
_SPACES = "\t\n\r "
_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_RANGES = {"long": 1 << 63, "int": 1 << 31}

_NARROWER = {
    "string": {"normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "ID", "IDREF", "ENTITY"},
    "long": {"int", "short", "byte"},
    "int": {"short", "byte"},
    "boolean": set(),
}
"""Built-in types that may stand in an xsi:type for the declared one, because they are restrictions of it."""


def refused(argument: str, reason: str) -> InvalidArgument:
    """Return the fault for an argument that is not shaped as declared; its name may be the client's invention."""
    return InvalidArgument(argument=argument[:_NAME_LENGTH], reason=reason)


def is_blank(text: str | None) -> bool:
    """Return whether there is nothing but white space."""
    return text is None or not text.strip(_SPACES)


def is_nil(element: Element, argument: str) -> bool:
    """Return whether the element says xsi:nil; a nil element with content is refused."""
    said = element.get(XSI_NIL)
    if said is None:
        return False
    if (nil := _TRUTH.get(said.strip(_SPACES))) is None:
        raise refused(argument, "xsi:nil is neither true nor false")
    if nil and (len(element) or element.text):
        raise refused(argument, "it is nil and has content")
    return nil


def text_of(element: Element, argument: str) -> str:
    """Return the text of an element that may hold nothing else."""
    if len(element):
        raise refused(argument, "it holds elements where text belongs")
    return element.text or ""


def parser_of(contract: Any) -> Parse:
    """Return what turns the text of a simple type into its value."""
    if issubclass(contract, Unicode):
        return lambda text, _: text
    if issubclass(contract, Boolean):
        return _boolean
    if issubclass(contract, Decimal) and declared_type(contract).get_type_name() in _RANGES:
        limit = _RANGES[declared_type(contract).get_type_name()]
        return lambda text, argument: _integer(text, argument, limit)
    raise TypeError(f"no reader for {contract.get_type_name()}")


def _boolean(text: str, argument: str) -> bool:
    if (value := _TRUTH.get(text.strip(_SPACES))) is None:
        raise refused(argument, "it is not a boolean")
    return value


def _integer(text: str, argument: str, limit: int) -> int:
    spelled = text.strip(_SPACES)
    if _INTEGER.fullmatch(spelled) is None:
        raise refused(argument, "it is not a whole number")
    number = int(spelled)
    if not -limit <= number < limit:
        raise refused(argument, "the number is out of range")
    return number


def allowed_types(contract: Any) -> frozenset[str]:
    """Return the `{namespace}name` of every type that an xsi:type may name for this declaration."""
    declared = declared_type(contract)
    name = declared.get_type_name()
    if declared.get_namespace() != XSD:
        return frozenset({f"{{{declared.get_namespace()}}}{name}"})
    names = {f"{{{XSD}}}{one}" for one in {name, *_NARROWER[name]}}
    if name == "string":
        names |= {f"{{{DATA}}}{one.get_type_name()}" for one in ENUMERATIONS}
    return frozenset(names)


def check_type(element: Element, allowed: frozenset[str], argument: str) -> None:
    """Raise InvalidArgument if the element carries an xsi:type that is not one of `allowed`."""
    said = element.get(XSI_TYPE)
    if said is None:
        return
    prefix, _, name = said.strip(_SPACES).rpartition(":")
    if f"{{{element.nsmap.get(prefix or None, '')}}}{name}" not in allowed:
        raise refused(argument, "its xsi:type is not the declared type")
