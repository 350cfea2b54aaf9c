"""Volumes, views and ports are changed over the wire, as any SMI-S client does it."""

import concurrent.futures
import threading

import pytest
import pywbem

import mock_cimom
from mock_cimom.estate import names

BLOCK = "root/mockblock"
GIB = 2**30


@pytest.fixture(scope="module")
def cimom():
    with mock_cimom.running("tiny") as running:
        yield running


@pytest.fixture
def client(cimom):
    with pywbem.WBEMConnection(cimom.url, (cimom.user, cimom.password), default_namespace=BLOCK) as connection:
        yield connection


def service(client, class_name):
    (path,) = client.EnumerateInstanceNames(class_name)
    return path


def thin_pool(client):
    return client.EnumerateInstanceNames("MOCK_ThinPool")[0]


def make(client, size=GIB, **values):
    result, output = client.InvokeMethod(
        "CreateOrModifyElementFromStoragePool",
        service(client, "CIM_StorageConfigurationService"),
        ElementType=pywbem.Uint16(5),
        InPool=thin_pool(client),
        Size=pywbem.Uint64(size),
        **values,
    )
    return result, output


def test_the_life_of_a_volume(client):
    result, output = make(client, ElementName="größe")
    assert (result, output["Size"], type(output["Size"])) == (0, GIB, pywbem.Uint64)
    volume = client.GetInstance(output["TheElement"])
    assert volume["ElementName"] == "größe"
    storage = service(client, "CIM_StorageConfigurationService")
    result, output = client.InvokeMethod(
        "CreateOrModifyElementFromStoragePool", storage, TheElement=volume.path, Size=pywbem.Uint64(2 * GIB)
    )
    assert (result, output["Size"]) == (0, 2 * GIB)
    masking = service(client, "CIM_ControllerConfigurationService")
    result, output = client.InvokeMethod(
        "ExposePaths",
        masking,
        [("LUNames", [volume["Name"]]), ("InitiatorPortIDs", ["10000000C9FFFF77"])],
        TargetPortIDs=[names.fc_port_wwn(1, 1)],
        DeviceAccesses=[pywbem.Uint16(2)],
    )
    assert result == 0
    (view,) = output["ProtocolControllers"]
    (found,) = client.AssociatorNames(view, ResultClass="CIM_StorageVolume")
    assert found["DeviceID"] == volume["DeviceID"]
    result, output = client.InvokeMethod("ReturnToStoragePool", storage, TheElement=volume.path)
    assert (result, output) == (6, {})
    result, output = client.InvokeMethod(
        "HidePaths", masking, [("LUNames", [volume["Name"]]), ("ProtocolControllers", [view])]
    )
    assert (result, output) == (0, {"ProtocolControllers": []})
    with pytest.raises(pywbem.CIMError) as caught:
        client.GetInstance(view)
    assert caught.value.status_code == pywbem.CIM_ERR_NOT_FOUND
    assert client.InvokeMethod("ReturnToStoragePool", storage, TheElement=volume.path)[0] == 0


def test_a_size_that_is_not_there(client):
    result, output = make(client, size=2**60)
    assert result == 4097
    assert output["Size"] == client.GetInstance(thin_pool(client))["TotalManagedSpace"]


def test_a_pool_says_its_sizes(client):
    result, output = client.InvokeMethod("GetSupportedSizeRange", thin_pool(client), ElementType=pywbem.Uint16(5))
    assert (result, output["VolumeSizeDivisor"]) == (0, 2**20)
    assert client.InvokeMethod("GetSupportedSizes", thin_pool(client), ElementType=pywbem.Uint16(5)) == (2, {})


def test_a_port_goes_down(client):
    port = client.EnumerateInstanceNames("CIM_FCPort")[0]
    assert client.InvokeMethod("RequestStateChange", port, RequestedState=pywbem.Uint16(3))[0] == 0
    assert client.GetInstance(port)["OperationalStatus"] == [10]
    assert client.InvokeMethod("RequestStateChange", port, RequestedState=pywbem.Uint16(2))[0] == 0


def test_a_volume_is_renamed_and_not_made_by_hand(client):
    volume = client.EnumerateInstances("CIM_StorageVolume")[0]
    renamed = pywbem.CIMInstance(volume.classname, {"ElementName": "renamed"}, path=volume.path)
    client.ModifyInstance(renamed, PropertyList=["ElementName"])
    assert client.GetInstance(volume.path)["ElementName"] == "renamed"
    with pytest.raises(pywbem.CIMError, match="CreateOrModifyElementFromStoragePool"):
        client.CreateInstance(pywbem.CIMInstance("MOCK_StorageVolume", {"DeviceID": "1"}))


def test_calls_that_are_none(client):
    storage = service(client, "CIM_StorageConfigurationService")
    gone = storage.copy()
    gone["Name"] = "none"
    for target, method, status in (
        (gone, "ReturnToStoragePool", pywbem.CIM_ERR_NOT_FOUND),
        ("CIM_StorageConfigurationService", "ReturnToStoragePool", pywbem.CIM_ERR_INVALID_PARAMETER),
        (storage, "CreateReplica", pywbem.CIM_ERR_METHOD_NOT_AVAILABLE),
        (storage, "NoSuchMethod", pywbem.CIM_ERR_METHOD_NOT_AVAILABLE),
    ):
        with pytest.raises(pywbem.CIMError) as caught:
            client.InvokeMethod(method, target)
        assert caught.value.status_code == status, method


def test_others_read_while_a_method_runs(cimom, client):
    entered, let_go = threading.Event(), threading.Event()

    def hold(_change):
        entered.set()
        assert let_go.wait(30)

    repository = cimom.connection.cimrepository
    repository.observers.append(hold)
    reader = pywbem.WBEMConnection(cimom.url, (cimom.user, cimom.password), default_namespace=BLOCK)
    try:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(make, client)
            assert entered.wait(30)
            assert len(reader.EnumerateInstances("CIM_StoragePool")) == 4
            assert not waiting.done()
            repository.observers.remove(hold)
            let_go.set()
            assert waiting.result(30)[0] == 0
    finally:
        let_go.set()
        reader.close()
