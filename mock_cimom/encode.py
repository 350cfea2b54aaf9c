"""Instances, paths and values as CIM-XML text (DSP0201), written as strings without a document tree.

What an entry looks like is built once and kept with it: entries never change.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pywbem

from mock_cimom.instance_store import Entry

_SPECIAL = re.compile('[&<>"\r\n\t]')
# An element without content that some clients cannot read in its short form. Text cannot be taken for one: it has no
# "<" or ">" that is not escaped.
_SHORT_FORM = re.compile(r"<((?:PROPERTY|METHOD|PARAMETER|QUALIFIER|VALUE)(?:\.(?!NULL)[A-Z]+)*)( [^<>]*)?/>")
_REPLACED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}


def escaped(text: str) -> str:
    """Return text fit for element content and for attribute values."""
    return _SPECIAL.sub(lambda found: _REPLACED[found.group()], text)


def value_text(value: Any) -> str:
    """Return one value of any type but reference as the text inside VALUE (DSP0201 5.2.4)."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.8e}" if isinstance(value, pywbem.Real32) else f"{value:.16e}"
    if isinstance(value, (pywbem.CIMInstance, pywbem.CIMClass)):
        return escaped(embedded_xml(value))
    return escaped(str(value))


def embedded_xml(value: pywbem.CIMInstance | pywbem.CIMClass) -> str:
    """Return an embedded object as INSTANCE or CLASS, without its path."""
    if isinstance(value, pywbem.CIMClass):
        return class_xml(value)
    body = "".join(property_xml(prop) for prop in value.properties.values() if prop.value is not None)
    return f'<INSTANCE CLASSNAME="{escaped(value.classname)}">{body}</INSTANCE>'


def class_xml(declared: pywbem.CIMClass) -> str:
    """Return CLASS, with opening and closing tags also where a property has no default."""
    return _SHORT_FORM.sub(r"<\1\2></\1>", declared.tocimxml().toxml())


def values_xml(value: Any, kind: str) -> str:
    """Return VALUE, VALUE.ARRAY, VALUE.REFERENCE or VALUE.REFARRAY of a value of CIM type `kind`."""
    single: Callable[[Any], str] = _reference_value if kind == "reference" else _plain_value
    if not isinstance(value, list):
        return single(value)
    tag = "VALUE.REFARRAY" if kind == "reference" else "VALUE.ARRAY"
    return f"<{tag}>{''.join(single(one) for one in value)}</{tag}>"


def _plain_value(value: Any) -> str:
    return "<VALUE.NULL/>" if value is None else f"<VALUE>{value_text(value)}</VALUE>"


def _reference_value(value: Any) -> str:
    return "<VALUE.NULL/>" if value is None else f"<VALUE.REFERENCE>{reference_xml(value)}</VALUE.REFERENCE>"


def reference_xml(path: pywbem.CIMInstanceName | pywbem.CIMClassName) -> str:
    """Return the path of a reference value: local if its namespace is known, else the bare name."""
    if isinstance(path, pywbem.CIMClassName):
        name, tag = f'<CLASSNAME NAME="{escaped(path.classname)}"/>', "LOCALCLASSPATH"
    else:
        name, tag = name_xml(path), "LOCALINSTANCEPATH"
    return f"<{tag}>{namespace_xml(path.namespace)}{name}</{tag}>" if path.namespace else name


def namespace_xml(namespace: str) -> str:
    """Return LOCALNAMESPACEPATH."""
    parts = "".join(f'<NAMESPACE NAME="{escaped(part)}"/>' for part in namespace.split("/"))
    return f"<LOCALNAMESPACEPATH>{parts}</LOCALNAMESPACEPATH>"


def name_xml(path: pywbem.CIMInstanceName) -> str:
    """Return INSTANCENAME."""
    keys = "".join(
        f'<KEYBINDING NAME="{escaped(name)}">{_key_xml(value)}</KEYBINDING>' for name, value in path.keybindings.items()
    )
    return f'<INSTANCENAME CLASSNAME="{escaped(path.classname)}">{keys}</INSTANCENAME>'


def _key_xml(value: Any) -> str:
    if isinstance(value, pywbem.CIMInstanceName):
        return _reference_value(value)
    if isinstance(value, bool):
        kind = "boolean"
    elif isinstance(value, (int, float)):
        kind = "numeric"
    else:
        kind = "string"
    return f'<KEYVALUE VALUETYPE="{kind}">{value_text(value)}</KEYVALUE>'


def property_xml(prop: pywbem.CIMProperty) -> str:
    """Return PROPERTY, PROPERTY.ARRAY or PROPERTY.REFERENCE of a property that has a value."""
    name = escaped(prop.name)
    if prop.type == "reference":
        head = f'PROPERTY.REFERENCE NAME="{name}"'
        if prop.reference_class:
            head += f' REFERENCECLASS="{escaped(prop.reference_class)}"'
    else:
        head = f'{"PROPERTY.ARRAY" if prop.is_array else "PROPERTY"} NAME="{name}" TYPE="{prop.type}"'
        if prop.embedded_object:
            # Not EMBEDDEDOBJECT: some clients refuse that spelling.
            head += f' EmbeddedObject="{prop.embedded_object}"'
    tag = head.partition(" ")[0]
    return f"<{head}>{values_xml(prop.value, prop.type)}</{tag}>"


def entry_name_xml(entry: Entry) -> str:
    """Return INSTANCENAME of a stored instance."""
    if entry.name_xml is None:
        entry.name_xml = name_xml(entry.instance.path)
    return entry.name_xml


def _fragments(entry: Entry) -> dict[str, str]:
    """Return the property elements of a stored instance by lower-case name. NULL properties are left out."""
    if entry.fragments is None:
        entry.fragments = {
            prop.name.lower(): property_xml(prop)
            for prop in entry.instance.properties.values()
            if prop.value is not None
        }
    return entry.fragments


def entry_instance_xml(entry: Entry, wanted: Iterable[str] | None, origins: dict[str, str] | None = None) -> str:
    """Return INSTANCE of a stored instance.

    `wanted` are lower-case property names, None means all. `origins` gives the class each property comes from, by
    lower-case name; None leaves CLASSORIGIN out.
    """
    fragments = _fragments(entry)
    if wanted is None:
        chosen = list(fragments.items())
    else:
        chosen = [(name, fragments[name]) for name in wanted if name in fragments]
    if origins is None:
        body = "".join([text for _, text in chosen])
    else:
        body = "".join([_with_origin(text, origins.get(name)) for name, text in chosen])
    return f'<INSTANCE CLASSNAME="{entry.instance.classname}">{body}</INSTANCE>'


def _with_origin(fragment: str, origin: str | None) -> str:
    if origin is None:
        return fragment
    after_name = fragment.index('"', fragment.index('"') + 1) + 1
    return f'{fragment[:after_name]} CLASSORIGIN="{origin}"{fragment[after_name:]}'
