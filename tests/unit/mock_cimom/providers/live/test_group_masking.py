"""Masking groups and the views made of them (dialect 3)."""

import pytest

from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription, Masking

SERVICE = "CIM_GroupMaskingMappingService"
INITIATORS, TARGETS, DEVICES = 2, 3, 4
ADD, REMOVE = 2, 3


@pytest.fixture(params=[False, True], ids=["units", "groups-only"])
def served(request, served_from):
    return served_from(ArrayDescription(masking=Masking.GROUPS, groups_only=request.param))


@pytest.fixture
def units(served_from):
    return served_from(ArrayDescription(masking=Masking.GROUPS))


def view_of(served, host=1):
    return served.one("CIM_SCSIProtocolController", ElementName=names.host_name(host))


def group_of(served, kind, host=1):
    return served.one(f"CIM_{kind}MaskingGroup", ElementName=f"{kind.lower()}s of {names.host_name(host)}")


def luns(served, view):
    found = served.connection.References(view.path if hasattr(view, "path") else view, "CIM_ProtocolControllerForUnit")
    return {served.get(one["Dependent"])["DeviceID"]: one["DeviceNumber"] for one in found}


def ports(served, view):
    path = view.path if hasattr(view, "path") else view
    return {one["Name"] for one in served.connection.AssociatorNames(path, "CIM_SAPAvailableForElement")}


def make(served, kind, *members, **values):
    code, output = served.call("CreateGroup", SERVICE, Type=kind, Members=list(members), **values)
    assert code == 0
    served.check()
    return served.get(output["MaskingGroup"])


def endpoint(served, port):
    return served.one("CIM_SCSIProtocolEndpoint", Name=names.fc_port_wwn(1, port))


def initiator(served, host, port):
    return served.one("CIM_StorageHardwareID", StorageID=names.host_wwn(host, port))


def test_groups_of_three_kinds_are_made(served):
    for kind, word, member in [
        (INITIATORS, "Initiator", initiator(served, 1, 1)),
        (TARGETS, "Target", endpoint(served, 1)),
        (DEVICES, "Device", served.volume(20)),
    ]:
        group = make(served, kind, member, GroupName=f"new {word}", DeleteOnEmpty=True)
        assert (group.classname, group["ElementName"], group["DeleteOnEmpty"]) == (
            f"MOCK_{word}MaskingGroup",
            f"new {word}",
            True,
        )
        (link,) = served.connection.References(group.path, "CIM_MemberOfCollection")
        assert served.live.same(link["Member"], member.path)
        assert link.get("AssignedSequence") == (1 if kind == DEVICES else None)
        assert served.connection.ReferenceNames(group.path, "CIM_ServiceAffectsElement")
        served.refuses(4, "CreateGroup", SERVICE, Type=kind, GroupName=f"new {word}")


def test_groups_that_cannot_be(served):
    for values in (
        {},
        {"Type": 1},
        {"Type": DEVICES, "Members": [endpoint(served, 1)]},
        {"Type": TARGETS, "Members": [served.volume(1)]},
        {"Type": DEVICES, "Members": [group_of(served, "Target")]},
        {"Type": DEVICES, "GroupName": " "},
    ):
        served.refuses(5, "CreateGroup", SERVICE, **values)


def test_a_group_in_use_is_deleted_by_force_only(served):
    devices, view = group_of(served, "Device"), view_of(served)
    served.refuses(4, "DeleteGroup", SERVICE, MaskingGroup=devices)
    assert served.call("DeleteGroup", SERVICE, MaskingGroup=devices, Force=True) == (0, {})
    assert (luns(served, view), served.live.instance(devices.path)) == ({}, None)
    empty = make(served, DEVICES)
    assert served.call("DeleteGroup", SERVICE, MaskingGroup=empty) == (0, {})
    served.refuses(5, "DeleteGroup", SERVICE, MaskingGroup=view)
    served.check()


