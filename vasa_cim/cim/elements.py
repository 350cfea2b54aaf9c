"""Finished elements of an answer to rows and object names (DSP0201 5.2.5, 5.2.6).

An odd value is never taken for NULL, for what is missing from masking could show a LUN to a stranger.
"""

import re
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

from vasa_cim.cim.rows import ObjectName, Row, Scalar, Value

_INTEGERS = {f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)} | {
    f"sint{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}|0[xX][0-9a-fA-F]{1,16})")
_REALS = frozenset({"real32", "real64"})
_TEXTS = frozenset({"string", "char16", "datetime"})
_LONG = 19  # digits, with which a number may be outside every type
_TYPES = frozenset({*_INTEGERS, *_REALS, *_TEXTS, "boolean"})
_BOTH = 2
_ALIKE = frozenset({"creationclassname", "systemcreationclassname", "systemname"})
_QUALIFIER = "QUALIFIER"
_TRUTH = {"true": True, "false": False}
_PATHS = {"INSTANCENAME": "", "INSTANCEPATH": "NAMESPACEPATH", "LOCALINSTANCEPATH": "LOCALNAMESPACEPATH"}
"""What a reference may hold, and where its namespace is told."""


class Malformed(Exception):
    """The answer is not as DSP0201 says; the text is the reason."""


def named_row(element: etree._Element, wanted: Mapping[str, str]) -> Row:
    """Return the row of a VALUE.NAMEDINSTANCE. `wanted` maps properties, as they are asked for and in lower case,
    to the names asked for.

    Raises Malformed, as all functions here do.
    """
    name, body = _pair(element, "INSTANCENAME", "INSTANCE")
    return Row(_instance_name(name, None), _values(body, wanted))


def pathed_row(element: etree._Element, wanted: Mapping[str, str]) -> Row:
    """Return the row of a VALUE.INSTANCEWITHPATH; its namespace is that of the request."""
    path, body = _pair(element, "INSTANCEPATH", "INSTANCE")
    return Row(path_name(path), _values(body, wanted))


def own_name(element: etree._Element) -> ObjectName:
    """Return the name that an INSTANCENAME spells, in the namespace of the request."""
    return _instance_name(element, None)


def path_name(element: etree._Element) -> ObjectName:
    """Return the name that an INSTANCEPATH spells, in the namespace of the request."""
    return _instance_name(_pair(element, "NAMESPACEPATH", "INSTANCENAME")[1], None)


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute that must be there."""
    value = element.get(name)
    if value is None:
        raise Malformed(f"{element.tag} without {name}")
    return value


def integer(text: str) -> int | None:
    """Return what a number of DSP0201 spells, None if it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    return int(text, 0) if "x" in text.lower() else int(text)


def _pair(element: etree._Element, first: str, second: str) -> tuple[etree._Element, etree._Element]:
    """Return the children of an element that has two."""
    if len(element) != 2:
        raise Malformed(f"{len(element)} parts in {element.tag}")
    one, other = element
    if one.tag != first or other.tag != second:
        raise Malformed(f"{one.tag} and {other.tag} in {element.tag}")
    return one, other


# --- values ---


def _values(body: etree._Element, wanted: Mapping[str, str]) -> dict[str, Value]:
    """Return the wanted properties of an INSTANCE.

    The usual one, a scalar with nothing but name and type, is read right here: an array has hundreds of thousands.
    """
    values: dict[str, Value] = {}
    for item in body:
        tag = item.tag
        if tag == "PROPERTY" and len(item) == 1:
            found: Any = item.values()
            if len(found) == _BOTH and found[1] in _TYPES and found[0] not in _TYPES:
                asked, value = wanted.get(found[0]), item[0]
                if asked is not None and asked not in values and value.tag == "VALUE" and not len(value):
                    values[asked] = _converted(value.text or "", found[1])
                    continue
        _add_property(values, item, tag, wanted)
    return values


def _add_property(values: dict[str, Value], item: etree._Element, tag: str, wanted: Mapping[str, str]) -> None:
    """Add a property of any form if it is wanted and not NULL."""
    convert = _PROPERTIES.get(tag)
    if convert is None:
        if tag == _QUALIFIER:
            return
        raise Malformed(f"{tag} in an instance")
    name = attribute(item, "NAME")
    asked = wanted.get(name) or wanted.get(name.lower())
    if asked is None or (value := convert(item)) is None:
        return
    if asked in values:
        raise Malformed(f"property {asked} twice")
    values[asked] = value


