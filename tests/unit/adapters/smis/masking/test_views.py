"""Masking joined on hand-made rows: what is whole shows volumes, what dangles hides them (`smis-mapping 3.2`)."""

import pytest

from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.switches import ArraySwitches, PortsSwitch, Switches
from vasa_cim.cim.rows import ObjectName
from vasa_cim.errors import SourceUnreachable

WWN1, WWN2 = "1000000000000001", "1000000000000002"
ONE, TWO = f"port:{WWN1}", f"port:{WWN2}"


WHOLE = ([ONE], ["1"], ["p1"])


def test_a_whole_view_shows_its_volumes_to_its_initiators_through_its_ports(estate):
    assert estate.seen() == [WHOLE]
    (view,) = estate.read()
    assert (view.array, view.name) == ("A", "v")


def test_views_of_several_processors_may_have_one_device_id(estate):
    estate.processors.append("A+B")
    estate.controllers.append(estate.controller("v", "A+B"))
    estate.units.append(estate.unit("v", "2", system="A+B"))
    estate.targets.append(estate.target("priv", "v", "A+B"))
    estate.saps.append(("p2", "v", "A+B"))
    assert [(view.name, view.volumes[0][0]) for view in estate.read()] == [("A+B/v", "2"), ("v", "1")]


def test_a_view_unites_all_its_privileges_subjects_units_and_ports(estate):
    estate.privileges.append(estate.privilege("more"))
    estate.subjects += [estate.subject("priv", "h2"), estate.subject("more", "h1")]
    estate.targets.append(estate.target("more", "v"))
    estate.units.append(estate.unit("v", "2"))
    estate.saps.append(("p2", "v"))
    assert estate.seen() == [([ONE, TWO], ["1", "2"], ["p1", "p2"])]


def test_one_privilege_may_be_for_several_views(estate):
    estate.controllers.append(estate.controller("w"))
    estate.targets.append(estate.target("priv", "w"))
    estate.units.append(estate.unit("w", "2"))
    estate.saps.append(("p2", "w"))
    assert estate.seen() == [WHOLE, ([ONE], ["2"], ["p2"])]


# --- what dangles or cannot be read hides, and never shows ---


def without(attribute):
    def change(estate):
        getattr(estate, attribute).clear()

    return change


def refused(**changes):
    def change(estate):
        estate.privileges[:] = [estate.privilege("priv", **changes)]

    return change


def unit_with(**facts):
    def change(estate):
        estate.units[:] = [estate.unit("v", "1", **facts)]

    return change


def known_by(name, kind=2):
    def change(estate):
        estate.hardware_ids[:] = [estate.hardware_id("h1", name, kind)]

    return change


HIDING = [
    ("the privilege has no instance", without("privileges")),
    ("the view has no instance", without("controllers")),
    ("the privilege has no subject", without("subjects")),
    ("the view has no target association", without("targets")),
    ("the hardware ID has no instance", without("hardware_ids")),
    ("the view has no units", without("units")),
    ("the view has no ports", without("saps")),
    ("the view's only port is not there", lambda e: e.saps.__setitem__(0, ("gone", "v"))),
    ("the privilege is a denial", refused(granted=False)),
    ("the privilege does not let read", refused(activities=(6,))),
    ("what the privilege says of granting cannot be read", refused(granted="FALSE")),
    ("the privilege does not say what it lets", refused(activities=())),
    ("the volume has no access", unit_with(DeviceAccess=4)),
    ("the unit is inactive", unit_with(AccessState=3)),
    ("the volume is not there", lambda e: e.units.__setitem__(0, e.unit("v", "gone"))),
    ("the volume is another array's", lambda e: e.units.__setitem__(0, e.unit("v", "3", volume_system="B"))),
    (
        "the unit is another device with the volume's DeviceID",
        lambda e: e.units.__setitem__(0, e.unit("v", "1", volume_class="CIM_SCSIArbitraryLogicalUnit")),
    ),
    ("the view is of no array", lambda e: e.controllers.__setitem__(0, e.controller("v", "host"))),
    ("the initiator's kind is not told", known_by(WWN1, None)),
    ("the initiator's name is NULL", known_by(None)),
    ("the initiator's name is blank", known_by(" ")),
    ("the initiator's name is no WWN", known_by("1000")),
    (
        "a vendor's controller that is no view",
        lambda e: e.controllers.__setitem__(0, e.controller("v", EMCAdapterRole="FE")),
    ),
]


