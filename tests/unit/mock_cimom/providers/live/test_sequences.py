"""After any sequence of method calls every reference leads somewhere and every pool's bytes add up."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription, Masking

GIB = 2**30
STORAGE, MASKING = "CIM_StorageConfigurationService", "CIM_ControllerConfigurationService"
GROUPS, IDS = "CIM_GroupMaskingMappingService", "CIM_StorageHardwareIDManagementService"

steps = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 40), st.integers(0, 40), st.integers(0, 90)), min_size=3, max_size=12
)


def pick(found: list, number: int):
    return found[number % len(found)] if found else None


def storage_step(served, kind: int, one: int, two: int, size: int) -> int | None:
    volume, pool = pick(served.all("CIM_StorageVolume"), one), pick(served.all("CIM_StoragePool"), two)
    method = "CreateOrModifyElementFromStoragePool"
    if kind == 0:
        return served.call(method, STORAGE, ElementType=(2, 5)[one % 2], InPool=pool, Size=size * GIB)[0]
    if kind == 1:
        return served.call(method, STORAGE, TheElement=volume, Size=size * GIB)[0]
    if kind == 2:
        return served.call("ReturnToStoragePool", STORAGE, TheElement=volume)[0]
    if kind == 3 and volume is not None:
        served.connection.DeleteInstance(volume.path)
    return None


def masking_step(served, kind: int, one: int, two: int, size: int) -> int | None:
    volumes, views = served.all("CIM_StorageVolume"), served.all("MOCK_MaskingView")
    volume, view = pick(volumes, one), pick(views, two)
    initiator = names.host_wwn(1 + two % 3, 1 + one % 2)
    luns = {"LUNames": [volume["Name"]], "DeviceAccesses": [2 + size % 3]} if volume is not None else {}
    target = [names.fc_port_wwn(1, 1 + size % 4)]
    known = {"ProtocolControllers": [view] if view is not None else []}
    if kind == 4:
        values = luns | {"InitiatorPortIDs": [initiator], "TargetPortIDs": target}
        return served.call("ExposePaths", MASKING, **values)[0]
    if kind == 5:
        part = (luns, {"InitiatorPortIDs": [initiator]}, {"TargetPortIDs": target})[size % 3]
        return served.call("ExposePaths", MASKING, **part, **known)[0]
    if kind == 6:
        part = ({"LUNames": luns.get("LUNames")}, {"InitiatorPortIDs": [initiator]}, {"TargetPortIDs": target})[
            size % 3
        ]
        return served.call("HidePaths", MASKING, **part, **known)[0]
    if kind == 7 and view is not None:
        served.connection.DeleteInstance(view.path)
    return None


def group_step(served, kind: int, one: int, two: int, size: int) -> int | None:
    group, view = pick(served.all("CIM_MaskingGroup"), one), pick(served.all("MOCK_MaskingView"), two)
    member = pick(served.all(("CIM_StorageVolume", "CIM_StorageHardwareID", "CIM_SCSIProtocolEndpoint")[size % 3]), two)
    members = {"MaskingGroup": group, "Members": [member] if member is not None else []}
    if kind == 4:
        return served.call("AddMembers", GROUPS, **members)[0]
    if kind == 5:
        return served.call("RemoveMembers", GROUPS, **members, DeleteOnEmpty=bool(size % 2))[0]
    if kind == 6:
        values = {"Operation": 2 + size % 2, "ProtocolController": view, "MaskingGroup": group, "Force": True}
        return served.call("ModifyMaskingView", GROUPS, **values)[0]
    if kind == 7:
        return served.call("DeleteGroup", GROUPS, MaskingGroup=group, Force=bool(size % 2))[0]
    return None


def identity_step(served, kind: int, one: int, two: int, _size: int) -> int | None:
    if kind == 8:
        name = names.host_wwn(1 + one % 4, 1 + two % 2)
        return served.call("CreateStorageHardwareID", IDS, StorageID=name, IDType=2)[0]
    if kind == 9:
        hardware_id = pick(served.all("CIM_StorageHardwareID"), one)
        return served.call("DeleteStorageHardwareID", IDS, HardwareID=hardware_id)[0]
    if kind == 10:
        port = pick(served.all("CIM_FCPort"), one)
        return served.call("RequestStateChange", port.path, RequestedState=2 + two % 2)[0]
    return None


def run(served, masking: Callable[..., int | None], sequence: list[tuple[int, int, int, int]]) -> None:
    for step in sequence:
        served.changes.clear()
        for kind in (storage_step, masking, identity_step):
            code = kind(served, *step)
            assert code in (None, 0) or served.changes == [], f"{step} answered {code} and changed something"
            served.changes.clear()
        served.check()


@pytest.fixture(scope="module", params=Masking, ids=lambda dialect: f"dialect{dialect.value}")
def served(request, served_from):
    """An array that goes on from where the sequence before left it."""
    return served_from(ArrayDescription(masking=request.param, volumes=10, hosts=3))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=steps)
def test_nothing_dangles_and_all_adds_up(served, sequence):
    grouped = bool(served.all(GROUPS))
    run(served, group_step if grouped else masking_step, sequence)
