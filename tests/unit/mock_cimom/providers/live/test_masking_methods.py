"""Volumes, initiators and targets come into views and leave them, alike in dialects 1, 2, 4 and 5."""

from dataclasses import replace

import pytest
import pywbem

from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription, Masking, PortLink
from mock_cimom.providers.masking_array import MaskingArray, own_views, style_of

SERVICE = "CIM_ControllerConfigurationService"
DIALECTS = [Masking.PRIVILEGES, Masking.ASSOCIATED_PRIVILEGES, Masking.PRIVILEGES_AND_PORTS, Masking.ROWS]
NEW = "10000000C9FFFF01"
IQN = "iqn.1998-01.com.example:new"
READ_WRITE, READ_ONLY, NO_ACCESS = 2, 3, 4


@pytest.fixture(params=DIALECTS, ids=lambda dialect: f"dialect{dialect.value}")
def served(request, served_from):
    return served_from(ArrayDescription(masking=request.param))


@pytest.fixture(scope="module", params=DIALECTS, ids=lambda dialect: f"dialect{dialect.value}")
def still(request, served_from):
    """An array that is only asked for what it refuses."""
    return served_from(ArrayDescription(masking=request.param))


@pytest.fixture(params=DIALECTS, ids=lambda dialect: f"dialect{dialect.value}")
def irregular(request, served_from):
    return served_from(ArrayDescription(masking=request.param, irregular=True, volumes=40, hosts=5))


def masking_of(served):
    service = served.all(SERVICE)[0].path
    return MaskingArray(served.live, service, style_of(served.description.arrays[0]))


def view_of(served, label):
    return served.one("CIM_SCSIProtocolController", ElementName=label)


def shown(served, view):
    """Return what a view consists of: {volume: (LUN, access)}, initiators, endpoints, all by name."""
    path = view.path if isinstance(view, pywbem.CIMInstance) else view
    state = masking_of(served).views.read(path)
    return (
        {served.live.instance(one.volume)["Name"]: (one.number, one.access) for one in state.units.values()},
        {served.live.instance(one)["StorageID"] for one in state.initiators.values()},
        {one["Name"] for one in state.targets.values()},
    )


def naa(*volumes):
    return [names.volume_naa(1, one) for one in volumes]


def fc(*ports):
    return [names.fc_port_wwn(1, one) for one in ports]


def expose(served, **values):
    code, output = served.call("ExposePaths", SERVICE, **values)
    served.check()
    return code, output


def test_a_view_is_made_for_a_host_that_is_new(served):
    code, output = expose(
        served, LUNames=naa(20, 1), InitiatorPortIDs=[NEW, IQN], TargetPortIDs=fc(1, 3),
        DeviceAccesses=[READ_WRITE, READ_ONLY], DeviceNumbers=["00FF", "2"],
    )  # fmt: skip
    assert code == 0
    (view,) = output["ProtocolControllers"]
    assert shown(served, view) == (
        {naa(20)[0]: (255, READ_WRITE), naa(1)[0]: (2, READ_ONLY)}, {NEW, IQN}, set(fc(1, 3))
    )  # fmt: skip
    made = {one["StorageID"]: one["IDType"] for one in served.all("CIM_StorageHardwareID")}
    assert (made[NEW], made[IQN]) == (2, 5)


def test_a_new_view_is_like_a_planned_one(served):
    _, output = expose(
        served, LUNames=naa(20), InitiatorPortIDs=[NEW], TargetPortIDs=fc(1), DeviceAccesses=[READ_WRITE]
    )
    kinds = []
    for view in (output["ProtocolControllers"][0], view_of(served, names.host_name(1)).path):
        kinds.append({one.classname for one in served.connection.ReferenceNames(view)})
    assert kinds[0] == kinds[1]
    planned, made = served.get(view), served.get(output["ProtocolControllers"][0])
    assert set(planned.keys()) == set(made.keys())
    for hardware_id in [served.one("CIM_StorageHardwareID", StorageID=NEW)]:
        assert hardware_id.classname == "MOCK_StorageHardwareID"