@pytest.mark.parametrize(("what", "change"), HIDING, ids=[case[0] for case in HIDING])
@pytest.mark.parametrize("default_views", [False, True])
def test_a_broken_part_hides_the_volume_from_everyone(estate, what, change, default_views):
    change(estate)
    if default_views:
        estate.masking_capabilities(SPCSupportsDefaultViews=True, SPCAllowsNoInitiators=False)
    assert estate.seen() == [], what


def test_read_only_volumes_are_seen(estate):
    estate.units[:] = [estate.unit("v", "1", DeviceAccess=3, AccessState=2)]
    assert estate.seen() == [WHOLE]


def test_a_privilege_that_does_not_say_granted_is_granted(estate):
    estate.privileges[:] = [estate.privilege("priv", granted=None)]
    assert estate.seen() == [WHOLE]


def test_a_denial_takes_back_what_another_privilege_grants(estate):
    estate.subjects.append(estate.subject("priv", "h2"))
    estate.privileges.append(estate.privilege("deny", granted=False))
    estate.targets.append(estate.target("deny", "v"))
    estate.subjects.append(estate.subject("deny", "h2"))
    assert estate.seen() == [WHOLE]


def test_a_unit_that_is_barred_once_is_barred(estate):
    estate.units.append(estate.unit("v", "1", DeviceAccess=4))
    assert estate.seen() == []


def test_a_vendors_masking_view_is_a_view(estate):
    estate.controllers[:] = [estate.controller("v", EMCAdapterRole="FE MASK_VIEW")]
    assert estate.seen() == [WHOLE]


def test_an_error_in_masking_is_an_error_and_no_empty_list(estate):
    estate.subjects = SourceUnreachable(source="s", reason="-")
    with pytest.raises(SourceUnreachable):
        estate.read()


# --- views for everyone ---


@pytest.mark.parametrize(("default_views", "opened"), [(True, True), (False, False), (None, False)])
def test_the_hardware_id_with_an_empty_name_means_everyone_where_there_are_default_views(estate, default_views, opened):
    estate.hardware_ids[0] = estate.hardware_id("h1", "")
    estate.subjects.append(estate.subject("priv", "h2"))
    estate.masking_capabilities(SPCSupportsDefaultViews=default_views)
    assert estate.seen() == [("all" if opened else [TWO], ["1"], ["p1"])]


def test_a_name_that_got_lost_opens_nothing(estate):
    estate.hardware_ids[0] = estate.hardware_id("h1", "")
    assert estate.seen() == []


def test_a_vendors_nameless_hardware_id_means_everyone_without_a_word_about_default_views(estate):
    estate.view_class = "TPD_SCSIController"
    estate.controllers[:] = [estate.controller("v")]
    estate.hardware_ids[0] = estate.hardware_id("h1", "")
    assert estate.seen() == [("all", ["1"], ["p1"])]


def test_a_denial_closes_a_view_for_everyone(estate):
    estate.masking_capabilities(SPCSupportsDefaultViews=True)
    estate.hardware_ids[:] = [estate.hardware_id("h1", ""), estate.hardware_id("h2", WWN2)]
    estate.privileges.append(estate.privilege("deny", granted=False))
    estate.targets.append(estate.target("deny", "v"))
    estate.subjects.append(estate.subject("deny", "h2"))
    assert estate.seen() == []


def bare(estate):
    """Add view `b` on volume 2 that no privilege has a word about."""
    estate.controllers.append(estate.controller("b"))
    estate.units.append(estate.unit("b", "2"))
    estate.saps.append(("p2", "b"))


