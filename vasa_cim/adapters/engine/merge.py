"""One inventory from those of all adapters of a source: a unified array is one array to both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vasa_cim.adapters.engine.diff import ENTITY_MAPPINGS, RELATIONS
from vasa_cim.model.entities import StorageArray
from vasa_cim.model.inventory import AccessView, Inventory

_STRINGS = frozenset({"capability_of", "pool_of"})


def merged(parts: Sequence[Inventory]) -> Inventory:
    """Return the union of one or more inventories; what two of them hold is taken from the first.

    But an array that two hold gets the protocols, profiles and names of both, and lists of related ids are united.
    """
    if len(parts) == 1:
        return parts[0]
    mappings: dict[str, Any] = {name: _united(parts, name) for name in ENTITY_MAPPINGS.values()}
    mappings["arrays"] = _arrays(parts)
    for name in RELATIONS:
        mappings[name] = _united(parts, name) if name in _STRINGS else _related(parts, name)
    return Inventory(
        read_at=min(part.read_at for part in parts),
        views=_views(parts),
        exports=tuple(dict.fromkeys(export for part in parts for export in part.exports)),
        matching=sum(part.matching for part in parts),
        **mappings,
    )


def _views(parts: Sequence[Inventory]) -> tuple[AccessView, ...]:
    filled = [part.views for part in parts if part.views]
    if len(filled) == 1:
        return filled[0]
    views = {view.key: view for several in reversed(filled) for view in reversed(several)}
    return tuple(views[key] for key in sorted(views))


def _united(parts: Sequence[Inventory], name: str) -> Mapping[str, Any]:
    filled = _filled(parts, name)
    if len(filled) < 2:
        return filled[0] if filled else {}
    whole: dict[str, Any] = {}
    for part in reversed(filled):
        whole.update(part)
    return dict(sorted(whole.items()))


def _filled(parts: Sequence[Inventory], name: str) -> list[Mapping[str, Any]]:
    """Return the mappings of this name that hold anything; the only one is taken as it is, which ascends already."""
    return [mapping for part in parts if (mapping := getattr(part, name))]


def _related(parts: Sequence[Inventory], name: str) -> Mapping[str, tuple[str, ...]]:
    filled = _filled(parts, name)
    if len(filled) < 2:
        return filled[0] if filled else {}
    whole: dict[str, set[str]] = {}
    for part in filled:
        for key, related in part.items():
            whole.setdefault(key, set()).update(related)
    return {key: tuple(sorted(whole[key])) for key in sorted(whole)}


def _arrays(parts: Sequence[Inventory]) -> Mapping[str, StorageArray]:
    filled = _filled(parts, "arrays")
    if len(filled) == 1:
        return filled[0]
    whole: dict[str, StorageArray] = {}
    for part in filled:
        for key, array in part.items():
            whole[key] = _one_array(whole[key], array) if key in whole else array
    return dict(sorted(whole.items()))


def _one_array(first: StorageArray, second: StorageArray) -> StorageArray:
    return replace(
        first,
        alternate_name=_both(first.alternate_name, second.alternate_name),
        supported_block=_both(first.supported_block, second.supported_block),
        supported_file_system=_both(first.supported_file_system, second.supported_file_system),
        supported_profile=_both(first.supported_profile, second.supported_profile),
    )


def _both(first: Iterable[Any], second: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*first, *second)))
