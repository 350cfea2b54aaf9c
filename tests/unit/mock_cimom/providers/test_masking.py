"""All masking dialects say the same, to a client that reads them as smis-mapping 3.2 does (plan A)."""

from collections import defaultdict
from dataclasses import replace

import pytest

from mock_cimom.estate import names
from mock_cimom.estate.description import ESTATES, SMALLEST, EstateDescription, Kind, Masking, PortLink
from mock_cimom.estate.plan import plan_array
from mock_cimom.estate_loader import load_estate

BLOCK = "root/mockblock"
ARRAY = replace(SMALLEST[Kind.BLOCK], volumes=60, hosts=12)
WAYS = {
    **{
        f"{masking.value} by {ports.value}": {"masking": masking, "ports": ports}
        for masking in Masking
        for ports in PortLink
    },
    "groups only": {"masking": Masking.GROUPS, "groups_only": True},
}


class Reader:
    """Joins what an array says of its views: who (StorageID) sees which volumes (DeviceID) through which ports."""

    def __init__(self, connection):
        self._connection = connection
        self._ids = {one.path["InstanceID"]: one["StorageID"] for one in self.all("CIM_StorageHardwareID")}
        self._members = defaultdict(list)
        for one in self.all("CIM_MemberOfCollection"):
            self._members[one["Collection"]["InstanceID"]].append(one["Member"])

    def all(self, class_name):
        return self._connection.EnumerateInstances(class_name, BLOCK)

    def paths(self):
        """Return (StorageID, DeviceID, port) triples; a port is an endpoint's name."""
        if rows := self.all("CIM_MaskingMappingView"):
            return {
                (one["SHIDStorageID"], one["LogicalDevice"]["DeviceID"], one["ProtocolEndpoint"]["Name"])
                for one in rows
            }
        users, units, ports = self.privileges(), defaultdict(set), self.ports()
        for one in self.all("CIM_ProtocolControllerForUnit"):
            if one["DeviceAccess"] == 2:
                units[one["Antecedent"]["DeviceID"]].add(one["Dependent"]["DeviceID"])
        if groups := self.all("CIM_AssociatedMaskingGroup"):
            found = {kind: self.groups(groups, kind) for kind in ("Initiator", "Target", "Device")}
            users = {
                view: {self._ids[one["InstanceID"]] for one in found["Initiator"][view]} for view in found["Initiator"]
            }
            units = units or {view: {one["DeviceID"] for one in found["Device"][view]} for view in found["Device"]}
            ports = ports or {view: {one["Name"] for one in found["Target"][view]} for view in found["Target"]}
        return {
            (user, unit, port) for view in users for user in users[view] for unit in units[view] for port in ports[view]
        }

    def privileges(self):
        users, subjects = defaultdict(set), defaultdict(set)
        for one in self.all("CIM_AuthorizedSubject"):
            subjects[one["Privilege"]["InstanceID"]] |= self.initiators(one["PrivilegedElement"])
        granting = {
            one["InstanceID"]
            for one in self.all("CIM_AuthorizedPrivilege")
            if one["PrivilegeGranted"] and one["Activities"] == [5, 6]
        }
        for one in self.all("CIM_AuthorizedTarget"):
            if one["Privilege"]["InstanceID"] in granting:
                users[one["TargetElement"]["DeviceID"]] |= subjects[one["Privilege"]["InstanceID"]]
        for one in self.all("CIM_AssociatedPrivilege"):
            if one["PrivilegeGranted"] and one["Activities"] == [5, 6]:
                users[one["Target"]["DeviceID"]] |= self.initiators(one["Subject"])
        return users

    def initiators(self, subject):
        if subject["InstanceID"] in self._ids:
            return {self._ids[subject["InstanceID"]]}
        return {self._ids[one["InstanceID"]] for one in self._members[subject["InstanceID"]]}

    def ports(self):
        ports = defaultdict(set)
        for one in self.all("CIM_SAPAvailableForElement"):
            if one["ManagedElement"].classname == "MOCK_MaskingView":
                ports[one["ManagedElement"]["DeviceID"]].add(one["AvailableSAP"]["Name"])
        for one in self.all("CIM_ProtocolControllerForPort"):
            ports[one["Antecedent"]["DeviceID"]].add(self.endpoint(one["Dependent"]))
        return ports

    def endpoint(self, port):
        (lowest,) = self._connection.AssociatorNames(port, AssocClass="CIM_DeviceSAPImplementation")
        while lowest.classname in ("CIM_IPProtocolEndpoint", "CIM_TCPProtocolEndpoint"):
            (lowest,) = self._connection.AssociatorNames(lowest, AssocClass="CIM_BindsTo", ResultRole="Dependent")
        return lowest["Name"]

    def groups(self, associations, kind):
        return {
            one["Antecedent"]["DeviceID"]: self.closure(one["Dependent"])
            for one in associations
            if one.classname == f"CIM_Associated{kind}MaskingGroup"
        }

    def closure(self, group):
        found = []
        for member in self._members[group["InstanceID"]]:
            found += self.closure(member) if member.classname.endswith("MaskingGroup") else [member]
        return found


