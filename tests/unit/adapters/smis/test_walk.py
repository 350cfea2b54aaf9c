"""What a server lacks is empty; what fails, or goes missing, is an error."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapter import NotesInMemory
from vasa_cim.adapters.smis.memory import PATIENCE, Memory
from vasa_cim.errors import SourceFailed, SourceUnreachable


def failed(status):
    return SourceFailed(source="s", reason="-", status=status)


@pytest.mark.parametrize("status", [4, 5, 6, 7, 16])
def test_a_class_that_the_server_lacks_is_empty(walk_over, status):
    walk = walk_over(A=failed(status))
    assert list(walk.rows("CIM_A", ())) == list(walk.names("CIM_A")) == []


@pytest.mark.parametrize("error", [failed(1), failed(3), failed(None), SourceUnreachable(source="s", reason="-")])
def test_other_errors_stay_errors(walk_over, error):
    walk = walk_over(A=error)
    with pytest.raises(type(error)):
        list(walk.rows("CIM_A", ()))
    with pytest.raises(type(error)):
        list(walk.names("CIM_A"))


def test_a_required_class_must_be_there(walk_over):
    with pytest.raises(SourceFailed):
        list(walk_over().rows("CIM_A", (), required=True))


def test_a_class_that_was_there_must_not_vanish_until_it_has_been_missed_often(walk_over, made):
    memory = Memory("s")
    assert len(list(walk_over(A=[made.row(made.instance("1"))], memory=memory).rows("CIM_A", ()))) == 1
    for _ in range(PATIENCE - 1):
        with pytest.raises(SourceFailed):
            list(walk_over(memory=memory).rows("CIM_A", ()))
    for _ in range(3):
        assert list(walk_over(memory=memory).names("CIM_A")) == []


def test_a_class_that_could_deny_must_not_vanish_over_a_restart_either(walk_over):
    notes = NotesInMemory()
    named = "CIM_AssociatedPrivilege"
    list(walk_over(AssociatedPrivilege=[], A=[], memory=Memory("s", notes=notes)).rows(named, ()))
    list(walk_over(A=[], memory=Memory("s", notes=notes)).rows("CIM_A", ()))
    memory = Memory("s", notes=notes)
    assert list(walk_over(A=failed(7), memory=memory).rows("CIM_A", ())) == []
    for _ in range(PATIENCE - 1):
        with pytest.raises(SourceFailed):
            list(walk_over(AssociatedPrivilege=failed(7), memory=memory).rows(named, ()))
    for known in (memory, memory, Memory("s", notes=notes)):
        assert list(walk_over(AssociatedPrivilege=failed(7), memory=known).rows(named, ())) == []


def test_a_schema_without_the_class_is_believed_after_a_restart(walk_over):
    notes = NotesInMemory()
    list(walk_over(AssociatedPrivilege=[], memory=Memory("s", notes=notes)).rows("CIM_AssociatedPrivilege", ()))
    assert list(walk_over(memory=Memory("s", notes=notes)).rows("CIM_AssociatedPrivilege", ())) == []


def test_a_class_that_comes_back_is_expected_again(walk_over):
    memory = Memory("s")
    for _ in range(PATIENCE):
        list(walk_over(A=[], memory=memory).names("CIM_A"))
        with pytest.raises(SourceFailed):
            list(walk_over(memory=memory).names("CIM_A"))


def test_edges_without_an_end_are_left_out(walk_over, made):
    whole = made.link("X_A", "First", made.instance("1"), "Second", made.instance("2"))
    half = made.row(made.name("X_A", First=made.instance("1")))
    assert list(walk_over(A=[half, whole]).edges("CIM_A", "First", "Second")) == [(("1",), ("2",))]


def test_what_is_not_shown_is_one_line_until_it_is_something_else(walk_over):
    walk = walk_over()
    with capture_logs() as lines:
        for names in (list(range(50)), list(range(50)), [], [], [7], [7]):
            walk.left_out("volumes", "no name", names)
    assert [(line["count"], line["examples"]) for line in lines] == [(50, ["0", "1", "2"]), (1, ["7"])]
