"""One inventory from those of all adapters of a source: a unified array is one array to both."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from vasa_cim.adapters.engine.diff import ENTITY_MAPPINGS, RELATIONS
from vasa_cim.model.entities import StorageArray
from vasa_cim.model.inventory import Inventory

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
    views = {view.key: view for part in reversed(parts) for view in reversed(part.views)}
    return Inventory(
        read_at=min(part.read_at for part in parts),
        views=tuple(views[key] for key in sorted(views)),
        exports=tuple(dict.fromkeys(export for part in parts for export in part.exports)),
        **mappings,
    )


def _united(parts: Sequence[Inventory], name: str) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for part in reversed(parts):
        whole.update(getattr(part, name))
    return dict(sorted(whole.items()))


def _related(parts: Sequence[Inventory], name: str) -> dict[str, tuple[str, ...]]:
    whole: dict[str, set[str]] = {}
    for part in parts:
        for key, related in getattr(part, name).items():
            whole.setdefault(key, set()).update(related)
    return {key: tuple(sorted(whole[key])) for key in sorted(whole)}


def _arrays(parts: Sequence[Inventory]) -> dict[str, StorageArray]:
    whole: dict[str, StorageArray] = {}
    for part in parts:
        for key, array in part.arrays.items():
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
