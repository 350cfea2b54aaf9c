"""Operations over the wire, as pywbem sends them."""

import concurrent.futures
import threading

import pytest
import pywbem
import pywbem_mock

import mock_cimom
from mock_cimom.estate import names

BLOCK = "root/mockblock"


@pytest.fixture(scope="module")
def running():
    with mock_cimom.running("tiny") as cimom:
        yield cimom


@pytest.fixture
def client(running):
    with pywbem.WBEMConnection(running.url, (running.user, running.password), default_namespace=BLOCK) as connection:
        yield connection


@pytest.fixture
def volume(client):
    return client.EnumerateInstanceNames("CIM_StorageVolume")[0]


def code(call):
    with pytest.raises(pywbem.CIMError) as caught:
        call()
    return caught.value.status_code


def test_volumes_are_enumerated_by_their_superclass(client):
    found = client.EnumerateInstances("CIM_StorageVolume", PropertyList=["name", "ThinlyProvisioned", "Nothing"])
    assert {one["Name"] for one in found} == {names.volume_naa(1, index) for index in range(1, 21)}
    assert {one.classname for one in found} == {"MOCK_StorageVolume"}
    assert all(sorted(one.properties) == ["Name", "ThinlyProvisioned"] for one in found)
    assert {one.path.namespace for one in found} == {BLOCK}


def test_shallow_enumeration_limits_the_properties_to_the_class_asked_for(client):
    deep = client.EnumerateInstances("CIM_LogicalDevice", DeepInheritance=True)
    shallow = client.EnumerateInstances("CIM_LogicalDevice", DeepInheritance=False)
    assert len(deep) == len(shallow)
    assert any("NumberOfBlocks" in one.properties for one in deep)
    assert not any("NumberOfBlocks" in one.properties for one in shallow)


def test_local_only_does_not_hide_inherited_properties_of_instances(client, volume):
    assert client.GetInstance(volume, LocalOnly=True)["BlockSize"] == 512


def test_the_class_of_origin_is_told_on_demand(client, volume):
    told = client.GetInstance(volume, IncludeClassOrigin=True)
    assert told.properties["ThinlyProvisioned"].class_origin == "CIM_StorageVolume"
    assert told.properties["DeviceID"].class_origin == "CIM_LogicalDevice"
    assert client.GetInstance(volume).properties["DeviceID"].class_origin is None


def test_a_single_instance_is_what_the_enumeration_showed(client):
    for listed in client.EnumerateInstances("CIM_ManagedElement"):
        assert client.GetInstance(listed.path).properties == listed.properties


def test_names_are_those_of_the_instances(client):
    paths = client.EnumerateInstanceNames("CIM_Dependency")
    assert paths == [one.path for one in client.EnumerateInstances("CIM_Dependency")]
    assert len(paths) > 50


def test_the_four_traversals_agree(client):
    (view,) = [one for one in client.EnumerateInstanceNames("MOCK_MaskingView") if one["DeviceID"].endswith("esx0001")]
    units = client.References(view, ResultClass="CIM_ProtocolControllerForUnit", Role="Antecedent")
    assert sorted(int(one["DeviceNumber"], 16) for one in units) == list(range(9))
    paths = client.ReferenceNames(view, ResultClass="CIM_ProtocolControllerForUnit")
    assert {str(one) for one in paths} == {str(one.path) for one in units}
    volumes = client.Associators(view, AssocClass="CIM_ProtocolControllerForUnit", ResultRole="dependent")
    assert {one["DeviceID"] for one in volumes} == {names.volume_id(index) for index in range(1, 10)}
    ports = client.AssociatorNames(view, ResultClass="CIM_ProtocolEndpoint")
    assert {one["Name"] for one in ports} == {names.fc_port_wwn(1, 1), names.fc_port_wwn(1, 3)}
    assert client.AssociatorNames(view, AssocClass="CIM_ProtocolControllerForUnit", Role="Dependent") == []


def test_an_object_that_does_not_exist_has_no_associations(client, volume):
    volume["DeviceID"] = "none"
    assert client.AssociatorNames(volume) == client.ReferenceNames(volume) == []


