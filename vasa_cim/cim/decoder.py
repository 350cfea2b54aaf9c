"""Reading the answer of an enumeration while it arrives: CIM-XML (DSP0201) to rows, by lxml's pull parser.

Only what the enumerations return is understood: VALUE.NAMEDINSTANCE, INSTANCENAME and ERROR. Anything that is not
as DSP0201 says makes the whole answer unreadable; a cut answer is never a short list.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar, cast

from lxml import etree

from vasa_cim.cim.cleaning import XmlCleaner
from vasa_cim.cim.errors import cim_error
from vasa_cim.cim.rows import ObjectName, Row, Scalar, Value
from vasa_cim.errors import SourceUnreadable

_ERROR = "ERROR"
_RESPONSE = "IMETHODRESPONSE"
_RETURN_VALUE = "IRETURNVALUE"
_INTEGERS = frozenset(f"{sign}int{bits}" for sign in ("u", "s") for bits in (8, 16, 32, 64))
_REALS = frozenset({"real32", "real64"})
_TRUTH = {"true": True, "false": False}


_Result = TypeVar("_Result")


class _Unreadable(Exception):
    """The answer is not as DSP0201 says; the text is the reason."""


def decode_instances(source: str, operation: str, chunks: Iterable[bytes], properties: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of an EnumerateInstances answer, holding only these properties.

    `operation` names the request in errors; its first word is the operation. Raises SourceUnreadable for what is no
    whole, sound answer, and the CIM error if the answer is one.
    """
    wanted = {name.lower(): name for name in properties}
    return _decode(source, operation, chunks, "VALUE.NAMEDINSTANCE", lambda element: _row(element, wanted))


def decode_names(source: str, operation: str, chunks: Iterable[bytes]) -> Iterator[ObjectName]:
    """Yield the names of an EnumerateInstanceNames answer. Arguments and errors as in `decode_instances`."""
    return _decode(source, operation, chunks, "INSTANCENAME", lambda element: _instance_name(element, None))


