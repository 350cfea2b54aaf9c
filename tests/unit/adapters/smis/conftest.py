"""Hand-made CIM rows, and a CIMOM that holds them: classes by name, without a wire."""

from types import SimpleNamespace

import pytest

from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.errors import SourceFailed


def name(class_name, **keys):
    """Return an object name; keys that are names are references."""
    return ObjectName(class_name, {key.lower(): value for key, value in keys.items()})


def device(class_name, device_id, system="A"):
    keys = {"SystemCreationClassName": "X_S", "CreationClassName": class_name}
    return name(class_name, SystemName=system, DeviceID=device_id, **keys)


def endpoint(endpoint_name, system="A", class_name="X_Endpoint"):
    keys = {"SystemCreationClassName": "X_S", "CreationClassName": class_name}
    return name(class_name, SystemName=system, Name=endpoint_name, **keys)


def system(system_name, class_name="X_System"):
    return name(class_name, CreationClassName=class_name, Name=system_name)


def instance(instance_id, class_name="X_Instance"):
    return name(class_name, InstanceID=instance_id)


def row(path, **values):
    return Row(path, values)


def link(class_name, first_role, first, second_role, second, **values):
    """Return an association's row."""
    return Row(name(class_name, **{first_role: first, second_role: second}), values)


class HeldConnection:
    """Answers from `classes`: class name -> rows, or an error to raise. What is not there is INVALID_CLASS.

    As on a wire, an answer must be read to its end, or given up, before the next request.
    """

    def __init__(self, classes):
        self.classes = classes
        self.asked = []
        self.answering = None
        self.endpoint = SimpleNamespace(source="s")

    def enumerate_instances(self, namespace, class_name, properties):
        assert self.answering is None, f"{class_name} is asked for amid the answer about {self.answering}"
        self.asked.append(class_name)
        found = self.classes.get(class_name)
        if found is None:
            raise SourceFailed(source="s", reason="CIM_ERR_INVALID_CLASS", status=5)
        if isinstance(found, Exception):
            raise found
        self.answering = class_name
        try:
            yield from found
        finally:
            self.answering = None

    def enumerate_names(self, namespace, class_name):
        return (each.name for each in self.enumerate_instances(namespace, class_name, ()))


@pytest.fixture
def made():
    """The makers of this file."""

    class Made:
        pass

    for maker in (name, device, endpoint, system, instance, row, link):
        setattr(Made, maker.__name__, staticmethod(maker))
    return Made


@pytest.fixture
def walk_over():
    """Return a function that makes a walk over these classes; its connection is `walk.connection`."""

    def make(classes=None, memory=None, **named):
        connection = HeldConnection({f"CIM_{key}": rows for key, rows in named.items()} | (classes or {}))
        walk = Walk(connection, "root/x", memory or Memory("s"))
        walk.connection = connection
        return walk

    return make