@pytest.mark.parametrize(
    ("default_views", "without_initiators", "opened"),
    [(True, False, True), (True, None, False), (True, True, False), (False, False, False), (None, None, False)],
)
def test_a_view_without_any_subject_is_open_only_where_the_array_says_so(
    estate, default_views, without_initiators, opened
):
    bare(estate)
    estate.masking_capabilities(SPCSupportsDefaultViews=default_views, SPCAllowsNoInitiators=without_initiators)
    expected = [("all", ["2"], ["p2"]), WHOLE] if opened else [WHOLE]
    assert estate.seen() == expected


def half(estate, class_name, **roles):
    return estate.made.row(estate.made.name(class_name, **roles))


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.targets.append(e.target("priv", "B")),
        lambda e: e.targets.append(e.target("priv", "b", "a")),
        lambda e: e.targets.append(half(e, "X_T", Privilege=e.made.instance("priv"))),
        lambda e: e.targets.append(half(e, "X_T", TargetElement=e.path("b"))),
        lambda e: e.targets.append(half(e, "X_T", TargetElement=e.path("b"), Privilege=e.made.name("X_P"))),
        lambda e: e.say_associated(e.associated("h2", "b", system="a")),
        lambda e: e.say_associated(half(e, "X_AP", Target=e.path("b"))),
        lambda e: e.say_associated(half(e, "X_AP", Subject=e.made.instance("h2"))),
        lambda e: e.say_groups([("b ", "Initiator", "g")], []),
    ],
)
def test_a_view_without_any_word_is_closed_as_long_as_one_may_be_meant_for_it(estate, change):
    bare(estate)
    estate.masking_capabilities(SPCSupportsDefaultViews=True, SPCAllowsNoInitiators=False)
    estate.privileges.append(estate.made.row(estate.made.name("X_P"), PrivilegeGranted=True, Activities=(5, 6)))
    change(estate)
    assert estate.seen() == [WHOLE]


def test_a_word_about_another_array_leaves_a_view_without_any_open(estate):
    bare(estate)
    estate.masking_capabilities(SPCSupportsDefaultViews=True, SPCAllowsNoInitiators=False)
    estate.targets.append(estate.target("priv", "gone", "B"))
    assert estate.seen() == [("all", ["2"], ["p2"]), WHOLE]


def test_without_capabilities_a_view_without_subjects_is_closed(estate):
    bare(estate)
    assert estate.seen() == [WHOLE]


@pytest.mark.parametrize("default_views", [False, True])
def test_an_array_that_masks_in_a_way_that_is_not_understood_is_closed(estate, default_views):
    for part in (estate.subjects, estate.privileges, estate.targets):
        part.clear()
    if default_views:
        estate.masking_capabilities(SPCSupportsDefaultViews=True, SPCAllowsNoInitiators=False)
    assert estate.seen() == []


@pytest.mark.parametrize(
    ("default_views", "without_initiators", "opened"),
    [(True, None, True), (True, False, True), (True, True, False), (False, None, False), (None, None, False)],
)
def test_a_privilege_without_subject_opens_a_view_only_where_the_array_says_so(
    estate, default_views, without_initiators, opened
):
    bare(estate)
    estate.privileges.append(estate.privilege("for all"))
    estate.targets.append(estate.target("for all", "b"))
    estate.masking_capabilities(SPCSupportsDefaultViews=default_views, SPCAllowsNoInitiators=without_initiators)
    assert estate.seen() == ([("all", ["2"], ["p2"]), WHOLE] if opened else [WHOLE])


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.subjects.clear(),
        lambda e: e.subjects.append(e.subject("gone", "h2")),
        lambda e: e.subjects.append(e.made.row(e.made.name("X_S", PrivilegedElement=e.made.instance("h2")))),
        lambda e: e.subjects.append(e.subject("for all", "gone")),
        lambda e: e.privileges.__setitem__(-1, e.privilege("for all", granted=False)),
        lambda e: e.privileges.__setitem__(-1, e.privilege("for all", activities=())),
        lambda e: e.say_associated(e.associated("h2", "b")),
        lambda e: e.say_associated(e.associated("h2", "b", PrivilegeGranted=False)),
    ],
    ids=["all", "dangling", "unreadable", "unknown", "denial", "nothing", "another", "refused"],
)
def test_subjects_that_got_lost_open_nothing(estate, change):
    bare(estate)
    estate.privileges.append(estate.privilege("for all"))
    estate.targets.append(estate.target("for all", "b"))
    estate.masking_capabilities(SPCSupportsDefaultViews=True)
    change(estate)
    assert not [view for view in estate.read() if view.open_to_all]


