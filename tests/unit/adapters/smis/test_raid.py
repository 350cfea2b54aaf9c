"""RAID levels from numbers and texts (`smis-mapping 5.2`)."""

import pytest

from vasa_cim.adapters.smis.raid import Raid, Redundancy, raid_of, raid_of_text

NUMBERS = [
    ((1, 0, 1, None), Raid.JBOD),
    ((1, 0, 4, None), Raid.RAID0),
    ((1, 0, None, None), None),
    ((2, 1, 1, None), Raid.RAID1),
    ((2, 1, 4, None), Raid.RAID10),
    ((2, 1, None, None), Raid.RAID10),
    ((1, 1, 5, True), Raid.RAID5),
    ((1, 1, None, None), Raid.RAID5),
    ((1, 1, 5, False), Raid.RAID34),
    ((1, 2, 8, True), Raid.RAID6),
    ((1, 2, None, None), Raid.RAID6),
    ((3, 2, None, None), Raid.MULTI_MIRROR),
    ((2, 2, 4, True), Raid.RAID51),
    ((2, 2, 4, None), None),
    ((3, 1, None, None), None),
    ((0, 0, None, None), None),
    ((None, 1, 4, True), None),
    ((1, None, 4, True), None),
]


@pytest.mark.parametrize(("numbers", "raid"), NUMBERS)
def test_numbers_give_the_level(numbers, raid):
    assert raid_of(Redundancy(*numbers)) is raid


@pytest.mark.parametrize(
    ("numbers", "without", "spared"),
    [
        ((1, 3, 8, True), Raid.RAID6, Raid.RAID6),
        ((1, 2, 8, False), Raid.RAID6, Raid.RAID34),
        ((2, 2, 4, None), None, Raid.RAID10),
        ((2, 2, 1, None), None, Raid.RAID1),
        ((1, 2, 8, True), Raid.RAID6, Raid.RAID6),
        ((1, 2, None, None), Raid.RAID6, Raid.RAID6),
        ((2, 2, 4, True), Raid.RAID51, Raid.RAID51),
        ((1, 1, 5, True), Raid.RAID5, Raid.RAID5),
    ],
)
def test_a_spare_is_taken_off_where_the_number_is_one_too_high(numbers, without, spared):
    assert raid_of(Redundancy(*numbers)) is without
    assert raid_of(Redundancy(*numbers, spares=True)) is spared


def test_a_provider_that_fills_only_the_flag_is_protected():
    assert raid_of(Redundancy(1, 0, 4, None, protected=True)) is Raid.PROTECTED


@pytest.mark.parametrize(
    ("text", "raid"),
    [
        ("RAID5", Raid.RAID5),
        ("RAID 5 (3+1)", Raid.RAID5),
        ("Raid-6", Raid.RAID6),
        ("raid_10", Raid.RAID10),
        ("RAID1/0", Raid.RAID10),
        ("RAID 1+0", Raid.RAID10),
        ("RAID level 1", Raid.RAID1),
        ("Mirrored RAID 1 group", Raid.RAID1),
        ("RAID0", Raid.RAID0),
        ("RAID 60", Raid.RAID6),
        ("RAID-DP", None),
        ("RAID 99", None),
        ("RAID 123", None),
        ("2-Way Mir", None),
        ("", None),
    ],
)
def test_texts_give_the_level(text, raid):
    assert raid_of_text(text) is raid


def test_a_text_wins_over_numbers_if_it_names_a_level():
    assert raid_of(Redundancy(1, 1, 4, True, texts=("unprotected", "RAID 6"))) is Raid.RAID6
    assert raid_of(Redundancy(1, 1, 4, True, texts=("unprotected",))) is Raid.RAID5
