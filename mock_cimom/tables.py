"""The places of all namespaces, and the way from a path to its place. Paths compare as `keys` says."""

from collections.abc import Iterable
from typing import Any

import pywbem

from mock_cimom.keys import normal_namespace, settle_path
from mock_cimom.place import Group, Place, Table, copied_path

# Stand for booleans in keys: True would equal the number 1.
_TRUE, _FALSE = object(), object()


class Tables:
    """The tables of all namespaces of one repository."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}

    def table(self, namespace: str) -> Table:
        """Return the table of a namespace, which is made if need be."""
        key = normal_namespace(namespace)
        if key not in self._tables:
            self._tables[key] = Table(namespace.strip("/"))
        return self._tables[key]

    def all(self) -> list[Table]:
        """Return all tables there are."""
        return list(self._tables.values())

    def find(self, path: pywbem.CIMInstanceName, home: Table) -> Place | None:
        """Return the place of `path`, or None if nothing is stored there or refers to it.

        `home` is the table where the path names no namespace.
        """
        table = home
        if path.namespace:
            elsewhere = self._tables.get(normal_namespace(path.namespace))
            if elsewhere is None:
                return None
            table = elsewhere
        return self.find_in(table, path)

    def find_in(self, table: Table, path: pywbem.CIMInstanceName) -> Place | None:
        """Return the place of `path` in `table`, whatever namespace it names, or None."""
        group = table.groups.get(path.classname.lower())
        if group is None:
            return None
        bindings = []
        for name, value in path.keybindings.items():
            if isinstance(value, pywbem.CIMInstanceName):
                value = self.find(value, table)
                if value is None:
                    return None
            bindings.append((name.lower(), value))
        return group.places.get(key_in(group, bindings))

    def place(self, path: pywbem.CIMInstanceName, home: Table) -> Place:
        """Return the place of `path`, which is made if need be. For writers only."""
        return self.place_in(self.table(path.namespace) if path.namespace else home, path)

    def place_in(self, table: Table, path: pywbem.CIMInstanceName) -> Place:
        """Return the place of `path` in `table`, whatever namespace it names. For writers only."""
        bindings = [
            (name.lower(), self.place(value, table) if isinstance(value, pywbem.CIMInstanceName) else value)
            for name, value in path.keybindings.items()
        ]
        group = table.group(path.classname.lower(), tuple(sorted(name for name, _ in bindings)))
        key = key_in(group, bindings)
        found = group.places.get(key)
        if found is None:
            name = copied_path(path)
            name.namespace = table.name
            settle_path(name, table.name)
            found = group.places[key] = Place(group, key, name)
        return found


def key_in(group: Group, bindings: Iterable[tuple[str, Any]]) -> Any:
    """Return the key of a place in its group; `bindings` are lower-case names and values, places for references."""
    ordered = sorted(bindings, key=_by_name)
    values = tuple([key_value(value) for _, value in ordered])
    names = tuple([name for name, _ in ordered])
    if names != group.key_names:
        return names, values  # no value of a key is a tuple
    return values[0] if len(values) == 1 else values


def key_value(value: Any) -> Any:
    """Return the value of one key as it compares: a place, a number, text or what stands for a boolean."""
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, pywbem.CIMDateTime):
        return str(value)  # arrives as text: KEYVALUE has no datetime type
    return value


def _by_name(binding: tuple[str, Any]) -> str:
    return binding[0]
