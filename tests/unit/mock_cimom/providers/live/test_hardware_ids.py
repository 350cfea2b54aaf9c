"""Hardware IDs are registered and removed, put into collections and given access."""

import pytest

from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription, Masking

SERVICE = "CIM_StorageHardwareIDManagementService"
PRIVILEGES = "CIM_PrivilegeManagementService"
WWN, ISCSI, HOST = 2, 5, 4
NEW = "10000000C9FFFF01"


@pytest.fixture(params=Masking, ids=lambda dialect: f"dialect{dialect.value}")
def served(request, served_from):
    return served_from(ArrayDescription(masking=request.param))


@pytest.fixture
def irregular(served_from):
    return served_from(ArrayDescription(irregular=True, volumes=40, hosts=5))


def initiator(served, host, port):
    return served.one("CIM_StorageHardwareID", StorageID=names.host_wwn(host, port))


def view_of(served, host=1):
    return served.one("CIM_SCSIProtocolController", ElementName=names.host_name(host))


def test_an_initiator_is_registered_once(served):
    settings = served.one("CIM_StorageClientSettingData")
    values = {"StorageID": NEW, "IDType": WWN, "ElementName": "new", "Setting": settings}
    code, output = served.call("CreateStorageHardwareID", SERVICE, **values)
    assert code == 0
    made = served.get(output["HardwareID"])
    assert (made["StorageID"], made["IDType"], made["ElementName"]) == (NEW, WWN, "new")
    planned = initiator(served, 1, 1)
    assert {one.classname for one in served.connection.ReferenceNames(made.path)} <= {
        one.classname for one in served.connection.ReferenceNames(planned.path)
    }
    for spelled in (NEW, NEW.lower(), ":".join(NEW[at : at + 2] for at in range(0, 16, 2))):
        served.refuses(4096, "CreateStorageHardwareID", SERVICE, StorageID=spelled, IDType=WWN)
    served.check()


def test_what_is_no_initiator_is_refused(served):
    for code, values in [
        (5, {}),
        (5, {"StorageID": NEW}),
        (5, {"StorageID": " ", "IDType": WWN}),
        (5, {"StorageID": NEW, "IDType": ISCSI}),
        (5, {"StorageID": "1234", "IDType": WWN}),
        (5, {"StorageID": NEW, "IDType": 1}),
        (5, {"StorageID": NEW, "IDType": WWN, "OtherIDType": "x"}),
        (4097, {"StorageID": "host", "IDType": HOST}),
    ]:
        served.refuses(code, "CreateStorageHardwareID", SERVICE, **values)


def test_a_removed_initiator_leaves_its_views(served):
    first, second = initiator(served, 1, 1), initiator(served, 1, 2)
    assert served.call("DeleteStorageHardwareID", SERVICE, HardwareID=first) == (0, {})
    assert served.connection.ReferenceNames(first.path) == []
    assert served.live.instance(view_of(served).path) is not None
    served.check()
    assert served.call("DeleteStorageHardwareID", SERVICE, HardwareID=second) == (0, {})
    left = served.all("CIM_SCSIProtocolController", ElementName=names.host_name(1))
    grouped = bool(served.all("CIM_MaskingGroup"))
    assert len(left) == (1 if grouped else 0)
    served.check()


def test_only_hardware_ids_are_deleted(served):
    gone = initiator(served, 1, 1)
    served.refuses(5, "DeleteStorageHardwareID", SERVICE)
    served.refuses(4096, "DeleteStorageHardwareID", SERVICE, HardwareID=view_of(served))
    assert served.call("DeleteStorageHardwareID", SERVICE, HardwareID=gone)[0] == 0
    served.refuses(4096, "DeleteStorageHardwareID", SERVICE, HardwareID=gone)


def test_collections_are_for_arrays_that_know_them(served):
    uri = initiator(served, 1, 1).path.to_wbem_uri()
    served.refuses(4097, "CreateHardwareIDCollection", SERVICE, HardwareIDs=[uri])


def test_collections_are_made_and_grow(irregular):
    first, second = (initiator(irregular, 5, port).path.to_wbem_uri() for port in (1, 2))
    code, output = irregular.call("CreateHardwareIDCollection", SERVICE, ElementName="new", HardwareIDs=[first, first])
    assert code == 0
    collection = output["Collection"]
    assert irregular.get(collection)["ElementName"] == "new"
    members = irregular.connection.AssociatorNames(collection, "CIM_MemberOfCollection")
    assert len(members) == 1
    values = {"Collection": collection, "HardwareIDs": [first, second]}
    assert irregular.call("AddHardwareIDsToCollection", SERVICE, **values) == (0, {})
    assert len(irregular.connection.AssociatorNames(collection, "CIM_MemberOfCollection")) == 2
    volume = irregular.volume(1).path.to_wbem_uri()
    irregular.refuses(4096, "AddHardwareIDsToCollection", SERVICE, Collection=collection, HardwareIDs=[volume])
    irregular.refuses(4096, "CreateHardwareIDCollection", SERVICE, HardwareIDs=["no path"])
    irregular.refuses(5, "AddHardwareIDsToCollection", SERVICE, HardwareIDs=[first])
    irregular.check()


def test_access_is_assigned_and_removed(tiny):
    code, output = tiny.call("CreateStorageHardwareID", SERVICE, StorageID=NEW, IDType=WWN)
    subject, view = output["HardwareID"], view_of(tiny)
    code, output = tiny.call("AssignAccess", PRIVILEGES, Subject=subject, Target=view, Activities=[5, 6])
    assert code == 0
    (target,) = tiny.connection.AssociatorNames(output["Privilege"], "CIM_AuthorizedTarget")
    assert tiny.live.same(target, view.path)
    assert len(tiny.connection.AssociatorNames(output["Privilege"], "CIM_AuthorizedSubject")) == 3
    assert tiny.call("RemoveAccess", PRIVILEGES, Subject=subject, Target=view) == (0, {})
    tiny.refuses(5, "RemoveAccess", PRIVILEGES, Subject=subject, Target=view)
    tiny.refuses(16003, "RemoveAccess", PRIVILEGES, Target=view)
    tiny.refuses(16001, "RemoveAccess", PRIVILEGES, Subject=subject, Target=tiny.volume(1))
    tiny.refuses(16001, "AssignAccess", PRIVILEGES, Subject=subject, Target=view, PrivilegeGranted=False)
    tiny.refuses(16000, "AssignAccess", PRIVILEGES, Subject=view, Target=view)
    tiny.refuses(16002, "AssignAccess", PRIVILEGES, Subject=subject, Target=subject)
    for port in (1, 2):
        hardware_id = initiator(tiny, 1, port)
        assert tiny.call("RemoveAccess", PRIVILEGES, Subject=hardware_id, Target=view)[0] == 0
    assert tiny.live.instance(view.path) is None
    tiny.check()