def test_units_and_ports_follow_the_members(units):
    view, devices, targets = view_of(units), group_of(units, "Device"), group_of(units, "Target")
    before = luns(units, view)
    new = {"MaskingGroup": devices, "Members": [units.volume(20), units.volume(1)]}
    assert units.call("AddMembers", SERVICE, **new) == (0, {})
    assert luns(units, view) == before | {"00014": f"{len(before):04X}"}
    assert units.call("AddMembers", SERVICE, MaskingGroup=targets, Members=[endpoint(units, 2)])[0] == 0
    assert ports(units, view) == {names.fc_port_wwn(1, one) for one in (1, 2, 3)}
    gone = {"MaskingGroup": devices, "Members": [units.volume(1), units.volume(2)]}
    assert units.call("RemoveMembers", SERVICE, **gone) == (0, {})
    assert luns(units, view) == {k: v for k, v in before.items() if k > "00002"} | {"00014": f"{len(before):04X}"}
    units.check()
    units.refuses(5, "RemoveMembers", SERVICE, **gone)
    units.refuses(5, "RemoveMembers", SERVICE, MaskingGroup=devices)


def test_members_come_at_the_luns_that_are_wanted(units):
    values = {"MaskingGroup": group_of(units, "Device"), "Members": [units.volume(20)]}
    for wrong in (["0"], ["x"], ["30", "31"]):
        units.refuses(5, "AddMembers", SERVICE, **values, DeviceNumbers=wrong)
    assert units.call("AddMembers", SERVICE, **values, DeviceNumbers=["30"])[0] == 0
    assert luns(units, view_of(units))["00014"] == "0030"


def test_groups_hold_groups_but_not_themselves(units):
    outer, view = group_of(units, "Device"), view_of(units)
    inner = make(units, DEVICES, units.volume(20))
    assert units.call("AddMembers", SERVICE, MaskingGroup=outer, Members=[inner])[0] == 0
    assert "00014" in luns(units, view)
    assert units.call("AddMembers", SERVICE, MaskingGroup=inner, Members=[units.volume(19)])[0] == 0
    assert "00013" in luns(units, view)
    units.refuses(5, "AddMembers", SERVICE, MaskingGroup=inner, Members=[outer])
    units.refuses(5, "AddMembers", SERVICE, MaskingGroup=inner, Members=[inner])
    assert units.call("DeleteGroup", SERVICE, MaskingGroup=inner, Force=True)[0] == 0
    assert not {"00013", "00014"} & set(luns(units, view))
    units.check()


def test_a_group_that_becomes_empty_goes_if_that_is_its_rule(served):
    group = make(served, DEVICES, served.volume(20), DeleteOnEmpty=True)
    values = {"MaskingGroup": group, "Members": [served.volume(20)]}
    assert served.call("RemoveMembers", SERVICE, **values, DeleteOnEmpty=False)[0] == 0
    assert served.call("AddMembers", SERVICE, **values)[0] == 0
    assert served.call("RemoveMembers", SERVICE, **values)[0] == 0
    assert served.live.instance(group.path) is None
    used = group_of(served, "Target")
    members = [endpoint(served, one) for one in (1, 3)]
    served.refuses(4, "RemoveMembers", SERVICE, MaskingGroup=used, Members=members, DeleteOnEmpty=True)
    served.check()


