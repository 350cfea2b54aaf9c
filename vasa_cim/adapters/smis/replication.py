"""Which volumes are mirrored to another array (`smis-mapping 5.1`), and which are on both at once.

source --StorageSynchronized(SystemElement -> SyncedElement)--> target
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis import storage_vocabulary as s
from vasa_cim.adapters.smis.systems import Systems
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName


@dataclass(frozen=True, slots=True)
class Replicas:
    """The volumes that are mirrored to another array; `stretched` are those used on both arrays at once."""

    mirrored: frozenset[Key] = frozenset()
    stretched: frozenset[Key] = frozenset()


def read_replicas(
    walk: Walk, systems: Systems, volumes: Mapping[Key, Volume], element_capabilities: Iterable[ObjectName]
) -> Replicas:
    """Return the volumes that say to be replicas of another array or its source, or have a mirror there.

    That an array could mirror to another is no claim that it does: it is the reason to ask for its mirrors, which
    nobody is asked for otherwise. Raises SourceError.
    """
    stated = frozenset(key for key, volume in volumes.items() if volume.replicated)
    if not _may_replicate(element_capabilities):
        return Replicas(stated)
    offered = {
        number
        for row in walk.rows(s.REPLICATION_CAPABILITIES, s.REPLICATION_PROPERTIES)
        for number in row.numbers("SupportedReplicationTypes")
    }
    if not offered & s.REMOTE_MIRRORS:
        return Replicas(stated)
    active = dict[Key, bool]()
    for key, is_active in _mirrored(walk, systems, volumes):
        active[key] = active.get(key, False) or is_active
    return Replicas(stated | active.keys(), frozenset(key for key, is_active in active.items() if is_active))


def _may_replicate(element_capabilities: Iterable[ObjectName]) -> bool:
    """Return whether the capabilities that elements have may be such of replication, by the names of their classes.

    An array that ties no capabilities to anything does not tell.
    """
    named = [end.class_name.lower() for name in element_capabilities if (end := name.reference("Capabilities"))]
    return not named or any("replication" in class_name for class_name in named)


def _mirrored(walk: Walk, systems: Systems, volumes: Mapping[Key, Volume]) -> Iterator[tuple[Key, bool]]:
    """Yield the volumes that are one end of a mirror whose other end is on another system, and if both are in use."""
    for row in walk.rows(s.STORAGE_SYNCHRONIZED, s.SYNCHRONIZED_PROPERTIES):
        source, target = row.name.reference("SystemElement"), row.name.reference("SyncedElement")
        if source is None or target is None or row.number("SyncType") not in (None, s.SYNC_MIRROR):
            continue
        for one, other in ((source, target), (target, source)):
            if one.key in volumes and _place(other, systems) not in (None, volumes[one.key].array):
                yield one.key, row.number("Mode") == s.MODE_ACTIVE


def _place(end: ObjectName, systems: Systems) -> str | None:
    """Return the array, or the foreign system, that an end of a mirror is on; None if it does not tell."""
    system = end.text("SystemName")
    return systems.array_for(system) or system