def test_class_level_traversals(client):
    classes = client.AssociatorNames("CIM_StoragePool", AssocClass="CIM_AllocatedFromStoragePool")
    assert {one.classname for one in classes} == {"CIM_LogicalElement", "CIM_StoragePool"}
    ((path, declared),) = client.References("CIM_StoragePool", ResultClass="CIM_AllocatedFromStoragePool")
    assert (path.namespace, declared.superclass) == (BLOCK, "CIM_ElementAllocatedFromPool")


def test_classes_are_told_with_what_is_asked_for(client):
    local = client.GetClass("CIM_StorageVolume")
    whole = client.GetClass("CIM_StorageVolume", LocalOnly=False, IncludeClassOrigin=True)
    assert "DeviceID" not in local.properties
    assert "Key" in whole.properties["DeviceID"].qualifiers
    assert whole.properties["DeviceID"].class_origin == "CIM_LogicalDevice"
    bare = client.GetClass("CIM_StorageVolume", LocalOnly=False, IncludeQualifiers=False, PropertyList=["DeviceID"])
    assert (list(bare.properties), dict(bare.properties["DeviceID"].qualifiers)) == (["DeviceID"], {})
    below = client.EnumerateClassNames(ClassName="CIM_StoragePool")
    assert sorted(below) == ["MOCK_PrimordialPool", "MOCK_StoragePool", "MOCK_ThinPool"]
    origins = client.EnumerateClasses(ClassName="CIM_StoragePool", LocalOnly=False, IncludeClassOrigin=True)
    assert {one.properties["InstanceID"].class_origin for one in origins} == {"CIM_ManagedElement"}


def test_qualifier_declarations_are_told(client):
    declared = {one.name: one for one in client.EnumerateQualifiers()}
    assert client.GetQualifier("Key").tocimxmlstr() == declared["Key"].tocimxmlstr()
    assert declared["Key"].scopes["PROPERTY"]


def test_an_instance_is_created_changed_and_deleted(client):
    path = client.CreateInstance(pywbem.CIMInstance("CIM_Location", {"Name": "lab", "PhysicalPosition": "shelf <1>"}))
    assert path.namespace == BLOCK
    made = client.GetInstance(path)
    made["Address"] = "somewhere & elsewhere"
    client.ModifyInstance(made)
    assert client.GetInstance(path)["Address"] == "somewhere & elsewhere"
    other = pywbem.CIMInstance("CIM_Location", {"Address": "kept out", "ElementName": "let in"}, path=path)
    client.ModifyInstance(other, PropertyList=["ElementName"])
    assert (client.GetInstance(path)["Address"], client.GetInstance(path)["ElementName"]) == (
        "somewhere & elsewhere",
        "let in",
    )
    client.DeleteInstance(path)
    assert code(lambda: client.GetInstance(path)) == pywbem.CIM_ERR_NOT_FOUND


def test_an_association_is_created_with_references_as_a_client_sends_them(client, volume):
    setting = client.EnumerateInstanceNames("CIM_StorageSetting")[2]
    before = len(client.ReferenceNames(volume))
    new = pywbem.CIMInstance("CIM_ElementSettingData", {"ManagedElement": volume, "SettingData": setting})
    for role in ("ManagedElement", "SettingData"):
        new[role] = pywbem.CIMInstanceName(new[role].classname, new[role].keybindings)
    path = client.CreateInstance(new)
    assert len(client.ReferenceNames(volume)) == before + 1
    client.DeleteInstance(path)
    assert len(client.ReferenceNames(volume)) == before


