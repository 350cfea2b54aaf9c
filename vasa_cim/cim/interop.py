"""From a URL to the managed systems: Interop namespace, registered profiles, conforming systems (`smis-mapping 1.2`).

RegisteredProfile --ElementConformsToProfile(ConformantStandard -> ManagedElement)--> ComputerSystem
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from vasa_cim.cim.connection import Connection
from vasa_cim.cim.errors import is_absent
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.cim.vocabulary import (
    COMPONENT_CS,
    COMPUTER_SYSTEM,
    ELEMENT_CONFORMS_TO_PROFILE,
    INTEROP_CANDIDATES,
    NAMESPACE,
    PROFILE_PROPERTIES,
    REGISTERED_PROFILE,
    CimStatus,
    RegisteredOrganization,
)
from vasa_cim.errors import SourceError, SourceFailed

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ManagedSystem:
    """A top-level system. `profiles` are the folded names of the wanted profiles that it conforms to.

    They are empty where it was found without profiles, by the values of its property `Dedicated`.
    """

    name: ObjectName
    namespace: str
    profiles: frozenset[str]
    dedicated: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an Interop namespace told. `registered` are the folded names of all profiles: claims, not facts."""

    interop: str
    registered: frozenset[str]
    systems: tuple[ManagedSystem, ...]


def fold_profile_name(name: str) -> str:
    """Return a profile name for comparison: no blanks, one case, no plural `s` at the end of a word."""
    return "".join(word.removesuffix("s") for word in _BLANKS.split(name.strip().casefold()))


def find_interop(connection: Connection) -> str:
    """Return the name of the Interop namespace: the first that has CIM_Namespace, else the first that exists.

    Raises SourceError, SourceFailed if no candidate exists.
    """
    given = connection.endpoint.namespace
    candidates = dict.fromkeys(([given] if given else []) + list(INTEROP_CANDIDATES))
    existing = None
    for candidate in candidates:
        try:
            connection.probe(candidate, NAMESPACE)
        except SourceFailed as error:
            if error.status != CimStatus.INVALID_NAMESPACE:
                if not is_absent(error):
                    raise
                existing = existing or candidate
        else:
            return candidate
    if existing is not None:
        return existing
    reason = f"it has none of the namespaces {', '.join(candidates)}"
    raise SourceFailed(source=connection.endpoint.source, reason=reason, status=CimStatus.INVALID_NAMESPACE.value)


def discover(connection: Connection, interop: str, wanted: Collection[str], dedications: Collection[int]) -> Discovery:
    """Return the systems that conform to one of the `wanted` profiles.

    Where no profile leads to a system, those are taken whose `Dedicated` holds one of `dedications` and that are no
    part of another. Raises SourceError.
    """
    profiles = list(_profiles(connection, interop))
    folded = frozenset(fold_profile_name(name) for name in wanted)
    systems = _conforming(connection, [(name, path) for name, path in profiles if name in folded], interop)
    if not systems:
        systems = _dedicated(connection, interop, frozenset(dedications))
    return Discovery(interop, frozenset(name for name, _ in profiles), systems)


def _profiles(connection: Connection, interop: str) -> Iterator[tuple[str, ObjectName]]:
    """Yield folded name and path of each registered profile of SNIA or DMTF."""
    for row in _or_none(connection, interop, REGISTERED_PROFILE, PROFILE_PROPERTIES):
        name = row.text("RegisteredName")
        instance_id = row.text("InstanceID")
        known = row.number("RegisteredOrganization") in set(RegisteredOrganization)
        if name and instance_id and known:
            yield fold_profile_name(name), ObjectName(row.name.class_name, {"InstanceID": instance_id}, interop)


def _conforming(
    connection: Connection, profiles: list[tuple[str, ObjectName]], interop: str
) -> tuple[ManagedSystem, ...]:
    found: dict[tuple[str, tuple[str, ...]], tuple[ObjectName, set[str]]] = {}
    for profile, path in profiles:
        for system in _elements_of(connection, path):
            namespace = system.namespace or interop
            found.setdefault((namespace, system.key), (system, set()))[1].add(profile)
    return tuple(
        ManagedSystem(system, namespace, frozenset(names)) for (namespace, _), (system, names) in sorted(found.items())
    )


def _elements_of(connection: Connection, profile: ObjectName) -> list[ObjectName]:
    try:
        return connection.associator_names(
            profile,
            ELEMENT_CONFORMS_TO_PROFILE,
            role="ConformantStandard",
            result_role="ManagedElement",
            result_class=COMPUTER_SYSTEM,
        )
    except SourceError as error:
        if is_absent(error):
            return []
        raise


def _dedicated(connection: Connection, interop: str, dedications: frozenset[int]) -> tuple[ManagedSystem, ...]:
    """Fallback A: look through every namespace for systems dedicated to storage."""
    found = []
    for namespace in _namespaces(connection, interop):
        systems = list(_or_none(connection, namespace, COMPUTER_SYSTEM, ("Name", "Dedicated")))
        tops = [row for row in systems if dedications.intersection(row.numbers("Dedicated"))]
        parts = _parts(connection, namespace) if tops else frozenset()
        for row in tops:
            if row.key not in parts:
                found.append(ManagedSystem(row.name, namespace, frozenset(), frozenset(row.numbers("Dedicated"))))
    return tuple(found)


def _namespaces(connection: Connection, interop: str) -> list[str]:
    rows = _or_none(connection, interop, NAMESPACE, ("Name",))
    named = {name.strip("/") for row in rows if (name := row.text("Name"))}
    given = {connection.endpoint.namespace} if connection.endpoint.namespace else set()
    return sorted(named | given | {interop})


def _parts(connection: Connection, namespace: str) -> frozenset[tuple[str, ...]]:
    try:
        names = list(connection.enumerate_names(namespace, COMPONENT_CS))
    except SourceError as error:
        if is_absent(error):
            return frozenset()
        raise
    return frozenset(part.key for name in names if (part := name.reference("PartComponent")))


def _or_none(connection: Connection, namespace: str, class_name: str, properties: tuple[str, ...]) -> Iterator[Row]:
    """Yield a class's rows, none if the server does not have the class."""
    try:
        yield from connection.enumerate_instances(namespace, class_name, properties)
    except SourceError as error:
        if not is_absent(error):
            raise
