"""Block arrays that methods change, with the rules that hold before and after each of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import pywbem

from mock_cimom.connection import CimomConnection
from mock_cimom.estate.description import ESTATES, ArrayDescription, EstateDescription
from mock_cimom.estate_loader import load_estate
from mock_cimom.providers.live import Live
from mock_cimom.repository import Change

BLOCK = "root/mockblock"


@dataclass
class Served:
    """A served estate of block arrays. `changes` are those since it was loaded, or since they were cleared."""

    connection: CimomConnection
    description: EstateDescription
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.live = Live(self.connection.cimrepository, BLOCK)
        self.live.repository.observers.append(self.changes.append)

    def all(self, class_name: str, **values: object) -> list[pywbem.CIMInstance]:
        found = self.connection.EnumerateInstances(class_name, BLOCK)
        return [one for one in found if all(one[name] == value for name, value in values.items())]

    def one(self, class_name: str, **values: object) -> pywbem.CIMInstance:
        (found,) = self.all(class_name, **values)
        return found

    def get(self, path: pywbem.CIMInstanceName) -> pywbem.CIMInstance:
        return self.connection.GetInstance(path)

    def volume(self, number: int) -> pywbem.CIMInstance:
        (found,) = [one for one in self.all("CIM_StorageVolume") if one["DeviceID"] == f"{number:05X}"]
        return found

    def pool(self, number: int) -> pywbem.CIMInstance:
        return self.one("CIM_StoragePool", PoolID=f"pool{number}")

    def call(self, method: str, target: str | pywbem.CIMInstanceName, **values: object) -> tuple[int, dict]:
        """Call a method of the first instance of a class, or of an instance; return its value and its output."""
        path = self.all(target)[0].path if isinstance(target, str) else target
        declared = self.live.space.classes.get(path.classname, copy=False).methods[method]
        given = []
        for name, value in values.items():
            one = declared.parameters[name]
            plain = [path_of(each) for each in value] if isinstance(value, list) else path_of(value)
            given.append(pywbem.CIMParameter(one.name, one.type, value=plain, is_array=one.is_array))
        code, output = self.connection.InvokeMethod(method, path, given)
        return int(code), dict(output)

    def refuses(self, code: int, method: str, target: str | pywbem.CIMInstanceName, **values: object) -> dict:
        """Call a method that is to answer `code` and to change nothing; return its output."""
        self.changes.clear()
        found, output = self.call(method, target, **values)
        assert (found, self.seen()) == (code, [])
        return output

    def seen(self) -> list[tuple[str, str]]:
        """Return what happened to which class, in order."""
        return [
            (
                "created" if one.before is None else "deleted" if one.after is None else "changed",
                (one.after or one.before).instance.classname,
            )
            for one in self.changes
        ]

    def state(self) -> dict[str, str]:
        """Return everything in the namespace, by path."""
        store = self.live.space.instances
        return {str(one.path): one.tocimxmlstr() for one in store.iter_values(copy=False)}

    def check(self) -> None:
        """Raise AssertionError unless every reference leads somewhere and every pool's bytes add up."""
        store = self.live.space.instances
        for instance in store.iter_values(copy=False):
            for prop in instance.properties.values():
                if prop.type == "reference" and prop.value is not None and prop.value.namespace == BLOCK:
                    assert store.object_exists(prop.value), f"{instance.path} leads to {prop.value}"
        for pool in self.live.instances("CIM_StoragePool"):
            used = [
                one["SpaceConsumed"] for one in self.live.links(pool.path, "CIM_AllocatedFromStoragePool", "Antecedent")
            ]
            assert pool["TotalManagedSpace"] == pool["RemainingManagedSpace"] + sum(used), pool.path
            assert pool["RemainingManagedSpace"] >= 0


def path_of(value: object) -> object:
    return value.path if isinstance(value, pywbem.CIMInstance) else value


def serve(description: EstateDescription) -> Served:
    return Served(load_estate(description), description)


@pytest.fixture
def tiny() -> Served:
    """The estate tiny, for one test alone."""
    return serve(ESTATES["tiny"])


@pytest.fixture(scope="session")
def served_from() -> Callable[[ArrayDescription], Served]:
    """A function that serves one array."""
    return lambda description: serve(EstateDescription((description,)))
