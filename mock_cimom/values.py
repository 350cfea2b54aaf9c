"""Values of CIM types as plain Python values and back.

Stored are int, float, bool, str and None, tuples of them for arrays, dates as their text, and private copies of
embedded objects. What a plain value is one of is told by the declared type, which its layout knows.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pywbem

INTEGERS: dict[str, type] = {
    "uint8": pywbem.Uint8,
    "uint16": pywbem.Uint16,
    "uint32": pywbem.Uint32,
    "uint64": pywbem.Uint64,
    "sint8": pywbem.Sint8,
    "sint16": pywbem.Sint16,
    "sint32": pywbem.Sint32,
    "sint64": pywbem.Sint64,
}
REALS: dict[str, type] = {"real32": pywbem.Real32, "real64": pywbem.Real64}
_EXACT: dict[str, type] = {**INTEGERS, **REALS, "boolean": bool, "datetime": pywbem.CIMDateTime}
_TEXT = ("string", "char16")


class UnfitError(ValueError):
    """A value is not of its declared type."""


def to_plain(value: Any, kind: str) -> Any:
    """Return one value of CIM type `kind`, but no reference, as it is stored. Raises UnfitError.

    The value must be of the very Python type pywbem gives to `kind`, so that nothing is lost.
    """
    if value is None:
        return None
    if kind in _TEXT:
        if type(value) is str:
            return value
        if kind == "string" and isinstance(value, (pywbem.CIMInstance, pywbem.CIMClass)):
            return deepcopy(value)
    elif type(value) is _EXACT.get(kind):
        return _PLAIN[kind](value)
    raise UnfitError(f"{value!r} is no {kind}")


def from_plain(value: Any, kind: str) -> Any:
    """Return a stored value, but no reference, as pywbem has it; a tuple becomes a list. Nothing is shared."""
    if value is None:
        return None
    make = TYPED[kind]
    if isinstance(value, tuple):
        return [None if one is None else make(one) for one in value]
    return make(value)


def checked(kind: str) -> Callable[[Any], Any]:
    """Return the function that gives a value as it is stored, from what a program would naturally give.

    It takes int, float, bool, str, pywbem's types, and raises UnfitError for what does not fit `kind`. None stays
    None.
    """
    if kind in INTEGERS:
        return _integer_check(kind, INTEGERS[kind])
    return {"boolean": _checked_bool, "datetime": _checked_date, "real32": _checked_real, "real64": _checked_real}.get(
        kind, _checked_text
    )


def _integer_check(kind: str, cim_type: Any) -> Callable[[Any], Any]:
    low, high = int(cim_type.minvalue), int(cim_type.maxvalue)

    def check(value: Any) -> Any:
        if type(value) is int and low <= value <= high:
            return value
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and low <= int(value) <= high:
            return int(value)
        raise UnfitError(f"{value!r} is no {kind}")

    return check


def _checked_text(value: Any) -> Any:
    if type(value) is str or value is None:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (pywbem.CIMInstance, pywbem.CIMClass)):
        return deepcopy(value)
    raise UnfitError(f"{value!r} is no string")


def _checked_bool(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    raise UnfitError(f"{value!r} is no boolean")


def _checked_real(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise UnfitError(f"{value!r} is no real number")


def _checked_date(value: Any) -> Any:
    if value is None:
        return None
    try:
        return str(pywbem.CIMDateTime(value))
    except (ValueError, TypeError) as error:
        raise UnfitError(f"{value!r} is no datetime") from error


def _text_or_copy(value: Any) -> Any:
    return value if type(value) is str else deepcopy(value)


_PLAIN: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(INTEGERS, int),
    **dict.fromkeys(REALS, float),
    "boolean": bool,
    "datetime": str,
}
TYPED: dict[str, Callable[[Any], Any]] = {
    **INTEGERS,
    **REALS,
    "boolean": bool,
    "datetime": pywbem.CIMDateTime,
    "string": _text_or_copy,
    "char16": str,
}
