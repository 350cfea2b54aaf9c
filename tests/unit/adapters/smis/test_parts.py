"""Whose part each system is: by association in all tiers, by name, and as a member of a redundancy set."""

import pytest

from vasa_cim.adapters.smis.parts import Parts, read_redundancy


@pytest.mark.parametrize(
    ("links", "known", "expected"),
    [
        ({"A": ["B"], "B": ["C"]}, "ABCD", ["B", "C"]),
        ({"A": ["B", "gone"]}, "AB", ["B"]),
        ({"A": ["B"], "B": ["A"]}, "AB", ["B"]),
        ({}, ("A", "A+1", "A+1+2", "AB"), ["A+1", "A+1+2"]),
        ({"A": ["B"]}, ("A", "B", "B+1"), ["B", "B+1"]),
        ({}, "A", []),
    ],
)
def test_parts_are_below_their_whole(links, known, expected):
    assert Parts(links, known).below("A") == expected


def test_other_tops_and_what_is_theirs_are_not_below():
    parts = Parts({"A": ["B", "C"], "B": ["D"]}, ("A", "B", "C", "D", "A+1", "A+2", "A+2+3"))
    assert parts.below("A", others=("B", "A+2")) == ["C", "A+1"]


def test_a_top_that_is_part_of_another_is_none():
    parts = Parts({"A": ["B"], "site": ["C"], "X": ["Y"], "Y": ["X"]}, ("A", "B", "C", "A+1", "site", "X", "Y"))
    assert parts.tops_of(["A", "B", "C", "A+1"]) == ["A", "C"]
    assert parts.tops_of(["X", "Y"]) == ["X", "Y"]


@pytest.fixture
def redundancy(made, walk_over):
    """Return a function: associations (start, association, role of the start) -> results; and the members found."""

    def read(told, sets=("R",)):
        asked = []

        def associator_names(start, association, *, role, result_role, result_class):
            asked.append(association)
            return told.get((start.text("Name") or start.text("InstanceID"), role), [])

        walk = walk_over(RedundancySet=[made.row(made.instance(one)) for one in sets])
        walk.connection.associator_names = associator_names
        return read_redundancy(walk, {"A": made.system("A")}), asked

    return read


@pytest.mark.parametrize("role", ["SystemElement", "SameElement"])
def test_members_of_the_redundancy_set_that_is_the_system_are_its_parts(made, redundancy, role):
    told = {
        ("A", role): [made.instance("R")],
        ("R", "Collection"): [made.system("A-+-1"), made.system("B"), made.system("A")],
    }
    assert redundancy(told)[0] == {"A": ["A+1", "B"]}


def test_without_redundancy_sets_nothing_more_is_asked(redundancy):
    assert redundancy({}, sets=()) == ({}, [])


def test_a_system_that_is_no_redundancy_set_has_no_members(redundancy):
    assert redundancy({})[0] == {}
