"""The classes of one namespace, with the tree of subclasses ready at hand."""

import itertools
import pickle
from collections.abc import Iterator
from copy import deepcopy

import pywbem
from pywbem_mock import BaseObjectStore

# No two states of any two stores have one number: a namespace that is removed and made again starts with a new one.
_GENERATIONS = itertools.count()


class ClassStore(BaseObjectStore):
    """Class declarations by name, without case. Stored classes are never changed in place, only replaced.

    `generation` is another number after each change.
    """

    def __init__(self) -> None:
        super().__init__(pywbem.CIMClass)
        self._classes: dict[str, pywbem.CIMClass] = {}
        self._families: dict[str, frozenset[str]] = {}
        self._packed: dict[str, tuple[pywbem.CIMClass, bytes]] = {}
        self.generation = next(_GENERATIONS)

    def object_exists(self, name: str) -> bool:
        """Tell whether the class `name` is declared."""
        return name.lower() in self._classes

    def get(self, name: str, copy: bool = True) -> pywbem.CIMClass:
        """Return the class `name`, or with `copy=False` the stored object itself, not to be changed.

        Raises KeyError if it is not declared.
        """
        key = name.lower()
        found = self._classes[key]
        if not copy:
            return found
        # Copies are taken with every change of an instance: this makes them many times faster than a deep copy.
        held, packed = self._packed.get(key, (None, b""))
        if held is not found:
            packed = pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
            self._packed[key] = found, packed
        copied: pywbem.CIMClass = pickle.loads(packed)  # noqa: S301 - packed above, from no other source
        return copied

    def create(self, name: str, cim_object: pywbem.CIMClass) -> None:
        """Store a copy of a new class. Raises ValueError if it is declared already."""
        if name.lower() in self._classes:
            raise ValueError(f"class {name} is declared already")
        self.adopt(deepcopy(cim_object))

    def adopt(self, cim_class: pywbem.CIMClass) -> None:
        """Store a resolved class as it is. Several namespaces may share one; the giver changes it no more."""
        self._changed({**self._classes, cim_class.classname.lower(): cim_class})

    def update(self, name: str, cim_object: pywbem.CIMClass) -> None:
        """Replace a class by a copy of `cim_object`. Raises KeyError if it is not declared."""
        if name.lower() not in self._classes:
            raise KeyError(name)
        self.adopt(deepcopy(cim_object))

    def delete(self, name: str) -> None:
        """Remove a class. Raises KeyError if it is not declared."""
        kept = dict(self._classes)
        del kept[name.lower()]
        self._changed(kept)

    def iter_names(self) -> Iterator[str]:
        """Yield the names of all classes."""
        return iter([one.classname for one in self._classes.values()])

    def iter_values(self, copy: bool = True) -> Iterator[pywbem.CIMClass]:
        """Yield all classes, superclasses before their subclasses."""
        for cim_class in self._classes.values():
            yield deepcopy(cim_class) if copy else cim_class

    def len(self) -> int:
        """Return the number of classes."""
        return len(self._classes)

    def family(self, name: str) -> frozenset[str]:
        """Return the class `name` and all its subclasses, in lower case; empty if it is not declared."""
        key = name.lower()
        families = self._families
        if key not in families and key in self._classes:
            families[key] = frozenset(self._descend(key))
        return families.get(key, frozenset())

    def children(self, name: str | None) -> list[str]:
        """Return the direct subclasses of `name`, or the top classes for None."""
        wanted = name.lower() if name else None
        return [
            one.classname
            for one in self._classes.values()
            if (one.superclass.lower() if one.superclass else None) == wanted
        ]

    def ancestry(self, name: str) -> list[str]:
        """Return `name` and its superclasses in lower case, nearest first. Raises KeyError if it is not declared."""
        found = [name.lower()]
        while superclass := self._classes[found[-1]].superclass:
            found.append(superclass.lower())
        return found

    def _descend(self, key: str) -> Iterator[str]:
        yield key
        for child in self.children(key):
            yield from self._descend(child.lower())

    def _changed(self, classes: dict[str, pywbem.CIMClass]) -> None:
        # Readers hold the old dictionaries to the end of their call; nothing of theirs changes under them.
        self._classes = classes
        self._families = {}
        self._packed = {}
        self.generation = next(_GENERATIONS)