def test_a_known_initiator_is_used_in_any_spelling(served):
    view = view_of(served, names.host_name(1))
    hidden = served.call("HidePaths", SERVICE, InitiatorPortIDs=[names.host_wwn(1, 2)], ProtocolControllers=[view])
    assert hidden[0] == 0
    before = len(served.all("CIM_StorageHardwareID"))
    spelled = ":".join(names.host_wwn(1, 2).lower()[at : at + 2] for at in range(0, 16, 2))
    assert expose(served, InitiatorPortIDs=[spelled], ProtocolControllers=[view])[0] == 0
    assert len(served.all("CIM_StorageHardwareID")) == before
    assert shown(served, view)[1] == {names.host_wwn(1, 1), names.host_wwn(1, 2)}


def test_volumes_come_into_a_view_at_the_lowest_free_luns(served):
    view = view_of(served, names.host_name(1))
    before = shown(served, view)
    hidden = sorted(before[0], key=before[0].get)[2]
    assert served.call("HidePaths", SERVICE, LUNames=[hidden], ProtocolControllers=[view])[0] == 0
    code, output = expose(
        served, LUNames=naa(20, 19), DeviceAccesses=[READ_WRITE, NO_ACCESS], ProtocolControllers=[view]
    )
    assert (code, output["ProtocolControllers"]) == (0, [view.path])
    units = shown(served, view)[0]
    assert (units[naa(20)[0]], units[naa(19)[0]]) == ((2, READ_WRITE), (len(before[0]), NO_ACCESS))


def test_the_access_to_a_volume_changes_and_its_lun_stays(served):
    view = view_of(served, names.host_name(1))
    values = {"LUNames": naa(3), "DeviceAccesses": [READ_ONLY], "ProtocolControllers": [view]}
    number = shown(served, view)[0][naa(3)[0]][0]
    assert expose(served, **values)[0] == 0
    assert shown(served, view)[0][naa(3)[0]] == (number, READ_ONLY)
    served.refuses(5, "ExposePaths", SERVICE, **values, DeviceNumbers=["00F0"])
    assert expose(served, **values, DeviceNumbers=[f"{number:X}"])[0] == 0


def test_targets_and_initiators_come_into_a_view(served):
    view = view_of(served, names.host_name(1))
    assert expose(served, TargetPortIDs=fc(2), ProtocolControllers=[view])[0] == 0
    assert expose(served, InitiatorPortIDs=[IQN], ProtocolControllers=[view])[0] == 0
    iscsi = names.target_endpoint_name(1, 1)
    assert expose(served, TargetPortIDs=[iscsi], ProtocolControllers=[view])[0] == 0
    _, initiators, targets = shown(served, view)
    assert {IQN, names.host_wwn(1, 1)} <= initiators
    assert {iscsi, *fc(1, 2, 3)} == targets


REFUSED = [
    (5, {}),
    (5, {"LUNames": [], "InitiatorPortIDs": [], "TargetPortIDs": []}),
    (5, {"DeviceAccesses": None}),
    (5, {"DeviceAccesses": [READ_WRITE, READ_WRITE]}),
    (5, {"DeviceNumbers": ["1", "2"]}),
    (5, {"DeviceNumbers": ["xyz"]}),
    (5, {"DeviceNumbers": ["FFFF"]}),
    (5, {"LUNames": None}),
    (5, {"LUNames": None, "DeviceAccesses": None}),
    (5, {"InitiatorPortIDs": None}),
    (5, {"TargetPortIDs": None}),
    (4097, {"LUNames": ["60000970FFFFFFFFFFFFFFFFFFFFFFFF"]}),
    (4097, {"LUNames": ["00014"]}),
    (4098, {"InitiatorPortIDs": ["nobody"]}),
    (4098, {"InitiatorPortIDs": [""]}),
    (4099, {"TargetPortIDs": ["5000097300000000"]}),
    (4100, {"DeviceAccesses": [0]}),
    (4100, {"DeviceAccesses": [5]}),
    (4101, {"InitiatorPortIDs": [names.host_wwn(1, 1)]}),
    (4102, {"LUNames": naa(20, 19), "DeviceAccesses": [2, 2], "DeviceNumbers": ["1", "0001"]}),
]


