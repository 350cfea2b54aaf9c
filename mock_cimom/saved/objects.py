"""pywbem's objects as JSON and back: class and qualifier declarations, paths, and instances held as they are."""

from collections.abc import Callable
from typing import Any

import pywbem

from mock_cimom.values import TYPED, from_plain, to_plain

Data = dict[str, Any]

KIND = "kind"
# The attributes that make each kind of object, in the names its constructor takes.
ATTRIBUTES: dict[type, tuple[str, ...]] = {
    pywbem.CIMClass: ("classname", "superclass", "properties", "methods", "qualifiers", "path"),
    pywbem.CIMInstance: ("classname", "properties", "qualifiers", "path"),
    pywbem.CIMProperty: (
        "name", "type", "is_array", "array_size", "reference_class", "embedded_object", "class_origin", "propagated",
        "qualifiers", "value",
    ),
    pywbem.CIMMethod: ("name", "return_type", "class_origin", "propagated", "parameters", "qualifiers"),
    pywbem.CIMParameter: (
        "name", "type", "is_array", "array_size", "reference_class", "embedded_object", "qualifiers", "value",
    ),
    pywbem.CIMQualifier: (
        "name", "type", "propagated", "overridable", "tosubclass", "toinstance", "translatable", "value",
    ),
    pywbem.CIMQualifierDeclaration: (
        "name", "type", "is_array", "array_size", "scopes", "overridable", "tosubclass", "toinstance", "translatable",
        "value",
    ),
    pywbem.CIMInstanceName: ("classname", "namespace", "host", "keybindings"),
    pywbem.CIMClassName: ("classname", "namespace", "host"),
}  # fmt: skip
KINDS = {found.__name__: found for found in ATTRIBUTES}
COLLECTIONS = ("properties", "methods", "parameters", "qualifiers")

# The Python types a key may have in a path.
KEY_TYPES: dict[str, type] = {
    **{found.__name__: found for found in TYPED.values() if isinstance(found, type)},
    "int": int,
    "float": float,
    "str": str,
}
KEY_KINDS: dict[str, Callable[[Any], Any]] = {**KEY_TYPES, "NoneType": lambda _: None}


def to_data(found: Any) -> Data:
    """Return a pywbem object as JSON; what is None is left out."""
    data: Data = {KIND: type(found).__name__}
    for name in ATTRIBUTES[type(found)]:
        value = getattr(found, name)
        if name in COLLECTIONS:
            value = [to_data(one) for one in value.values()]
        elif name == "scopes":
            value = [[scope, bool(on)] for scope, on in value.items()]
        elif name == "keybindings":
            value = [[key, *_key_data(one)] for key, one in value.items()]
        elif name == "value":
            value = value_data(value, found.type)
        elif name == "path" and value is not None:
            value = to_data(value)
        if value is not None and (value or name not in COLLECTIONS):
            data[name] = value
    return data


def from_data(data: Data) -> Any:
    """Return the pywbem object of `to_data`. Raises ValueError, TypeError or KeyError for anything else."""
    cim_type = KINDS[data[KIND]]
    given: Data = {name: value for name, value in data.items() if name != KIND}
    unknown = given.keys() - set(ATTRIBUTES[cim_type])
    if unknown:
        raise ValueError(f"{data[KIND]} has no {', '.join(unknown)}")
    path = given.pop("path", None)
    for name in COLLECTIONS:
        if name in given:
            given[name] = [from_data(one) for one in given[name]]
    if "scopes" in given:
        given["scopes"] = [(scope, on) for scope, on in given["scopes"]]
    if "keybindings" in given:
        given["keybindings"] = [(name, _key_from(kind, value)) for name, kind, value in given["keybindings"]]
    if "type" in given:
        given["value"] = value_from(given.get("value"), given["type"])
    found = cim_type(**given)
    if path is not None:
        found.path = from_data(path)
    return found


def value_data(value: Any, kind: str) -> Any:
    """Return a value of CIM type `kind` as JSON."""
    if isinstance(value, (list, tuple)):
        return [value_data(one, kind) for one in value]
    if type(value) in ATTRIBUTES:
        return to_data(value)
    return to_plain(value, kind)


def value_from(data: Any, kind: str) -> Any:
    """Return the value of `value_data`."""
    if isinstance(data, list):
        return [value_from(one, kind) for one in data]
    return from_data(data) if isinstance(data, dict) else from_plain(data, kind)


def _key_data(value: Any) -> tuple[str, Any]:
    if isinstance(value, pywbem.CIMInstanceName):
        return "path", to_data(value)
    return key_kind(type(value)), str(value) if isinstance(value, pywbem.CIMDateTime) else value


def _key_from(kind: str, value: Any) -> Any:
    return from_data(value) if kind == "path" else KEY_KINDS[kind](value)


def key_kind(found: type) -> str:
    """Return the name under which KEY_KINDS has a Python type. Raises ValueError if it does not have it."""
    if found.__name__ not in KEY_KINDS:
        raise ValueError(f"a key of type {found.__name__} cannot be saved")
    return found.__name__
