"""The discovery operations as pure functions over what a session sees (`vasa-1.0 2.3`, `2.4`)."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from vasa_cim.errors import InvalidArgument, NotFound
from vasa_cim.framework.vasa_service import Ids
from vasa_cim.model.entities import Association, Entity, StorageLun
from vasa_cim.model.enums import EntityType, Profile
from vasa_cim.model.identifiers import entity_type_of
from vasa_cim.model.inventory import Visible

V = TypeVar("V", bound=Entity)

PROFILE_OF: Mapping[EntityType, Profile | None] = {
    EntityType.ARRAY: None,
    EntityType.PROCESSOR: Profile.BLOCK,
    EntityType.PORT: Profile.BLOCK,
    EntityType.LUN: Profile.BLOCK,
    EntityType.FILE_SYSTEM: Profile.FILE_SYSTEM,
    EntityType.CAPABILITY: Profile.CAPABILITY,
}
"""The profile without which a provider has no entities of a kind (`vasa-1.0 2.5`); None: every provider has them."""

_NULL_ITEMS = (None, "", "null")


def is_null_list(ids: Ids) -> bool:
    """Return whether the client gave no ids: no element, or a single one that is null, "" or "null" (`1.4`)."""
    return not ids or (len(ids) == 1 and ids[0] in _NULL_ITEMS)


def chosen(known: Mapping[str, V], kind: EntityType, ids: Ids, argument: str) -> list[V]:
    """Return the visible objects that `ids` name: each once, in the order of first mention; others are skipped.

    A null list means all. Raises InvalidArgument if one id is null, empty, no id of this provider, or of another
    kind; form is looked at only for ids that are not visible, which keeps the usual call fast.
    """
    if ids is None or is_null_list(ids):
        return list(known.values())
    wanted = dict.fromkeys(ids)
    found: list[V | None] = list(map(known.get, wanted))  # type: ignore[arg-type]  # None is never a key of `known`
    if all(found):
        return found  # type: ignore[return-value]
    for each, entity in zip(wanted, found, strict=True):
        if entity is None:
            check_form(each, kind, argument)
    return [entity for entity in found if entity is not None]


def named(known: Mapping[str, Entity], kind: EntityType, ids: Ids, argument: str) -> list[str]:
    """Return the ids of the visible objects that `ids` name; as `chosen`."""
    if is_null_list(ids):
        return list(known)
    return [entity.unique_identifier for entity in chosen(known, kind, ids, argument)]


def chosen_explicitly(known: Mapping[str, V], kind: EntityType, ids: Ids, argument: str) -> list[V]:
    """Return the visible objects that `ids` name; as `chosen`, but a null list is an InvalidArgument."""
    if is_null_list(ids):
        raise InvalidArgument(argument=argument, reason="at least one id is needed")
    return chosen(known, kind, ids, argument)


def associations(entities: Sequence[str], related: Mapping[str, tuple[str, ...]]) -> list[Association]:
    """Return one association for each entity that has related ones; an entity without any yields none."""
    return [Association(each, others) for each in entities if (others := related.get(each))]


def capabilities(entities: Sequence[str], capability_of: Mapping[str, str]) -> list[Association]:
    """Return each entity with its one capability; an entity without one is left out."""
    return [Association(each, (found,)) for each in entities if (found := capability_of.get(each))]


def children_of_array(
    visible: Visible, related: Mapping[str, tuple[str, ...]], array: str | None, argument: str, *, is_empty: bool
) -> Sequence[str]:
    """Return the visible ids of one array (operations 17 and 18).

    `is_empty` says that the usage context is empty: then nothing is visible, and that is no fault. Raises
    InvalidArgument for what is no array id, NotFound for an unknown array.
    """
    identifier = check_form(array, EntityType.ARRAY, argument)
    if identifier not in visible.arrays:
        if is_empty:
            return ()
        raise NotFound(identifier=identifier)
    return related.get(identifier, ())


def entity_kind(entity_type: str | None, offers: frozenset[Profile]) -> EntityType:
    """Return the kind that the argument of operations 5 and 6 names.

    Raises InvalidArgument for null, empty or unknown text (case counts), and for a kind whose profile is not offered.
    """
    try:
        kind = EntityType(entity_type or "")
    except ValueError as error:
        raise InvalidArgument(argument="entityType", reason="it is no EntityTypeEnum value") from error
    needed = PROFILE_OF[kind]
    if needed is not None and needed not in offers:
        raise InvalidArgument(argument="entityType", reason=f"this provider does not support {needed.value}")
    return kind


def may_migrate(visible: Visible, kind: EntityType, source: str | None, destination: str | None) -> bool:
    """Return whether Storage DRS may move load from source to destination and gain by it (operation 19).

    True if both live on known and different pools and both permit it. Raises InvalidArgument for other kinds than
    LUN and file system, for ids that are malformed, of another kind, or equal; NotFound for what is not visible.
    """
    if kind not in (EntityType.LUN, EntityType.FILE_SYSTEM):
        raise InvalidArgument(argument="entityType", reason="only StorageLun and StorageFileSystem can migrate")
    pair = (check_form(source, kind, "srcUniqueId"), check_form(destination, kind, "dstUniqueId"))
    if source == destination:
        raise InvalidArgument(argument="dstUniqueId", reason="it is the same as srcUniqueId")
    known = visible.of(kind)
    for each in pair:
        if each not in known:
            raise NotFound(identifier=each)
    pools = [visible.pool_of.get(each) for each in pair]
    luns = [lun for each in pair if isinstance(lun := known[each], StorageLun)]
    permitted = all(lun.drs_management_permitted for lun in luns)
    return permitted and None not in pools and pools[0] != pools[1]


def check_form(identifier: str | None, kind: EntityType, argument: str) -> str:
    """Return the id if it has the form of an id of this kind. Raises InvalidArgument."""
    if not identifier:
        raise InvalidArgument(argument=argument, reason="an id is null or empty")
    if entity_type_of(identifier) is not kind:
        raise InvalidArgument(argument=argument, reason=f"it is not the id of a {kind.value}")
    return identifier
