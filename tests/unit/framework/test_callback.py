"""The adapter callback service numbers and queues notices for one session (vasa-1.0 6.1)."""

import pytest

from vasa_cim.framework.callback import AdapterCallbackService
from vasa_cim.framework.sessions import SessionContextManager
from vasa_cim.framework.settings import ProviderSettings
from vasa_cim.model.enums import AlarmStatus, AlarmType, EntityType, EventConfigType, EventType
from vasa_cim.model.notices import StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import UsageContext

SETTINGS = ProviderSettings(name="p", default_namespace="n", provider_version="1")


@pytest.fixture
def sessions(clock):
    return SessionContextManager(SETTINGS, clock, ended=lambda session_id: None)


@pytest.fixture
def opened(sessions):
    return lambda: sessions.create(UsageContext(), "aa", replaces=None, begin=lambda session: None)


@pytest.fixture
def event(clock):
    return StorageEvent(
        event_type=EventType.CONFIG,
        config_type=EventConfigType.NEW,
        object_type=EntityType.LUN,
        object_id="x",
        message_id="VasaCim.StorageLunNew",
        timestamp=clock.now(),
    )


@pytest.fixture
def alarm(clock):
    return StorageAlarm(
        alarm_type=AlarmType.SPACE_CAPACITY,
        object_type=EntityType.LUN,
        object_id="x",
        message_id="Alarm.ThinProvisioned",
        status=AlarmStatus.RED,
        timestamp=clock.now(),
    )


def test_each_session_counts_its_events_and_its_alarms_from_one(sessions, opened, event, alarm):
    callback, one, two = AdapterCallbackService(sessions), opened(), opened()
    callback.add_event(one.session_id, event)
    callback.add_event(one.session_id, event)
    callback.add_event(two.session_id, event)
    callback.add_alarm(one.session_id, alarm)
    assert [each.event_id for each in one.events.poll(0)] == [1, 2]
    assert [each.event_id for each in two.events.poll(0)] == [1]
    assert [each.alarm_id for each in one.alarms.poll(0)] == [1]
    assert two.alarms.poll(0) == []


def test_the_notice_itself_is_what_was_posted_but_for_its_id(sessions, opened, event):
    callback, session = AdapterCallbackService(sessions), opened()
    callback.add_event(session.session_id, event)
    (queued,) = session.events.poll(0)
    assert (queued.object_id, queued.timestamp, queued.message_id) == (
        event.object_id,
        event.timestamp,
        event.message_id,
    )
    assert event.event_id == 0


def test_an_ended_session_is_ignored(sessions, opened, event, alarm):
    callback, session = AdapterCallbackService(sessions), opened()
    sessions.end(session.session_id)
    callback.add_event(session.session_id, event)
    callback.add_alarm(session.session_id, alarm)
    callback.add_event("never was", event)
    assert len(session.events) == len(session.alarms) == 0


def test_notices_posted_while_the_session_is_begun_are_not_lost(sessions, event):
    callback = AdapterCallbackService(sessions)
    session = sessions.create(
        UsageContext(), "aa", replaces=None, begin=lambda new: callback.add_event(new.session_id, event)
    )
    assert [each.event_id for each in session.events.poll(0)] == [1]
