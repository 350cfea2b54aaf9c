"""Arrays with a file side, each alone in its namespace."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from mock_cimom.connection import CimomConnection
from mock_cimom.estate.description import SMALLEST, ArrayDescription, EstateDescription, Kind
from mock_cimom.estate.file_plan import FilePlan
from mock_cimom.estate.plan import Array, plan_array
from mock_cimom.methods import typed_parameters
from mock_cimom.providers.array import publish_array
from mock_cimom.providers.factory import InstanceFactory
from mock_cimom.providers.file_methods import register_file_methods
from mock_cimom.schema import load_schema


@dataclass(frozen=True)
class Nas:
    """One array with a file side, published in its namespace, and its methods."""

    connection: CimomConnection
    array: Array
    namespace: str

    @property
    def files(self) -> FilePlan:
        return self.array.files

    def list(self, class_name: str) -> list:
        return self.connection.EnumerateInstances(class_name, self.namespace)

    def one(self, class_name: str, **values: object):
        (found,) = [one for one in self.list(class_name) if all(one[name] == value for name, value in values.items())]
        return found

    def call(self, service: str, method: str, **values: object) -> tuple:
        """The return value of a method of one of the array's services, and its output parameters."""
        path = self.one(service).path
        classes = self.connection.cimrepository.get_class_store(self.namespace)
        declared = classes.get(service, copy=False).methods[method]
        given = typed_parameters(declared, [(name, untyped(value)) for name, value in values.items()])
        return self.connection.provider_dispatcher.InvokeMethod(method, path, given)

    def contents(self) -> dict:
        """Everything in the namespace: what must stay as it is when a method refuses."""
        store = self.connection.cimrepository.get_instance_store(self.namespace)
        return {str(one.path): one.tomof() for one in store.iter_values()}

    def check(self) -> None:
        """Every reference leads somewhere, and every pool adds up."""
        store = self.connection.cimrepository.get_instance_store(self.namespace)
        used = Counter()
        for instance in store.iter_values():
            for prop in instance.properties.values():
                assert prop.type != "reference" or store.object_exists(prop.value), (instance.path, prop.name)
            if instance.classname == "CIM_AllocatedFromStoragePool":
                used[instance["Antecedent"]["InstanceID"]] += instance["SpaceConsumed"]
        for pool in self.list("CIM_StoragePool"):
            assert pool["TotalManagedSpace"] == pool["RemainingManagedSpace"] + used[pool["InstanceID"]]
            assert pool["RemainingManagedSpace"] >= 0

    def follow(self, path, association: str, role: str, other: str) -> list:
        return self.connection.Associators(path, AssocClass=association, Role=role, ResultRole=other)


def untyped(value: object) -> object:
    """A value as the parser of requests leaves it."""
    if isinstance(value, list):
        return [untyped(one) for one in value]
    return str(value) if isinstance(value, int) else value


def load_nas(description: ArrayDescription) -> Nas:
    namespace = description.kind.namespace
    connection = CimomConnection(namespace)
    load_schema(connection, [namespace])
    factory = InstanceFactory(connection.cimrepository.namespace(namespace))
    array = plan_array(EstateDescription((description,)), 1)
    publish_array(factory, array)
    register_file_methods(connection, [namespace])
    return Nas(connection, array, namespace)


@pytest.fixture(scope="session")
def nas_from() -> Callable[[ArrayDescription], Nas]:
    """A function that loads the file side of an array."""
    return load_nas


@pytest.fixture(scope="session")
def nas() -> Nas:
    """An irregular Self-contained NAS System. Not to be changed."""
    return load_nas(SMALLEST[Kind.NAS])


@pytest.fixture
def fresh_nas() -> Nas:
    """An irregular Self-contained NAS System for one test alone."""
    return load_nas(SMALLEST[Kind.NAS])
