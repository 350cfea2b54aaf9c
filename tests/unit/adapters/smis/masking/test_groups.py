"""Masking dialect 3: groups, with and without units and endpoints beside them (`smis-mapping 3.1`)."""

import pytest
from structlog.testing import capture_logs

ONE, TWO = "port:1000000000000001", "port:1000000000000002"
WHOLE = ([ONE], ["1"], ["p1"])
LINKS = [("v", "Initiator", "g"), ("v", "Target", "g"), ("v", "Device", "g")]


@pytest.fixture
def groups(bare_estate):
    """An array whose groups alone say who sees what; all three groups of its view have one InstanceID."""
    bare_estate.units.clear()
    bare_estate.saps.clear()
    made = bare_estate.made
    bare_estate.members = [
        ("Initiator", "g", made.instance("h1")),
        ("Target", "g", made.endpoint("p1")),
        ("Device", "g", made.device("X_V", "1")),
    ]
    bare_estate.say_groups(LINKS, bare_estate.members)
    return bare_estate


def test_groups_alone_lead_to_volumes_and_ports(groups):
    assert groups.seen() == [WHOLE]
    plan = groups.masking.plan[0]
    assert ([str(one) for one in plan.dialects], [str(one) for one in plan.ports_by]) == (["groups"], ["groups"])


def test_where_units_and_endpoints_are_they_lead_to_volumes_and_ports(groups):
    groups.units.append(groups.unit("v", "2"))
    groups.saps.append(("p2", "v"))
    assert groups.seen() == [([ONE], ["2"], ["p2"])]
    assert [str(one) for one in groups.masking.plan[0].ports_by] == ["endpoints"]


def test_a_unit_that_is_barred_is_barred_in_its_group(groups):
    groups.units.append(groups.unit("v", "1", DeviceAccess=4))
    assert groups.seen() == []


def test_a_denial_of_another_dialect_closes_a_view_of_groups(groups):
    groups.say_associated(groups.associated("h1", "v", PrivilegeGranted=False))
    assert groups.seen() == []


def test_groups_hold_groups_in_circles(groups):
    made = groups.made
    inner = [(kind, "g", groups.group(kind, "inner")) for kind in ("Initiator", "Target", "Device")]
    back = [(kind, "inner", groups.group(kind, "g")) for kind in ("Initiator", "Target", "Device")]
    more = [
        ("Initiator", "inner", made.instance("h2")),
        ("Target", "inner", made.endpoint("p2")),
        ("Device", "inner", made.device("X_V", "2")),
    ]
    both = {(kind, key) for kind in ("Initiator", "Target", "Device") for key in ("g", "inner")}
    groups.say_groups(LINKS, [*groups.members, *inner, *back, *more], both)
    assert groups.seen() == [([ONE, TWO], ["1", "2"], ["p1", "p2"])]


def test_groups_of_several_kinds_with_one_id_are_kept_apart(groups):
    made = groups.made
    stray = [
        ("Device", "g", groups.group("Device", "x")),
        ("Initiator", "x", made.instance("h2")),  # the group x of initiators is nobody's
        ("Device", "x", made.device("X_V", "2")),
    ]
    existing = {(kind, "g") for _, kind, _ in LINKS} | {("Device", "x"), ("Initiator", "x")}
    groups.say_groups(LINKS, [*groups.members, *stray], existing)
    assert groups.seen() == [([ONE], ["1", "2"], ["p1"])]


def test_an_inner_group_that_is_not_there_gives_nothing(groups):
    inner = ("Initiator", "g", groups.group("Initiator", "gone"))
    stray = ("Initiator", "gone", groups.made.instance("h2"))
    groups.say_groups(LINKS, [*groups.members, inner, stray])
    assert groups.seen() == [WHOLE]


