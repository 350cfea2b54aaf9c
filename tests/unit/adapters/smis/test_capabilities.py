"""Capabilities: stable ids, unique names, and no claim without a source (`smis-mapping 5.3`)."""

import itertools

import pytest

from vasa_cim.adapters.smis.capabilities import StorageKind, capability_of
from vasa_cim.adapters.smis.raid import Raid
from vasa_cim.model.enums import EntityType
from vasa_cim.model.identifiers import entity_type_of

BEST = StorageKind("SSD", Raid.RAID6, "Thin", tiered=True, encrypted=True)


def every_kind():
    media, raids = (None, "HDD", "SSD", "Hybrid"), (None, *Raid)
    provisioning, flags = (None, "Thin", "Thick", "Thin/Thick"), (False, True)
    for choice in itertools.product(media, raids, provisioning, flags, flags, flags, flags):
        yield StorageKind(*choice)


def test_no_two_kinds_have_the_same_id_or_name():
    made = [capability_of(kind) for kind in every_kind()]
    assert len({one.unique_identifier for one in made}) == len({one.capability_name for one in made}) == len(made)


def test_every_capability_fits_its_limits():
    for kind in every_kind():
        made = capability_of(kind)
        assert 0 < len(made.capability_name) <= 255
        assert 0 < len(made.capability_detail) <= 1000
        assert entity_type_of(made.unique_identifier) is EntityType.CAPABILITY


def test_a_name_is_short_and_an_id_never_changes():
    made = capability_of(BEST)
    assert made.capability_name == "SSD RAID-6 Thin Tiered Encrypted"
    assert made.unique_identifier == "VasaCim:StorageCapability:dea466f77a03c4de"
    assert capability_of(StorageKind()).capability_name == "Any storage"


@pytest.mark.parametrize(
    ("pool", "own", "raid"),
    [
        (Raid.RAID5, Raid.RAID6, Raid.RAID6),
        (Raid.RAID6, Raid.RAID5, Raid.RAID6),
        (Raid.RAID5, Raid.RAID1, Raid.RAID1),
        (Raid.RAID1, Raid.RAID5, Raid.RAID1),
        (Raid.RAID1, Raid.RAID10, Raid.RAID1),
        (Raid.RAID6, Raid.RAID10, Raid.RAID6),
        (None, Raid.RAID1, Raid.RAID1),
        (Raid.RAID5, None, Raid.RAID5),
        (None, None, None),
    ],
)
def test_a_volume_counts_only_where_it_is_better_protected(pool, own, raid):
    assert StorageKind(raid=pool).stricter(own).raid is raid
