"""File systems and the pools below them (smis-mapping 4.2 F1, F8)."""

import pytest

from vasa_cim.adapters.smis.file_systems import (
    FileSystem,
    read_disks,
    read_file_systems,
    read_grounds,
    read_local_copies,
)
from vasa_cim.adapters.smis.pools import read_pools
from vasa_cim.adapters.smis.structure import Structure


@pytest.fixture
def file_system(made):
    def make(name="fs1", **values):
        path = made.name("X_FS", CSCreationClassName="X", CSName="A", CreationClassName="X_FS", Name=name)
        return made.row(path, **values)

    return make


@pytest.fixture
def pools_of(made, walk_over):
    """Return a function that makes pools p1 and p2 with these allocations: element -> {pool: consumed}."""

    def make(allocations, based_on=()):
        taken = [
            made.link("X", "Antecedent", made.instance(pool), "Dependent", element, SpaceConsumed=consumed)
            for element, of in allocations
            for pool, consumed in of.items()
        ]
        lower = [made.link("X", "Antecedent", below, "Dependent", above) for below, above in based_on]
        rows = [made.row(made.instance(name), TotalManagedSpace=100, RemainingManagedSpace=50) for name in ("p1", "p2")]
        walk = walk_over(StoragePool=rows, AllocatedFromStoragePool=taken, BasedOn=lower)
        return walk, read_pools(walk)

    return make


def on(*extents, key=("A", "fs1")):
    return FileSystem(key, "A", "/fs1", None, None, tuple(one.key for one in extents))


def test_file_systems_have_their_extents(made, walk_over, file_system):
    disks = [made.device("X_Disk", name) for name in "ba"]
    rows = [file_system(Root="/fs1", FileSystemSize=100, AvailableSpace=25), file_system("fs2")]
    links = [made.link("X", "Antecedent", disk, "Dependent", rows[0].name) for disk in disks]
    found = read_file_systems(walk_over(LocalFileSystem=rows, ResidesOnExtent=links))
    first, second = found.values()
    assert (first.key, first.system, first.root, first.size, first.free) == (("A", "fs1"), "A", "/fs1", 100, 25)
    assert first.extents == tuple(sorted(disk.key for disk in disks))
    assert (second.root, second.size, second.free, second.extents) == (None, None, None, ())


def test_older_names_of_file_systems_are_asked_for_where_there_are_no_newer(walk_over, file_system):
    assert list(read_file_systems(walk_over({"SNIA_LocalFileSystem": [file_system()]}))) == [("A", "fs1")]


@pytest.mark.parametrize(
    ("size", "free", "used"),
    [
        (100, 25, 75.0),
        (100, 100, 0.0),
        (100, 0, None),
        (0, 0, None),
        (None, 5, None),
        (100, None, None),
        (10, 20, None),
    ],
)
def test_how_full_a_file_system_is_unless_that_is_not_told(size, free, used):
    assert FileSystem(("A", "f"), "A", None, size, free, ()).used_percent == used


@pytest.mark.parametrize(
    ("values", "size"),
    [
        ({"BlockSize": 512, "NumberOfBlocks": 8}, 4096),
        ({"BlockSize": 512}, 0),
        ({"BlockSize": 512, "NumberOfBlocks": -8}, 0),
    ],
)
def test_disks_have_a_size_or_none(made, walk_over, values, size):
    (disk,) = read_disks(walk_over(LogicalDisk=[made.row(made.device("X_Disk", "d"), **values)])).values()
    assert (disk.size, disk.thin) == (size, None)


def test_volumes_are_read_where_they_lie_below_file_systems(made, walk_over):
    size = {"BlockSize": 512, "NumberOfBlocks": 8}
    disk = made.row(made.device("X_Disk", "d"), **size)
    volume = made.row(made.device("X_Volume", "v"), **size, ThinlyProvisioned=True)
    walk = walk_over(LogicalDisk=[disk], StorageVolume=[volume])
    assert set(read_disks(walk, {disk.key})) == {disk.key}
    assert "CIM_StorageVolume" not in walk.connection.asked
    assert {key: (one.size, one.thin) for key, one in read_disks(walk, {disk.key, volume.key}).items()} == {
        disk.key: (4096, None),
        volume.key: (4096, True),
    }


def test_a_file_system_lies_where_its_extents_take_most(made, pools_of):
    first, second, third = (made.device("X_Disk", name) for name in "abc")
    walk, pools = pools_of([(first, {"p2": 30}), (second, {"p1": 20}), (third, {"p1": 20})])
    grounds = read_grounds(pools, Structure(walk), [on(first, second, third)])
    assert grounds.pool_of(on(first, second, third)).key == ("p1",)
    assert grounds.pool_of(on(first)).key == ("p2",)
    assert "CIM_BasedOn" not in walk.connection.asked


def test_an_extent_without_a_pool_leads_down_to_one(made, pools_of):
    disk, middle, volume = made.device("X_Disk", "d"), made.device("X", "m"), made.device("X_Volume", "v")
    walk, pools = pools_of([(volume, {"p1": 1})], based_on=[(middle, disk), (volume, middle), (disk, middle)])
    grounds = read_grounds(pools, Structure(walk), [on(disk)])
    assert grounds.pool_of(on(disk)).key == ("p1",)
    assert grounds.elements_of(on(disk)) == [volume.key]


def test_a_file_system_allocated_itself_needs_no_extent(pools_of, file_system):
    walk, pools = pools_of([(file_system().name, {"p2": 1})])
    assert read_grounds(pools, Structure(walk), [on()]).pool_of(on()).key == ("p2",)


def test_without_pools_nothing_is_asked_and_nothing_is_known(made, walk_over):
    walk = walk_over()
    grounds = read_grounds(read_pools(walk), Structure(walk), [on(made.device("X", "d"))])
    assert grounds.pool_of(on(made.device("X", "d"))) is None
    assert "CIM_BasedOn" not in walk.connection.asked


@pytest.mark.parametrize(("kinds", "counts"), [((6,), True), ((4, 11), True), ((4, 5), False), (None, True)])
def test_copies_count_if_they_are_local_or_of_a_kind_not_told(made, walk_over, kinds, counts):
    rows = [made.row(made.instance("c"), SupportedReplicationTypes=kinds)]
    found = read_local_copies(walk_over(FileSystemReplicationServiceCapabilities=rows))
    assert found == ({("c",)} if counts else set())
