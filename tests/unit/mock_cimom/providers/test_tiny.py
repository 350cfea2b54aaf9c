"""The array of tiny shows what its plan says; tests of others count on it (smis-mapping 9.3)."""

from collections import Counter, defaultdict

import pytest

from mock_cimom.estate import names
from mock_cimom.estate.description import ESTATES
from mock_cimom.estate.plan import plan_array

BLOCK = "root/mockblock"


@pytest.fixture(scope="module")
def listed(tiny):
    """A function that lists the instances of a class."""
    return lambda class_name: tiny.EnumerateInstances(class_name, BLOCK)


@pytest.fixture(scope="module")
def array():
    return plan_array(ESTATES["tiny"], 1)


def test_the_counts_are_those_of_tiny(listed):
    counts = {
        "MOCK_StorageSystem": 1, "MOCK_StorageProcessor": 2, "CIM_ComponentCS": 2, "CIM_Chassis": 1,
        "CIM_FCPort": 4, "CIM_EthernetPort": 2, "CIM_iSCSIProtocolEndpoint": 2, "CIM_SCSIProtocolEndpoint": 6,
        "CIM_StorageVolume": 20, "CIM_StoragePool": 4, "CIM_StorageCapabilities": 3, "MOCK_MaskingView": 2,
        "CIM_AuthorizedPrivilege": 2, "CIM_StorageHardwareID": 4, "CIM_AuthorizedSubject": 4,
        "CIM_AuthorizedTarget": 2, "CIM_ProtocolControllerForUnit": 20, "CIM_DiskDrive": 12,
    }  # fmt: skip
    assert {name: len(listed(name)) for name in counts} == counts


def test_every_pool_adds_up_the_primordial_one_too(listed):
    consumed = Counter()
    for allocated in listed("CIM_AllocatedFromStoragePool"):
        consumed[allocated["Antecedent"]["InstanceID"]] += allocated["SpaceConsumed"]
    for pool in listed("CIM_StoragePool"):
        assert pool["TotalManagedSpace"] == pool["RemainingManagedSpace"] + consumed[pool["InstanceID"]]
        assert consumed[pool["InstanceID"]] > 0


def test_the_primordial_pool_is_made_of_the_drives(listed):
    extents = [one for one in listed("CIM_StorageExtent") if one["Primordial"]]
    (primordial,) = listed("MOCK_PrimordialPool")
    assert primordial["TotalManagedSpace"] == sum(one["NumberOfBlocks"] * one["BlockSize"] for one in extents)


def test_volumes_are_those_of_the_plan(listed, array):
    found = {one["DeviceID"]: one for one in listed("CIM_StorageVolume")}
    for volume in array.volumes:
        shown = found[names.volume_id(volume.index)]
        assert shown["Name"] == names.volume_naa(1, volume.index)
        assert shown["BlockSize"] * shown["NumberOfBlocks"] == volume.size
        assert shown["ThinlyProvisioned"] == volume.thin
        assert (shown["OperationalStatus"], shown["HealthState"]) == ([2], 5)


def test_views_show_each_host_its_volumes_and_ports(listed, array):
    hosts = {names.host_name(view.host): view for view in array.views}
    controllers = {one["DeviceID"]: hosts[one["ElementName"]] for one in listed("MOCK_MaskingView")}
    units, ports = defaultdict(dict), defaultdict(set)
    for unit in listed("CIM_ProtocolControllerForUnit"):
        units[unit["Antecedent"]["DeviceID"]][int(unit["DeviceNumber"], 16)] = unit["Dependent"]["DeviceID"]
    for available in listed("CIM_SAPAvailableForElement"):
        ports[available["ManagedElement"]["DeviceID"]].add(available["AvailableSAP"]["Name"])
    for device, view in controllers.items():
        assert units[device] == dict(enumerate(names.volume_id(one) for one in view.volumes))
        expected = {names.fc_port_wwn(1, one) for one in view.fc_ports}
        expected |= {names.target_endpoint_name(1, one) for one in view.iscsi_ports}
        assert ports[device] == expected


def test_every_view_has_one_granting_privilege_with_its_initiators(listed, array):
    privileges = {one["InstanceID"]: one for one in listed("CIM_AuthorizedPrivilege")}
    assert all(one["PrivilegeGranted"] and one["Activities"] == [5, 6] for one in privileges.values())
    ids = {one["InstanceID"]: (one["StorageID"], one["IDType"]) for one in listed("CIM_StorageHardwareID")}
    subjects = defaultdict(set)
    for subject in listed("CIM_AuthorizedSubject"):
        subjects[subject["Privilege"]["InstanceID"]].add(ids[subject["PrivilegedElement"]["InstanceID"]])
    edges = listed("CIM_AuthorizedTarget")
    targets = {one["Privilege"]["InstanceID"]: one["TargetElement"]["DeviceID"] for one in edges}
    for view in array.views:
        (privilege,) = [one for one, device in targets.items() if device.endswith(names.host_name(view.host))]
        assert subjects[privilege] == {(one.name, 5 if one.iscsi else 2) for one in view.initiators}


def test_every_iscsi_endpoint_has_a_portal_and_a_node(tiny, listed):
    for endpoint in listed("CIM_iSCSIProtocolEndpoint"):
        (tcp,) = tiny.Associators(endpoint.path, AssocClass="CIM_BindsTo", ResultRole="Antecedent")
        (ip,) = tiny.Associators(tcp.path, AssocClass="CIM_BindsTo", ResultRole="Antecedent")
        (port,) = tiny.Associators(ip.path, AssocClass="CIM_DeviceSAPImplementation", ResultRole="Antecedent")
        nodes = tiny.Associators(endpoint.path, ResultClass="MOCK_iSCSINode")
        assert (tcp["PortNumber"], port.classname) == (3260, "MOCK_EthernetPort")
        assert ip["IPv4Address"].startswith("10.1.1.")
        assert [node["Name"] for node in nodes] == [endpoint["Name"].partition(",")[0]]


def test_values_stay_inside_their_value_maps(tiny, listed):
    store = tiny.cimrepository.get_class_store(BLOCK)
    for instance in tiny.cimrepository.get_instance_store(BLOCK).iter_values():
        declared = store.get(instance.classname, copy=False).properties
        for prop in instance.properties.values():
            value_map = declared[prop.name].qualifiers.get("ValueMap")
            values = prop.value if prop.is_array else [prop.value]
            if value_map is not None and prop.type.startswith("uint"):
                assert all(_allowed(value, value_map.value) for value in values), (instance.classname, prop.name)


def _allowed(value, value_map):
    for entry in value_map:
        low, dots, high = entry.partition("..")
        if dots and (not low or value >= int(low, 0)) and (not high or value <= int(high, 0)):
            return True
        if not dots and value == int(entry, 0):
            return True
    return False
