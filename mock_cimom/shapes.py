"""The forms in which instances and paths are answered (DSP0200 5.4.2, DSP0201 5.2.4)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from mock_cimom.class_store import ClassStore
from mock_cimom.encode import escaped, instance_xml, namespace_xml
from mock_cimom.entry import Entry
from mock_cimom.layout import Layout
from mock_cimom.place import Place
from mock_cimom.repository import Namespace
from mock_cimom.row_xml import (
    RecentTexts,
    name_writers,
    place_name_xml,
    place_xml,
    row_name_xml,
    row_writers,
    write_name,
    write_row,
)

MAX_REFERENCES = 2000


class InstanceShape:
    """Which properties of an instance are answered, and whether with their class of origin. For one answer only."""

    def __init__(self, property_list: Iterable[str] | None, include_class_origin: bool | None) -> None:
        self.wanted = None if property_list is None else tuple(dict.fromkeys(one.lower() for one in property_list))
        self._with_origin = bool(include_class_origin)
        self._origins: dict[str, dict[str, str]] = {}
        self._writers: dict[Layout, list[tuple[int, Any]]] = {}
        # What is referred to again and again in one answer is written once.
        self._reference = RecentTexts(place_xml, MAX_REFERENCES).__getitem__
        self._names: dict[Layout, list[tuple[int, Any]]] = {}

    def limited_to(self, classes: ClassStore, class_name: str) -> "InstanceShape":
        """Return this shape without the properties `class_name` does not have (DeepInheritance false)."""
        own = [name.lower() for name in classes.get(class_name, copy=False).properties]
        wanted = own if self.wanted is None else [name for name in self.wanted if name in own]
        return InstanceShape(wanted, self._with_origin)

    def instance(self, space: Namespace, entry: Entry) -> str:
        """Return INSTANCE."""
        row = entry.row
        writers = self._writers.get(row[0])
        if writers is not None:
            return write_row(row, writers)
        origins = self._class_origins(space, entry) if self._with_origin else None
        if not isinstance(row[0], Layout):
            return instance_xml(row[1], self.wanted, origins)
        writers = self._writers[row[0]] = row_writers(row[0], self.wanted, origins, self._reference)
        return write_row(row, writers)

    def named_instance(self, space: Namespace, entry: Entry) -> str:
        """Return VALUE.NAMEDINSTANCE."""
        return f"<VALUE.NAMEDINSTANCE>{self._name(entry)}{self.instance(space, entry)}</VALUE.NAMEDINSTANCE>"

    def with_path(self, host: str, space: Namespace, entry: Entry, tag: str) -> str:
        """Return the instance with its full path in an element `tag`."""
        path = f"<INSTANCEPATH>{namespace_path(host, space.name)}{self._name(entry)}</INSTANCEPATH>"
        return f"<{tag}>{path}{self.instance(space, entry)}</{tag}>"

    def _name(self, entry: Entry) -> str:
        layout = entry.row[0]
        writers = self._names.get(layout)
        if writers is None:
            if not isinstance(layout, Layout):
                return row_name_xml(entry.row)
            writers = self._names[layout] = name_writers(layout, self._reference)
        return write_name(entry.row, writers)

    def _class_origins(self, space: Namespace, entry: Entry) -> dict[str, str]:
        key = entry.class_key
        if key not in self._origins:
            declared = space.classes.get(key, copy=False).properties.values()
            self._origins[key] = {one.name.lower(): one.class_origin for one in declared if one.class_origin}
        return self._origins[key]


def entry_path(host: str, space: Namespace, entry: Entry) -> str:
    """Return INSTANCEPATH of a stored instance."""
    return f"<INSTANCEPATH>{namespace_path(host, space.name)}{row_name_xml(entry.row)}</INSTANCEPATH>"


def place_path(host: str, place: Place) -> str:
    """Return INSTANCEPATH of a place."""
    return f"<INSTANCEPATH>{namespace_path(host, place.group.table.name)}{place_name_xml(place)}</INSTANCEPATH>"


def class_path(host: str, namespace: str, class_name: str) -> str:
    """Return CLASSPATH."""
    return f'<CLASSPATH>{namespace_path(host, namespace)}<CLASSNAME NAME="{escaped(class_name)}"/></CLASSPATH>'


@lru_cache(maxsize=256)
def namespace_path(host: str, namespace: str) -> str:
    """Return NAMESPACEPATH."""
    return f"<NAMESPACEPATH><HOST>{escaped(host)}</HOST>{namespace_xml(namespace)}</NAMESPACEPATH>"
