"""Making of CIM instances that fit their class declarations."""

from collections.abc import Callable, Mapping
from typing import Any

import pywbem

from mock_cimom.layout import Column, KeySlot, Layout, layout_of, python_type
from mock_cimom.place import Place, Row, Table
from mock_cimom.repository import Namespace
from mock_cimom.tables import Tables
from mock_cimom.values import TYPED, UnfitError, checked

OK = 2  # CIM_ManagedSystemElement.OperationalStatus
HEALTHY = 5  # CIM_ManagedSystemElement.HealthState
HEALTH: dict[str, Any] = {"OperationalStatus": [OK], "HealthState": HEALTHY}

# One instance an estate refers to: a value for reference properties, its keys by name, and its `path`.
Ref = Place

Check = Callable[[Any], Any]


class InstanceFactory:
    """Makes typed instances from plain values and stores them in one namespace.

    A property the class does not have, and a key or required property left out, is an error of the caller: KeyError
    or ValueError; so is a value that is not of the declared type: ValueError. Properties not given stay NULL.
    """

    def __init__(self, space: Namespace) -> None:
        self.space = space
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._generation = space.classes.generation

    def ref(self, path: pywbem.CIMInstanceName) -> Ref:
        """Return the reference to `path`; the instance need not exist."""
        store = self.space.instances
        return store.tables.place(path, store.table)

    def make(self, class_name: str, **values: Any) -> Ref:
        """Store a new instance; return the reference to it. Raises ValueError if there is one of this path.

        Values are Python values, lists of them, or a Ref for references.
        """
        if self._generation != self.space.classes.generation:
            self._plans.clear()
            self._generation = self.space.classes.generation
        names = (class_name, *values)
        plan = self._plans.get(names)
        if plan is None:
            plan = self._plans[names] = Plan(self.space, class_name, values)
        return self.space.instances.add(plan.layout, plan.row(values))

    def make_device(self, class_name: str, system: Ref, **values: Any) -> Ref:
        """Store an instance whose keys begin with those of its `system`, as devices, services and endpoints do."""
        return self.make(
            class_name,
            SystemCreationClassName=system["CreationClassName"],
            SystemName=system["Name"],
            CreationClassName=class_name,
            **values,
        )


class Plan:
    """How instances of one class with the same properties are made, found out once."""

    def __init__(self, space: Namespace, class_name: str, values: Mapping[str, Any]) -> None:
        """Raises KeyError for a class or property that is not declared, ValueError for keys that are not given."""
        declared = space.classes.get(class_name, copy=False)
        properties = declared.properties
        keys = [one.name for one in properties.values() if "Key" in one.qualifiers]
        required = [one.name for one in properties.values() if "Required" in one.qualifiers]
        self._class_name = class_name
        self._needed = tuple(dict.fromkeys((*keys, *required)))
        self._check_needed(values)
        columns = tuple(_column(properties[name]) for name in values)
        self._checks = tuple(_check(column, space.instances.tables, space.instances.table) for column in columns)
        order = list(values)
        slots = tuple(
            KeySlot(name, order.index(name) + 1, python_type(columns[order.index(name)], TYPED)) for name in keys
        )
        group = space.instances.table.group(class_name.lower(), tuple(sorted(name.lower() for name in keys)))
        self.layout: Layout = layout_of(group, declared.classname, declared.classname, columns, slots)

    def row(self, values: Mapping[str, Any]) -> Row:
        """Return the row of these values, whose names and order are those of the plan. Raises ValueError."""
        for name in self._needed:
            if values[name] is None:
                self._check_needed(values)
        try:
            return (self.layout, *[check(value) for check, value in zip(self._checks, values.values(), strict=True)])
        except UnfitError as error:
            raise ValueError(f"{self._class_name} cannot be made: {error}") from error

    def _check_needed(self, values: Mapping[str, Any]) -> None:
        missing = [name for name in self._needed if values.get(name) is None]
        if missing:
            raise ValueError(f"{self._class_name} needs {', '.join(missing)}")


def _column(declared: pywbem.CIMProperty) -> Column:
    if declared.type == "reference" and declared.is_array:
        raise ValueError(f"{declared.name} is an array of references, which properties cannot be")
    embedded = None
    if "EmbeddedInstance" in declared.qualifiers or "EmbeddedObject" in declared.qualifiers:
        embedded = "instance" if "EmbeddedInstance" in declared.qualifiers else "object"
    return Column(declared.name, declared.type, bool(declared.is_array), declared.reference_class, embedded)


def _check(column: Column, tables: Tables, table: Table) -> Check:
    single = _reference_check(tables, table) if column.type == "reference" else checked(column.type)

    def check(value: Any) -> Any:
        try:
            return single(value)
        except UnfitError as error:
            raise UnfitError(f"{column.name}: {error}") from None

    def check_array(values: Any) -> Any:
        if values is None:
            return None
        if not isinstance(values, (list, tuple)):
            raise UnfitError(f"{column.name}: {values!r} is no array")
        return tuple([check(value) for value in values])

    return check_array if column.is_array else check


def _reference_check(tables: Tables, table: Table) -> Check:
    def check(value: Any) -> Any:
        if isinstance(value, Place) or value is None:
            return value
        if isinstance(value, pywbem.CIMInstanceName):
            return tables.place(value, table)
        raise UnfitError(f"{value!r} is no reference")

    return check
