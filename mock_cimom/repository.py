"""The repository of the mock CIMOM: indexed stores below pywbem_mock's own interface."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock

import pywbem
from pywbem._vendor.nocaselist import NocaseList
from pywbem_mock import BaseRepository, InMemoryObjectStore

from mock_cimom.class_store import ClassStore
from mock_cimom.entry import Entry
from mock_cimom.instance_store import InstanceStore
from mock_cimom.keys import normal_namespace
from mock_cimom.read_providers import ReadProviders
from mock_cimom.tables import Tables


class Namespace:
    """The three stores of one namespace, and what computes instances instead of them."""

    def __init__(
        self,
        name: str,
        lock: RLock,
        observers: "list[Observer]",
        tables: Tables,
        neighbours: "Mapping[str, Namespace]",
    ) -> None:
        """`neighbours` are all namespaces of the repository, by normal name."""
        self.name = name
        self.neighbours = neighbours
        self.classes = ClassStore()
        self.instances = InstanceStore(name, lock, tables, self._changed, observers)
        self.qualifiers = InMemoryObjectStore(pywbem.CIMQualifierDeclaration)
        self.read_providers = ReadProviders()
        self._observers = observers

    def _changed(self, before: Entry | None, after: Entry | None) -> None:
        change = Change(self, before, after)
        for observer in tuple(self._observers):
            observer(change)


@dataclass(frozen=True)
class Change:
    """One instance was created (`before` is None), changed, or deleted (`after` is None)."""

    space: Namespace
    before: Entry | None
    after: Entry | None


Observer = Callable[[Change], None]


class IndexedRepository(BaseRepository):
    """Classes, instances and qualifiers by namespace. Namespace names compare without case and outer slashes.

    `observers` are told each change of an instance after it was made, one after the other, while the writer's lock is
    held.
    """

    def __init__(self, initial_namespace: str | None = None) -> None:
        self._lock = RLock()
        self.observers: list[Observer] = []
        self.tables = Tables()
        self._namespaces: dict[str, Namespace] = {}
        if initial_namespace:
            self.add_namespace(initial_namespace)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's place: only one thread changes the repository at a time."""
        with self._lock:
            yield

    @property
    def namespaces(self) -> NocaseList:
        """The names of all namespaces."""
        return NocaseList([one.name for one in tuple(self._namespaces.values())])

    def namespace(self, name: str) -> Namespace:
        """Return the stores of a namespace. Raises KeyError if it does not exist."""
        return self._namespaces[normal_namespace(name)]

    def validate_namespace(self, namespace: str) -> None:
        """Raise KeyError unless the namespace exists, ValueError if it is None."""
        if namespace is None:
            raise ValueError("the namespace must not be None")
        self.namespace(namespace)

    def add_namespace(self, namespace: str) -> None:
        """Create an empty namespace. Raises ValueError if it exists or is None."""
        if namespace is None or normal_namespace(namespace) in self._namespaces:
            raise ValueError(f"namespace {namespace} exists already or has no name")
        with self._lock:
            made = Namespace(namespace.strip("/"), self._lock, self.observers, self.tables, self._namespaces)
            self._namespaces[normal_namespace(namespace)] = made

    def remove_namespace(self, namespace: str) -> None:
        """Remove an empty namespace. Raises KeyError if it does not exist, ValueError if it is not empty."""
        with self._lock:
            stores = self.namespace(namespace)
            if stores.classes.len() or stores.instances.len() or stores.qualifiers.len():
                raise ValueError(f"namespace {namespace} is not empty")
            del self._namespaces[normal_namespace(namespace)]

    def get_class_store(self, namespace: str) -> ClassStore:
        """Return the classes of a namespace. Raises KeyError if it does not exist."""
        return self.namespace(namespace).classes

    def get_instance_store(self, namespace: str) -> InstanceStore:
        """Return the instances of a namespace. Raises KeyError if it does not exist."""
        return self.namespace(namespace).instances

    def get_qualifier_store(self, namespace: str) -> InMemoryObjectStore:
        """Return the qualifier declarations of a namespace. Raises KeyError if it does not exist."""
        return self.namespace(namespace).qualifiers
