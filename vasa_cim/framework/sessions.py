"""Sessions: the context of each vCenter session, and the manager that makes, finds and ends them (`vasa-1.0 5.1`)."""

import secrets
import string
import threading
from collections.abc import Callable, Sequence

import structlog

from vasa_cim.clock import Clock
from vasa_cim.errors import InvalidSession, StorageFault, StoreError
from vasa_cim.framework.queues import AlarmQueue, EventQueue
from vasa_cim.framework.settings import ProviderSettings
from vasa_cim.framework.timeout_thread import SessionTimeoutThread
from vasa_cim.model.usage_context import UsageContext
from vasa_cim.store.sessions import MemorySessionStore, SessionRecord, SessionStore

SESSION_ID_LENGTH = 43  # letters and digits: 256 bits
TOUCH_SECONDS = 60.0
_ALPHABET = string.ascii_letters + string.digits

log = structlog.get_logger()


def new_session_id() -> str:
    """Return a new, unguessable session id: 256 random bits as letters and digits (`vasa-1.0 1.7`)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(SESSION_ID_LENGTH))


class SessionContext:
    """One active session. Its client scope never changes; the queues and the time of the last call do.

    `certificate` is the SHA-256 of the certificate that opened it, None without one; `timeout` is in seconds.
    Running calls hold a reference and may finish after `ended` has become true.
    """

    def __init__(self, record: SessionRecord, settings: ProviderSettings, last_call: float) -> None:
        self.record = record
        self.session_id = record.session_id
        self.certificate = record.certificate
        self.usage = record.usage
        self.timeout = record.timeout
        self.events = EventQueue(settings.event_queue_size, settings.batch_limit)
        self.alarms = AlarmQueue(settings.alarm_queue_size, settings.batch_limit)
        self.last_call = last_call
        self.last_touch = last_call
        self.ended = False

    def idle_in(self, now: float) -> float:
        """Return the seconds from `now` (monotonic) until the session has been idle for too long."""
        return self.last_call + self.timeout - now


class SessionContextManager:
    """All sessions of this process. Safe to use from any thread.

    `ended` is told the id of each session after it has ended (from the thread that ended it); `store` keeps the
    records, in memory by default; `new_id` makes session ids; `condition` is for tests of the timeout thread.
    """

    def __init__(
        self,
        settings: ProviderSettings,
        clock: Clock,
        *,
        ended: Callable[[str], None],
        store: SessionStore | None = None,
        new_id: Callable[[], str] = new_session_id,
        condition: threading.Condition | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._ended = ended
        self._store = store or MemorySessionStore()
        self._new_id = new_id
        self._lock = threading.Lock()
        self._sessions: dict[str, SessionContext] = {}  # oldest first
        self._leaving: set[str] = set()  # end as soon as their successor is complete
        self._timeout_thread = SessionTimeoutThread(self.end_idle, condition)

    def open(self) -> Sequence[SessionContext]:
        """Take over the sessions that the store still holds, start the timeout thread; return the sessions.

        Raises StoreError.
        """
        wall, now = self._clock.now(), self._clock.monotonic()
        for record in self._store.all():
            idle = max((wall - record.last_call_at).total_seconds(), 0.0)
            if idle >= record.timeout:
                self._store.remove(record.session_id)
                continue
            self._sessions[record.session_id] = SessionContext(record, self._settings, now - idle)
        self._timeout_thread.start()
        return list(self._sessions.values())

    def close(self) -> None:
        """Stop the timeout thread. The records stay in the store."""
        self._timeout_thread.stop()

    def __len__(self) -> int:
        return len(self._sessions)

    def all(self) -> Sequence[SessionContext]:
        """Return the live sessions, oldest first."""
        with self._lock:
            return list(self._sessions.values())

    def find(self, session_id: str | None) -> SessionContext | None:
        """Return the session, None if it is unknown or was idle for too long. Its idle timer is not restarted."""
        session = self._sessions.get(session_id) if session_id else None
        return session if session and session.idle_in(self._clock.monotonic()) > 0 else None

    def use(self, session_id: str, certificate: str | None) -> SessionContext:
        """Return the session and restart its idle timer.

        Raises InvalidSession, alike for a session that never was, has ended, or belongs to another certificate.
        """
        session = self.find(session_id)
        if session is None or session.certificate != certificate:
            if session is not None:
                log.warning("a session was used with another certificate than its own", certificate=certificate)
            raise InvalidSession(reason="it is unknown or has expired")
        session.last_call = self._clock.monotonic()
        if session.last_call - session.last_touch >= TOUCH_SECONDS:
            session.last_touch = session.last_call
            self._without_fail(lambda: self._store.touch(session_id, self._clock.now()))
        return session

    def create(
        self,
        usage: UsageContext,
        certificate: str | None,
        *,
        replaces: str | None,
        begin: Callable[[SessionContext], None],
    ) -> SessionContext:
        """Open a session, and end the one called `replaces` if the same certificate opened that.

        `begin` starts what serves the session; it runs before the old one ends. When there are too many sessions
        the oldest of the same certificate ends. Raises StorageFault (Fault.TooManySessions) if there is none;
        that, StoreError and whatever `begin` raises leave everything as it was; InvalidSession if the certificate's
        sessions were ended meanwhile.
        """
        self.end_idle()
        session = self._made(usage, certificate)
        leaving = self._insert(session, replaces)
        try:
            self._store.add(session.record)
            begin(session)
            if session.ended:
                raise InvalidSession(reason="the certificate was removed meanwhile")
        except BaseException:
            self._withdraw(session, leaving)
            raise
        for old in leaving:
            self.end(old)
        self._timeout_thread.wake()
        log.info("session opened", certificate=certificate, vcenter=usage.vc_guid, timeout=session.timeout)
        return session

    def end(self, session_id: str) -> bool:
        """End a session; return whether it was there."""
        with self._lock:
            session = self._sessions.pop(session_id, None)
            self._leaving.discard(session_id)
        if session is None:
            return False
        session.ended = True
        self._without_fail(lambda: self._store.remove(session_id))
        self._ended(session_id)
        log.info("session ended", certificate=session.certificate, vcenter=session.usage.vc_guid)
        return True

    def end_of_certificate(self, certificate: str) -> None:
        """End all sessions that this certificate (SHA-256) has opened."""
        for session in self.all():
            if session.certificate == certificate:
                self.end(session.session_id)

    def end_idle(self) -> float | None:
        """End the sessions that were idle for too long; return the seconds until the next may be, None if none is."""
        now = self._clock.monotonic()
        for session in self.all():
            if session.idle_in(now) <= 0:
                self.end(session.session_id)
        return min((session.idle_in(now) for session in self.all()), default=None)

    def _made(self, usage: UsageContext, certificate: str | None) -> SessionContext:
        now = self._clock.now()
        record = SessionRecord(
            session_id=self._new_id(),
            certificate=certificate,
            usage=usage,
            timeout=self._settings.session_timeout(usage.session_timeout_in_seconds),
            opened_at=now,
            last_call_at=now,
        )
        return SessionContext(record, self._settings, self._clock.monotonic())

    def _insert(self, session: SessionContext, replaces: str | None) -> list[str]:
        """Enter the session, so that notices reach it from its beginning; return the ids of those that must go."""
        with self._lock:
            own = [
                old.session_id
                for old in self._sessions.values()
                if old.certificate == session.certificate and old.session_id not in self._leaving
            ]
            leaving = [old for old in own if old == replaces]
            if len(self._sessions) - len(self._leaving) - len(leaving) >= self._settings.max_sessions:
                oldest = next((old for old in own if old != replaces), None)
                if oldest is None:
                    raise _too_many(self._settings.max_sessions)
                leaving.append(oldest)
            self._leaving.update(leaving)
            self._sessions[session.session_id] = session
            return leaving

    def _withdraw(self, session: SessionContext, leaving: Sequence[str]) -> None:
        with self._lock:
            self._leaving.difference_update(leaving)
        if not self.end(session.session_id):
            self._ended(session.session_id)  # it was ended while `begin` was at work, which may have begun it since

    def _without_fail(self, keep: Callable[[], None]) -> None:
        """Change the store, where the call can be served all the same if that fails."""
        try:
            keep()
        except StoreError as error:
            log.error("the record of a session could not be changed", error=str(error))


def _too_many(limit: int) -> StorageFault:
    return StorageFault(
        f"{limit} sessions are open and none is to be replaced",
        message_id="Fault.TooManySessions",
        parameters={"limit": str(limit)},
    )
