"""What clients may write of the file side without a method."""

import pytest
import pywbem

from mock_cimom.estate.description import SMALLEST, EstateDescription, Kind
from mock_cimom.estate_loader import load_estate


@pytest.mark.parametrize(
    ("class_name", "gone_with_it"),
    [
        ("CIM_FileShare", ["CIM_ExportedFileShareSetting", "CIM_HostedShare"]),
        ("CIM_LocalFileSystem", ["CIM_FileShare", "CIM_Directory", "CIM_FileSystemSetting", "MOCK_LogicalDisk"]),
    ],
)
def test_deleted_shares_and_file_systems_leave_nothing_behind(fresh_nas, class_name, gone_with_it):
    for one in fresh_nas.list(class_name):
        fresh_nas.connection.DeleteInstance(one.path)
    assert [fresh_nas.list(name) for name in [class_name, *gone_with_it]] == [[]] * (1 + len(gone_with_it))
    fresh_nas.check()


@pytest.mark.parametrize("kind", [Kind.NAS, Kind.NAS_HEAD, Kind.UNIFIED])
def test_a_served_array_forgets_a_share_in_all_namespaces(kind):
    connection = load_estate(EstateDescription((SMALLEST[kind],)))
    share = connection.EnumerateInstanceNames("CIM_FileShare", kind.namespace)[0]
    conforming = ("CIM_ElementConformsToProfile", "interop")
    known = [one for one in connection.EnumerateInstances(*conforming) if one["ManagedElement"] == share]
    assert known
    connection.DeleteInstance(share)
    assert [one for one in connection.EnumerateInstances(*conforming) if one["ManagedElement"] == share] == []
    assert connection.ReferenceNames(share) == []


@pytest.mark.parametrize("kind", Kind)
def test_an_array_of_any_kind_can_be_taken_down(kind):
    connection = load_estate(EstateDescription((SMALLEST[kind],)))
    (system,) = connection.EnumerateInstanceNames("MOCK_StorageSystem", kind.namespace)
    assert connection.InvokeMethod("RequestStateChange", system, RequestedState=pywbem.Uint16(3))[0] == 0
    assert connection.GetInstance(system)["OperationalStatus"] == [10]
