"""Each change of a thin status is one alarm to each session that sees the object (`vasa-1.0 6.6`)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from vasa_cim.adapters.engine.cache import CommonCacheManager
from vasa_cim.adapters.engine.sessions import AdapterSessionManager
from vasa_cim.adapters.engine.space_alarms import space_alarms
from vasa_cim.model.enums import AlarmStatus, AlarmType, EntityType

AT = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def alarms():
    """Return a function that gives (last digit of the id, status) of the alarms between two lists of LUNs."""

    def between(before, after):
        one, other = ({lun.unique_identifier: lun for lun in luns} for luns in (before, after))
        return [(each.object_id[-1], each.status) for each in space_alarms(EntityType.LUN, one, other, AT)]

    return between


def test_only_changes_are_told(parts, alarms):
    green, red = parts.lun(1), replace(parts.lun(1), thin_provisioning_status=AlarmStatus.RED)
    assert alarms([green], [green]) == []
    assert alarms([green], [red]) == [("1", AlarmStatus.RED)]
    assert alarms([red], [replace(red, display_name="another")]) == []
    assert alarms([red], [green]) == [("1", AlarmStatus.GREEN)]


def test_what_is_new_was_green_and_what_goes_becomes_green(parts, alarms):
    yellow = replace(parts.lun(2), thin_provisioning_status=AlarmStatus.YELLOW)
    assert alarms([], [parts.lun(1), yellow]) == [("2", AlarmStatus.YELLOW)]
    assert alarms([parts.lun(1), yellow], []) == [("2", AlarmStatus.GREEN)]


def test_an_alarm_says_what_it_is_about(parts):
    red = replace(parts.lun(1), thin_provisioning_status=AlarmStatus.RED)
    (alarm,) = space_alarms(EntityType.LUN, {}, {red.unique_identifier: red}, AT)
    assert (alarm.alarm_type, alarm.object_type, alarm.object_id) == (
        AlarmType.SPACE_CAPACITY,
        EntityType.LUN,
        red.unique_identifier,
    )
    assert (alarm.message_id, alarm.timestamp) == ("Alarm.ThinProvisioned", AT)
    assert [(each.name, each.value) for each in alarm.parameters] == [("state", "Red")]


def test_a_session_hears_of_what_is_red_at_its_beginning_and_of_what_turns_later(parts):
    cache = CommonCacheManager()
    red = replace(parts.lun(1), thin_provisioning_status=AlarmStatus.RED)
    heard = []

    class Callback:
        def add_event(self, session_id, event):
            raise AssertionError("no event is posted")

        def add_alarm(self, session_id, alarm):
            heard.append((session_id, alarm.object_id[-1], alarm.status))

    manager = AdapterSessionManager([parts.Adapter(None)], cache, parts.filter)
    manager.start("early", parts.host, Callback())
    assert heard == []
    cache.publish(parts.inventory(red, parts.lun(2)))
    manager.announce()
    assert heard == [("early", "1", AlarmStatus.RED)]
    manager.start("late", parts.host, Callback())
    manager.announce()
    assert heard == [("early", "1", AlarmStatus.RED), ("late", "1", AlarmStatus.RED)]
    cache.publish(parts.inventory(parts.lun(1), parts.lun(2)))
    manager.announce()
    assert heard[2:] == [("early", "1", AlarmStatus.GREEN), ("late", "1", AlarmStatus.GREEN)]
