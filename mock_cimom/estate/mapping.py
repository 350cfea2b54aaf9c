"""An estate's description as plain values, for the header of a saved form, and back."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from mock_cimom.estate.description import EstateDescription


def mapping_of(description: EstateDescription) -> dict[str, Any]:
    """Return a description as values that JSON can hold: enumerations by name, tuples as lists."""
    plain: dict[str, Any] = _plain(description)
    return plain


def described(mapping: Mapping[str, Any]) -> EstateDescription:
    """Return the description that `mapping_of` made the mapping of. Raises ValueError for any other mapping."""
    try:
        found = _typed(EstateDescription, mapping)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError("this is no description of an estate that this version knows") from error
    if not isinstance(found, EstateDescription):
        raise ValueError("this is no description of an estate")
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _typed(kind: Any, value: Any) -> Any:
    if isinstance(kind, UnionType):
        chosen = [one for one in get_args(kind) if one is not NoneType]
        return None if value is None else _typed(chosen[0], value)
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], one) for one in value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind[value]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _typed(hints[name], one) for name, one in value.items()})  # type: ignore[operator]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
