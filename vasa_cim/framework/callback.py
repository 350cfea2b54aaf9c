"""The adapter callback service: the way by which platform modules post events and alarms to a session."""

from dataclasses import replace

from vasa_cim.framework.sessions import SessionContextManager
from vasa_cim.model.notices import StorageAlarm, StorageEvent


class AdapterCallbackService:
    """Numbers and queues notices (`vasa-1.0 6.1`); fulfils `adapter.AdapterCallback`.

    Each session counts its events and its alarms apart, from 1. Both methods return at once and may be called from
    any thread; a session that has ended is ignored.
    """

    def __init__(self, sessions: SessionContextManager) -> None:
        self._sessions = sessions

    def add_event(self, session_id: str, event: StorageEvent) -> None:
        """Give the event the session's next event id and queue it."""
        if session := self._sessions.find(session_id):
            session.events.post(lambda number: replace(event, event_id=number))

    def add_alarm(self, session_id: str, alarm: StorageAlarm) -> None:
        """Give the alarm the session's next alarm id and queue it."""
        if session := self._sessions.find(session_id):
            session.alarms.post(lambda number: replace(alarm, alarm_id=number))
