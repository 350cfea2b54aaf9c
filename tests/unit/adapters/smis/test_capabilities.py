"""Capabilities: stable ids, unique names, and no claim without a source (`smis-mapping 5.3`)."""

import itertools

import pytest

from vasa_cim.adapters.smis.capabilities import StorageKind, capability_of, read_storage_kinds
from vasa_cim.adapters.smis.pools import read_pools
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
        (Raid.RAID5, Raid.RAID1, Raid.RAID5),
        (None, Raid.RAID1, Raid.RAID1),
        (Raid.RAID5, None, Raid.RAID5),
        (None, None, None),
    ],
)
def test_a_volume_counts_only_where_it_is_better_protected(pool, own, raid):
    assert StorageKind(raid=pool).stricter(own).raid is raid


# --- reading ---


@pytest.fixture
def kind_of(made, walk_over):
    """Return the kind of a pool with these StorageCapabilities and supported element types."""

    def make(*stated, elements=(), pool=None, class_name="X_Pool"):
        path = made.instance("p", class_name)
        storage = [made.row(made.instance(f"c{at}"), **facts) for at, facts in enumerate(stated)]
        configuration = [made.row(made.instance("k"), SupportedStorageElementTypes=tuple(elements))] if elements else []
        links = [
            made.name("X_E", ManagedElement=path, Capabilities=each.name)
            for each in (*storage, *configuration, made.row(made.instance("gone")))
        ]
        walk = walk_over(
            StoragePool=[made.row(path, **(pool or {}))],
            StorageCapabilities=storage,
            StorageConfigurationCapabilities=configuration,
        )
        return read_storage_kinds(walk, read_pools(walk), links).get(("p",))

    return make


RAID6 = {"DataRedundancyDefault": 1, "PackageRedundancyDefault": 2}


@pytest.mark.parametrize(
    ("types", "media"), [((2,), "HDD"), ((3,), "SSD"), ((4,), "Hybrid"), ((2, 3), "Hybrid"), ((), None), ((0, 1), None)]
)
def test_media_come_from_the_disk_types(kind_of, types, media):
    assert kind_of({"AvailableDiskType": types}).media == media


@pytest.mark.parametrize(
    ("facts", "raid"),
    [
        (RAID6, Raid.RAID6),
        (
            {"DataRedundancyMin": 2, "DataRedundancyMax": 2, "PackageRedundancyMin": 1, "PackageRedundancyMax": 1},
            Raid.RAID10,
        ),
        ({"DataRedundancyMin": 1, "DataRedundancyMax": 2, "PackageRedundancyDefault": 1}, None),
        ({"DataRedundancyDefault": 1, "PackageRedundancyDefault": 1, "ParityLayoutDefault": 2}, Raid.RAID34),
        ({"DataRedundancyDefault": 1, "PackageRedundancyDefault": 1, "ParityLayoutDefault": 3}, Raid.RAID5),
        (RAID6 | {"EMCRaidLevel": "RAID 5 (3+1)"}, Raid.RAID5),
        ({}, None),
    ],
)
def test_protection_comes_from_defaults_or_a_range_of_one_value(kind_of, facts, raid):
    assert kind_of(facts).raid is raid


@pytest.mark.parametrize(
    ("elements", "class_name", "provisioning"),
    [
        ((5,), "X_Pool", "Thin"),
        ((2,), "X_Pool", "Thick"),
        ((2, 5), "X_Pool", "Thin/Thick"),
        ((4, 6), "X_Pool", "Thin/Thick"),
        ((7,), "X_Pool", None),
        ((), "X_ThinPool", "Thin"),
        ((), "X_Pool", None),
    ],
)
def test_provisioning_comes_from_what_can_be_made(kind_of, elements, class_name, provisioning):
    assert kind_of(elements=elements, class_name=class_name).provisioning == provisioning


def test_capabilities_for_volumes_come_before_others(kind_of):
    others = {"ElementType": 5, "AvailableDiskType": (2,)}
    assert kind_of(others, {"ElementType": 3, "AvailableDiskType": (3,)}).media == "SSD"
    assert kind_of(others, {"AvailableDiskType": (3,)}).media == "SSD"
    assert kind_of(others, {"ElementType": 7, "AvailableDiskType": (3,)}).media == "HDD"


@pytest.mark.parametrize(("encryption", "claimed"), [(2, True), (1, False), (0, False), (None, False)])
def test_encryption_is_claimed_only_where_it_is_stated(kind_of, encryption, claimed):
    assert kind_of({"Encryption": encryption}).encrypted is claimed


def test_compression_is_claimed_only_where_a_rate_is_stated(kind_of):
    assert kind_of({"SupportedCompressionRates": (1, 3)}).reduced
    assert not kind_of({"SupportedCompressionRates": (1,)}).reduced


@pytest.mark.parametrize("facts", [{"Primordial": True}, {"Usage": 3}, {"Usage": 4}, {"Usage": 8}])
def test_pools_that_are_not_for_luns_have_no_kind(kind_of, facts):
    assert kind_of(pool=facts) is None


def test_a_pool_without_capabilities_is_known_by_its_own_text(kind_of):
    assert kind_of(pool={"EMCRaidLevel": "RAID 6"}) == StorageKind(raid=Raid.RAID6)
