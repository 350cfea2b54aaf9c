"""File systems and shares over the wire, as pywbem reads and changes them."""

from collections import Counter

import pytest
import pywbem

import mock_cimom
from mock_cimom.estate.description import SMALLEST, EstateDescription, Kind
from mock_cimom.estate.file_plan import Protocol, plan_files

NAS = "root/mocknas"
UNIFIED = "root/mockunified"
GIB = 2**30
KINDS = (Kind.NAS, Kind.NAS_HEAD, Kind.UNIFIED)


@pytest.fixture(scope="module")
def running():
    """A Self-contained NAS System, a NAS head and a unified array. Each test takes back what it has made."""
    with mock_cimom.running(EstateDescription(tuple(SMALLEST[kind] for kind in KINDS))) as cimom:
        yield cimom


@pytest.fixture(params=[NAS, UNIFIED])
def client(request, running):
    with pywbem.WBEMConnection(running.url, (running.user, running.password), request.param) as connection:
        yield connection


def service(client, class_name):
    """The path of the first array's service."""
    return min(client.EnumerateInstanceNames(class_name), key=lambda path: path["SystemName"])


def assert_pools_add_up(client):
    used = Counter()
    for allocated in client.EnumerateInstances("CIM_AllocatedFromStoragePool"):
        used[allocated["Antecedent"]["InstanceID"]] += allocated["SpaceConsumed"]
    for pool in client.EnumerateInstances("CIM_StoragePool"):
        assert pool["TotalManagedSpace"] == pool["RemainingManagedSpace"] + used[pool["InstanceID"]]


def assert_references_resolve(client):
    known = {settled(path) for path in client.EnumerateInstanceNames("CIM_ManagedElement")}
    for name in ("CIM_Dependency", "CIM_Component", "CIM_ElementSettingData", "CIM_SharedElement"):
        for association in client.EnumerateInstanceNames(name):
            assert {settled(target) for target in association.keybindings.values()} <= known, association


def settled(path):
    return path.classname, tuple(sorted(path.keybindings.items()))


def test_the_abstract_class_gives_the_shares_of_all_arrays_of_the_namespace(running, client):
    kinds = [kind for kind in KINDS if kind.namespace == client.default_namespace]
    plans = [plan_files(SMALLEST[kind], KINDS.index(kind) + 1) for kind in kinds]
    shares = client.EnumerateInstances("CIM_FileShare", PropertyList=["InstanceID", "Name"])
    assert Counter(one["Name"] for one in shares) == Counter(one.name for plan in plans for one in plan.shares)
    rows = client.EnumerateInstanceNames("CIM_SAPAvailableForElement")
    shared = {row["ManagedElement"]["InstanceID"] for row in rows if "Share" in row["ManagedElement"].classname}
    assert shared == {one["InstanceID"] for one in shares}


def test_a_share_leads_to_its_pool(client):
    share = client.EnumerateInstanceNames("CIM_NFSShare")[0]
    (system,) = client.AssociatorNames(share, AssocClass="CIM_SharedElement", ResultRole="SystemElement")
    (disk,) = client.AssociatorNames(system, AssocClass="CIM_ResidesOnExtent", ResultRole="Antecedent")
    (pool,) = client.AssociatorNames(disk, AssocClass="CIM_AllocatedFromStoragePool", ResultRole="Antecedent")
    (capabilities,) = client.Associators(pool, ResultClass="CIM_StorageCapabilities")
    assert capabilities["DataRedundancyDefault"] >= 1


def test_a_file_system_is_made_exported_and_deleted(client):
    export, systems = service(client, "CIM_FileExportService"), service(client, "CIM_FileSystemConfigurationService")
    pools = client.AssociatorNames(
        client.AssociatorNames(systems, AssocClass="CIM_HostedService")[0], AssocClass="CIM_HostedStoragePool"
    )
    pool = next(one for one in pools if one["InstanceID"].endswith("pool1"))
    code, made = client.InvokeMethod(
        "CreateFileSystem",
        systems,
        ElementName="mine",
        Goal=pywbem.CIMInstance("CIM_FileSystemSetting", {"ActualFileSystemType": pywbem.Uint16(2)}),
        Pools=[pool],
        Sizes=[pywbem.Uint64(GIB)],
    )
    assert (code, made["Sizes"]) == (0, [GIB])
    goal = pywbem.CIMInstance(
        "CIM_ExportedFileShareSetting",
        {"FileSharingProtocol": pywbem.Uint16(Protocol.NFS.value), "DefaultReadWrite": pywbem.Uint16(3)},
    )
    code, exported = client.InvokeMethod(
        "CreateExportedShare", export, Root=made["TheElement"], SharedElementPath="data", Goal=goal
    )
    share = client.GetInstance(exported["TheShare"])
    (setting,) = client.Associators(share.path, AssocClass="CIM_ElementSettingData")
    assert (code, share["Name"], setting["DefaultReadWrite"]) == (0, f"/{made['TheElement']['Name']}/data", 3)
    assert_pools_add_up(client)
    assert_references_resolve(client)
    assert client.InvokeMethod("DeleteFileSystem", systems, TheElement=made["TheElement"])[0] == 1
    assert client.InvokeMethod("ReleaseExportedShare", export, TheShare=share.path)[0] == 0
    assert client.InvokeMethod("DeleteFileSystem", systems, TheElement=made["TheElement"])[0] == 0
    with pytest.raises(pywbem.CIMError) as gone:
        client.GetInstance(made["TheElement"])
    assert gone.value.status_code == pywbem.CIM_ERR_NOT_FOUND
    assert_pools_add_up(client)
    assert_references_resolve(client)


def test_a_service_does_not_touch_the_files_of_another_array(running):
    with pywbem.WBEMConnection(running.url, (running.user, running.password), NAS) as client:
        first, second = sorted(
            client.EnumerateInstanceNames("CIM_FileExportService"), key=lambda path: path["SystemName"]
        )
        share = next(
            one for one in client.EnumerateInstanceNames("CIM_NFSShare") if first["SystemName"] in one["InstanceID"]
        )
        assert client.InvokeMethod("ReleaseExportedShare", second, TheShare=share)[0] == 5
        assert client.GetInstance(share).path.keybindings == share.keybindings


def test_a_method_that_nobody_provides_is_not_available(client):
    with pytest.raises(pywbem.CIMError) as caught:
        client.InvokeMethod("DeleteFileServer", service(client, "CIM_FileServerConfigurationService"))
    assert caught.value.status_code == pywbem.CIM_ERR_METHOD_NOT_AVAILABLE


def test_a_parameter_that_the_method_does_not_declare_is_invalid(client):
    with pytest.raises(pywbem.CIMError) as caught:
        client.InvokeMethod("CreateExportedShare", service(client, "CIM_FileExportService"), Path="/x")
    assert caught.value.status_code == pywbem.CIM_ERR_INVALID_PARAMETER
