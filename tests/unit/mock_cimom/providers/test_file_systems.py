"""File systems and what they lie on (smis-mapping 9.4, 4.2 F8)."""

import pytest

from mock_cimom.estate import file_names
from mock_cimom.estate.description import SMALLEST, Kind

EXTENT = ("CIM_ResidesOnExtent", "Dependent", "Antecedent")
ALLOCATED = ("CIM_AllocatedFromStoragePool", "Dependent", "Antecedent")


@pytest.fixture(scope="module")
def head(nas_from):
    """An irregular NAS head. Not to be changed."""
    return nas_from(SMALLEST[Kind.NAS_HEAD])


def test_file_systems_are_those_of_the_plan(nas):
    shown = {one["Name"]: one for one in nas.list("CIM_LocalFileSystem")}
    assert len(shown) == len(nas.files.file_systems)
    for planned in nas.files.file_systems:
        system = shown[file_names.file_system_name(planned.index)]
        assert (system["CSName"], system["Root"]) == (nas.array.name, f"/{system['Name']}")
        assert system["FileSystemSize"] == planned.size
        assert system["FileSystemSize"] - system["AvailableSpace"] == planned.used
        assert system["FileSystemType"] == "UFS"
        assert (system["OperationalStatus"], system["HealthState"]) == (([3], 10) if planned.degraded else ([2], 5))


def test_each_is_hosted_by_the_top_system_and_lies_on_a_disk_of_its_pool(nas):
    top = nas.one("MOCK_StorageSystem", Name=nas.array.name)
    hosted = nas.follow(top.path, "CIM_HostedFileSystem", "GroupComponent", "PartComponent")
    assert {one["Name"] for one in hosted} == {one["Name"] for one in nas.list("CIM_LocalFileSystem")}
    for planned in nas.files.file_systems:
        system = nas.one("CIM_LocalFileSystem", Name=file_names.file_system_name(planned.index))
        (disk,) = nas.follow(system.path, *EXTENT)
        (pool,) = nas.follow(disk.path, *ALLOCATED)
        (holder,) = nas.follow(disk.path, "CIM_SystemDevice", "PartComponent", "GroupComponent")
        assert disk["NumberOfBlocks"] * disk["BlockSize"] == planned.size
        assert (disk["ThinlyProvisioned"], disk["Usage"], disk["Primordial"]) == (planned.thin, 2, False)
        assert (pool["InstanceID"], holder["Name"]) == (nas.array.pool_name(planned.pool), nas.array.name)


def test_only_thin_disks_have_a_limit_to_what_they_take(nas):
    for allocated in nas.list("CIM_AllocatedFromStoragePool"):
        if allocated["Dependent"].classname == "MOCK_LogicalDisk":
            disk = nas.connection.GetInstance(allocated["Dependent"])
            size = disk["NumberOfBlocks"] * disk["BlockSize"]
            assert allocated.get("SpaceLimit") == (size if disk["ThinlyProvisioned"] else None)
            assert allocated["SpaceConsumed"] <= size


def test_disks_are_protected_as_their_pool_is(nas):
    raids = {pool.index: pool.kind.raid.value for pool in nas.array.pools}
    for planned in nas.files.file_systems:
        disk = nas.one("CIM_LogicalDisk", DeviceID=file_names.disk_id(planned.index))
        assert (disk["DataRedundancy"], disk["PackageRedundancy"]) == raids[planned.pool][:2]


def test_each_file_system_has_a_setting(nas):
    for system in nas.list("CIM_LocalFileSystem"):
        (setting,) = nas.follow(system.path, "CIM_ElementSettingData", "ManagedElement", "SettingData")
        assert (setting.classname, setting["ActualFileSystemType"]) == ("CIM_FileSystemSetting", 2)


def test_the_disks_of_a_nas_head_lie_on_volumes_of_an_array_that_is_not_here(head):
    systems = {one["Name"] for one in head.list("CIM_ComputerSystem")}
    volumes = set()
    for disk in head.list("CIM_LogicalDisk"):
        (volume,) = head.follow(disk.path, "CIM_BasedOn", "Dependent", "Antecedent")
        assert volume["SystemName"] not in systems
        assert (volume["NameFormat"], volume["NameNamespace"], len(volume["Name"])) == (9, 2, 32)
        assert head.follow(disk.path, *ALLOCATED) == []
        volumes.add(volume["Name"])
    assert len(volumes) == len(head.files.file_systems) == len(head.list("CIM_StorageVolume"))
    assert head.list("CIM_StoragePool") == []
