"""File systems made, resized and deleted by CIM_FileSystemConfigurationService; the pools add up all the time."""

from dataclasses import replace
from functools import partial

import pytest
from pywbem import CIMInstance, Uint16, Uint64

from mock_cimom.estate.description import SMALLEST, Kind
from mock_cimom.estate.pool_kinds import FEW_POOLS

SERVICE = "CIM_FileSystemConfigurationService"
GIB = 2**30
THIN, THICK = 1, 3  # pools of FEW_POOLS
EXTENT = ("CIM_ResidesOnExtent", "Dependent", "Antecedent")


@pytest.fixture
def loaded(nas_from):
    """A regular NAS with one thin SSD, one thin HDD and one thick pool, for one test alone."""
    return nas_from(replace(SMALLEST[Kind.NAS], irregular=False, pool_kinds=FEW_POOLS))


@pytest.fixture
def call(loaded):
    return partial(loaded.call, SERVICE)


def pool_of(nas, number):
    return nas.one("CIM_StoragePool", InstanceID=nas.array.pool_name(number))


def new_file_system(nas, pool, size, **values):
    code, output = nas.call(SERVICE, "CreateFileSystem", Pools=[pool.path], Sizes=[Uint64(size)], **values)
    assert code == 0
    nas.check()
    return nas.connection.GetInstance(output["TheElement"]), output


def test_a_thick_file_system_takes_all_of_its_size_from_the_pool(loaded):
    pool = pool_of(loaded, THICK)
    system, output = new_file_system(loaded, pool, 10 * GIB, ElementName="mine")
    left = pool_of(loaded, THICK)["RemainingManagedSpace"]
    assert pool["RemainingManagedSpace"] - left == 10 * GIB
    assert (system["Name"], system["ElementName"], system["FileSystemSize"]) == ("fs013", "mine", 10 * GIB)
    assert output["Sizes"] == [10 * GIB]
    (disk,) = loaded.follow(system.path, *EXTENT)
    assert disk.path == output["InExtents"][0]
    assert (disk["NumberOfBlocks"] * disk["BlockSize"], disk["ThinlyProvisioned"]) == (10 * GIB, False)
    assert (disk["DataRedundancy"], disk["PackageRedundancy"]) == (2, 1)


def test_a_thin_file_system_takes_what_it_uses(loaded):
    pool = pool_of(loaded, THIN)
    system, output = new_file_system(loaded, pool, 10 * GIB)
    used = system["FileSystemSize"] - system["AvailableSpace"]
    assert 0 < used < GIB
    assert pool["RemainingManagedSpace"] - pool_of(loaded, THIN)["RemainingManagedSpace"] == used
    (allocated,) = loaded.connection.References(output["InExtents"][0], "CIM_AllocatedFromStoragePool")
    assert (allocated["SpaceConsumed"], allocated["SpaceLimit"]) == (used, 10 * GIB)


def test_sizes_are_whole_mebibytes_and_have_a_default(loaded, call):
    _, output = new_file_system(loaded, pool_of(loaded, THICK), GIB + 1)
    assert output["Sizes"] == [GIB + 2**20]
    code, output = call("CreateFileSystem", Pools=[pool_of(loaded, THIN).path])
    assert (code, output["Sizes"]) == (0, [100 * GIB])


def test_the_new_one_can_be_exported(loaded):
    system, _ = new_file_system(loaded, pool_of(loaded, THIN), GIB)
    code, output = loaded.call("CIM_FileExportService", "CreateExportedShare", Root=system.path)
    assert (code, loaded.connection.GetInstance(output["TheShare"])["Name"]) == (0, "/fs013")
    loaded.check()


def refused_creations(nas):
    pool = pool_of(nas, THICK)
    disk = nas.list("CIM_LogicalDisk")[0].path
    primordial = nas.one("MOCK_PrimordialPool").path
    size = [Uint64(GIB)]
    return [
        {"Sizes": size},
        {"Pools": [pool.path], "Sizes": [Uint64(pool["RemainingManagedSpace"] + 1)]},
        {"Pools": [pool.path], "Sizes": [*size, *size]},
        {"Pools": [pool.path, pool.path], "Sizes": size},
        {"Pools": [primordial], "Sizes": size},
        {"Pools": [disk], "Sizes": size},
        {"InExtents": [disk]},
        {"Pools": [pool.path], "InExtents": [disk], "Sizes": size},
        {"Pools": [pool.path], "Sizes": size, "Goal": CIMInstance("CIM_StorageSetting", {"InstanceID": "x"})},
        {
            "Pools": [pool.path],
            "Sizes": size,
            "Goal": CIMInstance("CIM_FileSystemSetting", {"ActualFileSystemType": Uint16(7)}),
        },
        {"Pools": [pool.path], "Sizes": size, "FileServer": disk},
        {"Pools": [pool.path], "Sizes": size, "ElementName": " "},
    ]