def _decode(
    source: str, operation: str, chunks: Iterable[bytes], tag: str, convert: Callable[[etree._Element], _Result]
) -> Iterator[_Result]:
    """Yield each element of that tag right below IRETURNVALUE, converted, as soon as it is complete."""
    parser = etree.XMLPullParser(
        events=("end",),
        tag=(tag, _ERROR, _RESPONSE),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    answered = False
    try:
        for cleaned in _cleaned(chunks):
            parser.feed(cleaned)
            for _, element in cast("Iterator[tuple[str, etree._Element]]", parser.read_events()):
                answered = answered or element.tag == _RESPONSE
                if _is_result(source, operation, element):
                    yield convert(element)
                    _forget(element)
        root = parser.close()
    except (etree.XMLSyntaxError, _Unreadable, ValueError) as error:
        raise SourceUnreadable(source=source, reason=f"{operation}: {error}") from error
    if root.tag != "CIM" or not answered:
        raise SourceUnreadable(source=source, reason=f"{operation}: no CIM-XML response")


def _cleaned(chunks: Iterable[bytes]) -> Iterator[bytes]:
    cleaner = XmlCleaner()
    for chunk in chunks:
        if cleaned := cleaner.clean(chunk):
            yield cleaned
    if rest := cleaner.clean(b"", final=True):
        yield rest


def _is_result(source: str, operation: str, element: etree._Element) -> bool:
    """Return whether a finished element is one of the answer's; raise the error that it may be instead."""
    parent = element.getparent()
    above = None if parent is None else parent.tag
    if element.tag == _ERROR and above == _RESPONSE:
        raise cim_error(source, int(_attribute(element, "CODE")), element.get("DESCRIPTION"))
    if element.tag == _RESPONSE and _attribute(element, "NAME") != operation.split(" ", 1)[0]:
        raise _Unreadable(f"the answer is one to {element.get('NAME')}")
    return element.tag not in (_ERROR, _RESPONSE) and above == _RETURN_VALUE


def _forget(element: etree._Element) -> None:
    """Free a used element and its elder siblings; the parser still holds on to the youngest."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _row(element: etree._Element, wanted: Mapping[str, str]) -> Row:
    name, body = _child(element, "INSTANCENAME"), _child(element, "INSTANCE")
    values: dict[str, Value] = {}
    for item in body:
        asked = wanted.get(str(item.get("NAME", "")).lower())
        if asked is not None and (value := _property(item)) is not None:
            values[asked] = value
    return Row(_instance_name(name, None), values)


def _property(item: etree._Element) -> Value:
    """Return the value of a PROPERTY, PROPERTY.ARRAY or PROPERTY.REFERENCE; None for NULL, and for other elements."""
    content = item[0] if len(item) else None
    while content is not None and content.tag == "QUALIFIER":
        content = content.getnext()
    if content is None:
        return None
    if item.tag == "PROPERTY":
        return _scalar(content, item.get("TYPE", "string"))
    if item.tag == "PROPERTY.ARRAY":
        kind = item.get("TYPE", "string")
        return tuple(None if one.tag == "VALUE.NULL" else _scalar(one, kind) for one in content)
    return _reference(content) if item.tag == "PROPERTY.REFERENCE" else None


def _scalar(value: etree._Element, kind: str) -> Scalar:
    if value.tag != "VALUE":
        raise _Unreadable(f"{value.tag} where VALUE is due")
    text = value.text or ""
    if kind in _INTEGERS:
        return int(text.strip(), 0) if "x" in text.lower() else int(text.strip())
    if kind in _REALS:
        return float(text.strip())
    if kind == "boolean":
        truth = _TRUTH.get(text.strip().lower())
        if truth is None:
            raise _Unreadable(f"{text!r} where a boolean is due")
        return truth
    return text


def _instance_name(element: etree._Element, namespace: str | None) -> ObjectName:
    """Return the name that an INSTANCENAME spells: bindings, or one key alone that is not named."""
    bindings: dict[str, str | ObjectName] = {}
    for item in element:
        if item.tag == "KEYBINDING" and len(item):
            bindings[sys.intern(_attribute(item, "NAME").lower())] = _key(item[0])
        elif item.tag in ("KEYVALUE", "VALUE.REFERENCE"):
            bindings[""] = _key(item)
        else:
            raise _Unreadable(f"{item.tag} in an instance name")
    return ObjectName(sys.intern(_attribute(element, "CLASSNAME")), bindings, namespace)


def _key(element: etree._Element) -> str | ObjectName:
    if element.tag == "KEYVALUE":
        return element.text or ""
    if element.tag == "VALUE.REFERENCE" and len(element):
        return _reference(element)
    raise _Unreadable(f"{element.tag} where a key value is due")


def _reference(element: etree._Element) -> ObjectName:
    """Return the instance that a VALUE.REFERENCE names: INSTANCEPATH, LOCALINSTANCEPATH or INSTANCENAME."""
    target = element[0] if len(element) else None
    if target is None or target.tag not in ("INSTANCEPATH", "LOCALINSTANCEPATH", "INSTANCENAME"):
        raise _Unreadable("a reference that names no instance")
    if target.tag == "INSTANCENAME":
        return _instance_name(target, None)
    namespace = "/".join(_attribute(part, "NAME") for part in target.iter("NAMESPACE"))
    return _instance_name(_child(target, "INSTANCENAME"), sys.intern(namespace) or None)


def _child(element: etree._Element, tag: str) -> etree._Element:
    found = element.find(tag)
    if found is None:
        raise _Unreadable(f"{element.tag} without {tag}")
    return found


def _attribute(element: etree._Element, name: str) -> str:
    value = element.get(name)
    if value is None:
        raise _Unreadable(f"{element.tag} without {name}")
    return str(value)
