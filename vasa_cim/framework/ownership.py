"""Whose an array is that several sources claim: the first source's that holds it, with all that belongs to it."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from weakref import ref

import structlog

from vasa_cim.adapter import AdapterCallback
from vasa_cim.model.entities import VendorModel
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Inventory, Visible
from vasa_cim.model.notices import StorageAlarm, StorageEvent

V = TypeVar("V")
_NOTHING: frozenset[str] = frozenset()

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which arrays each source claims and must leave to another: source name -> ids; sources without any are absent.

    `objects` are all ids of these arrays and of what belongs to them, in the same form. `profiles` and `models` are
    those of the arrays as their owners tell them; both are empty before any array was read.
    """

    foreign: Mapping[str, frozenset[str]]
    objects: Mapping[str, frozenset[str]]
    profiles: frozenset[Profile]
    models: tuple[VendorModel, ...]

    def foreign_to(self, source: str) -> frozenset[str]:
        """Return the ids of the arrays that this source claims and that are another's."""
        return self.foreign.get(source, _NOTHING)


def ownership(inventories: Sequence[tuple[str, Inventory | None]]) -> Ownership:
    """Return who owns what, given each source's name and newest inventory (None: not read yet), first comes first."""
    owners: dict[str, str] = {}
    foreign: dict[str, frozenset[str]] = {}
    objects: dict[str, frozenset[str]] = {}
    profiles: set[Profile] = set()
    models: set[VendorModel] = set()
    for source, inventory in inventories:
        for identifier, array in inventory.arrays.items() if inventory else ():
            if owners.setdefault(identifier, source) == source:
                profiles.update(array.supported_profile)
                models.add(VendorModel(array.vendor_id, array.model_id))
        claimed = frozenset(each for each in (inventory.arrays if inventory else ()) if owners[each] != source)
        if claimed and inventory:
            foreign[source], objects[source] = claimed, claimed.union(*_parts(inventory, claimed))
    ordered = sorted(models, key=lambda model: (model.vendor_id, model.model_id))
    return Ownership(foreign, objects, frozenset(profiles), tuple(ordered))


class OwnedCallback:
    """Passes on what a source posts, but nothing about objects of arrays that are another's; an `AdapterCallback`.

    `owners` returns who owns what now.
    """

    def __init__(self, source: str, callback: AdapterCallback, owners: Callable[[], Ownership]) -> None:
        self._source = source
        self._callback = callback
        self._owners = owners

    def add_event(self, session_id: str, event: StorageEvent) -> None:
        """Pass on an event."""
        if not self._is_foreign(event.object_id):
            self._callback.add_event(session_id, event)

    def add_alarm(self, session_id: str, alarm: StorageAlarm) -> None:
        """Pass on an alarm."""
        if not self._is_foreign(alarm.object_id):
            self._callback.add_alarm(session_id, alarm)

    def _is_foreign(self, identifier: str) -> bool:
        return identifier in self._owners().objects.get(self._source, _NOTHING)


class OwnershipWatch:
    """Works out who owns what, anew only when a source was read anew, came or went, and logs what is left out.

    Safe for any thread. It keeps no inventory alive.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[tuple[ref[Inventory] | None, ...], Ownership] = ((), ownership([]))

    def now(self, inventories: Sequence[tuple[str, Inventory | None]]) -> Ownership:
        """Return who owns what, given each source's name and newest inventory, first comes first."""
        known, found = self._known
        newest = [inventory for _, inventory in inventories]
        if len(known) == len(newest) and all(_is(one, other) for one, other in zip(known, newest, strict=True)):
            return found
        made = ownership(inventories)
        with self._lock:
            before = self._known[1]
            self._known = (tuple(None if each is None else ref(each) for each in newest), made)
        _report(before, made)
        return made


def _is(known: ref[Inventory] | None, inventory: Inventory | None) -> bool:
    return (None if known is None else known()) is inventory and (known is None) == (inventory is None)


def _report(before: Ownership, after: Ownership) -> None:
    """Say in the log what is left out from now on, one line for each source, unless it was said before."""
    for source, arrays in after.foreign.items():
        if before.foreign_to(source) != arrays:
            reason = "another source, which comes first, has these arrays too"
            log.warning("not shown", source=source, kind="arrays", reason=reason, names=sorted(arrays))


def owned(part: Visible, foreign: Collection[str]) -> Visible:
    """Return what a source shows without these arrays and their processors, ports, LUNs and file systems.

    A port that a processor of another array of the part has too stays. Capabilities belong to no array.
    """
    processors, ports, luns, file_systems = _parts(part, foreign)
    storage = luns | file_systems
    return replace(
        part,
        arrays=_without(part.arrays, foreign),
        processors=_without(part.processors, processors),
        ports=_without(part.ports, ports),
        luns=_without(part.luns, luns),
        file_systems=_without(part.file_systems, file_systems),
        processors_of_array=_without(part.processors_of_array, foreign),
        ports_of_processor=_without(part.ports_of_processor, processors),
        luns_of_array=_without(part.luns_of_array, foreign),
        file_systems_of_array=_without(part.file_systems_of_array, foreign),
        capability_of=_without(part.capability_of, storage),
        pool_of=_without(part.pool_of, storage),
        views=tuple(view for view in part.views if not luns.issuperset(view.luns)),
    )


def _parts(whole: Inventory | Visible, arrays: Collection[str]) -> tuple[set[str], set[str], set[str], set[str]]:
    """Return the processors, ports, LUNs and file systems of these arrays."""
    processors = _children(whole.processors_of_array, arrays)
    kept = [ports for processor, ports in whole.ports_of_processor.items() if processor not in processors]
    ports = _children(whole.ports_of_processor, processors).difference(*kept)
    return processors, ports, _children(whole.luns_of_array, arrays), _children(whole.file_systems_of_array, arrays)


def _children(relation: Mapping[str, Sequence[str]], parents: Iterable[str]) -> set[str]:
    return {child for parent in parents for child in relation.get(parent, ())}


def _without(mapping: Mapping[str, V], gone: Collection[str]) -> Mapping[str, V]:
    return {key: value for key, value in mapping.items() if key not in gone}