@pytest.mark.parametrize("number", range(12))
def test_what_cannot_be_made_fails_without_any_change(loaded, call, number):
    before = loaded.contents()
    code, output = call("CreateFileSystem", **refused_creations(loaded)[number])
    assert (code, dict(output)) == (1, {})
    assert loaded.contents() == before


@pytest.mark.parametrize("pool", [THIN, THICK])
@pytest.mark.parametrize("size", [20 * GIB, 5 * GIB])
def test_a_file_system_grows_and_shrinks_with_its_disk(loaded, call, pool, size):
    system, output = new_file_system(loaded, pool_of(loaded, pool), 10 * GIB)
    used = system["FileSystemSize"] - system["AvailableSpace"]
    code, answer = call("ModifyFileSystem", TheElement=system.path, Sizes=[Uint64(size)])
    assert (code, answer["Sizes"]) == (0, [size])
    loaded.check()
    resized = loaded.connection.GetInstance(system.path)
    disk = loaded.connection.GetInstance(output["InExtents"][0])
    assert (resized["FileSystemSize"], resized["AvailableSpace"]) == (size, size - used)
    assert disk["NumberOfBlocks"] * disk["BlockSize"] == size
    (allocated,) = loaded.connection.References(disk.path, "CIM_AllocatedFromStoragePool")
    assert allocated["SpaceConsumed"] == (used if pool == THIN else size)


def test_a_file_system_can_be_renamed(loaded, call):
    system = loaded.list("CIM_LocalFileSystem")[0]
    code, _ = call("ModifyFileSystem", TheElement=system.path, ElementName="other")
    changed = loaded.connection.GetInstance(system.path)
    assert (code, changed["ElementName"], changed["FileSystemSize"]) == (0, "other", system["FileSystemSize"])


def refused_changes(nas):
    system = nas.one("CIM_LocalFileSystem", Name="fs003")
    used = system["FileSystemSize"] - system["AvailableSpace"]
    other = pool_of(nas, THIN).path
    return [
        {"Sizes": [Uint64(used - 2**20)], "ElementName": "x"},
        {"Sizes": [Uint64(2**60)]},
        {"Pools": [other]},
        {"InExtents": [nas.one("CIM_LogicalDisk", DeviceID="disk001").path]},
        {"TheElement": other},
        {"TheElement": None},
    ]


@pytest.mark.parametrize("number", range(6))
def test_a_change_that_cannot_be_made_changes_nothing(loaded, call, number):
    before = loaded.contents()
    system = loaded.one("CIM_LocalFileSystem", Name="fs003").path
    assert call("ModifyFileSystem", **{"TheElement": system, **refused_changes(loaded)[number]})[0] == 1
    assert loaded.contents() == before


@pytest.mark.parametrize("pool", [THIN, THICK])
def test_what_was_made_and_deleted_leaves_nothing(loaded, call, pool):
    before = loaded.contents()
    system, _ = new_file_system(loaded, pool_of(loaded, pool), 10 * GIB)
    assert call("DeleteFileSystem", TheElement=system.path) == (0, {})
    assert loaded.contents() == before


def test_an_exported_file_system_is_deleted_only_on_demand(loaded, call):
    system = loaded.one("CIM_LocalFileSystem", Name="fs004")
    shares = {share.index for share in loaded.files.shares if share.file_system == 4}
    before = loaded.contents()
    codes = [call("DeleteFileSystem", TheElement=system.path, InUseOptions=one)[0] for one in (None, Uint16(2))]
    assert codes == [1, 1]
    assert loaded.contents() == before
    assert call("DeleteFileSystem", TheElement=system.path, InUseOptions=Uint16(3))[0] == 0
    loaded.check()
    assert len(loaded.list("CIM_FileShare")) == len(loaded.files.shares) - len(shares)
    assert not [one for one in loaded.list("CIM_Directory") if one["FSName"] == "fs004"]
    assert len(loaded.list("CIM_LogicalDisk")) == len(loaded.files.file_systems) - 1


def test_the_disk_of_a_nas_head_can_take_another_file_system(nas_from):
    head = nas_from(SMALLEST[Kind.NAS_HEAD])
    system = head.one("CIM_LocalFileSystem", Name="fs005")
    (disk,) = head.follow(system.path, *EXTENT)
    assert head.call(SERVICE, "DeleteFileSystem", TheElement=system.path, InUseOptions=Uint16(3))[0] == 0
    code, output = head.call(SERVICE, "CreateFileSystem", InExtents=[disk.path], ElementName="again")
    assert (code, output["Sizes"]) == (0, [disk["NumberOfBlocks"] * disk["BlockSize"]])
    assert head.connection.GetInstance(output["TheElement"])["ElementName"] == "again"
    head.check()


def test_a_file_system_that_clients_have_cut_off_from_its_disk_fails(loaded, call):
    system = loaded.one("CIM_LocalFileSystem", Name="fs001").path
    (link,) = loaded.connection.ReferenceNames(system, "CIM_ResidesOnExtent")
    loaded.connection.DeleteInstance(link)
    assert call("ModifyFileSystem", TheElement=system, Sizes=[Uint64(200 * GIB)])[0] == 1
