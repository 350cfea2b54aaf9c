"""Reading the answer of an enumeration while it arrives: CIM-XML (DSP0201) to rows, by lxml's pull parser.

Only what the enumerations return is understood: VALUE.NAMEDINSTANCE, INSTANCENAME and ERROR. Anything that is not
as DSP0201 says makes the whole answer unreadable: a cut or odd answer is never a short list, and an odd value never
NULL, for what is missing from masking could show a LUN to a stranger.
"""

import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from lxml import etree

from vasa_cim.cim.cleaning import XmlCleaner
from vasa_cim.cim.errors import cim_error
from vasa_cim.cim.rows import ObjectName, Row, Scalar, Value
from vasa_cim.errors import SourceUnreadable

_ERROR = "ERROR"
_RESPONSE = "IMETHODRESPONSE"
_RETURN_VALUE = "IRETURNVALUE"
_PARAMETER = "PARAMVALUE"
_INTEGERS = {f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)} | {
    f"sint{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}|0[xX][0-9a-fA-F]{1,16})")
_REALS = frozenset({"real32", "real64"})
_TEXTS = frozenset({"string", "char16", "datetime"})
_QUALIFIER = "QUALIFIER"
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
        tag=(tag, _ERROR, _RETURN_VALUE, _RESPONSE),
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
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
                if _is_result(source, operation, element, tag):
                    yield convert(element)
                    _forget(element)
        root = parser.close()
    except (etree.XMLSyntaxError, _Unreadable, ValueError) as error:
        raise SourceUnreadable(source=source, reason=f"{operation}: {error}") from error
    if root.tag != "CIM" or not answered:
        raise SourceUnreadable(source=source, reason=f"{operation}: no CIM-XML response")
    declared = cast("Any", root.getroottree().docinfo.internalDTD)
    if declared is not None and (declared.entities() or declared.elements()):
        raise SourceUnreadable(source=source, reason=f"{operation}: it declares entities or elements of its own")


def _cleaned(chunks: Iterable[bytes]) -> Iterator[bytes]:
    cleaner = XmlCleaner()
    for chunk in chunks:
        if cleaned := cleaner.clean(chunk):
            yield cleaned
    if rest := cleaner.clean(b"", final=True):
        yield rest


def _is_result(source: str, operation: str, element: etree._Element, tag: str) -> bool:
    """Return whether a finished element is one of the answer's; raise the error that it may be instead."""
    if element.tag == _ERROR:
        raise cim_error(source, _error_code(element), element.get("DESCRIPTION"))
    if element.tag == _RESPONSE:
        if _attribute(element, "NAME") != operation.split(" ", 1)[0]:
            raise _Unreadable(f"the answer is one to {element.get('NAME')}")
        _check_children(element, (_RETURN_VALUE, _PARAMETER))
        return False
    if element.tag == _RETURN_VALUE:
        _check_children(element, (tag,))
        return False
    parent = element.getparent()
    return parent is not None and parent.tag == _RETURN_VALUE


def _error_code(element: etree._Element) -> int:
    code = _attribute(element, "CODE")
    if not _NUMBER.fullmatch(code):
        raise _Unreadable(f"an error with the code {code!r}")
    return int(code, 0) if "x" in code.lower() else int(code)


def _check_children(element: etree._Element, tags: Container[str]) -> None:
    for child in element:
        if child.tag not in tags:
            raise _Unreadable(f"{child.tag} in {element.tag}")


