"""The common cache manager: the newest immutable snapshot of a source, for all sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from vasa_cim.adapters.engine.diff import ENTITY_MAPPINGS, RELATIONS
from vasa_cim.model.inventory import AccessView, Inventory


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published inventory. `number` grows with each; `content` only when something differs but the time."""

    number: int
    content: int
    inventory: Inventory


class CommonCacheManager:
    """Holds the newest snapshot. Only the poll thread publishes; any thread reads."""

    def __init__(self) -> None:
        self._current: Snapshot | None = None

    @property
    def current(self) -> Snapshot | None:
        """The newest snapshot, None before the first."""
        return self._current

    def publish(self, inventory: Inventory) -> Snapshot:
        """Make an inventory the newest snapshot, with every unchanged object carried over from the one before.

        What sessions look up in it is worked out here, so that none of them waits for that.
        """
        before = self._current
        if before is None:
            inventory.make_lookups()
            self._current = Snapshot(1, 1, inventory)
            return self._current
        carried = carried_over(before.inventory, inventory)
        carried.make_lookups()
        content = before.content if same_content(before.inventory, carried) else before.content + 1
        self._current = Snapshot(before.number + 1, content, carried)
        return self._current


def carried_over(before: Inventory, after: Inventory) -> Inventory:
    """Return `after` with each mapping, entity and view that equals the one of `before` replaced by it.

    So an unchanged object stays the same object: a diff is an identity test, and serialized forms are kept.
    """
    names = (*ENTITY_MAPPINGS.values(), *RELATIONS)
    mappings: dict[str, Any] = {name: _carried(getattr(before, name), getattr(after, name)) for name in names}
    exports = before.exports if before.exports == after.exports else after.exports
    return replace(after, views=_carried_views(before.views, after.views), exports=exports, **mappings)


def _carried(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Any]:
    kept: dict[str, Any] = {}
    unchanged = len(before) == len(after)
    for key, new in after.items():
        old = before.get(key)
        same = old is new or old == new
        kept[key] = old if same else new
        unchanged = unchanged and same
    return before if unchanged else kept


def _carried_views(before: tuple[AccessView, ...], after: tuple[AccessView, ...]) -> tuple[AccessView, ...]:
    known = {view.key: view for view in before}
    kept = tuple(known[view.key] if known.get(view.key) == view else view for view in after)
    unchanged = len(before) == len(kept) and all(old is new for old, new in zip(before, kept, strict=True))
    return before if unchanged else kept


def same_content(before: Inventory, after: Inventory) -> bool:
    """Return whether a carried-over inventory differs from the one before in nothing but its time."""
    names = (*ENTITY_MAPPINGS.values(), *RELATIONS, "views", "exports")
    same = all(getattr(before, name) is getattr(after, name) for name in names)
    return same and before.matching == after.matching
