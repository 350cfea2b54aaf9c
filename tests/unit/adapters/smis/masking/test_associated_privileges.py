"""Masking dialect 2: a grant is an association, and a denial is told by its properties (`smis-mapping 3.1`)."""

import pytest

ONE, TWO = "port:1000000000000001", "port:1000000000000002"
WHOLE = ([ONE], ["1"], ["p1"])


def test_an_association_lets_its_subject_use_the_view(bare_estate):
    bare_estate.say_associated(bare_estate.associated("h1", "v", PrivilegeGranted=True, Activities=(5, 6)))
    assert bare_estate.seen() == [WHOLE]
    (plan, _) = bare_estate.masking.plan
    assert ([str(one) for one in plan.dialects], plan.views) == (["associated-privileges"], 1)


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        ({}, True),
        ({"PrivilegeGranted": True}, True),
        ({"Activities": (5,)}, True),
        ({"Activities": ()}, False),
        ({"Activities": (6,)}, False),
        ({"Activities": (5, 11)}, False),
        ({"Activities": (5, 10)}, False),
        ({"Activities": (5, 9)}, True),
        ({"Activities": ("read",)}, False),
        ({"PrivilegeGranted": False, "Activities": (5, 6)}, False),
        ({"PrivilegeGranted": "TRUE", "Activities": (5,)}, False),
    ],
)
def test_what_an_association_says_counts(bare_estate, facts, seen):
    bare_estate.say_associated(bare_estate.associated("h1", "v", **facts))
    assert bare_estate.seen() == ([WHOLE] if seen else [])


@pytest.mark.parametrize(
    ("facts", "denied"),
    [
        ({"PrivilegeGranted": False}, True),
        ({"PrivilegeGranted": False, "Activities": (11, 12)}, True),
        ({"PrivilegeGranted": False, "Activities": (5,)}, True),
        ({"PrivilegeGranted": True, "Activities": (11,)}, True),
        ({"Activities": (5, 10)}, True),
        ({"PrivilegeGranted": False, "Activities": (6, 12)}, False),
    ],
)
@pytest.mark.parametrize("dialect", [1, 2])
def test_a_denial_takes_back_what_this_or_another_dialect_grants(estate, facts, denied, dialect):
    rows = [estate.associated("h1", "v", "denial", **facts)]
    if dialect == 2:
        estate.subjects.clear()
        rows.append(estate.associated("h1", "v", "masking", PrivilegeGranted=True, Activities=(5,)))
    estate.say_associated(*rows)
    assert estate.seen() == ([] if denied else [WHOLE])


def test_a_subject_may_be_a_collection(bare_estate):
    made = bare_estate.made
    bare_estate.say_associated(bare_estate.associated("both", "v"))
    bare_estate.classes["CIM_MemberOfCollection"] = [
        made.link("X_M", "Collection", made.instance("both"), "Member", made.instance(one)) for one in ("h1", "h2")
    ]
    assert bare_estate.seen() == [([ONE, TWO], ["1"], ["p1"])]


def test_what_is_for_a_volume_is_not_for_the_view_with_its_device_id(bare_estate):
    bare_estate.controllers[:] = [bare_estate.controller("1")]
    bare_estate.units[:] = [bare_estate.unit("1", "1")]
    bare_estate.saps[:] = [("p1", "1")]
    row = bare_estate.associated("h1", "1")
    row.name.bindings["target"] = bare_estate.made.device("X_V", "1")
    bare_estate.say_associated(row)
    assert bare_estate.seen() == []


def test_both_dialects_of_one_view_are_united(estate):
    estate.say_associated(estate.associated("h2", "v"))
    assert estate.seen() == [([ONE, TWO], ["1"], ["p1"])]
