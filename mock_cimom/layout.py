"""Layouts: what instances of one form share, so that each needs to hold its values only.

A row is a tuple of its layout and one plain value (`values`) for each column; references are places. An instance that
does not fit is held as it is, by a LooseLayout.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

import pywbem

from mock_cimom.place import Group, Place, Row, copied_path
from mock_cimom.tables import key_in
from mock_cimom.values import from_plain


class Column(NamedTuple):
    """One property without its value."""

    name: str
    type: str
    is_array: bool = False
    reference_class: str | None = None
    embedded_object: str | None = None
    array_size: int | None = None
    class_origin: str | None = None
    propagated: bool | None = None


class KeySlot(NamedTuple):
    """One key of the path, in its spelling: the place of its value in a row, and the Python type it has in the path.

    `kind` is Place for a reference.
    """

    name: str
    at: int
    kind: type


class Layout:
    """The class, properties and keys that rows share. Layouts of one group are made by `layout_of` only."""

    __slots__ = (
        "__weakref__", "_key_order", "class_key", "class_name", "columns", "group", "keys", "path_class", "places_of",
        "references_at", "writers",
    )  # fmt: skip

    def __init__(
        self, group: Group, class_name: str, path_class: str, columns: tuple[Column, ...], keys: tuple[KeySlot, ...]
    ) -> None:
        self.group = group
        self.class_name = class_name
        self.class_key = group.class_key
        self.path_class = path_class
        self.columns = columns
        self.keys = keys
        self.places_of = {column.name.lower(): at for at, column in enumerate(columns, 1)}
        self.references_at = tuple(
            (column.name.lower(), at) for at, column in enumerate(columns, 1) if column.type == "reference"
        )
        self._key_order = self._plain_key_order()
        # How its rows are written as CIM-XML: kept here by the encoder.
        self.writers: dict[Any, Any] = {}

    def _plain_key_order(self) -> tuple[int, ...] | None:
        """Return where the key values are in the order of the group's keys; None if they need more than taking."""
        ordered = sorted(self.keys, key=lambda slot: slot.name.lower())
        if tuple(slot.name.lower() for slot in ordered) != self.group.key_names:
            return None
        if any(slot.kind is bool for slot in ordered):
            return None
        return tuple(slot.at for slot in ordered)

    def key(self, row: Row) -> Any:
        """Return the key of the row's path in its group."""
        order = self._key_order
        if order is None:
            return key_in(self.group, [(slot.name.lower(), row[slot.at]) for slot in self.keys])
        return row[order[0]] if len(order) == 1 else tuple([row[at] for at in order])

    def key_columns(self, columns: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the keys of many rows, given as their columns in order."""
        order = self._key_order
        if order is None:
            return [self.key((self, *values)) for values in zip(*columns, strict=True)]
        if len(order) == 1:
            return list(columns[order[0] - 1])
        return list(zip(*[columns[at - 1] for at in order], strict=True))

    def path(self, row: Row) -> pywbem.CIMInstanceName:
        """Return the path of a row, with its namespace."""
        keys = [(slot.name, self._key_value(row, slot)) for slot in self.keys]
        return pywbem.CIMInstanceName(self.path_class, keys, namespace=self.group.table.name)

    def key_value(self, row: Row, name: str) -> Any:
        """Return the value of one key, by its name without case. Raises KeyError."""
        for slot in self.keys:
            if slot.name == name or slot.name.lower() == name.lower():
                return self._key_value(row, slot)
        raise KeyError(name)

    @staticmethod
    def _key_value(row: Row, slot: KeySlot) -> Any:
        value = row[slot.at]
        if slot.kind is str:
            return value
        return value.path if slot.kind is Place else slot.kind(value)

    def name_of_class(self, _row: Row) -> str:
        """Return the name of the creation class."""
        return self.class_name

    def has(self, _row: Row, name: str) -> bool:
        """Tell whether there is a property of this name, without case."""
        return name.lower() in self.places_of

    def value(self, row: Row, name: str) -> Any:
        """Return the value of one property as pywbem has it, None if it is NULL or not there."""
        at = self.places_of.get(name.lower())
        return None if at is None else self._typed(row[at], self.columns[at - 1])

    @staticmethod
    def _typed(value: Any, column: Column) -> Any:
        if column.type == "reference":
            return value.path if value is not None else None
        return from_plain(value, column.type)

    def instance(self, row: Row) -> pywbem.CIMInstance:
        """Return the instance a row stands for, with its path. Nothing of it is shared."""
        found = pywbem.CIMInstance(
            self.class_name,
            [
                pywbem.CIMProperty(
                    column.name,
                    self._typed(value, column),
                    type=column.type,
                    class_origin=column.class_origin,
                    array_size=column.array_size,
                    propagated=column.propagated,
                    is_array=column.is_array,
                    reference_class=column.reference_class,
                    embedded_object=column.embedded_object,
                )
                for column, value in zip(self.columns, row[1:], strict=True)
            ],
        )
        found.path = self.path(row)
        return found

    def references(self, row: Row) -> list[tuple[str, Place]]:
        """Return role (in lower case) and place of each reference property that has a value."""
        return [(role, row[at]) for role, at in self.references_at if row[at] is not None]


class LooseLayout:
    """The form of instances that are held as they are: (layout, instance, roles and places of its references)."""

    __slots__ = ("class_key", "group")

    def __init__(self, group: Group) -> None:
        self.group = group
        self.class_key = group.class_key

    @staticmethod
    def path(row: Row) -> pywbem.CIMInstanceName:
        """Return a copy of the path."""
        return copied_path(row[1].path)

    @staticmethod
    def key_value(row: Row, name: str) -> Any:
        """Return the value of one key, by its name without case. Raises KeyError."""
        return row[1].path[name]

    @staticmethod
    def name_of_class(row: Row) -> str:
        """Return the name of the creation class."""
        return str(row[1].classname)

    @staticmethod
    def has(row: Row, name: str) -> bool:
        """Tell whether there is a property of this name, without case."""
        return name in row[1].properties

    @staticmethod
    def value(row: Row, name: str) -> Any:
        """Return a copy of the value of one property, None if it is NULL or not there."""
        return deepcopy(row[1].get(name))

    @staticmethod
    def instance(row: Row) -> pywbem.CIMInstance:
        """Return a copy of the instance."""
        return deepcopy(row[1])

    @staticmethod
    def references(row: Row) -> tuple[tuple[str, Place], ...]:
        """Return role (in lower case) and place of each reference property that has a value."""
        found: tuple[tuple[str, Place], ...] = row[2]
        return found


def layout_of(
    group: Group, class_name: str, path_class: str, columns: tuple[Column, ...], keys: tuple[KeySlot, ...]
) -> Layout:
    """Return the one layout of this form; it lives as long as somebody uses it."""
    form = (class_name, path_class, columns, keys)
    found = group.layouts.get(form)
    if found is None:
        found = group.layouts[form] = Layout(group, class_name, path_class, columns, keys)
    return found


def python_type(column: Column, typed: dict[str, Callable[[Any], Any]]) -> type:
    """Return the Python type that a key of this property has in a path."""
    if column.type == "reference":
        return Place
    found = typed[column.type]
    return found if isinstance(found, type) else str
