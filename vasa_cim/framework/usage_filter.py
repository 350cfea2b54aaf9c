"""The usage context filter: what a vCenter sees of an inventory (`vasa-1.0 5.2`).

| Kind | Visible when |
|---|---|
| StorageCapability | always |
| StorageArray, StorageProcessor | the context is not empty, by initiators or by mounts |
| StorageLun | a reached view holds it |
| StoragePort | a reached view that holds a LUN goes through it |
| StorageFileSystem | a reached export is of it |

A context with mounts only thus sees processors too, though the table of contexts in `5.2` names only arrays and file
systems: the table of entities asks for no more than a context that is not empty, and a NAS has processors (its nodes)
that would otherwise belong to arrays that are shown without them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from vasa_cim.model.inventory import AccessView, Inventory, Reach, Visible
from vasa_cim.model.usage_context import UsageContext

V = TypeVar("V")
FEW = 8  # a subset below one eighth is sorted faster than the whole is walked


def visible_inventory(inventory: Inventory, usage: UsageContext, reaches: Sequence[Reach]) -> Visible:
    """Return what `usage` sees of `inventory`, given what each of its entries reaches there.

    Fulfils `adapter.UsageFilter`. Pure; all results keep the inventory's ascending order. Relations are restricted
    only when they are asked for: most sessions never ask most of them.
    """
    if usage.is_empty():
        return Visible(capabilities=inventory.capabilities)
    views, luns, ports = _reached(inventory, reaches)
    shares = {export.file_system for reach in reaches for export in reach.exports}
    file_systems = _restricted(inventory.file_systems, shares)
    return Visible(
        arrays=inventory.arrays,
        processors=inventory.processors,
        ports=ports,
        luns=luns,
        file_systems=file_systems,
        capabilities=inventory.capabilities,
        processors_of_array=inventory.processors_of_array,
        ports_of_processor=_Children(inventory.ports_of_processor, inventory.ports, ports),
        luns_of_array=_Children(inventory.luns_of_array, inventory.luns, luns),
        file_systems_of_array=_Children(inventory.file_systems_of_array, inventory.file_systems, file_systems),
        capability_of=_FactOf(inventory.capability_of, luns, file_systems),
        pool_of=_FactOf(inventory.pool_of, luns, file_systems),
        views=views,
    )


def _reached(
    inventory: Inventory, reaches: Sequence[Reach]
) -> tuple[tuple[AccessView, ...], Mapping[str, Any], Mapping[str, Any]]:
    """Return the distinct views that lead to a LUN, these LUNs, and the ports through which."""
    distinct = {view.key: view for reach in reaches for view in reach.views}
    luns = _restricted(inventory.luns, set().union(*(view.luns for view in distinct.values())))
    views = tuple(view for view in distinct.values() if any(lun in luns for lun in view.luns))
    return views, luns, _restricted(inventory.ports, set().union(*(view.ports for view in views)))


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
