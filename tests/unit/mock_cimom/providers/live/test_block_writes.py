"""CreateInstance, ModifyInstance and DeleteInstance on the objects of a block array."""

from dataclasses import replace
from functools import partial

import pytest
import pywbem

from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription, Masking

GIB = 2**30


def change(served, instance, **values):
    """Change properties as a client does that sends these alone."""
    for name, value in values.items():
        declared = served.live.space.classes.get(instance.classname, copy=False).properties[name]
        instance[name] = pywbem.CIMProperty(name, value, type=declared.type, is_array=declared.is_array)
    served.connection.ModifyInstance(instance, PropertyList=list(values))


def status(operation):
    with pytest.raises(pywbem.CIMError) as caught:
        operation()
    return caught.value.status_code


def allocation_of(served, number):
    return served.live.allocations(served.volume(number).path)[0]


def test_a_volume_a_port_and_a_system_fail_and_recover(tiny):
    for one in (tiny.volume(1), tiny.all("CIM_FCPort")[0], tiny.one("MOCK_StorageSystem")):
        change(tiny, one, OperationalStatus=[6], HealthState=25)
        found = tiny.get(one.path)
        assert (found["OperationalStatus"], found["HealthState"]) == ([6], 25)
    assert tiny.seen() == [("changed", name) for name in ("MOCK_StorageVolume", "MOCK_FCPort", "MOCK_StorageSystem")]


def test_keys_stay(tiny):
    changed = pywbem.CIMInstance("MOCK_StorageVolume", {"DeviceID": "new"})
    changed.path = tiny.volume(1).path
    assert status(lambda: tiny.connection.ModifyInstance(changed)) == pywbem.CIM_ERR_INVALID_PARAMETER


def test_a_pool_fills_up_as_a_volume_grows_in_it(tiny):
    allocation = allocation_of(tiny, 1)
    left = tiny.live.remaining(allocation["Antecedent"])
    now = int(allocation["SpaceConsumed"])
    change(tiny, tiny.get(allocation.path), SpaceConsumed=now + GIB)
    assert tiny.live.remaining(allocation["Antecedent"]) == left - GIB
    assert sorted(tiny.seen()) == [("changed", "CIM_AllocatedFromStoragePool"), ("changed", "MOCK_ThinPool")]
    tiny.check()
    change(tiny, tiny.get(allocation.path), SpaceConsumed=now + left)
    assert tiny.live.remaining(allocation["Antecedent"]) == 0
    tiny.changes.clear()
    for wrong in (now + left + 1, None):
        grow = partial(change, tiny, tiny.get(allocation.path), SpaceConsumed=wrong)
        assert status(grow) == pywbem.CIM_ERR_INVALID_PARAMETER
    assert tiny.changes == []
    change(tiny, tiny.get(allocation.path), SpaceLimitWarningThreshold=50)
    tiny.check()


def test_allocations_are_made_and_deleted(tiny):
    allocation = allocation_of(tiny, 1)
    left = tiny.live.remaining(allocation["Antecedent"])
    tiny.connection.DeleteInstance(allocation.path)
    tiny.check()
    assert tiny.live.remaining(allocation["Antecedent"]) == left + allocation["SpaceConsumed"]
    ends = {role: allocation[role] for role in ("Antecedent", "Dependent")}

    def create(size):
        values = {**ends, "SpaceConsumed": None if size is None else pywbem.Uint64(size)}
        new = pywbem.CIMInstance(
            "CIM_AllocatedFromStoragePool", [pywbem.CIMProperty(*one, **_typed(one[0])) for one in values.items()]
        )
        return tiny.connection.CreateInstance(new, "root/mockblock")

    assert status(lambda: create(2**60)) == pywbem.CIM_ERR_INVALID_PARAMETER
    assert status(lambda: create(None)) == pywbem.CIM_ERR_INVALID_PARAMETER
    tiny.check()
    create(GIB)
    tiny.check()
    assert allocation_of(tiny, 1)["SpaceConsumed"] == GIB


def _typed(name):
    return {"type": "uint64" if name == "SpaceConsumed" else "reference"}


def test_total_and_remaining_space_follow_each_other(tiny):
    pool = tiny.pool(1)
    total, left = int(pool["TotalManagedSpace"]), int(pool["RemainingManagedSpace"])
    change(tiny, tiny.pool(1), RemainingManagedSpace=0)
    assert tiny.pool(1)["TotalManagedSpace"] == total - left
    tiny.check()
    change(tiny, tiny.pool(1), TotalManagedSpace=total)
    assert tiny.pool(1)["RemainingManagedSpace"] == left
    tiny.check()
    whole = tiny.pool(1)
    whole["LowSpaceWarningThreshold"] = pywbem.Uint16(30)
    tiny.connection.ModifyInstance(whole)
    assert tiny.pool(1)["LowSpaceWarningThreshold"] == 30
    tiny.changes.clear()
    for wrong in (
        {"TotalManagedSpace": total - left - 1},
        {"TotalManagedSpace": total + 1, "RemainingManagedSpace": left + 2},
        {"TotalManagedSpace": None},
    ):
        assert status(partial(change, tiny, tiny.pool(1), **wrong)) == pywbem.CIM_ERR_INVALID_PARAMETER
    assert tiny.changes == []