def test_a_view_is_made_of_three_groups(served):
    groups = {
        "InitiatorMaskingGroup": make(served, INITIATORS, initiator(served, 1, 1)),
        "TargetMaskingGroup": make(served, TARGETS, endpoint(served, 2)),
        "DeviceMaskingGroup": make(served, DEVICES, served.volume(20), served.volume(3)),
    }
    for wrong in groups:
        served.refuses(5, "CreateMaskingView", SERVICE, **groups | {wrong: None})
        served.refuses(5, "CreateMaskingView", SERVICE, **groups | {wrong: view_of(served)})
    served.refuses(5, "CreateMaskingView", SERVICE, **groups, DeviceNumbers=["1"])
    served.refuses(5, "CreateMaskingView", SERVICE, **groups, DeviceNumbers=["1", "1"])
    code, output = served.call("CreateMaskingView", SERVICE, **groups, DeviceNumbers=["5", "6"], ElementName="new")
    assert code == 0
    view = served.get(output["ProtocolController"])
    assert view["ElementName"] == "new"
    only_groups = not luns(served, view_of(served))
    assert luns(served, view) == ({} if only_groups else {"00014": "0005", "00003": "0006"})
    assert ports(served, view) == (set() if only_groups else {names.fc_port_wwn(1, 2)})
    served.refuses(6, "CreateMaskingView", SERVICE, **groups)
    planned = {one.classname for one in served.connection.ReferenceNames(view_of(served).path)}
    assert {one.classname for one in served.connection.ReferenceNames(view.path)} == planned
    served.check()


def test_views_are_deleted_with_the_groups_that_want_that(served):
    kept, gone = group_of(served, "Initiator"), group_of(served, "Device")
    gone["DeleteWhenBecomesUnassociated"] = True
    served.connection.ModifyInstance(gone)
    assert served.call("DeleteMaskingView", SERVICE, ProtocolController=view_of(served)) == (0, {})
    assert served.live.instance(kept.path) is not None
    assert served.live.instance(gone.path) is None
    other = [group_of(served, kind, 2) for kind in ("Initiator", "Target", "Device")]
    values = {"ProtocolController": view_of(served, 2), "DeleteWhenBecomesUnassociated": True}
    assert served.call("DeleteMaskingView", SERVICE, **values) == (0, {})
    assert all(served.live.instance(one.path) is None for one in other)
    served.refuses(5, "DeleteMaskingView", SERVICE, ProtocolController=served.all("MOCK_iSCSINode")[0])
    served.check()


def test_groups_come_into_views_and_leave_them(units):
    view, first = view_of(units), group_of(units, "Device")
    second = make(units, DEVICES, units.volume(20))
    values = {"ProtocolController": view, "MaskingGroup": second}
    before = luns(units, view)
    units.refuses(5, "ModifyMaskingView", SERVICE, Operation=4, **values)
    units.refuses(5, "ModifyMaskingView", SERVICE, Operation=REMOVE, **values)
    assert units.call("ModifyMaskingView", SERVICE, Operation=ADD, **values, DeviceNumbers=["40"]) == (0, {})
    assert luns(units, view) == before | {"00014": "0040"}
    units.refuses(5, "ModifyMaskingView", SERVICE, Operation=ADD, **values)
    assert units.call("ModifyMaskingView", SERVICE, Operation=REMOVE, **values) == (0, {})
    assert luns(units, view) == before
    last = {"ProtocolController": view, "MaskingGroup": first, "Operation": REMOVE}
    units.refuses(4, "ModifyMaskingView", SERVICE, **last)
    assert units.call("ModifyMaskingView", SERVICE, **last, Force=True) == (0, {})
    assert luns(units, view) == {}
    taken = {"ProtocolController": view, "MaskingGroup": group_of(units, "Initiator", 2), "Operation": ADD}
    assert units.call("ModifyMaskingView", SERVICE, **taken)[0] == 0
    units.refuses(
        6, "ModifyMaskingView", SERVICE,
        ProtocolController=view, MaskingGroup=group_of(units, "Target", 2), Operation=ADD,
    )  # fmt: skip
    units.check()


def test_deleted_groups_and_volumes_leave_no_unit_behind(units):
    view = view_of(units)
    units.connection.DeleteInstance(units.volume(3).path)
    assert "00003" not in luns(units, view)
    units.connection.DeleteInstance(group_of(units, "Device").path)
    assert luns(units, view) == {}
    units.connection.DeleteInstance(view.path)
    units.check()
