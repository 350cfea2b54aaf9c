"""Typing of the parameters of intrinsic operations (DSP0200 5.4.2).

CIM-XML names no types for them, so each operation declares its parameters here. Whatever does not fit is
CIM_ERR_INVALID_PARAMETER, before anything is done.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pywbem

UINT32_MAX = 2**32 - 1
# The names of schema elements (DSP0004 annex A, IDENTIFIER).
IDENTIFIER = re.compile("[A-Za-z_\u0080-\uffef][A-Za-z0-9_\u0080-\uffef]*")


@dataclass(frozen=True)
class Parameter:
    """A declared parameter: how to type it, and whether it may be left out or be NULL."""

    typed: Callable[[Any], Any]
    required: bool = False


def read_parameters(declared: Mapping[str, Parameter], given: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return typed values by declared name, None for those left out. Names compare without case.

    Raises CIM_ERR_INVALID_PARAMETER for unknown, repeated, missing and mistyped parameters.
    """
    spelling = {name.lower(): name for name in declared}
    values: dict[str, Any] = dict.fromkeys(declared)
    seen: set[str] = set()
    for name, raw in given:
        known = spelling.get(name.lower())
        if known is None or known in seen:
            raise invalid(f"Parameter {name!r} is {'given twice' if known else 'not known'}")
        seen.add(known)
        values[known] = None if raw is None else _typed(declared[known], known, raw)
    for name, parameter in declared.items():
        if parameter.required and values[name] is None:
            raise invalid(f"Parameter {name!r} is missing")
    return values


def invalid(text: str) -> pywbem.CIMError:
    """Return the error CIM_ERR_INVALID_PARAMETER with this text."""
    return pywbem.CIMError(pywbem.CIM_ERR_INVALID_PARAMETER, text)


def _typed(parameter: Parameter, name: str, raw: Any) -> Any:
    try:
        return parameter.typed(raw)
    except ValueError as error:
        raise invalid(f"Parameter {name!r} has a wrong type or value: {error}") from error


def boolean(raw: Any) -> bool:
    """Return a boolean, given as itself or as text."""
    if isinstance(raw, bool):
        return raw
    text = string(raw).strip().lower()
    if text not in ("true", "false"):
        raise ValueError("not a boolean")
    return text == "true"


def uint32(raw: Any) -> int:
    """Return an unsigned 32-bit number given as text."""
    text = string(raw).strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > UINT32_MAX:
        raise ValueError("not a uint32")
    return int(text)


def anything(raw: Any) -> Any:
    """Return the value as it was parsed: its type is known elsewhere."""
    return raw


def string(raw: Any) -> str:
    """Return text."""
    if not isinstance(raw, str):
        raise ValueError("not a string")
    return raw


def strings(raw: Any) -> list[str]:
    """Return an array of strings without NULLs; an array of none is allowed."""
    if not isinstance(raw, list):
        raise ValueError("not an array")
    return [string(one) for one in raw]


def class_name(raw: Any) -> str:
    """Return the name of a class given as CLASSNAME."""
    if not isinstance(raw, pywbem.CIMClassName):
        raise ValueError("not a class name")
    return str(raw.classname)


def instance_name(raw: Any) -> pywbem.CIMInstanceName:
    """Return the path of an instance given as INSTANCENAME."""
    if not isinstance(raw, pywbem.CIMInstanceName):
        raise ValueError("not an instance name")
    return raw


def object_name(raw: Any) -> pywbem.CIMInstanceName | str:
    """Return the path of an instance, or the name of a class."""
    return class_name(raw) if isinstance(raw, pywbem.CIMClassName) else instance_name(raw)


def instance(raw: Any) -> pywbem.CIMInstance:
    """Return an instance."""
    if not isinstance(raw, pywbem.CIMInstance):
        raise ValueError("not an instance")
    return raw


def named_instance(raw: Any) -> pywbem.CIMInstance:
    """Return an instance that has its path."""
    found = instance(raw)
    if found.path is None:
        raise ValueError("not a named instance")
    return found


def cim_class(raw: Any) -> pywbem.CIMClass:
    """Return a class declaration. All names in it are identifiers."""
    if not isinstance(raw, pywbem.CIMClass):
        raise ValueError("not a class")
    for name in (raw.classname, *raw.properties, *raw.methods):
        _check_identifier(name)
    for method in raw.methods.values():
        for name in method.parameters:
            _check_identifier(name)
    return raw


def qualifier(raw: Any) -> pywbem.CIMQualifierDeclaration:
    """Return a qualifier declaration. Its name is an identifier."""
    if not isinstance(raw, pywbem.CIMQualifierDeclaration):
        raise ValueError("not a qualifier declaration")
    _check_identifier(raw.name)
    return raw


def _check_identifier(name: str) -> None:
    if not IDENTIFIER.fullmatch(name):
        raise ValueError(f"{name[:50]!r} is no name")
