"""The same enumerations as ours, asked and decoded by pywbem alone; nothing is made of what they give."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pywbem

from bench.cimom import Cimom
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.rows import ObjectName, Row


@dataclass(frozen=True)
class Enumeration:
    """One whole class of one namespace; `properties` None means the names alone."""

    namespace: str
    class_name: str
    properties: tuple[str, ...] | None = None


@contextmanager
def recorded() -> Iterator[list[Enumeration]]:
    """Yield a list that takes the enumerations of all connections in this process until the block ends."""
    plan: list[Enumeration] = []
    instances, names = Connection.enumerate_instances, Connection.enumerate_names

    def noted_instances(
        connection: Connection, namespace: str, class_name: str, properties: Sequence[str]
    ) -> Iterator[Row]:
        plan.append(Enumeration(namespace, class_name, tuple(properties)))
        return instances(connection, namespace, class_name, properties)

    def noted_names(connection: Connection, namespace: str, class_name: str) -> Iterator[ObjectName]:
        plan.append(Enumeration(namespace, class_name))
        return names(connection, namespace, class_name)

    Connection.enumerate_instances, Connection.enumerate_names = noted_instances, noted_names  # type: ignore[method-assign]
    try:
        yield plan
    finally:
        Connection.enumerate_instances, Connection.enumerate_names = instances, names  # type: ignore[method-assign]


def read_by_pywbem(cimom: Cimom, plan: Sequence[Enumeration], pull: int | None = None) -> int:
    """Return how many objects these enumerations give, by `pull` at a time where it is set. Raises pywbem.Error."""
    count = 0
    with pywbem.WBEMConnection(cimom.url, (cimom.user, cimom.password), use_pull_operations=bool(pull)) as client:
        for asked in plan:
            try:
                count += sum(1 for _ in _objects(client, asked, pull))
            except pywbem.CIMError as error:
                if error.status_code != pywbem.CIM_ERR_INVALID_CLASS:
                    raise
    return count


def _objects(client: pywbem.WBEMConnection, asked: Enumeration, pull: int | None) -> Iterator[object]:
    where = {"namespace": asked.namespace, "ClassName": asked.class_name}
    if asked.properties is None:
        yield from client.EnumerateInstanceNames(**where)
    elif pull:
        yield from client.IterEnumerateInstances(
            **where, PropertyList=list(asked.properties), DeepInheritance=True, MaxObjectCount=pull
        )
    else:
        yield from client.EnumerateInstances(**where, PropertyList=list(asked.properties), DeepInheritance=True)