WRONG = [
    (lambda c: c.EnumerateInstances("CIM_StorageVolume", namespace="root/none"), pywbem.CIM_ERR_INVALID_NAMESPACE),
    (lambda c: c.EnumerateInstances("CIM_None"), pywbem.CIM_ERR_INVALID_CLASS),
    (lambda c: c.GetInstance(pywbem.CIMInstanceName("CIM_None", {"A": "b"})), pywbem.CIM_ERR_INVALID_CLASS),
    (lambda c: c.GetInstance(pywbem.CIMInstanceName("CIM_Location", {"Name": "b"})), pywbem.CIM_ERR_NOT_FOUND),
    (lambda c: c.DeleteInstance(pywbem.CIMInstanceName("CIM_Location", {"Name": "b"})), pywbem.CIM_ERR_NOT_FOUND),
    (lambda c: c.CreateInstance(pywbem.CIMInstance("CIM_None", {"Name": "b"})), pywbem.CIM_ERR_INVALID_CLASS),
    (lambda c: c.CreateInstance(pywbem.CIMInstance("CIM_Location", {"Name": "b"})), pywbem.CIM_ERR_INVALID_PARAMETER),
    (lambda c: c.CreateInstance(pywbem.CIMInstance("CIM_Location", {"Colour": "b"})), pywbem.CIM_ERR_INVALID_PARAMETER),
    (lambda c: c.CreateInstance(pywbem.CIMInstance("CIM_System", {"Name": "b"})), pywbem.CIM_ERR_INVALID_PARAMETER),
    (lambda c: c.Associators("CIM_None"), pywbem.CIM_ERR_INVALID_PARAMETER),
    (lambda c: c.ExecQuery("SQL", "SELECT * FROM CIM_Location"), pywbem.CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED),
    (lambda c: c.InvokeMethod("Nothing", "CIM_StorageVolume"), pywbem.CIM_ERR_METHOD_NOT_AVAILABLE),
    (lambda c: c.InvokeMethod("Reset", "CIM_None"), pywbem.CIM_ERR_INVALID_CLASS),
]


@pytest.mark.parametrize(("call", "status"), WRONG)
def test_wrong_calls_have_their_cim_error(client, call, status):
    assert code(lambda: call(client)) == status


class Slow(pywbem_mock.MethodProvider):
    """A method that ends only when it is let go."""

    provider_classnames = "CIM_StorageConfigurationService"

    def __init__(self, repository):
        super().__init__(repository)
        self.entered, self.let_go = threading.Event(), threading.Event()

    def InvokeMethod(self, methodname, localobject, params):  # noqa: N802
        self.entered.set()
        assert self.let_go.wait(30)
        return 0, {}


def test_a_slow_call_holds_up_nobody_else():
    with mock_cimom.running("tiny") as cimom, concurrent.futures.ThreadPoolExecutor() as pool:
        slow = Slow(cimom.connection.cimrepository)
        cimom.connection.register_provider(slow, namespaces=BLOCK)
        login = (cimom.user, cimom.password)
        first, second = (pywbem.WBEMConnection(cimom.url, login, default_namespace=BLOCK) for _ in range(2))
        service = first.EnumerateInstanceNames("CIM_StorageConfigurationService")[0]
        waiting = pool.submit(first.InvokeMethod, "StopService", service)
        assert slow.entered.wait(30)
        assert len(second.EnumerateInstanceNames("CIM_StorageVolume")) == 20
        made = second.CreateInstance(pywbem.CIMInstance("CIM_Location", {"Name": "x", "PhysicalPosition": "y"}))
        second.DeleteInstance(made)
        assert not waiting.done()
        slow.let_go.set()
        assert waiting.result(30)[0] == 0
        for one in (first, second):
            one.close()


def test_many_readers_beside_a_writer(running):
    login = (running.user, running.password)
    readers_done = threading.Event()

    def read(_):
        with pywbem.WBEMConnection(running.url, login, default_namespace=BLOCK) as connection:
            view = connection.EnumerateInstanceNames("MOCK_MaskingView")[0]
            for _ in range(10):
                assert len(connection.EnumerateInstances("CIM_StorageVolume")) == 20
                assert len(connection.AssociatorNames(view, ResultClass="CIM_StorageVolume")) in (9, 11)

    def write():
        rounds = 0
        with pywbem.WBEMConnection(running.url, login, default_namespace=BLOCK) as connection:
            while not readers_done.is_set():
                new = pywbem.CIMInstance("CIM_Location", {"Name": "busy", "PhysicalPosition": "y"})
                connection.DeleteInstance(connection.CreateInstance(new))
                rounds += 1
        return rounds

    with concurrent.futures.ThreadPoolExecutor(9) as pool:
        writer = pool.submit(write)
        try:
            list(pool.map(read, range(8)))
        finally:
            readers_done.set()
        assert writer.result() > 0
