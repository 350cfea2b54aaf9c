"""Instances, paths and values as CIM-XML text (DSP0201), written as strings without a document tree.

`row_xml` does the same for rows, much faster.
"""

import math
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import pywbem

# Programs may put characters into a repository that XML 1.0 has no way to write: they must not break an answer.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile(r'[&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]')
# An element without content that some clients cannot read in its short form. Text cannot be taken for one: it has no
# "<" or ">" that is not escaped.
_SHORT_FORM = re.compile(r"<((?:PROPERTY|METHOD|PARAMETER|QUALIFIER|VALUE)(?:\.(?!NULL)[A-Z]+)*)( [^<>]*)?/>")
_REPLACED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
_UNWRITABLE = "\ufffd"


def escaped(text: str) -> str:
    """Return text fit for element content and for attribute values. Characters that XML does not have are replaced."""
    return _SPECIAL.sub(lambda found: _REPLACED.get(found.group(), _UNWRITABLE), text)


def value_text(value: Any) -> str:
    """Return one value of any type but reference as the text inside VALUE (DSP0201 5.2.4)."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return real_text(value, "real32" if isinstance(value, pywbem.Real32) else "real64")
    if isinstance(value, (pywbem.CIMInstance, pywbem.CIMClass)):
        return escaped(embedded_xml(value))
    return escaped(str(value))


def real_text(value: float, kind: str) -> str:
    """Return a real number with the digits of its type (DSP0201 5.2.4.3)."""
    if math.isfinite(value):
        return f"{value:.8e}" if kind == "real32" else f"{value:.16e}"
    return "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"


def embedded_xml(value: pywbem.CIMInstance | pywbem.CIMClass) -> str:
    """Return an embedded object as INSTANCE or CLASS, without its path."""
    if isinstance(value, pywbem.CIMClass):
        return class_xml(value)
    body = "".join(property_xml(prop) for prop in value.properties.values() if prop.value is not None)
    return f'<INSTANCE CLASSNAME="{escaped(value.classname)}">{body}</INSTANCE>'


def class_xml(declared: pywbem.CIMClass) -> str:
    """Return CLASS, with opening and closing tags also where a property has no default."""
    return _SHORT_FORM.sub(r"<\1\2></\1>", _NOT_IN_XML.sub(_UNWRITABLE, declared.tocimxml().toxml()))


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


@lru_cache(maxsize=256)
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
    head = property_head(prop)
    return f"<{head}>{values_xml(prop.value, prop.type)}</{head.partition(' ')[0]}>"


def property_head(prop: Any, origin: str | None = None) -> str:
    """Return the opening tag, without its brackets, of a CIMProperty or of a layout's column."""
    name = f'NAME="{escaped(prop.name)}"'
    if origin is not None:
        name += f' CLASSORIGIN="{escaped(origin)}"'
    if prop.type == "reference":
        head = f"PROPERTY.REFERENCE {name}"
        return f'{head} REFERENCECLASS="{escaped(prop.reference_class)}"' if prop.reference_class else head
    head = f'{"PROPERTY.ARRAY" if prop.is_array else "PROPERTY"} {name} TYPE="{prop.type}"'
    # Not EMBEDDEDOBJECT: some clients refuse that spelling.
    return f'{head} EmbeddedObject="{prop.embedded_object}"' if prop.embedded_object else head


def instance_xml(
    instance: pywbem.CIMInstance, wanted: Iterable[str] | None, origins: dict[str, str] | None = None
) -> str:
    """Return INSTANCE. NULL properties are left out.

    `wanted` are lower-case property names, None means all. `origins` gives the class each property comes from, by
    lower-case name; None leaves CLASSORIGIN out.
    """
    chosen = instance.properties if wanted is None else [name for name in wanted if name in instance.properties]
    body = []
    for name in chosen:
        prop = instance.properties[name]
        if prop.value is not None:
            head = property_head(prop, None if origins is None else origins.get(name.lower()))
            body.append(f"<{head}>{values_xml(prop.value, prop.type)}</{head.partition(' ')[0]}>")
    return f'<INSTANCE CLASSNAME="{escaped(instance.classname)}">{"".join(body)}</INSTANCE>'
