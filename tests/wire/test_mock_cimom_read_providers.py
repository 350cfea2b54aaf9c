"""Instances computed by read providers, over HTTP: statistics of each volume that count on at every reading."""

import itertools

import pytest
import pywbem

import mock_cimom

SCRIPT = '''
import itertools

import pywbem

VOLUME_ELEMENT = 8  # CIM_BlockStorageStatisticalData.ElementType


class LiveStatistics:
    """What each volume has done since the server started."""

    provider_classnames = "CIM_BlockStorageStatisticalData"

    def __init__(self, conn):
        self.conn = conn
        self.readings = itertools.count(1)

    def enumerate(self, namespace, class_name):
        reading = next(self.readings)
        for volume in self.conn.EnumerateInstances("CIM_StorageVolume", namespace):
            yield pywbem.CIMInstance(class_name, {
                "InstanceID": "stats:" + volume["DeviceID"],
                "ElementName": "statistics of " + volume["DeviceID"],
                "ElementType": pywbem.Uint16(VOLUME_ELEMENT),
                "TotalIOs": pywbem.Uint64(1000 * reading + int(volume["DeviceID"], 16)),
            })


class StatisticsOfElement:
    provider_classnames = ["CIM_ElementStatisticalData"]

    def __init__(self, conn):
        self.conn = conn

    def enumerate(self, namespace, class_name):
        for volume in self.conn.EnumerateInstanceNames("CIM_StorageVolume", namespace):
            stats = pywbem.CIMInstanceName(
                "CIM_BlockStorageStatisticalData", {"InstanceID": "stats:" + volume["DeviceID"]}, namespace=namespace
            )
            yield pywbem.CIMInstance(class_name, {"ManagedElement": volume, "Stats": stats})


def setup(conn, server, verbose):
    conn.register_read_provider(LiveStatistics(conn), "root/mockblock")
    conn.register_read_provider(StatisticsOfElement(conn), ["root/mockblock"])
'''
STATISTICS, EDGE = "CIM_BlockStorageStatisticalData", "CIM_ElementStatisticalData"
VOLUMES = 20


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    script = tmp_path_factory.mktemp("script") / "live_statistics.py"
    script.write_text(SCRIPT, "utf-8")
    with mock_cimom.running("tiny", mock_files=[script], default_namespace="root/mockblock") as cimom:
        yield cimom


@pytest.fixture(scope="module")
def client(served):
    connection = pywbem.WBEMConnection(served.url, (served.user, served.password), "root/mockblock")
    yield connection
    connection.close()


@pytest.fixture
def volume(client):
    return client.EnumerateInstanceNames("CIM_StorageVolume")[4]


def test_every_volume_has_statistics_that_grow(client):
    first = {one["InstanceID"]: one["TotalIOs"] for one in client.EnumerateInstances(STATISTICS)}
    second = {one["InstanceID"]: one["TotalIOs"] for one in client.EnumerateInstances(STATISTICS)}
    assert len(first) == VOLUMES
    assert first.keys() == second.keys()
    assert all(second[name] > before for name, before in first.items())


def test_names_are_those_of_the_instances(client):
    names = client.EnumerateInstanceNames(STATISTICS)
    assert [path["InstanceID"] for path in names] == [
        one["InstanceID"] for one in client.EnumerateInstances(STATISTICS)
    ]


def test_a_superclass_has_the_computed_instances_of_its_subclasses(client):
    found = client.EnumerateInstances("CIM_StatisticalData", DeepInheritance=False)
    assert len(found) == VOLUMES
    assert all("TotalIOs" not in one for one in found)
    assert {one.classname for one in found} == {STATISTICS}


def test_one_is_read_with_a_property_list(client, volume):
    path = pywbem.CIMInstanceName(STATISTICS, {"InstanceID": f"stats:{volume['DeviceID']}"})
    found = client.GetInstance(path, PropertyList=["totalios"])
    assert list(found.properties) == ["TotalIOs"]


def test_one_that_is_not_computed_is_not_found(client):
    with pytest.raises(pywbem.CIMError) as refusal:
        client.GetInstance(pywbem.CIMInstanceName(STATISTICS, {"InstanceID": "stats:nothing"}))
    assert refusal.value.status_code == pywbem.CIM_ERR_NOT_FOUND


def test_both_ends_of_a_computed_association_lead_to_each_other(client, volume):
    (stats,) = client.Associators(volume, AssocClass=EDGE)
    assert stats["InstanceID"] == f"stats:{volume['DeviceID']}"
    assert client.AssociatorNames(volume, AssocClass=EDGE, ResultClass="CIM_StatisticalData") == [stats.path]
    assert client.AssociatorNames(volume, AssocClass=EDGE, ResultClass="CIM_StoragePool") == []
    assert client.AssociatorNames(volume, AssocClass=EDGE, Role="Stats") == []
    (back,) = client.Associators(stats.path, ResultRole="ManagedElement")
    assert back.path.keybindings == volume.keybindings


