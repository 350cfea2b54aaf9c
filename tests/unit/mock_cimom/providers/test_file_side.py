"""The file side as a whole: counts, services, references that resolve, values inside their value maps."""

from collections import Counter

import pytest

from mock_cimom.estate.description import SMALLEST, Kind

KINDS = (Kind.NAS, Kind.NAS_HEAD, Kind.UNIFIED)


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.value)
def side(request, nas_from):
    """The file side of an array of each kind. Not to be changed."""
    return nas_from(SMALLEST[request.param])


def test_the_counts_are_those_of_the_plan(side):
    plan = side.files
    addresses = sum(len(server.addresses) for server in plan.servers)
    counts = {
        "MOCK_FileServer": len(plan.servers), "CIM_LocalFileSystem": len(plan.file_systems),
        "CIM_LogicalDisk": len(plan.file_systems),
        "CIM_HostedFileSystem": len(plan.file_systems), "CIM_ResidesOnExtent": len(plan.file_systems),
        "CIM_FileSystemSetting": len(plan.file_systems), "CIM_FileShare": len(plan.shares),
        "CIM_HostedShare": len(plan.shares), "CIM_SharedElement": len(plan.shares),
        "CIM_ExportedFileShareSetting": len(plan.shares), "CIM_FileShareSettingData": len(plan.shares),
        "CIM_NFSSettingData": len(plan.servers),
        "CIM_Directory": len([share for share in plan.shares if share.directory]),
        "CIM_FileStorage": len([share for share in plan.shares if share.directory]),
    }  # fmt: skip
    assert {name: len(side.list(name)) for name in counts} == counts
    servers = {one["Name"] for one in side.list("MOCK_FileServer")}
    assert len([one for one in side.list("CIM_IPProtocolEndpoint") if one["SystemName"] in servers]) == addresses


def test_every_reference_resolves(side):
    store = side.connection.cimrepository.get_instance_store(side.namespace)
    dangling = [
        (instance.path, prop.name)
        for instance in store.iter_values()
        for prop in instance.properties.values()
        if prop.type == "reference" and not store.object_exists(prop.value)
    ]
    assert dangling == []


def test_every_pool_adds_up(side):
    consumed = Counter()
    for allocated in side.list("CIM_AllocatedFromStoragePool"):
        consumed[allocated["Antecedent"]["InstanceID"]] += allocated["SpaceConsumed"]
    pools = side.list("CIM_StoragePool")
    assert bool(pools) == side.array.description.kind.has_pools
    for pool in pools:
        assert pool["TotalManagedSpace"] == pool["RemainingManagedSpace"] + consumed[pool["InstanceID"]]


def test_three_services_with_capabilities_are_hosted_by_the_top_system(side):
    (top,) = [one for one in side.list("CIM_ComputerSystem") if one["Name"] == side.array.name]
    classes = {
        "CIM_FileExportService": "CIM_FileExportCapabilities",
        "CIM_FileSystemConfigurationService": "CIM_FileSystemConfigurationCapabilities",
        "CIM_FileServerConfigurationService": "CIM_FileServerCapabilities",
    }
    hosted = side.follow(top.path, "CIM_HostedService", "Antecedent", "Dependent")
    for service, capabilities in classes.items():
        (found,) = [one for one in hosted if one.classname == service]
        (has,) = side.follow(found.path, "CIM_ElementCapabilities", "ManagedElement", "Capabilities")
        assert (has.classname, found["Started"]) == (capabilities, True)


def test_the_array_says_that_it_exports_nfs_and_takes_snapshots(side):
    (export,) = side.list("CIM_FileExportCapabilities")
    assert export["FileSharingProtocol"] == [2, 3]
    assert len(export["ProtocolVersions"]) == 2
    assert len(side.list("CIM_FileSystemReplicationServiceCapabilities")) == 1


def test_values_stay_inside_their_value_maps(side):
    classes = side.connection.cimrepository.get_class_store(side.namespace)
    for instance in side.connection.cimrepository.get_instance_store(side.namespace).iter_values():
        declared = classes.get(instance.classname, copy=False).properties
        for prop in instance.properties.values():
            value_map = declared[prop.name].qualifiers.get("ValueMap")
            values = prop.value if prop.is_array else [prop.value]
            if value_map is not None and prop.type.startswith("uint") and prop.value is not None:
                assert all(str(value) in value_map.value for value in values), (instance.classname, prop.name)


def test_no_text_is_empty(side):
    store = side.connection.cimrepository.get_instance_store(side.namespace)
    empty = {
        instance.classname
        for instance in store.iter_values()
        for prop in instance.properties.values()
        if isinstance(prop.value, str) and not prop.value
    }
    # The initiator that stands for everyone has an empty name.
    assert empty <= {"MOCK_StorageHardwareID"}