@pytest.mark.parametrize(("code", "wrong"), REFUSED)
def test_a_view_that_cannot_be_is_refused(still, code, wrong):
    good = {
        "LUNames": naa(20),
        "DeviceAccesses": [READ_WRITE],
        "InitiatorPortIDs": [NEW],
        "TargetPortIDs": fc(1),
    }
    still.refuses(code, "ExposePaths", SERVICE, **(good | wrong if wrong else {}))


def test_a_change_of_a_view_that_cannot_be_is_refused(served):
    view, other = view_of(served, names.host_name(1)), view_of(served, names.host_name(2))
    lun = {"LUNames": naa(20), "DeviceAccesses": [READ_WRITE]}
    for code, values in [
        (4102, lun | {"DeviceNumbers": ["0001"], "ProtocolControllers": [view]}),
        (4101, {"InitiatorPortIDs": [names.host_wwn(1, 1)], "ProtocolControllers": [view]}),
        (4101, {"TargetPortIDs": fc(1), "ProtocolControllers": [view]}),
        (5, lun | {"ProtocolControllers": [view, other]}),
        (5, lun | {"ProtocolControllers": [served.all("MOCK_iSCSINode")[0]]}),
        (5, lun | {"ProtocolControllers": [served.volume(1)]}),
        (5, {"ProtocolControllers": [view]}),
    ]:
        served.refuses(code, "ExposePaths", SERVICE, **values)


def test_a_path_is_in_one_view_only(served):
    first, second = (view_of(served, names.host_name(host)) for host in (1, 2))
    paths = {"InitiatorPortIDs": [names.host_wwn(2, 1)]}
    assert not shown(served, first)[2] & shown(served, second)[2]
    assert expose(served, **paths, ProtocolControllers=[first])[0] == 0
    served.refuses(4101, "ExposePaths", SERVICE, TargetPortIDs=fc(2), ProtocolControllers=[first])


def test_a_volume_is_in_no_more_views_than_the_array_allows(served):
    capabilities = served.one("CIM_ProtocolControllerMaskingCapabilities")
    capabilities["MaximumMapCount"] = pywbem.Uint16(1)
    served.connection.ModifyInstance(capabilities)
    served.refuses(
        4103, "ExposePaths", SERVICE,
        LUNames=naa(1), DeviceAccesses=[2], InitiatorPortIDs=[NEW], TargetPortIDs=fc(1),
    )  # fmt: skip


def test_one_view_for_each_initiator_where_the_array_wants_that(served):
    capabilities = served.one("CIM_ProtocolControllerMaskingCapabilities")
    capabilities["OneHardwareIDPerView"] = True
    served.connection.ModifyInstance(capabilities)
    code, output = expose(served, LUNames=naa(20), DeviceAccesses=[2], InitiatorPortIDs=[NEW, IQN], TargetPortIDs=fc(1))
    assert code == 0
    assert [shown(served, view)[1] for view in output["ProtocolControllers"]] == [{NEW}, {IQN}]
    served.refuses(
        5, "ExposePaths", SERVICE, InitiatorPortIDs=["10000000C9FFFF09"],
        ProtocolControllers=output["ProtocolControllers"][:1],
    )  # fmt: skip


def test_where_all_ports_share_views_none_is_named(served):
    capabilities = served.one("CIM_ProtocolControllerMaskingCapabilities")
    capabilities["PortsPerView"] = pywbem.Uint16(4)
    served.connection.ModifyInstance(capabilities)
    values = {"LUNames": naa(20), "DeviceAccesses": [2], "InitiatorPortIDs": [NEW]}
    served.refuses(5, "ExposePaths", SERVICE, **values, TargetPortIDs=fc(1))


