"""Systems that conform to registered profiles, and the namespace in which each is implemented (`smis-mapping 1.2`).

RegisteredProfile --ElementConformsToProfile(ConformantStandard -> ManagedElement)--> ComputerSystem
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from vasa_cim.cim.connection import Connection
from vasa_cim.cim.interop import Namespaces, lacks, names_if_any, rows_if_any
from vasa_cim.cim.profiles import RegisteredProfile
from vasa_cim.cim.rows import Key, ObjectName
from vasa_cim.cim.vocabulary import (
    COMPUTER_SYSTEM,
    ELEMENT_CONFORMS_TO_PROFILE,
    LOCAL_FILE_SYSTEM,
    STORAGE_POOL,
)
from vasa_cim.errors import SourceError

_ROLES = ("ConformantStandard", "ManagedElement")


@dataclass(frozen=True, slots=True)
class ManagedSystem:
    """A top-level system. `profiles` are the folded names of the wanted profiles that it conforms to.

    They are empty where it was found without profiles; then `dedicated` says what it is, by its property of that name.
    """

    name: ObjectName
    namespace: str
    profiles: frozenset[str]
    dedicated: frozenset[int] = frozenset()


class _Found:
    """Systems by namespace and key, each with the profiles that led to it."""

    def __init__(self) -> None:
        self._systems: dict[tuple[str, Key], tuple[ObjectName, str, set[str]]] = {}
        self._spelled: dict[str, str] = {}

    def add(self, system: ObjectName, namespace: str, profile: str) -> None:
        """Add a system that a profile led to; a namespace keeps its first spelling."""
        spelled = self._spelled.setdefault(namespace.lower(), namespace)
        known = self._systems.setdefault((namespace.lower(), system.key), (system, spelled, set()))
        known[2].add(profile)

    @property
    def profiles(self) -> set[str]:
        """The profiles that led to a system."""
        return {name for *_, names in self._systems.values() for name in names}

    def systems(self) -> list[ManagedSystem]:
        """Return the systems by namespace and key."""
        return [
            ManagedSystem(system, namespace, frozenset(names))
            for _, (system, namespace, names) in sorted(self._systems.items(), key=lambda item: item[0])
        ]


def conforming_systems(
    connection: Connection, profiles: Sequence[RegisteredProfile], namespaces: Namespaces
) -> list[ManagedSystem]:
    """Return the systems that conform to these profiles.

    First each profile is asked. Where that leads nowhere for one of the names, the associations of all namespaces
    are read: some servers keep them beside the systems only, and some turn their roles round. Raises SourceError.
    """
    found = _Found()
    for profile in profiles:
        for system in _elements_of(connection, profile.path):
            found.add(system, system.namespace or str(profile.path.namespace), profile.folded)
    open_names = {profile.folded for profile in profiles} - found.profiles
    if open_names:
        still = {one.path.key: one.folded for one in profiles if one.folded in open_names}
        for namespace in (*namespaces.interops, *namespaces.others()):
            for association in names_if_any(connection, namespace, ELEMENT_CONFORMS_TO_PROFILE):
                _add_association(found, association, namespace, still)
    return placed(connection, found.systems(), namespaces)


def _elements_of(connection: Connection, profile: ObjectName) -> list[ObjectName]:
    try:
        return connection.associator_names(
            profile,
            ELEMENT_CONFORMS_TO_PROFILE,
            role=_ROLES[0],
            result_role=_ROLES[1],
            result_class=COMPUTER_SYSTEM,
        )
    except SourceError as error:
        if lacks(error):
            return []
        raise


def _add_association(found: _Found, association: ObjectName, namespace: str, wanted: Mapping[Key, str]) -> None:
    ends = [end for end in map(association.reference, _ROLES) if end is not None]
    for profile, system in (ends, ends[::-1]) if len(ends) == len(_ROLES) else ():
        if profile.key in wanted and system.text("Name") and system.text("CreationClassName"):
            found.add(system, system.namespace or namespace, wanted[profile.key])


def placed(connection: Connection, systems: Iterable[ManagedSystem], namespaces: Namespaces) -> list[ManagedSystem]:
    """Return the systems, each where it is implemented.

    Some servers repeat the top systems in the Interop namespace, for associations to end there, or in a second one;
    some name a namespace that holds none of them, and then it is not known where they are. Raises SourceError.
    """
    groups: dict[Key, list[ManagedSystem]] = {}
    for system in systems:
        groups.setdefault(system.name.key, []).append(system)
    chooser = _Chooser(connection, namespaces)
    return [system for group in groups.values() for system in chooser.chosen(group)]


class _Chooser:
    """Chooses among the namespaces that one system is found in; asks the server only where there is a choice."""

    def __init__(self, connection: Connection, namespaces: Namespaces) -> None:
        self._connection = connection
        self._namespaces = namespaces
        self._systems: dict[str, frozenset[Key]] = {}
        self._storage: dict[str, frozenset[Key]] = {}

    def chosen(self, group: list[ManagedSystem]) -> list[ManagedSystem]:
        """Return those of a group, all of one key, that are the system itself. Raises SourceError."""
        inside = {name.lower() for name in self._namespaces.interops}
        if all(one.namespace.lower() in inside for one in group):
            group = self._located(group)
        if not _overlap(group):
            return group
        ranked = sorted(group, key=lambda one: (-len(self._held(one.namespace)), one.namespace.lower() in inside))
        kept = ranked[:1]
        held = self._held(ranked[0].namespace)
        for system in ranked[1:]:
            if not self._held(system.namespace) <= held:
                kept.append(system)
                held |= self._held(system.namespace)
        profiles = frozenset[str]().union(*(one.profiles for one in group))
        missing = profiles.difference(*(one.profiles for one in kept))
        return [replace(one, profiles=one.profiles | missing) for one in kept]

    def _located(self, group: list[ManagedSystem]) -> list[ManagedSystem]:
        """Return a group that was found in Interop namespaces only wherever its system really is."""
        key = group[0].name.key
        found = [one for one in group if key in self._keys(one.namespace)]
        profiles = frozenset[str]().union(*(one.profiles for one in group))
        others = [one for one in self._namespaces.others() if key in self._keys(one)]
        return found + [replace(group[0], namespace=namespace, profiles=profiles) for namespace in others]

    def _keys(self, namespace: str) -> frozenset[Key]:
        if namespace not in self._systems:
            rows = rows_if_any(self._connection, namespace, COMPUTER_SYSTEM, ("Name",))
            self._systems[namespace] = frozenset(row.key for row in rows)
        return self._systems[namespace]

    def _held(self, namespace: str) -> frozenset[Key]:
        """Return the names of what makes a namespace one that implements arrays: pools and file systems."""
        if namespace not in self._storage:
            classes = (STORAGE_POOL, LOCAL_FILE_SYSTEM)
            names = (name for one in classes for name in names_if_any(self._connection, namespace, one))
            self._storage[namespace] = frozenset(name.key for name in names)
        return self._storage[namespace]


def _overlap(group: list[ManagedSystem]) -> bool:
    """Return whether two of a group may be one and the same, shown in two namespaces."""
    names = [name for system in group for name in system.profiles]
    return len(group) > 1 and (len(names) > len(set(names)) or not all(system.profiles for system in group))