# --- ports ---


def test_ports_may_be_named_as_devices(estate):
    estate.saps.clear()
    device = estate.made.device("X_FCPort", "device p2")
    estate.classes["CIM_ProtocolControllerForPort"] = [
        estate.made.link("X_P", "Antecedent", estate.path("v"), "Dependent", device)
    ]
    assert estate.seen() == [([ONE], ["1"], ["p2"])]


@pytest.mark.parametrize(("ports_per_view", "ports"), [(4, ["p1", "p2"]), (3, None), (2, None), (None, None)])
def test_a_view_without_ports_has_all_where_all_share_it_and_sleeps_elsewhere(estate, ports_per_view, ports):
    estate.saps.clear()
    estate.masking_capabilities(PortsPerView=ports_per_view)
    assert estate.seen() == ([] if ports is None else [([ONE], ["1"], ports)])


def test_ports_that_are_not_there_are_no_reason_to_show_all(estate):
    estate.saps[:] = [("gone", "v")]
    estate.masking_capabilities(PortsPerView=4)
    assert estate.seen() == []


@pytest.mark.parametrize(
    ("switch", "ports"),
    [
        (PortsSwitch.AUTO, ["p1"]),
        (PortsSwitch.ENDPOINTS, ["p1"]),
        (PortsSwitch.DEVICES, ["p2"]),
        (PortsSwitch.ALL, ["p1", "p2"]),
    ],
)
def test_the_configuration_may_say_what_leads_to_ports(estate, switch, ports):
    device = estate.made.device("X_FCPort", "device p2")
    estate.classes["CIM_ProtocolControllerForPort"] = [
        estate.made.link("X_P", "Antecedent", estate.path("v"), "Dependent", device)
    ]
    estate.memory = Memory("s", switches=Switches(common=ArraySwitches(ports=switch)))
    assert estate.seen() == [([ONE], ["1"], ports)]
    assert [str(by) for by in estate.masking.plan[0].ports_by] == [
        {"auto": "endpoints"}.get(switch.value, switch.value)
    ]


def test_references_may_name_superclasses_other_letters_and_namespaces(estate):
    def spelled(name, class_name):
        bindings = {key: value for key, value in name.bindings.items() if not key.endswith("creationclassname")}
        return ObjectName(class_name, bindings | {"creationclassname": class_name}, "root/other")

    (unit,), (target,) = estate.units, estate.targets
    unit.name.bindings["antecedent"] = spelled(unit.name.reference("Antecedent"), "CIM_ProtocolController")
    unit.name.bindings["dependent"] = spelled(unit.name.reference("Dependent"), "cim_LogicalDevice")
    target.name.bindings["targetelement"] = spelled(target.name.reference("TargetElement"), "x_VIEW")
    assert estate.seen() == [WHOLE]


def test_what_is_there_twice_is_there_once(estate):
    for part in (estate.controllers, estate.hardware_ids, estate.subjects, estate.privileges, estate.targets):
        part += list(part)
    estate.units *= 2
    assert estate.seen() == [WHOLE]


def test_a_privilege_that_is_there_twice_must_permit_twice(estate):
    estate.privileges.append(estate.privilege("priv", granted=False))
    assert estate.seen() == []


def test_rare_classes_are_asked_for_only_when_needed(estate):
    estate.volumes.remove("3")
    estate.read()
    rare = {"CIM_ProtocolControllerForPort", "CIM_AssociatedMaskingGroup", "CIM_MaskingMappingView"}
    assert not rare & set(estate.walk.connection.asked)
