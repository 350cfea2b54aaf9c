"""A served namespace, read and changed object by object: what methods and write providers work with.

Nothing here takes the writer's place. Who changes more than one object holds `repository.writing()` around all of it,
checks first and changes then: a check that fails leaves everything as it was.

The bytes of every pool add up after each of these changes (smis-mapping 6.2): TotalManagedSpace =
RemainingManagedSpace + the SpaceConsumed of all that is allocated from it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pywbem

from mock_cimom.instance_store import Entry
from mock_cimom.keys import TargetKey
from mock_cimom.providers.factory import InstanceFactory, Ref
from mock_cimom.repository import IndexedRepository

ALLOCATED_FROM = "CIM_AllocatedFromStoragePool"

Path = pywbem.CIMInstanceName


class SpaceError(ValueError):
    """A pool has less space left than is asked of it; the text says how much."""


class Live:
    """One namespace of a repository that is being served. Paths given and returned have their namespace set.

    Instances and paths that are returned are the stored ones or copies of them: they are only read.
    """

    def __init__(self, repository: IndexedRepository, namespace: str) -> None:
        """Raises KeyError if there is no such namespace."""
        self.repository = repository
        self.space = repository.namespace(namespace)
        self.factory = InstanceFactory(self.space)

    # Reading.

    def is_a(self, class_name: str, ancestor: str) -> bool:
        """Tell whether a class is `ancestor` or derives from it."""
        return class_name.lower() in self.space.classes.family(ancestor)

    def instance(self, path: Path | Ref) -> pywbem.CIMInstance | None:
        """Return the instance at `path`, None if there is none."""
        entry = self.space.instances.find(_path(path))
        return None if entry is None else entry.instance

    def instances(self, class_name: str) -> Iterator[pywbem.CIMInstance]:
        """Yield the instances of a class and its subclasses, none if the namespace does not know the class."""
        for entry in self.space.instances.of_classes(sorted(self.space.classes.family(class_name))):
            yield entry.instance

    def find(self, class_name: str, **values: Any) -> pywbem.CIMInstance | None:
        """Return the first instance of a class or its subclasses whose properties have these values, or None."""
        return next(self.matching(class_name, **values), None)

    def matching(self, class_name: str, **values: Any) -> Iterator[pywbem.CIMInstance]:
        """Yield the instances of a class and its subclasses whose properties have these values."""
        for entry in self.space.instances.of_classes(sorted(self.space.classes.family(class_name))):
            if all(entry.value(name) == value for name, value in values.items()):
                yield entry.instance

    def value(self, path: Path | Ref, name: str) -> Any:
        """Return one property of the instance at `path`; None if it is NULL, or there is no such instance."""
        entry = self.space.instances.find(_path(path))
        return None if entry is None else entry.value(name)

    def links(self, path: Path | Ref, association: str, role: str | None = None) -> list[pywbem.CIMInstance]:
        """Return the associations of a class or its subclasses in which `path` stands, at its end `role` if given."""
        return [entry.instance for entry in self._entries(path, association, role)]

    def across(self, path: Path | Ref, association: str, role: str, other: str) -> list[Path]:
        """Return what `path`, at the end `role` of associations, leads to at their end `other`."""
        return list(self.walk(path, association, role, other))

    def walk(self, path: Path | Ref, association: str, role: str, other: str) -> Iterator[Path]:
        """Yield what `across` returns, one by one."""
        for entry in self._entries(path, association, role):
            target = entry.value(other)
            if target is not None:
                yield target

    def key(self, path: Path | Ref) -> TargetKey:
        """Return what two paths have in common that are those of one object."""
        return self.space.instances.target_of(_path(path))

    def same(self, one: Path | Ref, other: Path | Ref) -> bool:
        """Tell whether two paths are those of one object."""
        return self.key(one) == self.key(other)

    def _entries(self, path: Path | Ref, association: str, role: str | None) -> list[Entry]:
        store = self.space.instances
        place = store.target_place(_path(path))
        if place is None:
            return []
        found = store.referring_to_place(place, self.space.classes.family(association))
        if role is None:
            return found
        wanted = (role.lower(), place)
        return [entry for entry in found if wanted in entry.row[0].references(entry.row)]

    # Changing.

    def modify(self, path: Path | Ref, **values: Any) -> None:
        """Set properties of an instance: one change, or none if it has these values. None sets NULL.

        Raises KeyError if there is no such instance, or its class has no such property.
        """
        instance = self.space.instances.get(_path(path))
        declared = self.space.classes.get(instance.classname, copy=False).properties
        changed = {name: value for name, value in values.items() if instance.get(name) != value}
        for name, value in changed.items():
            instance.properties[name] = pywbem.CIMProperty(
                declared[name].name,
                value.path if isinstance(value, Ref) else value,
                type=declared[name].type,
                is_array=declared[name].is_array,
                reference_class=declared[name].reference_class,
            )
        if changed:
            self.space.instances.update(instance.path, instance)

    def delete(self, path: Path | Ref) -> None:
        """Delete an instance and, before it, the associations in all namespaces that refer to it.

        What it has taken from pools goes back to them. Raises KeyError if there is no such instance.
        """
        gone = self.space.instances.get(_path(path), copy=False).path.copy()
        for name in self.repository.namespaces:
            space = self.repository.namespace(name)
            for entry in space.instances.referring_to(gone, None):
                link = entry.instance
                if space is self.space and self.is_a(link.classname, ALLOCATED_FROM):
                    self.deallocate(link)
                else:
                    space.instances.delete(link.path)
        self.space.instances.delete(gone)

    def unlink(self, links: Iterable[pywbem.CIMInstance]) -> None:
        """Delete associations and nothing else."""
        for link in links:
            self.space.instances.delete(link.path)

    # The bytes of pools.

    def allocations(self, element: Path | Ref) -> list[pywbem.CIMInstance]:
        """Return the associations that say what a volume or a pool takes from which pool."""
        return self.links(element, ALLOCATED_FROM, "Dependent")

    def remaining(self, pool: Path | Ref) -> int:
        """Return the bytes a pool has left. Raises KeyError if there is no such pool."""
        return int(self.space.instances.get(_path(pool), copy=False)["RemainingManagedSpace"])

    def allocate(self, pool: Path | Ref, element: Path | Ref, consumed: int, **values: Any) -> Ref:
        """Let a new element take `consumed` bytes from a pool. `values` are further properties of the association.

        Raises SpaceError if the pool has not that much, KeyError if there is no such pool.
        """
        self.take(pool, consumed)
        ends = {"Antecedent": self.factory.ref(_path(pool)), "Dependent": self.factory.ref(_path(element))}
        return self.factory.make(ALLOCATED_FROM, **ends, SpaceConsumed=consumed, **values)

    def reallocate(self, allocation: pywbem.CIMInstance, consumed: int, **values: Any) -> None:
        """Let an element take `consumed` bytes from its pool from now on; `values` are further properties to set.

        Raises SpaceError if the pool has not that much.
        """
        self.take(allocation["Antecedent"], consumed - int(allocation["SpaceConsumed"]))
        self.modify(allocation.path, SpaceConsumed=consumed, **values)

    def deallocate(self, allocation: pywbem.CIMInstance) -> None:
        """Delete an allocation: its pool has the space back."""
        self.space.instances.delete(allocation.path)
        if self.instance(allocation["Antecedent"]) is not None:
            self.take(allocation["Antecedent"], -int(allocation["SpaceConsumed"]))

    def check_room(self, pool: Path | Ref, size: int) -> None:
        """Raise SpaceError if a pool has less than `size` bytes left, KeyError if there is no such pool."""
        left = self.remaining(pool)
        if size > left:
            raise SpaceError(f"{size} bytes are more than the {left} that pool {_path(pool)} has left")

    def take(self, pool: Path | Ref, size: int) -> None:
        """Lower what a pool has left by `size` bytes, or raise it by a negative one. Raises SpaceError, KeyError."""
        self.check_room(pool, size)
        self.modify(pool, RemainingManagedSpace=self.remaining(pool) - size)


def _path(place: Path | Ref) -> Path:
    return place.path if isinstance(place, Ref) else place