def test_kinds_that_class_names_do_not_tell_are_asked_for(groups):
    made = groups.made
    kinds = {"Initiator": "hosts", "Target": "ports", "Device": "luns"}
    groups.classes["CIM_MaskingGroup"] = [made.row(made.instance(key, "X_Group")) for key in kinds.values()]
    for kind, key in kinds.items():
        groups.classes[f"CIM_{kind}MaskingGroup"] = [made.row(made.instance(key, "X_Group"))]
    groups.classes["CIM_AssociatedMaskingGroup"] = [
        made.link("X_InView", "Antecedent", groups.path("v"), "Dependent", made.instance(key, "X_Group"))
        for key in kinds.values()
    ]
    groups.classes["CIM_MemberOfCollection"] = [
        made.link("X_M", "Collection", made.instance(kinds[kind], "X_Group"), "Member", member)
        for kind, _, member in groups.members
    ]
    assert groups.seen() == [WHOLE]


def test_targets_may_be_port_devices(groups):
    target = ("Target", "g", groups.made.device("X_FCPort", "device p2"))
    groups.say_groups(LINKS, [groups.members[0], target, groups.members[2]])
    assert groups.seen() == [([ONE], ["1"], ["p2"])]


@pytest.mark.parametrize("kind", ["Initiator", "Target", "Device"])
@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("how", ["no link", "no group", "no members", "a stray group besides"])
def test_a_view_whose_group_is_missing_is_nobodys(groups, kind, beside, how):
    if beside:
        groups.units.append(groups.unit("v", "1"))
        groups.saps.append(("p1", "v"))
    links, members, existing = list(LINKS), list(groups.members), {(one, "g") for _, one, _ in LINKS}
    if how == "no link":
        links.remove(("v", kind, "g"))
    elif how == "no group":
        existing.remove((kind, "g"))
    elif how == "a stray group besides":
        links.append(("v", kind, "gone"))
    else:
        members = [one for one in members if one[0] != kind]
    groups.say_groups(links, members, existing)
    told_elsewhere = how == "no members" and beside and kind != "Initiator"
    assert groups.seen() == ([WHOLE] if told_elsewhere else [])


def test_members_that_are_not_there_give_nothing(groups):
    made = groups.made
    strays = [
        ("Initiator", "g", made.instance("gone")),
        ("Target", "g", made.endpoint("gone")),
        ("Device", "g", made.device("X_V", "gone")),
        ("Device", "g", made.device("X_V", "3", "B")),
        ("Device", "g", made.device("CIM_SCSIArbitraryLogicalUnit", "2")),
    ]
    groups.say_groups(LINKS, [*groups.members, *strays])
    assert groups.seen() == [WHOLE]


def test_a_group_profile_that_is_only_claimed_leaves_the_other_dialects_alone(estate):
    assert estate.masked
    assert estate.seen() == [WHOLE]


def test_views_of_groups_and_views_of_privileges_live_on_one_array(estate):
    estate.controllers.append(estate.controller("w"))
    made = estate.made
    links = [("w", kind, "g") for _, kind, _ in LINKS]
    members = [
        ("Initiator", "g", made.instance("h2")),
        ("Target", "g", made.endpoint("p2")),
        ("Device", "g", made.device("X_V", "2")),
    ]
    estate.say_groups(links, members)
    assert estate.seen() == [WHOLE, ([TWO], ["2"], ["p2"])]
    assert [str(one) for one in estate.masking.plan[0].dialects] == ["privileges", "groups"]


def test_the_empty_name_in_a_group_opens_only_arrays_with_default_views(groups):
    groups.hardware_ids[0] = groups.hardware_id("h1", "")
    assert groups.seen() == []
    groups.masking_capabilities(SPCSupportsDefaultViews=True)
    assert groups.seen() == [("all", ["1"], ["p1"])]


def test_a_view_without_ports_is_left_out_with_a_line(groups):
    groups.say_groups(LINKS, [groups.members[0], groups.members[2]])
    with capture_logs() as lines:
        assert groups.seen() == []
    assert [line["examples"] for line in lines if line["event"] == "not shown"] == [["v"]]