def expected(estate):
    array = plan_array(estate, 1)
    return {
        (initiator.name, names.volume_id(volume), port)
        for view in array.views
        for initiator in view.initiators
        for volume in view.volumes
        for port in [
            *(names.fc_port_wwn(1, one) for one in view.fc_ports),
            *(names.target_endpoint_name(1, one) for one in view.iscsi_ports),
        ]
    }


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_dialect_gives_the_plan_of_an_irregular_array(way):
    estate = EstateDescription((replace(ARRAY, **way),))
    assert Reader(load_estate(estate)).paths() == expected(estate)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_dialect_gives_the_plan_of_tiny(way):
    estate = EstateDescription((replace(ESTATES["tiny"].arrays[0], **way),))
    assert Reader(load_estate(estate)).paths() == expected(estate)


@pytest.fixture(scope="module")
def irregular():
    """A function that loads an irregular array in a dialect."""
    return lambda **way: load_estate(EstateDescription((replace(ARRAY, **way),)))


def test_the_denial_would_show_more_to_a_client_that_overlooks_it(irregular):
    connection = irregular(masking=Masking.PRIVILEGES)
    (denial,) = [
        one for one in connection.EnumerateInstances("CIM_AuthorizedPrivilege", BLOCK) if not one["PrivilegeGranted"]
    ]
    (subject,) = connection.Associators(denial.path, AssocClass="CIM_AuthorizedSubject")
    (view,) = connection.Associators(denial.path, AssocClass="CIM_AuthorizedTarget")
    assert subject["StorageID"] == "10000000C9000C01"
    assert view["ElementName"] == names.CLUSTER


def test_a_cluster_is_a_collection_of_initiators(irregular):
    connection = irregular(masking=Masking.PRIVILEGES)
    collections = [
        one
        for one in connection.EnumerateInstances("CIM_SystemSpecificCollection", BLOCK)
        if one.classname == "CIM_SystemSpecificCollection"
    ]
    (collection,) = collections
    members = connection.Associators(collection.path, AssocClass="CIM_MemberOfCollection")
    assert len(members) == 16
    (top,) = connection.AssociatorNames(collection.path, AssocClass="CIM_HostedCollection")
    assert top.classname == "MOCK_StorageSystem"


def test_one_initiator_and_group_of_each_kind_is_nested_only_where_it_is_irregular(irregular):
    connection = irregular(masking=Masking.GROUPS)
    inner = [
        one["Member"].classname
        for one in connection.EnumerateInstances("CIM_MemberOfCollection", BLOCK)
        if one["Member"].classname.endswith("MaskingGroup")
    ]
    assert sorted(inner) == ["MOCK_DeviceMaskingGroup", "MOCK_InitiatorMaskingGroup"]
    regular = load_estate(EstateDescription((replace(ESTATES["tiny"].arrays[0], masking=Masking.GROUPS),)))
    members = regular.EnumerateInstances("CIM_MemberOfCollection", BLOCK)
    assert not [one for one in members if one["Member"].classname.endswith("MaskingGroup")]


def test_a_port_dialect_has_no_endpoints_of_views(irregular):
    connection = irregular(masking=Masking.PRIVILEGES_AND_PORTS)
    ends = {
        one["ManagedElement"].classname for one in connection.EnumerateInstances("CIM_SAPAvailableForElement", BLOCK)
    }
    assert ends == {"MOCK_iSCSINode"}


@pytest.mark.parametrize(
    ("masking", "service"),
    [
        (Masking.PRIVILEGES, "CIM_ControllerConfigurationService"),
        (Masking.GROUPS, "CIM_GroupMaskingMappingService"),
    ],
)
def test_views_hang_on_the_service_of_their_dialect(irregular, masking, service):
    connection = irregular(masking=masking)
    (found,) = connection.EnumerateInstanceNames("CIM_ControllerConfigurationService", BLOCK)
    assert found.classname == service
    views = connection.AssociatorNames(found, AssocClass="CIM_ConcreteDependency")
    assert len(views) == len(connection.EnumerateInstanceNames("MOCK_MaskingView", BLOCK))
    groups = connection.AssociatorNames(found, AssocClass="CIM_ServiceAffectsElement")
    assert len(groups) == len(connection.EnumerateInstanceNames("CIM_MaskingGroup", BLOCK))


def test_the_default_view_is_of_the_initiator_without_a_name_and_announced(irregular):
    connection = irregular(masking=Masking.PRIVILEGES)
    (everyone,) = [
        one for one in connection.EnumerateInstances("CIM_StorageHardwareID", BLOCK) if one["StorageID"] == ""
    ]
    assert connection.AssociatorNames(everyone.path, AssocClass="CIM_AuthorizedSubject")
    (rules,) = connection.EnumerateInstances("CIM_ProtocolControllerMaskingCapabilities", BLOCK)
    assert rules["SPCSupportsDefaultViews"]
    assert rules["ProtocolControllerSupportsCollections"]


def test_one_registered_initiator_has_no_view(irregular):
    connection = irregular(masking=Masking.PRIVILEGES)
    seeing = {user for user, _, _ in Reader(connection).paths()}
    known = {one["StorageID"] for one in connection.EnumerateInstances("CIM_StorageHardwareID", BLOCK)}
    assert known - seeing == {names.host_wwn(13, 1)}
