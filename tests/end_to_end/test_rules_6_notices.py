"""vasa-1.0 6.1 on queues in which nothing has happened: the array is healthy and does not change."""

import pytest

POLLS = {"getEvents": ("lastEventId", "LostEvent"), "getAlarms": ("lastAlarmId", "LostAlarm")}


@pytest.fixture(params=POLLS)
def operation(request):
    return request.param


@pytest.fixture
def poll(session, initiators, operation):
    """Polls one queue of a session of its own, with any text as last id, or None for no argument."""
    own = session("".join(initiators))
    argument = POLLS[operation][0]

    def ask(last):
        return own.call(operation, "" if last is None else f"<v:{argument}>{last}</v:{argument}>")

    ask.session = own
    return ask


@pytest.mark.parametrize("beginning", ["0", "-1", None])
def test_the_beginning_has_three_names(poll, beginning):
    for _ in range(3):
        assert poll(beginning).returns == []


@pytest.mark.parametrize("last", ["-2", "-100", "-9223372036854775808"])
@pytest.mark.parametrize("polled_before", [False, True])
def test_below_the_beginning(poll, last, polled_before):
    if polled_before:
        assert poll("0").returns == []
    assert poll(last).fault == "InvalidArgument"


@pytest.mark.parametrize("last", ["5", "1", "9223372036854775807"])
def test_a_first_poll_ahead_has_lost_something(poll, operation, last):
    assert poll(last).fault == POLLS[operation][1]


def test_after_the_loss_any_id_is_the_beginning(poll, operation):
    assert poll("5").fault == POLLS[operation][1]
    assert poll("7").returns == []
    assert poll("5").returns == []
    assert poll("-1").returns == []
    assert poll("0").returns == []


def test_a_later_poll_ahead_is_refused(poll):
    assert poll("0").returns == []
    assert poll("5").fault == "InvalidArgument"
    assert poll("0").returns == []


@pytest.mark.parametrize("text", ["abc", "1.5", "1e3", "0x1", "9223372036854775808", "1 2"])
def test_what_is_no_long(poll, text):
    assert poll("0").returns == []
    assert poll(text).fault == "InvalidArgument"


def test_blanks_around_a_number_do_not_matter(poll):
    assert poll(" \n0 ").returns == []


def test_the_two_queues_are_independent(poll, operation):
    (other,) = set(POLLS) - {operation}
    assert poll("5").fault == POLLS[operation][1]
    argument, lost = POLLS[other]
    assert poll.session.call(other, f"<v:{argument}>5</v:{argument}>").fault == lost
    assert poll.session.call(other, f"<v:{argument}>0</v:{argument}>").returns == []


def test_alarms_of_a_new_session_are_its_objects_that_are_not_green(session, initiators, soap):
    own = session("".join(initiators))
    luns = own.call("queryStorageLuns", soap.elements("lunUniqueId", own.ids("StorageLun"))).returns
    names = {
        lun.findtext(f"{{{soap.D}}}uniqueIdentifier")
        for lun in luns
        if lun.findtext(f"{{{soap.D}}}thinProvisioningStatus") != "Green"
    }
    alarms = own.call("getAlarms", "<v:lastAlarmId>0</v:lastAlarmId>").returns
    capacity = [one for one in alarms if one.findtext(f"{{{soap.D}}}alarmType") == "SpaceCapacity"]
    assert {one.findtext(f"{{{soap.D}}}objectId") for one in capacity} == names
