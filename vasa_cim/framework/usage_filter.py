"""The usage context filter: what a vCenter sees of an inventory (`vasa-1.0 5.2`).

| Kind | Visible when |
|---|---|
| StorageCapability | always |
| StorageArray, StorageProcessor | the context is not empty, by initiators or by mounts |
| StorageLun | a reached view holds it |
| StoragePort | a reached view that holds a LUN goes through it |
| StorageFileSystem | a reached export is of it; it is shown with the texts of the mounts, too |

A context with mounts only thus sees processors too, though the table of contexts in `5.2` names only arrays and file
systems: the table of entities asks for no more than a context that is not empty, and a NAS has processors (its nodes)
that would otherwise belong to arrays that are shown without them.

By choice (`ArrayScope.ASSOCIATED`) arrays and processors are visible only where a LUN or file system of the array is.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import compress
from typing import Any, Generic, TypeVar

from vasa_cim.framework.mounted import with_mounts
from vasa_cim.model.inventory import AccessView, Inventory, Reach, Visible
from vasa_cim.model.usage_context import UsageContext

V = TypeVar("V")
FEW = 8  # a subset below one eighth is sorted faster than the whole is walked


class ArrayScope(StrEnum):
    """Which arrays and processors a context sees: all if it is not empty, or those that it sees something of."""

    CONTEXT = "context"
    ASSOCIATED = "associated"


def visible_inventory(
    inventory: Inventory,
    usage: UsageContext,
    reaches: Sequence[Reach],
    *,
    array_scope: ArrayScope = ArrayScope.CONTEXT,
) -> Visible:
    """Return what `usage` sees of `inventory`, given what each of its entries reaches there.

    Fulfils `adapter.UsageFilter`. Pure; all results keep the inventory's ascending order. Relations are restricted
    only when they are asked for: most sessions never ask most of them.
    """
    if usage.is_empty():
        return Visible(capabilities=inventory.capabilities)
    views, luns, ports = _reached(inventory, reaches)
    shares = {export.file_system for reach in reaches for export in reach.exports}
    file_systems = with_mounts(_restricted(inventory.file_systems, shares), reaches)
    arrays, processors = inventory.arrays, inventory.processors
    if array_scope is ArrayScope.ASSOCIATED:
        arrays, processors = _associated(inventory, luns, file_systems)
    return Visible(
        arrays=arrays,
        processors=processors,
        ports=ports,
        luns=luns,
        file_systems=file_systems,
        capabilities=inventory.capabilities,
        processors_of_array=_of(arrays, inventory.arrays, inventory.processors_of_array),
        ports_of_processor=_Children(
            _of(processors, inventory.processors, inventory.ports_of_processor), inventory.ports, ports
        ),
        luns_of_array=_Children(_of(arrays, inventory.arrays, inventory.luns_of_array), inventory.luns, luns),
        file_systems_of_array=_Children(
            _of(arrays, inventory.arrays, inventory.file_systems_of_array), inventory.file_systems, file_systems
        ),
        capability_of=_FactOf(inventory.capability_of, luns, file_systems),
        pool_of=_FactOf(inventory.pool_of, luns, file_systems),
        views=views,
    )


def _reached(
    inventory: Inventory, reaches: Sequence[Reach]
) -> tuple[tuple[AccessView, ...], Mapping[str, Any], Mapping[str, Any]]:
    """Return the distinct views that lead to a LUN, these LUNs, and the ports through which."""
    distinct = {view.key: view for reach in reaches for view in reach.views}
    places = inventory.lun_places
    known = [view for view in distinct.values() if id(view) in places]
    wanted = set().union(*(places[id(view)] for view in known))
    if len(known) < len(distinct):  # views that an adapter made for this reach
        others = set().union(*(view.luns for view in distinct.values() if id(view) not in places))
        wanted.update(place for place, lun in enumerate(inventory.lun_order) if lun in others)
    views = tuple(view for view in distinct.values() if _leads_to_a_lun(view, inventory))
    ports = _restricted(inventory.ports, set().union(*(view.ports for view in views)))
    return views, _luns_at(inventory, wanted), ports


def _leads_to_a_lun(view: AccessView, inventory: Inventory) -> bool:
    places = inventory.lun_places.get(id(view))
    return any(lun in inventory.luns for lun in view.luns) if places is None else bool(places)


def _luns_at(inventory: Inventory, places: set[int]) -> Mapping[str, Any]:
    """Return the LUNs at these places of the inventory's order."""
    whole, order = inventory.luns, inventory.lun_order
    if len(places) == len(whole):
        return whole
    if len(places) * FEW < len(whole):
        return {order[place]: whole[order[place]] for place in sorted(places)}
    chosen = bytearray(len(whole))
    for place in places:
        chosen[place] = 1
    return dict(compress(whole.items(), chosen))


