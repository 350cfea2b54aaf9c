"""Media: by types, texts, tiers and drives, and never a guess (`smis-mapping 5.1`)."""

import itertools

import pytest

from vasa_cim.adapters.smis.media import (
    media_of_drive,
    media_of_technologies,
    media_of_text,
    read_media_by_drives,
)
from vasa_cim.adapters.smis.pools import read_pools
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.structure import Structure
from vasa_cim.adapters.smis.systems import read_systems


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("EFD", "SSD"),
        ("SATA", "HDD"),
        ("NL_SAS", "HDD"),
        ("SAS SSD", "SSD"),
        ("SATA Flash", "SSD"),
        ("Fibre Channel 15K", "HDD"),
        ("Mixed", "Hybrid"),
        ("SSD and HDD", "Hybrid"),
        ("NVMe", "SSD"),
        ("unknown", None),
        ("", None),
        (None, None),
    ],
)
def test_texts_name_media(text, media):
    assert media_of_text(text) == media


@pytest.mark.parametrize(
    ("technologies", "media"),
    [([3], "SSD"), ([4], "HDD"), ([5, 6, 8], "HDD"), ([3, 5], "Hybrid"), ([7], "Hybrid"), ([0, 2], None), ([], None)],
)
def test_technologies_of_tiers_name_media(technologies, media):
    assert media_of_technologies(technologies) == media


@pytest.mark.parametrize(
    ("facts", "media"),
    [
        ({"DiskType": 2, "RPM": 0}, "HDD"),
        ({"DiskType": 3, "RPM": 10000}, "SSD"),
        ({"DiskType": 4}, "Hybrid"),
        ({"DiskType": 0, "EMCDiskDriveType": "EFD"}, "SSD"),
        ({"Caption": "disk 1 NL_SAS", "RPM": 0}, "HDD"),
        ({"InterconnectType": 7}, "SSD"),
        ({"InterconnectType": 5, "RPM": 7200}, "HDD"),
        ({"RPM": 0}, "SSD"),
        ({"RPM": 0xFFFFFFFF}, None),
        ({"RPM": -1}, None),
        ({"InterconnectType": 5}, None),
        ({"DiskType": 77}, None),
        ({}, None),
    ],
)
def test_a_drive_is_told_by_type_text_and_speed(made, facts, media):
    assert media_of_drive(made.row(made.device("X_Drive", "d"), **facts), Quirks()) == media


# --- pools by their drives ---


@pytest.fixture
def by_drives(made, walk_over):
    """Return the media of pools p and q of array A, which has a fast and a slow drive of these DiskTypes, and walk."""

    def make(fast, slow, wanted=("p", "q"), listed=True, **classes):
        drives = [made.device("X_Drive", "fast"), made.device("X_Drive", "slow"), made.device("X_Drive", "3", "A2")]
        rows = [made.row(path, DiskType=kind) for path, kind in zip(drives, (fast, slow, 2), strict=True)]
        listed_systems = [made.row(made.system(name)) for name in (["A", "A2"] if listed else ["A"])]
        walk = walk_over(ComputerSystem=listed_systems, DiskDrive=rows, **classes)
        systems, known = read_systems(walk, ["A"]), read_pools(walk)
        pools = {(pool,): "A" for pool in wanted}
        walk.connection.asked.clear()
        return read_media_by_drives(walk, pools, systems, known, Structure(walk)), walk.connection.asked

    return make


def test_an_array_of_one_kind_of_drives_has_it_in_every_pool(by_drives):
    media, asked = by_drives(3, 3)
    assert media == {("p",): "SSD", ("q",): "SSD"}
    assert asked == ["CIM_DiskDrive"]


def test_drives_of_unknown_kind_do_not_count(by_drives):
    assert by_drives(3, 0)[0] == {("p",): "SSD", ("q",): "SSD"}
    assert by_drives(0, 0)[0] == {}


def test_of_several_kinds_the_drives_below_a_pool_count(made, by_drives):
    def chain(pool, *drives):
        top = made.device("X_Extent", f"{pool}-raid")
        yield "ConcreteComponent", made.link("X", "GroupComponent", made.instance(pool), "PartComponent", top)
        for drive in drives:
            medium = made.device("X_Extent", f"{pool}-{drive}")
            yield "BasedOn", made.link("X", "Antecedent", medium, "Dependent", top)
            path = made.device("X_Drive", drive)
            yield "MediaPresent", made.link("X", "Antecedent", path, "Dependent", medium)

    classes = {}
    for kind, row in (*chain("p", "fast"), *chain("q", "fast", "slow"), *chain("r")):
        classes.setdefault(kind, []).append(row)
    assert by_drives(3, 2, wanted="pqr", **classes)[0] == {("p",): "SSD", ("q",): "Hybrid"}


def test_drives_of_a_system_that_is_not_listed_are_the_only_arrays(by_drives):
    """The third drive, which spins, names a system of its own."""
    assert by_drives(3, 3, listed=True)[0] == {("p",): "SSD", ("q",): "SSD"}
    assert by_drives(3, 3, listed=False)[0] == {}
    assert by_drives(2, 2, listed=False)[0] == {("p",): "HDD", ("q",): "HDD"}


def test_a_pool_without_drives_has_those_of_the_pools_that_it_is_allocated_from(made, by_drives):
    names = ("extents", "ranks", "raw")
    paths = {name: made.instance(name) for name in names}
    medium = made.device("X_Extent", "e")
    classes = {
        "StoragePool": [made.row(path, Primordial=name == "raw") for name, path in paths.items()],
        "AllocatedFromStoragePool": [
            made.link("X", "Antecedent", paths[up], "Dependent", paths[down]) for down, up in itertools.pairwise(names)
        ],
        "MediaPresent": [made.link("X", "Antecedent", made.device("X_Drive", "fast"), "Dependent", medium)],
    }
    for owner, media in (("ranks", {("extents",): "SSD"}), ("raw", {})):
        part = made.link("X", "GroupComponent", paths[owner], "PartComponent", medium)
        assert by_drives(3, 2, wanted=["extents"], ConcreteComponent=[part], **classes)[0] == media


def test_nothing_is_asked_for_if_nothing_is_wanted(by_drives):
    assert by_drives(3, 3, wanted=())[1] == []
