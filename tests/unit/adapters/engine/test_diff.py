"""The diff names everything that differs, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasa_cim.adapters.engine.diff import (
    ENTITY_MAPPINGS,
    entity_changes,
    inventory_changes,
    visible_changes,
)
from vasa_cim.model.entities import ENTITY_CLASSES, Entity
from vasa_cim.model.enums import EntityType, EventConfigType
from vasa_cim.model.inventory import AccessView, Visible

NEW, UPDATE, DELETE = EventConfigType.NEW, EventConfigType.UPDATE, EventConfigType.DELETE


def test_an_inventory_does_not_differ_from_itself_or_its_equal(parts):
    before = parts.inventory(parts.lun(1))
    assert not inventory_changes(before, before)
    assert not inventory_changes(before, parts.inventory(parts.lun(1), at=60))


def test_entities_that_came_went_and_changed_are_told_in_order(parts):
    before = parts.inventory(parts.lun(1), parts.lun(2), parts.lun(3))
    after = parts.inventory(parts.lun(2, used_space_in_mb=11), parts.lun(3), parts.lun(4))
    changes = inventory_changes(before, after).of(EntityType.LUN)
    assert [(one.kind, one.unique_identifier[-1]) for one in changes] == [(DELETE, "1"), (UPDATE, "2"), (NEW, "4")]
    assert changes[0].after is None
    assert changes[1].before.used_space_in_mb == 10
    assert changes[1].after.used_space_in_mb == 11
    assert changes[2].before is None


def test_relations_are_told_with_what_they_were(parts):
    before = replace(parts.inventory(parts.lun(1)), capability_of={"l": "c1"}, pool_of={"l": "p"})
    after = replace(parts.inventory(parts.lun(1), parts.lun(2)), capability_of={"l": "c2"})
    relations = inventory_changes(before, after).relations
    found = {one.relation: (one.unique_identifier, one.before, one.after) for one in relations}
    assert found["capability_of"] == ("l", ("c1",), ("c2",))
    assert found["pool_of"] == ("l", ("p",), ())
    assert found["luns_of_array"][1:] == (("V:StorageLun:a:1",), ("V:StorageLun:a:1", "V:StorageLun:a:2"))


def test_the_luns_behind_a_port_are_part_of_what_a_session_sees(parts):
    luns = {one.unique_identifier: one for one in (parts.lun(1), parts.lun(2))}
    ports = {"p": Entity(unique_identifier="p")}
    view = AccessView("v", frozenset(), ("V:StorageLun:a:1",), ("p",))
    before = Visible(luns=luns, ports=ports, views=(view,))
    after = Visible(luns=luns, ports=ports, views=(replace(view, luns=tuple(luns)),))
    (change,) = visible_changes(before, after).relations
    assert (change.relation, change.unique_identifier, change.after) == ("luns_of_port", "p", tuple(luns))
    assert not visible_changes(before, before)


def test_every_kind_of_entity_is_compared():
    assert set(ENTITY_MAPPINGS) == set(ENTITY_CLASSES)


ENTITIES = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 2))


@given(ENTITIES, ENTITIES)
def test_applying_the_changes_to_the_old_gives_the_new(before, after):
    old, new = dict(before), dict(after)
    for change in entity_changes(EntityType.LUN, before, after):
        if change.kind is DELETE:
            assert old.pop(change.unique_identifier) == change.before
        else:
            assert (change.kind is NEW) == (change.unique_identifier not in old)
            old[change.unique_identifier] = change.after
    assert old == new


@pytest.mark.parametrize("same", [True, False])
def test_identity_is_enough_for_equality(same):
    class Touchy:
        def __eq__(self, other):
            raise AssertionError("compared although it is the same object")

        __hash__ = None

    value = Touchy()
    assert list(entity_changes(EntityType.LUN, {"a": value}, {"a": value})) == []
    if not same:
        with pytest.raises(AssertionError):
            list(entity_changes(EntityType.LUN, {"a": value}, {"a": Touchy()}))
