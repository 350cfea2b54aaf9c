"""What pools offer: from their capabilities, texts, class, tiers, drives and spares (`smis-mapping 5.1`, `5.3`)."""

import pytest

from vasa_cim.adapters.smis.capabilities import StorageKind
from vasa_cim.adapters.smis.pool_kinds import (
    kinds_of_pools,
    read_arrays_of_pools,
    read_spared_arrays,
    read_stated_kinds,
)
from vasa_cim.adapters.smis.pools import read_pools
from vasa_cim.adapters.smis.raid import Raid
from vasa_cim.adapters.smis.systems import read_systems
from vasa_cim.adapters.smis.tiers import Tiers


@pytest.fixture
def ground(made, walk_over):
    """Return a function that makes walk, systems and pools over these classes; the arrays are called `arrays`."""

    def make(arrays="A", **classes):
        walk = walk_over(ComputerSystem=[made.row(made.system(name)) for name in arrays], **classes)
        return walk, read_systems(walk, arrays), read_pools(walk)

    return make


@pytest.fixture
def kind_of(made, ground):
    """Return the kind of a pool with these StorageCapabilities and supported element types."""

    def make(
        *stated, elements=(), on_array=(), pool=None, class_name="X_Pool", tiers=None, drives=None, backwards=False
    ):
        path = made.instance("p", class_name)
        storage = [made.row(made.instance(f"c{at}"), **facts) for at, facts in enumerate(stated)]
        configuration = [made.row(made.instance("k"), SupportedStorageElementTypes=tuple(elements))] if elements else []
        links = [
            made.name("X_E", ManagedElement=path, Capabilities=each.name)
            for each in (*storage, *configuration, made.row(made.instance("gone")))
        ]
        if on_array:
            configuration.append(made.row(made.instance("s"), SupportedStorageElementTypes=tuple(on_array)))
            service = made.endpoint("service", class_name="X_Service")
            links.append(made.name("X_E", ManagedElement=service, Capabilities=configuration[-1].name))
        walk, systems, pools = ground(
            StoragePool=[made.row(path, **(pool or {}))],
            StorageCapabilities=storage[::-1] if backwards else storage,
            StorageConfigurationCapabilities=configuration,
        )
        arrays = read_arrays_of_pools(walk, pools, systems)
        stated_kinds = read_stated_kinds(walk, pools, links[::-1] if backwards else links, systems, arrays)
        return kinds_of_pools(stated_kinds, arrays, (), tiers or Tiers(), drives).get(("p",))

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


@pytest.mark.parametrize(
    ("own", "on_array", "class_name", "provisioning"),
    [
        ((), (2, 5), "X_Pool", "Thin/Thick"),
        ((), (5,), "X_Pool", "Thin"),
        ((5,), (2,), "X_Pool", "Thin"),
        ((), (2, 5), "X_ThinPool", "Thin"),
    ],
)
def test_a_pool_without_its_own_offers_what_its_array_can_make(kind_of, own, on_array, class_name, provisioning):
    assert kind_of(elements=own, on_array=on_array, class_name=class_name).provisioning == provisioning


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


def test_media_may_be_told_by_other_capabilities_than_protection(kind_of):
    kind = kind_of({"ElementType": 3} | RAID6, {"ElementType": 5, "AvailableDiskType": (3,)})
    assert (kind.media, kind.raid) == ("SSD", Raid.RAID6)


def test_the_order_of_capabilities_does_not_matter(kind_of):
    stated = (RAID6 | {"AvailableDiskType": (3,)}, {"AvailableDiskType": (2,)}, {"ElementType": 5})
    assert kind_of(*stated) == kind_of(*stated, backwards=True)


def test_media_come_from_the_pool_then_tiers_then_drives(kind_of):
    tiers, drives = Tiers(media={("p",): "Hybrid"}), {("p",): "HDD"}
    assert kind_of({"AvailableDiskType": (3,)}, tiers=tiers, drives=drives).media == "SSD"
    assert kind_of(pool={"EMCDiskDriveType": "EFD"}, tiers=tiers, drives=drives).media == "SSD"
    assert kind_of(tiers=tiers, drives=drives).media == "Hybrid"
    assert kind_of(drives=drives).media == "HDD"


def test_a_pool_below_a_policy_of_tiers_is_tiered(kind_of):
    assert kind_of(tiers=Tiers(tiered=frozenset({("p",)}))).tiered
    assert not kind_of(tiers=Tiers(tiered=frozenset({("q",)}))).tiered


def test_pools_that_are_skipped_have_no_kind(kind_of):
    assert kind_of(class_name="IBMTSDS_ArraySitePool") is None


# --- whose a pool is ---


def pools_of(made, *keys):
    return [made.row(made.instance(key)) for key in keys]


def test_the_only_array_has_every_pool(made, ground):
    walk, systems, pools = ground(StoragePool=pools_of(made, "p", "q"))
    assert read_arrays_of_pools(walk, pools, systems) == {("p",): "A", ("q",): "A"}


def test_a_pool_is_of_the_array_that_its_id_names_or_that_hosts_it(made, ground):
    hosted = made.link("X_H", "GroupComponent", made.system("EMC+2"), "PartComponent", made.instance("q"))
    pools = pools_of(made, "EMC-+-1-+-p", "EMC+12+p", "q", "r")
    walk, systems, known = ground(["EMC+1", "EMC+2", "EMC+12"], StoragePool=pools, HostedStoragePool=[hosted])
    assert read_arrays_of_pools(walk, known, systems) == {
        ("EMC-+-1-+-p",): "EMC+1",
        ("EMC+12+p",): "EMC+12",
        ("q",): "EMC+2",
    }


def test_hosts_of_pools_are_not_asked_for_where_ids_tell(made, ground):
    walk, systems, pools = ground(["EMC+1", "EMC+2"], StoragePool=pools_of(made, "EMC+1+p", "EMC+2+p"))
    read_arrays_of_pools(walk, pools, systems)
    assert "CIM_HostedStoragePool" not in walk.connection.asked


# --- spares ---


@pytest.mark.parametrize(("spared", "raid"), [(frozenset(), None), (frozenset({"A"}), Raid.RAID10)])
def test_a_spare_is_no_protection(made, ground, spared, raid):
    capabilities = made.row(made.instance("c"), DataRedundancyDefault=2, PackageRedundancyDefault=2)
    walk, systems, pools = ground(StoragePool=pools_of(made, "p"), StorageCapabilities=[capabilities])
    link = made.name("X_E", ManagedElement=made.instance("p"), Capabilities=capabilities.name)
    stated = read_stated_kinds(walk, pools, [link], systems, {("p",): "A"})
    assert kinds_of_pools(stated, {("p",): "A"}, spared)[("p",)] == StorageKind(raid=raid)


def test_spares_are_told_by_pools_and_by_associations(made, ground):
    pools = [made.row(made.instance("p"), Usage=8)]
    spare = made.link("X", "Antecedent", made.device("X_Extent", "1", "B"), "Dependent", made.instance("set"))
    foreign = made.link("X", "Antecedent", made.device("X_Extent", "1", "Z"), "Dependent", made.instance("set"))
    walk, systems, known = ground("ABC", StoragePool=pools, IsSpare=[spare, foreign])
    assert read_spared_arrays(walk, systems, known, {("p",): "A"}) == {"A", "B"}
