"""Whether an array masks at all: only one without any sign of masking is open, and never again once it masks."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapter import NotesInMemory
from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.memory import PATIENCE, Memory
from vasa_cim.adapters.smis.switches import ArraySwitches, MaskingSwitch, Switches
from vasa_cim.errors import SourceFailed

ONE = "port:1000000000000001"
WHOLE = ([ONE], ["1"], ["p1"])
OPEN = [("all", ["1", "2"], ["p1", "p2"]), ("all", ["3"], [])]
SIGNS = [
    "CIM_ProtocolControllerMaskingCapabilities",
    "CIM_ControllerConfigurationService",
    "CIM_StorageHardwareIDManagementService",
    "CIM_PrivilegeManagementService",
    "CIM_AuthorizedPrivilege",
    "CIM_AuthorizedSubject",
    "CIM_MaskingGroup",
]


@pytest.fixture
def unmasked(bare_estate):
    bare_estate.hardware_ids.clear()
    bare_estate.masked = False
    bare_estate.units.append(bare_estate.unit("v", "2"))
    return bare_estate


def states(estate):
    estate.read()
    return states_of(estate)


def states_of(estate):
    return [str(plan.state) for plan in estate.masking.plan]


def test_an_array_without_any_sign_shows_all_it_has_to_everyone(unmasked):
    with capture_logs() as lines:
        assert unmasked.seen() == OPEN
        assert unmasked.seen() == OPEN
    assert [line["array"] for line in lines if line["log_level"] == "warning"] == ["A", "B"]
    assert [unmasked.memory.notes.get(f"masking/{array}") for array in "AB"] == ["open", "open"]


@pytest.mark.parametrize("sign", SIGNS)
def test_any_sign_closes(unmasked, sign):
    if sign == "CIM_AuthorizedPrivilege":
        unmasked.privileges.append(unmasked.privilege("stray"))
    elif sign == "CIM_AuthorizedSubject":
        unmasked.subjects.append(unmasked.subject("stray", "stray"))
    else:
        unmasked.classes[sign] = [unmasked.made.row(unmasked.made.instance("sign", "X_InitiatorMaskingGroup"))]
    assert unmasked.seen() == []
    assert states(unmasked) == ["masked", "masked"]


def test_a_claimed_profile_closes(unmasked):
    unmasked.masked = True
    assert unmasked.seen() == []


def test_initiators_close(unmasked):
    unmasked.hardware_ids.append(unmasked.hardware_id("h", None))
    assert unmasked.seen() == []


@pytest.mark.parametrize("dialect", ["targets", "associated", "groups", "rows", "barred"])
def test_an_instance_of_a_dialect_closes_though_it_dangles(unmasked, dialect):
    if dialect == "targets":
        unmasked.targets.append(unmasked.target("gone", "gone"))
    elif dialect == "associated":
        unmasked.say_associated(unmasked.associated("gone", "gone"))
    elif dialect == "groups":
        unmasked.say_groups([("gone", "Initiator", "gone")], [], [])
    elif dialect == "rows":
        unmasked.say_rows(unmasked.path_row("gone", "gone", "gone"))
    else:
        unmasked.units[:] = [unmasked.unit("v", "1", DeviceAccess=4)]
    assert unmasked.seen() == []


@pytest.mark.parametrize("units", [[("v", "1")], [("v", "1"), ("v", "2"), ("w", "2")], [("w", "1"), ("v", "2")]])
def test_a_controller_of_some_volumes_closes_its_array(unmasked, units):
    unmasked.units[:] = [unmasked.unit(*one) for one in units]
    assert unmasked.seen() == OPEN[1:]
    assert states(unmasked) == ["masked", "open"]


def test_a_volume_that_is_new_does_not_close_an_open_array(unmasked):
    assert unmasked.seen() == OPEN
    unmasked.units.pop()
    assert unmasked.seen() == OPEN


def refused(status):
    return SourceFailed(source="s", reason=f"status {status}", status=status)


@pytest.mark.parametrize("status", [4, 6, 7, 16])
@pytest.mark.parametrize("class_name", v.CLASSES_OF_MASKING)
def test_nothing_is_opened_as_long_as_a_class_that_would_tell_is_refused(unmasked, class_name, status):
    unmasked.classes[class_name] = refused(status)
    for _ in range(PATIENCE - 1):
        assert unmasked.seen() == []
        assert states_of(unmasked) == ["closed", "closed"]
        assert class_name in unmasked.masking.plan[0].reason
        assert unmasked.memory.notes.get("masking/A") is None
    assert unmasked.seen() == OPEN
    assert class_name in unmasked.walk.connection.asked


def test_what_is_refused_at_first_and_then_tells_of_masking_closes(unmasked):
    unmasked.classes["CIM_ControllerConfigurationService"] = refused(7)
    assert unmasked.seen() == []
    unmasked.classes["CIM_ControllerConfigurationService"] = [unmasked.made.row(unmasked.made.instance("service"))]
    assert unmasked.seen() == []
    assert unmasked.memory.notes.get("masking/A") == "masked"


def test_what_is_refused_later_leaves_an_open_array_as_it_is(unmasked):
    assert unmasked.seen() == OPEN
    notes = unmasked.memory.notes
    unmasked.memory = Memory("s", notes=notes)
    unmasked.classes["CIM_ControllerConfigurationService"] = refused(7)
    assert unmasked.seen() == OPEN


def test_a_later_sign_closes_for_good(unmasked):
    assert unmasked.seen() == OPEN
    unmasked.hardware_ids.append(unmasked.hardware_id("h1", "1000000000000001"))
    with capture_logs() as lines:
        assert unmasked.seen() == []
    assert [line["array"] for line in lines if line["log_level"] == "warning"] == ["A", "B"]
    unmasked.hardware_ids.clear()
    assert unmasked.seen() == []


def test_what_masked_once_is_never_opened_by_what_is_missing_later_or_by_a_restart(unmasked):
    unmasked.masked = True
    unmasked.read()
    notes = unmasked.memory.notes
    unmasked.masked = False
    unmasked.memory = Memory("s", notes=notes)
    assert unmasked.seen() == []
    assert states(unmasked) == ["masked", "masked"]


def test_an_array_that_has_another_name_after_a_restart_is_not_opened_where_there_was_masking(unmasked):
    unmasked.masked = True
    unmasked.read()
    kept = NotesInMemory()
    kept.put("masking in root/x", unmasked.memory.notes.get("masking in root/x"))
    unmasked.masked = False
    unmasked.memory = Memory("s", notes=kept)
    assert unmasked.seen() == []


def test_an_open_array_stays_open_over_restarts_and_is_not_told_again(unmasked):
    notes = NotesInMemory()
    unmasked.memory = Memory("s", notes=notes)
    unmasked.read()
    unmasked.memory = Memory("s", notes=notes)
    with capture_logs() as lines:
        assert unmasked.seen() == OPEN
    assert not [line for line in lines if line["log_level"] == "warning"]


def chosen(estate, **arrays):
    estate.memory = Memory(
        "s", switches=Switches(arrays={name: ArraySwitches(masking=switch) for name, switch in arrays.items()})
    )


def test_the_configuration_opens_an_array_that_masks(estate):
    chosen(estate, A=MaskingSwitch.OPEN)
    assert estate.seen() == OPEN[:1]
    assert estate.memory.notes.get("masking/A") is None
    assert states(estate) == ["open", "masked"]


def test_the_configuration_closes_an_array(estate, unmasked):
    chosen(unmasked, A=MaskingSwitch.CLOSED)
    assert unmasked.seen() == OPEN[1:]
    assert states(unmasked) == ["closed", "open"]


@pytest.mark.parametrize(
    ("switch", "seen"),
    [
        (MaskingSwitch.PRIVILEGES, [WHOLE]),
        (MaskingSwitch.ASSOCIATED_PRIVILEGES, []),
        (MaskingSwitch.GROUPS, []),
        (MaskingSwitch.ROWS, []),
    ],
)
def test_only_the_dialect_counts_that_the_configuration_names(estate, switch, seen):
    chosen(estate, A=switch)
    assert estate.seen() == seen


def test_a_dialect_that_the_configuration_names_is_never_taken_for_none(unmasked):
    chosen(unmasked, A=MaskingSwitch.GROUPS)
    assert unmasked.seen() == OPEN[1:]
    assert unmasked.memory.notes.get("masking/A") is None


def test_a_denial_counts_in_any_dialect(estate):
    chosen(estate, A=MaskingSwitch.PRIVILEGES)
    estate.say_associated(estate.associated("h1", "v", PrivilegeGranted=False))
    assert estate.seen() == []
