"""Unchanged objects are carried over from snapshot to snapshot."""

from dataclasses import replace

import pytest

from vasa_cim.adapters.engine.cache import CommonCacheManager, carried_over
from vasa_cim.model.inventory import Export


@pytest.fixture
def cache():
    return CommonCacheManager()


def test_an_equal_inventory_keeps_every_object_and_only_its_time_is_new(parts, cache):
    first = cache.publish(parts.inventory(parts.lun(1), parts.lun(2)))
    second = cache.publish(parts.inventory(parts.lun(1), parts.lun(2), at=60))
    assert (first.number, second.number, first.content, second.content) == (1, 2, 1, 1)
    assert second.inventory.luns is first.inventory.luns
    assert second.inventory.views is first.inventory.views
    assert second.inventory.read_at > first.inventory.read_at
    assert cache.current is second


def test_a_changed_entity_is_new_and_the_others_are_kept(parts, cache):
    first = cache.publish(parts.inventory(parts.lun(1), parts.lun(2)))
    second = cache.publish(parts.inventory(parts.lun(1), parts.lun(2, used_space_in_mb=11)))
    one, two = "V:StorageLun:a:1", "V:StorageLun:a:2"
    assert second.content == 2
    assert second.inventory.luns[one] is first.inventory.luns[one]
    assert second.inventory.luns[two].used_space_in_mb == 11
    assert second.inventory.arrays is first.inventory.arrays
    assert second.inventory.views is first.inventory.views


@pytest.mark.parametrize(
    "change",
    [
        {"capability_of": {"x": "y"}},
        {"pool_of": {"x": "y"}},
        {"views": ()},
        {"luns_of_array": {}},
        {"arrays": {}},
        {"exports": (Export("f", ("/f",)),)},
        {"matching": 1},
    ],
)
def test_any_other_change_is_a_change_of_content(parts, cache, change):
    before = parts.inventory(parts.lun(1))
    cache.publish(before)
    assert cache.publish(replace(before, **change)).content == 2


def test_what_went_is_not_carried_over(parts):
    kept = carried_over(parts.inventory(parts.lun(1), parts.lun(2)), parts.inventory(parts.lun(2)))
    assert list(kept.luns) == ["V:StorageLun:a:2"]
