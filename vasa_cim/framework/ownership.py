"""Whose an array is that several sources claim: the first source's that holds it, with all that belongs to it."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from weakref import ref

import structlog

from vasa_cim.model.entities import VendorModel
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Inventory, Visible

V = TypeVar("V")
_NOTHING: frozenset[str] = frozenset()

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which arrays each source claims and must leave to another: source name -> ids; sources without any are absent.

    `profiles` and `models` are those of the arrays as their owners tell them; both are empty before any array was read.
    """

    foreign: Mapping[str, frozenset[str]]
    profiles: frozenset[Profile]
    models: tuple[VendorModel, ...]

    def foreign_to(self, source: str) -> frozenset[str]:
        """Return the ids of the arrays that this source claims and that are another's."""
        return self.foreign.get(source, _NOTHING)


def ownership(inventories: Sequence[tuple[str, Inventory | None]]) -> Ownership:
    """Return who owns what, given each source's name and newest inventory (None: not read yet), first comes first."""
    owners: dict[str, str] = {}
    foreign: dict[str, frozenset[str]] = {}
    profiles: set[Profile] = set()
    models: set[VendorModel] = set()
    for source, inventory in inventories:
        for identifier, array in inventory.arrays.items() if inventory else ():
            if owners.setdefault(identifier, source) == source:
                profiles.update(array.supported_profile)
                models.add(VendorModel(array.vendor_id, array.model_id))
        claimed = frozenset(each for each in (inventory.arrays if inventory else ()) if owners[each] != source)
        if claimed:
            foreign[source] = claimed
    ordered = sorted(models, key=lambda model: (model.vendor_id, model.model_id))
    return Ownership(foreign, frozenset(profiles), tuple(ordered))


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
    processors = _children(part.processors_of_array, foreign)
    kept = [ports for processor, ports in part.ports_of_processor.items() if processor not in processors]
    ports = _children(part.ports_of_processor, processors).difference(*kept)
    luns = _children(part.luns_of_array, foreign)
    file_systems = _children(part.file_systems_of_array, foreign)
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


def _children(relation: Mapping[str, Sequence[str]], parents: Iterable[str]) -> set[str]:
    return {child for parent in parents for child in relation.get(parent, ())}


def _without(mapping: Mapping[str, V], gone: Collection[str]) -> Mapping[str, V]:
    return {key: value for key, value in mapping.items() if key not in gone}
