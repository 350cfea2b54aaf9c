"""Columns of values as JSON: written once where all rows have the same, by number where few values come again."""

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

ONE, SOME, AT, ALL = "one", "some", "at", "all"

Data = dict[str, Any]


def pack(values: Sequence[Any]) -> Data:
    """Return a column of hashable values, or of values that JSON has, as JSON. Equal values must be of one type."""
    try:
        numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    except TypeError:
        return {ALL: list(values)}
    if len(numbers) == 1:
        return {ONE: values[0]}
    if len(numbers) * 4 <= len(values):
        return {SOME: list(numbers), AT: [numbers[value] for value in values]}
    return {ALL: list(values)}


def unpack(data: Data, count: int, convert: Callable[[Any], Any] | None) -> Sequence[Any]:
    """Return `count` values of a column; `convert` is applied to each that is written, once. Raises ValueError."""
    if ONE in data:
        return list(repeat(_converted([data[ONE]], convert)[0], count))
    if SOME in data:
        some = _converted(data[SOME], convert)
        values = [some[number] for number in data[AT]]
    else:
        values = _converted(data[ALL], convert)
    if len(values) != count:
        raise ValueError(f"a column has {len(values)} values instead of {count}")
    return values


def _converted(values: list[Any], convert: Callable[[Any], Any] | None) -> list[Any]:
    return values if convert is None else [None if value is None else convert(value) for value in values]