def _content(item: etree._Element) -> etree._Element | None:
    """Return the one child of a property that is no qualifier; None for NULL, which has none."""
    found = None
    for one in item:
        if one.tag != _QUALIFIER:
            if found is not None:
                raise Malformed(f"two values in {item.tag}")
            found = one
    return found


def _single(item: etree._Element) -> Value:
    value = _content(item)
    return None if value is None else _scalar(value, attribute(item, "TYPE"))


def _array(item: etree._Element) -> Value:
    values = _content(item)
    if values is None:
        return None
    if values.tag != "VALUE.ARRAY":
        raise Malformed(f"{values.tag} where VALUE.ARRAY is due")
    kind = attribute(item, "TYPE")
    return tuple([None if one.tag == "VALUE.NULL" else _scalar(one, kind) for one in values])


def _end(item: etree._Element) -> Value:
    value = _content(item)
    if value is not None and value.tag != "VALUE.REFERENCE":
        raise Malformed(f"{value.tag} where VALUE.REFERENCE is due")
    return None if value is None else _reference(value)


_PROPERTIES: Mapping[str, Callable[[etree._Element], Value]] = {
    "PROPERTY": _single,
    "PROPERTY.ARRAY": _array,
    "PROPERTY.REFERENCE": _end,
}


def _scalar(value: etree._Element, kind: str) -> Scalar:
    if value.tag != "VALUE" or len(value):
        raise Malformed(f"{value.tag} where VALUE with a text is due")
    return _converted(value.text or "", kind)


def _converted(text: str, kind: str) -> Scalar:
    if kind in _TEXTS:
        return text
    limits = _INTEGERS.get(kind)
    if limits is not None:
        return _integer(text, kind, limits)
    if kind in _REALS:
        return float(text.strip())
    truth = _TRUTH.get(text.strip().lower()) if kind == "boolean" else None
    if truth is None:
        raise Malformed(f"{text!r:.50} where {kind!r:.50} is due")
    return truth


def _integer(text: str, kind: str, limits: tuple[int, int]) -> int:
    plain = len(text) < _LONG and text.isdigit() and text.isascii()
    number = int(text) if plain else integer(text.strip())
    if number is None:
        raise Malformed(f"{text!r:.50} where {kind} is due")
    if not limits[0] <= number <= limits[1]:
        raise Malformed(f"{text:.50} is outside {kind}")
    return number


@lru_cache(maxsize=4096)
def _shared(text: str) -> str:
    """Return an equal text, the same object each time: names of systems and classes come in masses."""
    return text


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    """Return a name of CIM in lower case, the same object each time: there are few, and they come in masses."""
    return sys.intern(name.lower())


# --- names ---


def _instance_name(element: etree._Element, namespace: str | None) -> ObjectName:
    """Return the name that an INSTANCENAME spells: bindings, or one key alone that is not named."""
    bindings: dict[str, str | ObjectName] = {}
    for item in element:
        tag = item.tag
        if tag == "KEYBINDING" and len(item) == 1:
            key, held = _folded(item.get("NAME") or attribute(item, "NAME")), item[0]
            usual = held.tag == "KEYVALUE" and not len(held)
            value = (held.text or "") if usual else _key(held)
            if key in _ALIKE and isinstance(value, str):
                value = _shared(value)
        elif tag in ("KEYVALUE", "VALUE.REFERENCE"):
            key, value = "", _key(item)
        else:
            raise Malformed(f"{tag} in an instance name")
        if key in bindings:
            raise Malformed("the same key twice in an instance name")
        bindings[key] = value
    return ObjectName(sys.intern(attribute(element, "CLASSNAME")), bindings, namespace)


def _key(element: etree._Element) -> str | ObjectName:
    tag = element.tag
    if tag == "KEYVALUE" and not len(element):
        return element.text or ""
    if tag == "VALUE.REFERENCE" and len(element):
        return _reference(element)
    raise Malformed(f"{tag} where a key value is due")


def _reference(element: etree._Element) -> ObjectName:
    """Return the instance that a VALUE.REFERENCE names: INSTANCEPATH, LOCALINSTANCEPATH or INSTANCENAME."""
    target = element[0] if len(element) == 1 else None
    if target is None or target.tag not in _PATHS:
        raise Malformed("a reference that names no instance")
    if target.tag == "INSTANCENAME":
        return _instance_name(target, None)
    space, name = _pair(target, _PATHS[target.tag], "INSTANCENAME")
    namespace = "/".join([attribute(part, "NAME") for part in space.iter("NAMESPACE")])
    return _instance_name(name, sys.intern(namespace) or None)