def test_names_and_client_settings_of_a_new_view(served):
    settings = served.one("CIM_StorageClientSettingData")
    code, output = served.call(
        "ExposePathsWithNameAndHostType", SERVICE, ElementName="new host", ClientSettingData=settings,
        LUNames=naa(20), DeviceAccesses=[2], InitiatorPortIDs=[NEW], TargetPortIDs=fc(1),
    )  # fmt: skip
    assert code == 0
    assert served.get(output["ProtocolControllers"][0])["ElementName"] == "new host"
    hardware_id = served.one("CIM_StorageHardwareID", StorageID=NEW)
    (found,) = served.connection.AssociatorNames(hardware_id.path, AssocClass="CIM_ElementSettingData")
    assert served.live.same(found, settings.path)
    served.check()


def test_parts_leave_a_view(served):
    view = view_of(served, names.host_name(1))
    units, initiators, targets = shown(served, view)
    for values in ({"LUNames": naa(1)}, {"InitiatorPortIDs": [names.host_wwn(1, 1)]}, {"TargetPortIDs": fc(1)}):
        code, output = served.call("HidePaths", SERVICE, **values, ProtocolControllers=[view])
        assert (code, output["ProtocolControllers"]) == (0, [view.path])
        served.check()
    units.pop(naa(1)[0])
    assert shown(served, view) == (units, initiators - {names.host_wwn(1, 1)}, targets - set(fc(1)))


@pytest.mark.parametrize("part", ["LUNames", "InitiatorPortIDs", "TargetPortIDs"])
def test_a_view_goes_with_the_last_of_its_parts(served, part):
    view = view_of(served, names.host_name(1))
    units, initiators, targets = shown(served, view)
    parts = {"LUNames": units, "InitiatorPortIDs": initiators, "TargetPortIDs": targets}[part]
    code, output = served.call("HidePaths", SERVICE, **{part: sorted(parts)}, ProtocolControllers=[view])
    assert (code, output["ProtocolControllers"]) == (0, [])
    assert served.live.instance(view.path) is None
    assert not [one for one in served.all("CIM_MaskingMappingView") if one["SPCDeviceID"] == view["DeviceID"]]
    assert not [one for one in served.all("CIM_AuthorizedPrivilege") if names.host_name(1) in one["InstanceID"]]
    assert len(served.all("CIM_StorageHardwareID")) == 4
    served.check()


def test_what_is_not_in_a_view_cannot_be_hidden(served):
    view = view_of(served, names.host_name(1))
    for code, values in [
        (5, {}),
        (1, {"LUNames": naa(1), "TargetPortIDs": fc(1)}),
        (4097, {"LUNames": naa(1, 20)}),
        (4097, {"LUNames": ["none"]}),
        (4098, {"InitiatorPortIDs": [NEW]}),
        (4100, {"InitiatorPortIDs": [names.host_wwn(2, 1)]}),
        (4099, {"TargetPortIDs": ["none"]}),
        (4100, {"TargetPortIDs": fc(1, 2)}),
    ]:
        served.refuses(code, "HidePaths", SERVICE, **values, ProtocolControllers=[view])
    served.refuses(5, "HidePaths", SERVICE, LUNames=naa(1))
    served.refuses(5, "HidePaths", SERVICE, LUNames=naa(1), ProtocolControllers=[served.all("MOCK_iSCSINode")[0]])


def test_default_views_are_for_arrays_that_have_them(served):
    values = {"LUNames": naa(20), "TargetPortIDs": fc(1)}
    served.refuses(1, "ExposeDefaultLUs", SERVICE, **values, DeviceAccesses=[2])
    served.refuses(1, "HideDefaultLUs", SERVICE, **values)


