"""The settings of volumes (`smis-mapping 5.1`)."""

import pytest

from vasa_cim.adapters.smis.raid import Raid, raid_of
from vasa_cim.adapters.smis.volume_settings import VolumeSettings

VOLUME = ("1", "A")


@pytest.fixture
def settings_of(made, walk_over):
    """Return the settings of a volume with settings of these facts; `current` is IsCurrent of each."""

    def make(*settings, current=1, gone=False):
        rows = [made.row(made.instance(f"s{at}"), **facts) for at, facts in enumerate(settings)]
        volume = made.device("X_V", "1")
        links = [
            made.link("X", "ManagedElement", volume, "SettingData", row.name, IsCurrent=current) for row in rows[::-1]
        ]
        walk = walk_over(StorageSetting=[] if gone else rows, ElementSettingData=links)
        return VolumeSettings(walk), walk.connection.asked

    return make


def test_a_setting_says_what_was_asked_for(settings_of):
    facts = {"DiskType": 3, "Encryption": 2, "CompressedElement": True, "ThinProvisionedPoolType": 8}
    one = settings_of(facts)[0].of_element[VOLUME]
    assert (one.media, one.encrypted, one.compressed, one.thin) == ("SSD", True, True, True)


@pytest.mark.parametrize(
    "facts", [{}, {"DiskType": 0, "Encryption": 0, "CompressedElement": False}, {"DiskType": 99, "Encryption": 7}]
)
def test_what_it_does_not_care_for_it_does_not_say(settings_of, facts):
    one = settings_of(facts)[0].of_element[VOLUME]
    assert (one.media, one.encrypted, one.compressed, one.thin) == (None, False, False, False)


@pytest.mark.parametrize(("parity", "raid"), [(1, Raid.RAID34), (2, Raid.RAID5), (None, Raid.RAID5)])
def test_parity_counts_otherwise_than_in_capabilities(settings_of, parity, raid):
    facts = {"DataRedundancyGoal": 1, "PackageRedundancyGoal": 1, "ParityLayout": parity}
    assert raid_of(settings_of(facts)[0].of_element[VOLUME].redundancy) is raid


def test_of_several_settings_the_first_by_key_counts(settings_of):
    assert settings_of({"DiskType": 2}, {"DiskType": 3})[0].of_element[VOLUME].media == "HDD"


def test_settings_that_are_not_current_do_not_count(settings_of):
    assert settings_of({"DiskType": 2}, current=2)[0].of_element == {}
    assert VOLUME in settings_of({"DiskType": 2}, current=0)[0].of_element


def test_without_settings_nobody_asks_whose_they_are(settings_of):
    settings, asked = settings_of({"DiskType": 2}, gone=True)
    assert settings.of_element == {}
    assert asked == ["CIM_StorageSetting"]