def test_a_deleted_volume_leaves_nothing_behind(tiny):
    volume, allocation = tiny.volume(1), allocation_of(tiny, 1)
    left = tiny.live.remaining(allocation["Antecedent"])
    tiny.connection.DeleteInstance(volume.path)
    assert tiny.live.remaining(allocation["Antecedent"]) == left + allocation["SpaceConsumed"]
    assert tiny.seen()[-1] == ("deleted", "MOCK_StorageVolume")
    assert {kind for kind, name in tiny.seen() if name != "MOCK_ThinPool"} == {"deleted"}
    tiny.check()


def test_a_volume_is_made_by_a_method(tiny):
    new = pywbem.CIMInstance("MOCK_StorageVolume", {"DeviceID": "new"})
    with pytest.raises(pywbem.CIMError, match="CreateOrModifyElementFromStoragePool") as caught:
        tiny.connection.CreateInstance(new, "root/mockblock")
    assert caught.value.status_code == pywbem.CIM_ERR_NOT_SUPPORTED


@pytest.mark.parametrize("masking", Masking)
def test_what_masking_is_made_of_goes_without_dangling(served_from, masking):
    for class_name in (
        "CIM_SCSIProtocolController", "CIM_AuthorizedPrivilege", "CIM_StorageHardwareID", "CIM_MaskingGroup",
        "CIM_StorageVolume", "CIM_FCPort", "CIM_SCSIProtocolEndpoint", "CIM_SystemSpecificCollection",
    ):  # fmt: skip
        served = served_from(ArrayDescription(masking=masking, irregular=True, volumes=30, hosts=4, views=True))
        for path in [one.path for one in served.all(class_name)]:
            if served.live.instance(path) is not None:
                served.connection.DeleteInstance(path)
        assert served.all(class_name) == []
        served.check()


def test_a_view_without_its_privilege_or_initiators_is_gone(tiny):
    first = tiny.one("CIM_AuthorizedPrivilege", ElementName=f"access of {names.host_name(1)}")
    tiny.connection.DeleteInstance(first.path)
    assert [one["ElementName"] for one in tiny.all("MOCK_MaskingView")] == [names.host_name(2)]
    for one in tiny.all("CIM_StorageHardwareID"):
        tiny.connection.DeleteInstance(one.path)
    assert tiny.all("MOCK_MaskingView") == []
    tiny.check()


def test_views_of_volumes_repeat_what_the_volumes_say(served_from):
    served = served_from(replace(ArrayDescription(), views=True, statistics=True))

    def view(number):
        return served.one("CIM_VolumeView", SVDeviceID=f"{number:05X}")

    change(served, served.volume(1), ElementName="new", OperationalStatus=[6])
    assert (view(1)["SVElementName"], view(1)["SVOperationalStatus"]) == ("new", [6])
    change(served, served.get(allocation_of(served, 1).path), SpaceConsumed=GIB)
    assert view(1)["AFSPSpaceConsumed"] == GIB
    service = "CIM_StorageConfigurationService"
    method = "CreateOrModifyElementFromStoragePool"
    assert served.call(method, service, ElementType=5, InPool=served.pool(1), Size=3 * GIB)[0] == 0
    assert (view(21)["SVName"], view(21)["SVNumberOfBlocks"]) == (names.volume_naa(1, 21), 3 * GIB // 512)
    assert len(served.all("CIM_BlockStorageStatisticalData")) == 21
    planned, made = (
        sorted(one.classname for one in served.connection.ReferenceNames(served.volume(number).path))
        for number in (20, 21)
    )
    assert made == planned
    assert served.call(method, service, TheElement=served.volume(21), Size=4 * GIB, ElementName="x")[0] == 0
    assert (view(21)["SVElementName"], view(21)["SVConsumableBlocks"]) == ("x", 4 * GIB // 512)
    served.check()
    assert served.call("ReturnToStoragePool", service, TheElement=served.volume(21))[0] == 0
    assert len(served.all("CIM_VolumeView")) == len(served.all("CIM_BlockStorageStatisticalData")) == 20
    served.check()


@pytest.mark.parametrize(
    "class_name", ["CIM_ComputerSystem", "CIM_DiskDrive", "CIM_StorageSetting", "CIM_Service", "CIM_SoftwareIdentity"]
)
def test_whatever_is_deleted_leaves_nothing_behind(tiny, class_name):
    for one in tiny.all(class_name):
        tiny.connection.DeleteInstance(one.path)
    assert tiny.all(class_name) == []
    tiny.check()


def test_a_pool_is_deleted_when_nothing_is_allocated_from_it(tiny):
    pool = tiny.pool(1)
    assert status(lambda: tiny.connection.DeleteInstance(pool.path)) == pywbem.CIM_ERR_FAILED
    assert tiny.seen() == []
    for allocation in tiny.live.links(pool.path, "CIM_AllocatedFromStoragePool", "Antecedent"):
        tiny.connection.DeleteInstance(allocation["Dependent"])
    tiny.connection.DeleteInstance(pool.path)
    assert tiny.all("CIM_StoragePool", PoolID="pool1") == []
    tiny.check()
