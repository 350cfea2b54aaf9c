"""The forms in which instances and paths are answered (DSP0200 5.4.2, DSP0201 5.2.4)."""

from collections.abc import Iterable

import pywbem

from mock_cimom.class_store import ClassStore
from mock_cimom.encode import entry_instance_xml, entry_name_xml, escaped, name_xml, namespace_xml
from mock_cimom.instance_store import Entry
from mock_cimom.repository import Namespace


class InstanceShape:
    """Which properties of an instance are answered, and whether with their class of origin."""

    def __init__(self, property_list: Iterable[str] | None, include_class_origin: bool | None) -> None:
        self.wanted = None if property_list is None else tuple(dict.fromkeys(one.lower() for one in property_list))
        self._with_origin = bool(include_class_origin)
        self._origins: dict[str, dict[str, str]] = {}

    def limited_to(self, classes: ClassStore, class_name: str) -> "InstanceShape":
        """Return this shape without the properties `class_name` does not have (DeepInheritance false)."""
        own = [name.lower() for name in classes.get(class_name, copy=False).properties]
        wanted = own if self.wanted is None else [name for name in self.wanted if name in own]
        return InstanceShape(wanted, self._with_origin)

    def instance(self, space: Namespace, entry: Entry) -> str:
        """Return INSTANCE."""
        origins = self._class_origins(space, entry) if self._with_origin else None
        return entry_instance_xml(entry, self.wanted, origins)

    def named_instance(self, space: Namespace, entry: Entry) -> str:
        """Return VALUE.NAMEDINSTANCE."""
        inner = entry_name_xml(entry) + self.instance(space, entry)
        return f"<VALUE.NAMEDINSTANCE>{inner}</VALUE.NAMEDINSTANCE>"

    def with_path(self, host: str, space: Namespace, entry: Entry, tag: str) -> str:
        """Return the instance with its full path in an element `tag`."""
        return f"<{tag}>{entry_path(host, space, entry)}{self.instance(space, entry)}</{tag}>"

    def _class_origins(self, space: Namespace, entry: Entry) -> dict[str, str]:
        key = entry.class_key
        if key not in self._origins:
            declared = space.classes.get(key, copy=False).properties.values()
            self._origins[key] = {one.name.lower(): one.class_origin for one in declared if one.class_origin}
        return self._origins[key]


def entry_path(host: str, space: Namespace, entry: Entry) -> str:
    """Return INSTANCEPATH of a stored instance."""
    return f"<INSTANCEPATH>{namespace_path(host, space.name)}{entry_name_xml(entry)}</INSTANCEPATH>"


def full_path(host: str, path: pywbem.CIMInstanceName) -> str:
    """Return INSTANCEPATH of a path that has its namespace set."""
    return f"<INSTANCEPATH>{namespace_path(host, path.namespace)}{name_xml(path)}</INSTANCEPATH>"


def class_path(host: str, namespace: str, class_name: str) -> str:
    """Return CLASSPATH."""
    return f'<CLASSPATH>{namespace_path(host, namespace)}<CLASSNAME NAME="{escaped(class_name)}"/></CLASSPATH>'


def namespace_path(host: str, namespace: str) -> str:
    """Return NAMESPACEPATH."""
    return f"<NAMESPACEPATH><HOST>{escaped(host)}</HOST>{namespace_xml(namespace)}</NAMESPACEPATH>"