def test_default_views_grow_and_shrink(irregular):
    view = view_of(irregular, names.OPEN_VIEW)
    (common,) = shown(irregular, view)[0]
    free = next(one for one in range(1, 41) if naa(one)[0] != common)
    code, _ = irregular.call(
        "ExposeDefaultLUs", SERVICE, LUNames=naa(free), DeviceAccesses=[3], ProtocolControllers=[view]
    )
    assert code == 0
    assert shown(irregular, view)[0] == {common: (0, 2), naa(free)[0]: (1, 3)}
    for code, values in [
        (4097, {"LUNames": ["none"], "DeviceAccesses": [2]}),
        (4098, {"TargetPortIDs": ["none"]}),
        (4099, {"LUNames": naa(free), "DeviceAccesses": [9]}),
        (4100, {"LUNames": naa(free + 1), "DeviceAccesses": [2], "DeviceNumbers": ["0"]}),
        (5, {}),
    ]:
        irregular.refuses(code, "ExposeDefaultLUs", SERVICE, **values, ProtocolControllers=[view])
    irregular.refuses(5, "ExposePaths", SERVICE, InitiatorPortIDs=[NEW], ProtocolControllers=[view])
    irregular.refuses(4097, "HideDefaultLUs", SERVICE, LUNames=["none"], ProtocolControllers=[view])
    irregular.refuses(4098, "HideDefaultLUs", SERVICE, TargetPortIDs=["none"], ProtocolControllers=[view])
    code, output = irregular.call("HideDefaultLUs", SERVICE, LUNames=[common, *naa(free)], ProtocolControllers=[view])
    assert (code, output["ProtocolControllers"]) == (0, [])
    irregular.check()
    code, output = irregular.call(
        "ExposeDefaultLUs", SERVICE, LUNames=naa(free), DeviceAccesses=[2], TargetPortIDs=fc(1)
    )
    assert code == 0
    assert shown(irregular, output["ProtocolControllers"][0])[1:] == ({""}, set(fc(1)))
    irregular.refuses(4098, "ExposeDefaultLUs", SERVICE, LUNames=naa(free), DeviceAccesses=[2], TargetPortIDs=fc(1))
    other = view_of(irregular, names.host_name(4))
    irregular.refuses(5, "HideDefaultLUs", SERVICE, LUNames=naa(free), ProtocolControllers=[other])
    irregular.check()


def test_an_initiator_of_a_cluster_leaves_its_collection(irregular):
    view = view_of(irregular, names.CLUSTER)
    before = shown(irregular, view)
    gone = names.host_wwn(1, 1)
    assert irregular.call("HidePaths", SERVICE, InitiatorPortIDs=[gone], ProtocolControllers=[view])[0] == 0
    assert shown(irregular, view) == (before[0], before[1] - {gone}, before[2])
    assert expose(irregular, InitiatorPortIDs=[gone], ProtocolControllers=[view])[0] == 0
    assert shown(irregular, view) == before


def test_a_denial_is_no_access(irregular):
    cluster = view_of(irregular, names.CLUSTER)
    assert names.host_wwn(5, 1) not in shown(irregular, cluster)[1]


def test_devices_are_attached_and_detached(served):
    view = view_of(served, names.host_name(1))
    values = {"ProtocolController": view, "Device": served.volume(20)}
    code, output = served.call("AttachDevice", SERVICE, **values)
    assert (code, output) == (0, {"DeviceNumber": f"{len(shown(served, view)[0]) - 1:04X}"})
    served.refuses(5, "AttachDevice", SERVICE, **values)
    served.refuses(4098, "AttachDevice", SERVICE, ProtocolController=view, Device=served.volume(19), DeviceNumber="0")
    served.refuses(5, "AttachDevice", SERVICE, ProtocolController=view, Device=served.volume(19), DeviceNumber="x")
    assert served.call("DetachDevice", SERVICE, **values) == (0, {})
    served.refuses(4097, "DetachDevice", SERVICE, **values)
    served.check()


def test_controllers_are_deleted(served):
    view = view_of(served, names.host_name(1))
    served.refuses(5, "DeleteProtocolController", SERVICE, ProtocolController=served.all("MOCK_iSCSINode")[0])
    assert served.call("DeleteProtocolController", SERVICE, ProtocolController=view) == (0, {})
    assert served.live.instance(view.path) is None
    served.check()


