"""Ids tell their kind by their form, and never grow too long (vasa-1.0 3.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasa_cim.model.enums import EntityType
from vasa_cim.model.identifiers import array_id, capability_id, entity_id, entity_type_of

LOCAL_TYPES = [EntityType.PROCESSOR, EntityType.PORT, EntityType.LUN, EntityType.FILE_SYSTEM]


@given(st.sampled_from(LOCAL_TYPES), st.text(max_size=400), st.text(max_size=400))
def test_a_made_id_tells_its_kind_and_stays_within_255_safe_characters(kind, array, local):
    made = entity_id(kind, array, local)
    assert entity_type_of(made) is kind
    assert len(made) <= 255
    assert made.isascii()
    assert not set(made) & set(' <>&,"')


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_different_objects_have_different_ids(one, other):
    ids = {entity_id(EntityType.LUN, *one), entity_id(EntityType.LUN, *other)}
    assert len(ids) == len({one, other})


def test_arrays_and_capabilities_have_two_part_names():
    assert array_id("MOCK+0001") == "VasaCim:StorageArray:MOCK+0001"
    assert entity_type_of(array_id("MOCK+0001")) is EntityType.ARRAY
    assert entity_type_of(capability_id("0123456789abcdef")) is EntityType.CAPABILITY
    assert len(array_id("x" * 300)) <= 255


NO_IDS = [
    "",
    "null",
    "lun:17",
    "VasaCim:StorageLun:only-an-array",
    "VasaCim:StorageArray:a:b",
    "VasaCim:StorageLun::b",
    "VasaCim:storagelun:a:b",
    "VasaCim:StorageLun:a:b ",
    "VasaCim:StorageLun:a:b\n",
    "VasaCim:StorageLun:a:" + "b" * 300,
]


@pytest.mark.parametrize("text", NO_IDS)
def test_what_cannot_be_an_id(text):
    assert entity_type_of(text) is None
