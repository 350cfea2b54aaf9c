"""The instances of one namespace, indexed by key, by class and by what associations refer to.

One writer, many readers: an entry never changes once it is stored, a writer puts another in its place. A reader takes
the values of an index in one step, so it never meets half a change and needs no lock.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from threading import RLock

import pywbem
from pywbem_mock import BaseObjectStore

from mock_cimom.keys import (
    InstanceKey,
    TargetKey,
    instance_key,
    normal_namespace,
    settle_path,
    settle_references,
    target_key,
)


class Entry:
    """One stored instance. Its `fragments` and `name_xml` are filled by the encoder when first needed."""

    __slots__ = ("class_key", "fragments", "instance", "key", "name_xml")

    def __init__(self, instance: pywbem.CIMInstance, key: InstanceKey) -> None:
        self.instance = instance
        self.key = key
        self.class_key = key[0]
        self.name_xml: str | None = None
        self.fragments: dict[str, str] | None = None

    def references(self) -> Iterator[tuple[str, pywbem.CIMInstanceName]]:
        """Yield role (in lower case) and target of each reference property that has a value."""
        for prop in self.instance.properties.values():
            if prop.type == "reference" and isinstance(prop.value, pywbem.CIMInstanceName):
                yield prop.name.lower(), prop.value


class InstanceStore(BaseObjectStore):
    """Instances by path. Names are CIMInstanceName objects; their namespace and host are not looked at."""

    def __init__(self, namespace: str, lock: RLock) -> None:
        super().__init__(pywbem.CIMInstance)
        self.namespace = namespace
        self._home = normal_namespace(namespace)
        self._lock = lock
        self._entries: dict[InstanceKey, Entry] = {}
        self._by_class: dict[str, dict[InstanceKey, Entry]] = {}
        self._by_target: dict[TargetKey, dict[str, dict[InstanceKey, Entry]]] = {}

    # What the server reads.

    def find(self, path: pywbem.CIMInstanceName) -> Entry | None:
        """Return the entry at `path`, or None."""
        return self._entries.get(instance_key(path, self._home))

    def of_classes(self, class_keys: Iterable[str]) -> list[Entry]:
        """Return the entries whose creation class is one of `class_keys` (lower case)."""
        found: list[Entry] = []
        for class_key in class_keys:
            found.extend(tuple(self._by_class.get(class_key, {}).values()))
        return found

    def referring_to(self, path: pywbem.CIMInstanceName, class_keys: frozenset[str] | None) -> list[Entry]:
        """Return the associations that refer to `path`; `class_keys` (lower case) limits their class."""
        by_class = self._by_target.get(target_key(path, self._home), {})
        groups = [
            tuple(group.values()) for name, group in tuple(by_class.items()) if class_keys is None or name in class_keys
        ]
        return [entry for group in groups for entry in group]

    def target_of(self, path: pywbem.CIMInstanceName) -> TargetKey:
        """Return the key under which associations of this namespace refer to `path`."""
        return target_key(path, self._home)

    # What pywbem_mock asks of a store.

    def object_exists(self, name: pywbem.CIMInstanceName) -> bool:
        """Tell whether there is an instance at this path."""
        return self.find(name) is not None

    def get(self, name: pywbem.CIMInstanceName, copy: bool = True) -> pywbem.CIMInstance:
        """Return the instance at this path, by default a copy. Raises KeyError if there is none."""
        entry = self.find(name)
        if entry is None:
            raise KeyError(f"no instance {name}")
        return deepcopy(entry.instance) if copy else entry.instance

    def create(self, name: pywbem.CIMInstanceName, cim_object: pywbem.CIMInstance) -> None:
        """Store a copy of a new instance. Raises ValueError if the path is taken."""
        self.adopt(deepcopy(cim_object))

    def adopt(self, instance: pywbem.CIMInstance) -> None:
        """Store a new instance with its path as it is; the giver changes it no more.

        Raises ValueError if the path is taken.
        """
        key = instance_key(instance.path, self._home)
        with self._lock:
            if key in self._entries:
                raise ValueError(f"instance {instance.path} exists already")
            self._put(self._normal(instance), key)

    def update(self, name: pywbem.CIMInstanceName, cim_object: pywbem.CIMInstance) -> None:
        """Replace the instance at this path by a copy of `cim_object`. Raises KeyError if there is none."""
        key = instance_key(name, self._home)
        with self._lock:
            old = self._entries[key]
            replacement = self._normal(deepcopy(cim_object))
            # The new entry goes in before the old one's other places are left: a reader meets one of the two.
            self._put(replacement, key)
            kept = {target_key(target, self._home) for _, target in Entry(replacement, key).references()}
            self._forget_references(old, keep=kept)

    def delete(self, name: pywbem.CIMInstanceName) -> None:
        """Remove the instance at this path. Raises KeyError if there is none."""
        key = instance_key(name, self._home)
        with self._lock:
            entry = self._entries.pop(key)
            del self._by_class[entry.class_key][key]
            self._forget_references(entry, keep=set())

    def iter_names(self) -> Iterator[pywbem.CIMInstanceName]:
        """Yield copies of all paths."""
        for entry in tuple(self._entries.values()):
            yield entry.instance.path.copy()

    def iter_values(self, copy: bool = True) -> Iterator[pywbem.CIMInstance]:
        """Yield all instances, by default copies."""
        for entry in tuple(self._entries.values()):
            yield deepcopy(entry.instance) if copy else entry.instance

    def len(self) -> int:
        """Return the number of instances."""
        return len(self._entries)

    def _put(self, instance: pywbem.CIMInstance, key: InstanceKey) -> None:
        entry = Entry(instance, key)
        self._entries[key] = entry
        self._by_class.setdefault(entry.class_key, {})[key] = entry
        for _, target in entry.references():
            groups = self._by_target.setdefault(target_key(target, self._home), {})
            groups.setdefault(entry.class_key, {})[key] = entry

    def _forget_references(self, entry: Entry, keep: set[TargetKey]) -> None:
        for _, target in entry.references():
            place = target_key(target, self._home)
            if place in keep:
                continue
            groups = self._by_target.get(place, {})
            groups.get(entry.class_key, {}).pop(entry.key, None)
            if not groups.get(entry.class_key):
                groups.pop(entry.class_key, None)
            if not groups:
                self._by_target.pop(place, None)

    def _normal(self, instance: pywbem.CIMInstance) -> pywbem.CIMInstance:
        """Make path and references complete: with their namespace, without a host."""
        settle_path(instance.path, self.namespace)
        instance.path.namespace = self.namespace
        settle_references(instance, self.namespace)
        return instance