def _associated(
    inventory: Inventory, luns: Mapping[str, Any], file_systems: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the arrays of which a LUN or file system is visible, and their processors."""
    kinds = ((inventory.luns_of_array, luns), (inventory.file_systems_of_array, file_systems))
    shown = {
        array
        for children_of, visible in kinds
        for array, children in children_of.items()
        if visible and array in inventory.arrays and not visible.keys().isdisjoint(children)
    }
    arrays = _restricted(inventory.arrays, shown)
    parts: set[str] = set().union(*(inventory.processors_of_array.get(array, ()) for array in arrays))
    return arrays, _restricted(inventory.processors, parts)


def _of(parents: Mapping[str, Any], every: Mapping[str, Any], related: Mapping[str, V]) -> Mapping[str, V]:
    """Return the relations of the visible parents: all of them where every parent is visible."""
    return related if parents is every else {key: value for key, value in related.items() if key in parents}


def _restricted(whole: Mapping[str, V], wanted: set[str]) -> Mapping[str, V]:
    """Return the part of `whole` whose keys are wanted, in the order of `whole`, which ascends."""
    if len(wanted) * FEW < len(whole):
        return {key: whole[key] for key in sorted(wanted) if key in whole}
    hidden = [key for key in whole if key not in wanted]
    if not hidden:
        return whole
    if len(hidden) * 2 > len(whole):
        return {key: value for key, value in whole.items() if key in wanted}
    found = dict(whole)  # copying all and taking out the few takes half the time of choosing the many
    for key in hidden:
        del found[key]
    return found


class _Lazy(Mapping[str, V], Generic[V]):
    """A read-only mapping with the keys of `_whole`, or fewer, whose values are worked out on demand."""

    _whole: Mapping[str, V]

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._whole if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Children(_Lazy[tuple[str, ...]]):
    """The visible children of each parent."""

    def __init__(
        self, whole: Mapping[str, tuple[str, ...]], every: Mapping[str, Any], visible: Mapping[str, Any]
    ) -> None:
        self._whole = whole
        self._all_visible = visible is every
        self._visible = visible
        self._known: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, parent: str) -> tuple[str, ...]:
        if self._all_visible:
            return self._whole[parent]
        children = self._known.get(parent)
        if children is None:
            visible = self._visible
            children = tuple([child for child in self._whole[parent] if child in visible])
            self._known[parent] = children
        return children

    def __contains__(self, parent: object) -> bool:
        return parent in self._whole


class _FactOf(_Lazy[str]):
    """One fact about each visible LUN and file system."""

    def __init__(self, whole: Mapping[str, str], luns: Mapping[str, Any], file_systems: Mapping[str, Any]) -> None:
        self._whole = whole
        self._luns = luns
        self._file_systems = file_systems

    def __getitem__(self, entity: str) -> str:
        if entity in self._luns or entity in self._file_systems:
            return self._whole[entity]
        raise KeyError(entity)

    def get(self, entity: str, default: Any = None) -> Any:
        """Return the fact, or `default`; the same as of every mapping, only without raising in between."""
        return self._whole.get(entity, default) if entity in self._luns or entity in self._file_systems else default

    def __contains__(self, entity: object) -> bool:
        return entity in self._whole and (entity in self._luns or entity in self._file_systems)
