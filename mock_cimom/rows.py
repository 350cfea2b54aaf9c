"""From pywbem's instances to rows."""

from copy import deepcopy
from typing import Any

import pywbem

from mock_cimom.keys import settle_path, settle_references
from mock_cimom.layout import Column, KeySlot, LooseLayout, layout_of
from mock_cimom.place import Group, Place, Row, Table
from mock_cimom.tables import Tables
from mock_cimom.values import UnfitError, to_plain


def row_of(tables: Tables, place: Place, instance: pywbem.CIMInstance) -> Row:
    """Return the row of an instance that is to stand at `place`, whose path it has. It shares nothing with `instance`.

    Places are made for what it refers to. An instance that no layout can give back exactly becomes a loose row.
    """
    try:
        return _fitting_row(tables, place, instance)
    except UnfitError:
        return _loose_row(tables, place, instance)


def detached_row(namespace: str, instance: pywbem.CIMInstance) -> Row:
    """Return a row of an instance with a path that is not stored anywhere, and refers to no place."""
    group = Group(Table(namespace), instance.path.classname.lower(), ())
    return LooseLayout(group), instance, ()


def _fitting_row(tables: Tables, place: Place, instance: pywbem.CIMInstance) -> Row:
    if instance.qualifiers:
        raise UnfitError("an instance with qualifiers")
    table = place.group.table
    properties = list(instance.properties.values())
    columns = tuple([_column(prop) for prop in properties])
    values = [_plain_value(tables, table, prop) for prop in properties]
    at = {column.name.lower(): number for number, column in enumerate(columns, 1)}
    row = (None, *values)
    keys = tuple([_key_slot(tables, table, at, row, *key) for key in instance.path.keybindings.items()])
    return (layout_of(place.group, instance.classname, instance.path.classname, columns, keys), *values)


def _column(prop: pywbem.CIMProperty) -> Column:
    if prop.qualifiers:
        raise UnfitError("a property with qualifiers")
    return Column(
        prop.name,
        prop.type,
        bool(prop.is_array),
        prop.reference_class,
        prop.embedded_object,
        prop.array_size,
        prop.class_origin,
        prop.propagated,
    )


def _plain_value(tables: Tables, table: Table, prop: pywbem.CIMProperty) -> Any:
    value = prop.value
    if prop.type == "reference":
        if prop.is_array or not (value is None or isinstance(value, pywbem.CIMInstanceName)):
            raise UnfitError("a reference to no instance")
        return None if value is None else tables.place(value, table)
    if prop.is_array and value is not None:
        if type(value) is not list:
            raise UnfitError("no array")
        return tuple([to_plain(one, prop.type) for one in value])
    return to_plain(value, prop.type)


def _key_slot(tables: Tables, table: Table, at: dict[str, int], row: Row, name: str, value: Any) -> KeySlot:
    """Return where the key of a path is in the row. Raises UnfitError if its property is not there or differs."""
    number = at.get(name.lower())
    if number is None:
        raise UnfitError("a key without its property")
    stored = row[number]
    if isinstance(value, pywbem.CIMInstanceName):
        same, kind = tables.place(value, table) is stored, Place
    else:
        kind = type(value)
        if value is None:
            raise UnfitError("a key without value")
        plain = str(value) if kind is pywbem.CIMDateTime else value
        numbers = isinstance(plain, (int, float)) and not isinstance(plain, bool)
        same = plain == stored and ((numbers and not isinstance(stored, bool)) or type(plain) is type(stored))
    if not same:
        raise UnfitError("a key that differs from its property")
    return KeySlot(name, number, kind)


def _loose_row(tables: Tables, place: Place, instance: pywbem.CIMInstance) -> Row:
    table = place.group.table
    held = deepcopy(instance)
    held.path.namespace = table.name
    settle_path(held.path, table.name)
    settle_references(held, table.name)
    references = tuple(
        (prop.name.lower(), tables.place(prop.value, table))
        for prop in held.properties.values()
        if prop.type == "reference" and isinstance(prop.value, pywbem.CIMInstanceName)
    )
    # What its keys alone refer to must keep its place, or the path would no longer be found.
    for value in held.path.keybindings.values():
        if isinstance(value, pywbem.CIMInstanceName):
            table.pinned.add(tables.place(value, table))
    return LooseLayout(place.group), held, references
