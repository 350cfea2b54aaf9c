"""What volumes are stored on: their pool's kind, and what they and their settings add (`smis-mapping 5.3`)."""

from dataclasses import replace

import pytest

from vasa_cim.adapters.smis.capabilities import StorageKind
from vasa_cim.adapters.smis.lun_kinds import kinds_of_luns
from vasa_cim.adapters.smis.pools import Allocation, Pool, Pools
from vasa_cim.adapters.smis.raid import Raid, Redundancy
from vasa_cim.adapters.smis.volume_settings import VolumeSettings
from vasa_cim.adapters.smis.volumes import Volume

KEY, POOL = ("1", "A"), ("p",)
POOLED = StorageKind("HDD", Raid.RAID5, "Thin")
RAID1, RAID6 = Redundancy(2, 1, 1), Redundancy(1, 2)


def volume(key=KEY, redundancy=RAID6, thin=True, **claims):
    return Volume(key, key[1], key[0], "naa.6", "v", (), 2**20, None, thin, True, redundancy, **claims)


@pytest.fixture
def kind_of(made, walk_over):
    """Return the kind of one volume in a pool of `kind`, with a setting of these facts, and what was asked for."""

    def make(one=None, kind=POOLED, setting=None, others=(), **found):
        one = one or volume()
        pool = Pool(POOL, "X_Pool", False, False, None, None, None, False)
        volumes = {each.key: each for each in (one, *others)}
        taken = {key: (Allocation(POOL, None, None, None),) for key in volumes}
        pools = Pools({POOL: pool}, taken) if kind is not None else Pools({}, {})
        row = made.row(made.instance("s"), **(setting or {}))
        links = [made.link("X", "ManagedElement", made.device("X_V", *key), "SettingData", row.name) for key in volumes]
        walk = walk_over(StorageSetting=[row] if setting else [], ElementSettingData=links)
        kinds = kinds_of_luns(volumes, pools, {POOL: kind} if kind else {}, VolumeSettings(walk), **found)
        return kinds[one.key], walk.connection.asked

    return make


def test_a_volume_is_stored_as_its_pool_offers(kind_of):
    assert kind_of(volume(redundancy=Redundancy()))[0] == POOLED


def test_a_volume_without_a_pool_tells_of_itself(kind_of):
    assert kind_of(kind=None)[0] == StorageKind(raid=Raid.RAID6)
    assert kind_of(volume(redundancy=Redundancy()), kind=None)[0] == StorageKind()


def test_a_volume_that_is_better_protected_is_told_so(kind_of):
    assert kind_of()[0] == replace(POOLED, raid=Raid.RAID6)
    assert kind_of(volume(redundancy=RAID1))[0] == replace(POOLED, raid=Raid.RAID1)
    assert kind_of(volume(redundancy=RAID1), kind=replace(POOLED, raid=Raid.RAID6))[0].raid is Raid.RAID6


def test_whether_a_volume_is_thin_is_not_what_its_pool_offers(kind_of):
    one = volume(redundancy=Redundancy(), thin=True)
    assert kind_of(one, kind=StorageKind("HDD"))[0] == StorageKind("HDD")


def test_flags_are_added(kind_of):
    assert kind_of(volume(tiered=True, reduced=True))[0] == replace(POOLED, raid=Raid.RAID6, tiered=True, reduced=True)
    assert kind_of(tiered={KEY})[0].tiered
    assert kind_of(replicated={KEY})[0].replicated
    assert not kind_of(replicated={("2", "A")})[0].replicated
    assert kind_of(kind=replace(POOLED, encrypted=True, reduced=True))[0].encrypted


def test_a_spare_of_the_array_is_no_protection_of_the_volume(kind_of):
    one = volume(redundancy=Redundancy(2, 2, 1))
    assert kind_of(one, kind=None)[0].raid is None
    assert kind_of(one, kind=None, spared={"A"})[0].raid is Raid.RAID1


@pytest.mark.parametrize(
    ("media", "setting", "expected"),
    [(None, 3, "SSD"), ("Hybrid", 3, "SSD"), ("HDD", 3, "HDD"), (None, 0, None), ("Hybrid", 0, "Hybrid")],
)
def test_a_setting_tells_media_that_the_pool_leaves_open(kind_of, media, setting, expected):
    assert kind_of(kind=replace(POOLED, media=media), setting={"DiskType": setting})[0].media == expected


def test_a_setting_may_encrypt_and_compress(kind_of):
    found = kind_of(setting={"Encryption": 2, "CompressedElement": True})[0]
    assert (found.encrypted, found.reduced) == (True, True)


def test_goals_count_only_where_the_volume_does_not_tell_what_it_has(kind_of):
    goals = {"DataRedundancyGoal": 1, "PackageRedundancyGoal": 2}
    assert kind_of(volume(redundancy=Redundancy()), setting=goals)[0].raid is Raid.RAID6
    assert kind_of(volume(redundancy=RAID1), setting=goals)[0].raid is Raid.RAID1


def test_whose_settings_are_whose_is_asked_only_if_some_setting_matters(kind_of):
    assert kind_of(setting={"DiskType": 2})[1] == ["CIM_StorageSetting"]
    assert kind_of(setting={"Encryption": 2})[1] == ["CIM_StorageSetting", "CIM_ElementSettingData"]


def test_a_volumes_kind_does_not_depend_on_other_volumes(kind_of):
    """Another volume that leaves something open makes settings be asked for, which must not change this one."""
    setting = {"DiskType": 3, "DataRedundancyGoal": 1, "PackageRedundancyGoal": 2}
    other = volume(("2", "A"), redundancy=Redundancy())
    alone, with_other = (
        kind_of(volume(redundancy=RAID1), setting=setting),
        kind_of(volume(redundancy=RAID1), setting=setting, others=[other]),
    )
    assert alone[0] == with_other[0]
    assert alone[1] != with_other[1]