def test_exactly_these_changes_are_seen(tiny):
    view = view_of(tiny, names.host_name(1))
    tiny.changes.clear()
    expose(tiny, LUNames=naa(20), DeviceAccesses=[2], ProtocolControllers=[view])
    assert tiny.seen() == [("created", "CIM_ProtocolControllerForUnit")]
    tiny.changes.clear()
    expose(tiny, LUNames=naa(20), DeviceAccesses=[2], InitiatorPortIDs=[NEW], TargetPortIDs=fc(1))
    assert tiny.seen() == [
        ("created", "MOCK_StorageHardwareID"),
        ("created", "CIM_ConcreteDependency"),
        ("created", "MOCK_MaskingView"),
        ("created", "CIM_SystemDevice"),
        ("created", "CIM_ConcreteDependency"),
        ("created", "MOCK_AuthorizedPrivilege"),
        ("created", "CIM_AuthorizedTarget"),
        ("created", "CIM_AuthorizedSubject"),
        ("created", "CIM_SAPAvailableForElement"),
        ("created", "CIM_ProtocolControllerForUnit"),
    ]


def test_ports_of_views_are_linked_as_those_of_others(served_from):
    served = served_from(replace(ArrayDescription(), ports=PortLink.PORT))
    _, output = expose(
        served, LUNames=naa(20), DeviceAccesses=[2], InitiatorPortIDs=[NEW],
        TargetPortIDs=[*fc(1), names.target_endpoint_name(1, 1)],
    )  # fmt: skip
    devices = served.connection.AssociatorNames(
        output["ProtocolControllers"][0], AssocClass="CIM_ProtocolControllerForPort"
    )
    assert {one.classname for one in devices} == {"MOCK_FCPort", "MOCK_EthernetPort"}
    links = served.connection.References(output["ProtocolControllers"][0], "CIM_SAPAvailableForElement")
    assert links == []


def test_arrays_with_groups_expose_nothing_without_them(served_from):
    served = served_from(ArrayDescription(masking=Masking.GROUPS))
    for method in ("ExposePaths", "HidePaths", "ExposeDefaultLUs"):
        served.refuses(1, method, "CIM_GroupMaskingMappingService", LUNames=naa(20))


PARTS = (
    "CIM_AuthorizedPrivilege", "CIM_AssociatedPrivilege", "CIM_MaskingMappingView", "CIM_ProtocolControllerForUnit",
    "CIM_ProtocolControllerForPort",
)  # fmt: skip


@pytest.mark.parametrize("ports", PortLink)
@pytest.mark.parametrize("masking", DIALECTS)
def test_the_first_view_of_an_array_is_linked_as_the_array_says(served_from, masking, ports):
    usual = served_from(ArrayDescription(masking=masking, ports=ports, hosts=1))
    empty = served_from(ArrayDescription(masking=masking, ports=ports, hosts=0))
    values = {"LUNames": naa(20), "DeviceAccesses": [2], "InitiatorPortIDs": [NEW], "TargetPortIDs": fc(1)}
    assert expose(empty, **values)[0] == 0
    assert [bool(empty.all(name)) for name in PARTS] == [bool(usual.all(name)) for name in PARTS]


def test_what_a_view_is_linked_by_is_remembered_when_all_are_gone(served):
    parts = [bool(served.all(name)) for name in PARTS]
    for view in own_views(served.live, served.all(SERVICE)[0].path):
        assert served.call("DeleteProtocolController", SERVICE, ProtocolController=view)[0] == 0
    assert not any(served.all(name) for name in PARTS)
    values = {"LUNames": naa(20), "DeviceAccesses": [2], "InitiatorPortIDs": [NEW], "TargetPortIDs": fc(1)}
    assert expose(served, **values)[0] == 0
    assert [bool(served.all(name)) for name in PARTS] == parts
