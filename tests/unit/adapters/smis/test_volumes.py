"""Volumes: sizes, names, and which of them can be LUNs (`smis-mapping 2.4`)."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapter import Source
from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.pools import read_pools
from vasa_cim.adapters.smis.systems import read_systems
from vasa_cim.adapters.smis.volumes import read_volumes
from vasa_cim.errors import SourceFailed

NAA = "60000970000197900046533030334239"
GOOD = {"Name": NAA, "NameFormat": 9, "NameNamespace": 2, "BlockSize": 512, "NumberOfBlocks": 2048}


@pytest.fixture
def volumes_of(made, walk_over):
    def make(*rows, options=None, **classes):
        memory = Memory.of(Source(name="s", url="http://127.0.0.1", options=options or {}))
        walk = walk_over(
            memory=memory, ComputerSystem=[made.row(made.system("A"))], StorageVolume=list(rows), **classes
        )
        return read_volumes(walk, read_systems(walk, ["A"]), read_pools(walk))

    return make


@pytest.fixture
def volume(made):
    def make(device="1", system="A", class_name="X_Volume", **facts):
        return made.row(made.device(class_name, device, system), **(GOOD | facts))

    return make


def only(volumes):
    (found,) = volumes.values()
    return found


def test_sizes_are_bytes_and_names_are_sound(volumes_of, volume):
    found = only(volumes_of(volume(ElementName="größe", ThinlyProvisioned=True, Usage=2)))
    assert (found.size, found.display_name, found.esx_name) == (2**20, "größe", f"naa.{NAA}")
    assert (found.thin, found.for_drs, found.device_id, found.consumed) == (True, True, "1", None)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"ElementName": " "}, "1"),
        ({"Caption": "\\folder\\vol7"}, "vol7"),
        ({"Caption": "vol7"}, "vol7"),
        ({"Caption": "\\"}, "1"),
        ({"ElementName": "lun", "Caption": "x"}, "lun"),
    ],
)
def test_a_volume_is_called_by_its_name_caption_or_id(volumes_of, volume, facts, name):
    assert only(volumes_of(volume(**facts))).display_name == name


@pytest.mark.parametrize(
    "facts",
    [
        {"Name": "vol1"},
        {"BlockSize": None},
        {"NumberOfBlocks": None},
        {"BlockSize": 0},
    ],
)
def test_a_volume_without_identifier_or_size_is_left_out_with_a_line(volumes_of, volume, facts):
    with capture_logs() as lines:
        volumes = volumes_of(volume("1", **facts), volume("2", **facts), volume("3"))
    assert [one.device_id for one in volumes.values()] == ["3"]
    assert [line["count"] for line in lines if line["log_level"] == "warning"] == [2]


def test_blocks_of_one_byte_are_legal(volumes_of, volume):
    assert only(volumes_of(volume(BlockSize=1, NumberOfBlocks=5_000_000))).size == 5_000_000


def test_volumes_of_other_systems_back_ends_and_doubles_are_no_luns(volumes_of, volume):
    rows = [volume("1"), volume("1"), volume("2", "other"), volume("3", class_name="IBMTSSVC_BackendVolume")]
    with capture_logs() as lines:
        assert [one.device_id for one in volumes_of(*rows).values()] == ["1"]
    told = {line["reason"]: line["examples"] for line in lines if line["log_level"] == "warning"}
    assert list(told.values()) == [["1"], ["other"]]


@pytest.mark.parametrize(
    ("usage", "for_drs"), [(2, True), (None, True), (6, True), (8, False), (12, False), (17, False)]
)
def test_replicas_and_reserved_volumes_are_not_for_drs(volumes_of, volume, usage, for_drs):
    assert only(volumes_of(volume(Usage=usage))).for_drs is for_drs


def test_consumption_is_the_sum_over_all_pools(made, volumes_of, volume):
    row = volume()
    taken = [
        made.link("X_A", "Antecedent", made.instance(pool), "Dependent", row.name, SpaceConsumed=bytes_)
        for pool, bytes_ in (("p1", 100), ("p2", 50), ("p3", None))
    ]
    assert only(volumes_of(row, AllocatedFromStoragePool=taken)).consumed == 150


def test_a_vendors_figure_stands_in(volumes_of, volume):
    assert only(volumes_of(volume(EMCSpaceConsumed=77))).consumed == 77


def test_other_names_do_not_spell_the_naa_again(volumes_of, volume):
    infos = {
        "OtherIdentifyingInfo": ("60:00:09:70:00:01:97:90:00:46:53:30:30:33:42:39", "SN1", "SN1", ""),
        "IdentifyingDescriptions": ("NAA;VPD83Type3", "serial", "again", "empty"),
    }
    assert only(volumes_of(volume(**infos))).other_names == ("1", "SN1")


def test_an_array_that_does_not_answer_about_volumes_is_an_error(made, walk_over):
    walk = walk_over(ComputerSystem=[made.row(made.system("A"))])
    systems, pools = read_systems(walk, ["A"]), read_pools(walk)
    with pytest.raises(SourceFailed):
        read_volumes(walk, systems, pools)


@pytest.mark.parametrize(
    ("block_size", "blocks", "size"),
    [(1, 2**21, 2**21), (512, 2**54 - 1, (2**54 - 1) * 512), (512, 2**54, None), (2**64 - 1, 2**64 - 1, None)],
)
def test_a_size_beyond_all_reason_is_no_size(volumes_of, volume, block_size, blocks, size):
    found = volumes_of(volume(BlockSize=block_size, NumberOfBlocks=blocks))
    assert [one.size for one in found.values()] == ([] if size is None else [size])


@pytest.mark.parametrize(
    ("switch", "blocks", "usable", "size"),
    [
        ("blocks", 8, 6, 8),
        ("consumable", 8, 6, 6),
        ("consumable", 8, 8, 8),
        ("consumable", 8, 0, 8),
        ("consumable", 8, 9, 8),
        ("consumable", 8, None, 8),
        ("blocks", None, 6, 6),
    ],
)
def test_the_size_is_that_of_all_blocks_or_by_choice_of_the_usable_ones(
    volumes_of, volume, switch, blocks, usable, size
):
    row = volume(NumberOfBlocks=blocks, ConsumableBlocks=usable)
    assert only(volumes_of(row, options={"size": switch})).size == size * 512
    assert only(volumes_of(row, options={"array": {"A": {"size": switch}}})).size == size * 512


def test_by_choice_the_name_is_the_naa_whatever_is_said_of_it(volumes_of, volume):
    row = volume(NameFormat=1, NameNamespace=1, EMCWWN="6" + "0" * 31)
    assert only(volumes_of(row)).esx_name == "naa.6" + "0" * 31
    assert only(volumes_of(row, options={"naa": "name"})).esx_name == f"naa.{NAA}"
    assert not volumes_of(volume(Name="vol1", EMCWWN=NAA), options={"naa": "name"})


@pytest.mark.parametrize(("value", "tiered"), [("NONE", False), (" ", False), (None, False), ("Gold", True)])
@pytest.mark.parametrize("name", ["EMCFastSetting", "EMCSLO", "EMCWorkload"])
def test_a_vendors_tier_policy_is_a_claim_of_the_volume(volumes_of, volume, name, value, tiered):
    assert only(volumes_of(volume(**{name: value}))).tiered is tiered
    assert not only(volumes_of(volume(**{name: value}), options={"quirks": {"tier-policy-text": False}})).tiered


def test_other_claims_of_a_volume(volumes_of, volume):
    claims = only(volumes_of(volume(StorageTieringSelection=3, IsCompressed=True, Usage=9)))
    assert (claims.tiered, claims.reduced, claims.replicated) == (True, True, True)
    plain = only(volumes_of(volume(StorageTieringSelection=0, IsCompressed=False, Usage=99)))
    assert (plain.tiered, plain.reduced, plain.replicated, plain.for_drs) == (False, False, False, True)
