"""What differs between two snapshots: pure functions, identity first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from vasa_cim.model.entities import Entity
from vasa_cim.model.enums import EntityType, EventConfigType
from vasa_cim.model.inventory import Inventory, Visible

ENTITY_MAPPINGS: Mapping[EntityType, str] = {
    EntityType.ARRAY: "arrays",
    EntityType.PROCESSOR: "processors",
    EntityType.PORT: "ports",
    EntityType.LUN: "luns",
    EntityType.FILE_SYSTEM: "file_systems",
    EntityType.CAPABILITY: "capabilities",
}
RELATIONS = (
    "processors_of_array",
    "ports_of_processor",
    "luns_of_array",
    "file_systems_of_array",
    "capability_of",
    "pool_of",
)

Related = tuple[str, ...]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class EntityChange:
    """An entity that came (before None), went (after None) or is shown otherwise."""

    kind: EventConfigType
    entity_type: EntityType
    unique_identifier: str
    before: Entity | None
    after: Entity | None


@dataclass(frozen=True, slots=True)
class RelationChange:
    """An id whose related ids changed. `relation` is the name of the mapping; one that is not there is empty."""

    relation: str
    unique_identifier: str
    before: Related
    after: Related


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs: entities by kind, then by id; relations by name, then by id."""

    entities: tuple[EntityChange, ...] = ()
    relations: tuple[RelationChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entities or self.relations)

    def of(self, entity_type: EntityType) -> tuple[EntityChange, ...]:
        """Return the changes of entities of one kind."""
        return tuple(change for change in self.entities if change.entity_type is entity_type)


def inventory_changes(before: Inventory, after: Inventory) -> Changes:
    """Return what differs between two inventories of one source."""
    return _changes(before, after, _relations(before), _relations(after))


def visible_changes(before: Visible, after: Visible) -> Changes:
    """Return what a session sees otherwise; the LUNs behind ports are compared too."""
    if before is after:
        return Changes()
    return _changes(before, after, _visible_relations(before), _visible_relations(after))


def entity_changes(
    entity_type: EntityType, before: Mapping[str, Entity], after: Mapping[str, Entity]
) -> Iterator[EntityChange]:
    """Yield the changes of entities of one kind, in the order of their ids."""
    if before is after:
        return
    for key, old, new in _differing(before, after):
        if old is None:
            yield EntityChange(EventConfigType.NEW, entity_type, key, None, new)
        elif new is None:
            yield EntityChange(EventConfigType.DELETE, entity_type, key, old, None)
        else:
            yield EntityChange(EventConfigType.UPDATE, entity_type, key, old, new)


def _changes(
    before: Inventory | Visible,
    after: Inventory | Visible,
    old_relations: Mapping[str, Mapping[str, str | Related]],
    new_relations: Mapping[str, Mapping[str, str | Related]],
) -> Changes:
    entities = (
        change
        for entity_type, name in ENTITY_MAPPINGS.items()
        for change in entity_changes(entity_type, getattr(before, name), getattr(after, name))
    )
    relations = (
        RelationChange(relation, key, _related(old), _related(new))
        for relation, mapping in new_relations.items()
        for key, old, new in _differing(old_relations[relation], mapping)
    )
    return Changes(tuple(entities), tuple(relations))


def _differing(
    before: Mapping[str, _Value], after: Mapping[str, _Value]
) -> list[tuple[str, _Value | None, _Value | None]]:
    """Return (key, old, new) of what is not equal, by key; the same object is taken to be equal unseen."""
    found: list[tuple[str, _Value | None, _Value | None]] = []
    if before is after:
        return found
    for key, new in after.items():
        old = before.get(key)
        if old is not new and old != new:
            found.append((key, old, new))
    found += [(key, old, None) for key, old in before.items() if key not in after]
    return sorted(found, key=lambda item: item[0])


def _relations(part: Inventory | Visible) -> dict[str, Mapping[str, str | Related]]:
    return {name: getattr(part, name) for name in RELATIONS}


def _visible_relations(part: Visible) -> dict[str, Mapping[str, str | Related]]:
    return _relations(part) | {"luns_of_port": part.luns_of_port}


def _related(value: str | Related | None) -> Related:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value