def _forget(element: etree._Element) -> None:
    """Free a used element and its elder siblings; the parser still holds on to the youngest."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (elder := element.getprevious()) is not None:
        if elder.tag != element.tag:
            raise _Unreadable(f"{elder.tag} in {parent.tag}")
        del parent[0]


def _row(element: etree._Element, wanted: Mapping[str, str]) -> Row:
    name, body = _child(element, "INSTANCENAME"), _child(element, "INSTANCE")
    if len(element) != 2:
        raise _Unreadable(f"{len(element)} parts in {element.tag}")
    values: dict[str, Value] = {}
    for item in body:
        if item.tag not in _PROPERTIES:
            if item.tag == _QUALIFIER:
                continue
            raise _Unreadable(f"{item.tag} in an instance")
        asked = wanted.get(_attribute(item, "NAME").lower())
        if asked is not None and (value := _PROPERTIES[str(item.tag)](item)) is not None:
            if asked in values:
                raise _Unreadable(f"property {asked} twice")
            values[asked] = value
    return Row(_instance_name(name, None), values)


def _content(item: etree._Element) -> etree._Element | None:
    """Return the one child of a property that is no qualifier; None for NULL, which has none."""
    found = [child for child in item if child.tag != _QUALIFIER]
    if len(found) > 1:
        raise _Unreadable(f"{len(found)} values in {item.tag}")
    return found[0] if found else None


def _single(item: etree._Element) -> Value:
    kind, value = _attribute(item, "TYPE"), _content(item)
    return None if value is None else _scalar(value, kind)


def _array(item: etree._Element) -> Value:
    kind, values = _attribute(item, "TYPE"), _content(item)
    if values is None:
        return None
    if values.tag != "VALUE.ARRAY":
        raise _Unreadable(f"{values.tag} where VALUE.ARRAY is due")
    return tuple(None if one.tag == "VALUE.NULL" else _scalar(one, kind) for one in values)


def _end(item: etree._Element) -> Value:
    value = _content(item)
    if value is not None and value.tag != "VALUE.REFERENCE":
        raise _Unreadable(f"{value.tag} where VALUE.REFERENCE is due")
    return None if value is None else _reference(value)


_PROPERTIES: Mapping[str, Callable[[etree._Element], Value]] = {
    "PROPERTY": _single,
    "PROPERTY.ARRAY": _array,
    "PROPERTY.REFERENCE": _end,
}


def _scalar(value: etree._Element, kind: str) -> Scalar:
    if value.tag != "VALUE" or len(value):
        raise _Unreadable(f"{value.tag} where VALUE with a text is due")
    text = value.text or ""
    if kind in _TEXTS:
        return text
    if kind in _INTEGERS:
        return _integer(text.strip(), kind)
    if kind in _REALS:
        return float(text.strip())
    truth = _TRUTH.get(text.strip().lower()) if kind == "boolean" else None
    if truth is None:
        raise _Unreadable(f"{text!r:.50} where {kind!r:.50} is due")
    return truth


def _integer(text: str, kind: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise _Unreadable(f"{text!r:.50} where {kind} is due")
    number = int(text, 0) if "x" in text.lower() else int(text)
    lowest, highest = _INTEGERS[kind]
    if not lowest <= number <= highest:
        raise _Unreadable(f"{text} is outside {kind}")
    return number


def _instance_name(element: etree._Element, namespace: str | None) -> ObjectName:
    """Return the name that an INSTANCENAME spells: bindings, or one key alone that is not named."""
    bindings: dict[str, str | ObjectName] = {}
    for item in element:
        if item.tag == "KEYBINDING" and len(item) == 1:
            key, value = sys.intern(_attribute(item, "NAME").lower()), _key(item[0])
        elif item.tag in ("KEYVALUE", "VALUE.REFERENCE"):
            key, value = "", _key(item)
        else:
            raise _Unreadable(f"{item.tag} in an instance name")
        if key in bindings:
            raise _Unreadable("the same key twice in an instance name")
        bindings[key] = value
    return ObjectName(sys.intern(_attribute(element, "CLASSNAME")), bindings, namespace)


def _key(element: etree._Element) -> str | ObjectName:
    if element.tag == "KEYVALUE" and not len(element):
        return element.text or ""
    if element.tag == "VALUE.REFERENCE" and len(element):
        return _reference(element)
    raise _Unreadable(f"{element.tag} where a key value is due")


def _reference(element: etree._Element) -> ObjectName:
    """Return the instance that a VALUE.REFERENCE names: INSTANCEPATH, LOCALINSTANCEPATH or INSTANCENAME."""
    target = element[0] if len(element) == 1 else None
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