def test_computed_associations_stand_beside_those_of_the_repository(client, volume):
    (edge,) = client.References(volume, ResultClass=EDGE, Role="ManagedElement")
    assert edge["Stats"]["InstanceID"] == f"stats:{volume['DeviceID']}"
    assert client.ReferenceNames(volume, ResultClass=EDGE) == [edge.path]
    all_names = client.ReferenceNames(volume)
    assert edge.path in all_names
    assert {"CIM_SystemDevice", "CIM_AllocatedFromStoragePool"} <= {one.classname for one in all_names}
    everything = client.AssociatorNames(volume)
    assert len({str(path) for path in everything}) == len(everything)
    assert {"CIM_BlockStorageStatisticalData", "MOCK_StorageSystem"} <= {path.classname for path in everything}


def pulled(client, opened, pull):
    kind = "paths" if pull.endswith("Paths") else "instances"
    found = list(getattr(opened, kind))
    while not opened.eos:
        opened = getattr(client, pull)(opened.context, MaxObjectCount=7)
        found += getattr(opened, kind)
    return found


def test_pulls_give_the_same(client, volume):
    opened = client.OpenEnumerateInstances(STATISTICS, MaxObjectCount=7)
    assert len(pulled(client, opened, "PullInstancesWithPath")) == VOLUMES
    opened = client.OpenEnumerateInstancePaths(STATISTICS, MaxObjectCount=7)
    names = [path["InstanceID"] for path in pulled(client, opened, "PullInstancePaths")]
    assert names == [one["InstanceID"] for one in client.EnumerateInstances(STATISTICS)]
    opened = client.OpenAssociatorInstances(volume, AssocClass=EDGE, MaxObjectCount=7)
    assert [one.classname for one in pulled(client, opened, "PullInstancesWithPath")] == [STATISTICS]
    opened = client.OpenReferenceInstancePaths(volume, ResultClass=EDGE, MaxObjectCount=7)
    assert len(pulled(client, opened, "PullInstancePaths")) == 1


def test_queries_read_computed_instances(client, volume):
    wanted = f"stats:{volume['DeviceID']}"
    query = f"SELECT InstanceID, TotalIOs FROM {STATISTICS} WHERE InstanceID = '{wanted}'"  # noqa: S608 - no SQL
    (found,) = client.ExecQuery("DMTF:CQL", query)
    assert found["InstanceID"] == wanted
    assert found["TotalIOs"] > 1000


def test_a_filter_of_a_pull_reads_computed_instances(client, volume):
    opened = client.OpenEnumerateInstances(
        STATISTICS,
        FilterQueryLanguage="DMTF:FQL",
        FilterQuery=f"InstanceID = 'stats:{volume['DeviceID']}'",
        MaxObjectCount=100,
    )
    assert [one["InstanceID"] for one in opened.instances] == [f"stats:{volume['DeviceID']}"]


# --- the hooks ---


class Drives:
    """Answers everything by hooks of its own; `trouble` is raised by the next one."""

    provider_classnames = "CIM_Location"

    def __init__(self):
        self.trouble = None
        self.calls = []

    def _note(self, *call):
        self.calls.append(call)
        if self.trouble is not None:
            raise self.trouble

    def enumerate(self, namespace, class_name):
        self._note("enumerate", namespace, class_name)
        for number in itertools.count(1):
            if number > 3:
                return
            yield pywbem.CIMInstance(class_name, {"Name": f"room {number}", "PhysicalPosition": "here"})

    def get(self, path):
        self._note("get", path.namespace, path["Name"])
        if path["Name"] != "room 9":
            return None
        return pywbem.CIMInstance("CIM_Location", {"Name": "room 9", "PhysicalPosition": "here"})


@pytest.fixture
def drives(served):
    provider = Drives()
    served.connection.register_read_provider(provider, "root/mockblock")
    return provider


def test_a_hook_of_its_own_is_asked_with_the_namespace(client, drives):
    room = pywbem.CIMInstanceName("CIM_Location", {"Name": "room 9", "PhysicalPosition": "here"})
    assert client.GetInstance(room)["Name"] == "room 9"
    assert drives.calls == [("get", "root/mockblock", "room 9")]
    assert [path["Name"] for path in client.EnumerateInstanceNames("CIM_Location")] == ["room 1", "room 2", "room 3"]


@pytest.mark.parametrize("operation", ["EnumerateInstances", "EnumerateInstanceNames", "OpenEnumerateInstances"])
def test_a_provider_that_fails_ends_its_own_operation_only(client, drives, caplog, operation):
    drives.trouble = ZeroDivisionError("nothing there")
    with pytest.raises(pywbem.CIMError) as refusal:
        getattr(client, operation)("CIM_Location")
    assert refusal.value.status_code == pywbem.CIM_ERR_FAILED
    assert "CIM_Location" in refusal.value.status_description
    assert "nothing there" in caplog.text
    assert len(client.EnumerateInstances("CIM_StorageVolume")) == VOLUMES
    drives.trouble = None
    assert len(client.EnumerateInstances("CIM_Location")) == 3


def test_a_cim_error_of_a_provider_is_the_answer(client, drives):
    drives.trouble = pywbem.CIMError(pywbem.CIM_ERR_ACCESS_DENIED, "not today")
    with pytest.raises(pywbem.CIMError) as refusal:
        client.EnumerateInstances("CIM_Location")
    assert (refusal.value.status_code, refusal.value.status_description) == (pywbem.CIM_ERR_ACCESS_DENIED, "not today")
