"""The session timeout thread, with a condition that never really waits."""

import queue
import threading

from structlog.testing import capture_logs

from vasa_cim.framework.sessions import SessionContextManager
from vasa_cim.framework.settings import ProviderSettings
from vasa_cim.framework.timeout_thread import PAUSE_AFTER_TROUBLE, SessionTimeoutThread
from vasa_cim.model.usage_context import UsageContext

SETTINGS = ProviderSettings(name="p", default_namespace="n", provider_version="1")
PATIENCE = 10.0


class HandCondition(threading.Condition):
    """Reports each wait, and returns from it when the test says so or somebody notifies."""

    def __init__(self):
        super().__init__()
        self.waits = queue.Queue()

    def wait(self, timeout=None):
        self.waits.put(timeout)
        return super().wait(6 * PATIENCE)

    def next_wait(self):
        return self.waits.get(timeout=PATIENCE)

    def elapse(self):
        with self:
            self.notify_all()


def test_the_thread_sleeps_until_the_next_session_can_be_idle_and_ends_it(clock):
    condition, ended = HandCondition(), queue.Queue()
    sessions = SessionContextManager(SETTINGS, clock, ended=ended.put, condition=condition)
    sessions.open()
    try:
        assert condition.next_wait() is None  # no session: sleep for ever
        session = sessions.create(
            UsageContext(session_timeout_in_seconds=60), "aa", replaces=None, begin=lambda new: None
        )
        assert condition.next_wait() == 60
        assert "session-timeout" in {thread.name for thread in threading.enumerate()}
        clock.turn(50)
        sessions.use(session.session_id, "aa")
        clock.turn(10)
        condition.elapse()
        assert condition.next_wait() == 50  # used meanwhile
        assert ended.empty()
        clock.turn(50)
        condition.elapse()
        assert ended.get(timeout=PATIENCE) == session.session_id
        assert condition.next_wait() is None
    finally:
        sessions.close()
    assert "session-timeout" not in {thread.name for thread in threading.enumerate()}


def test_closing_twice_and_closing_what_was_never_opened_is_fine(clock):
    sessions = SessionContextManager(SETTINGS, clock, ended=lambda session_id: None)
    sessions.close()
    sessions = SessionContextManager(SETTINGS, clock, ended=lambda session_id: None)
    sessions.open()
    sessions.close()
    sessions.close()


def test_the_thread_survives_a_failure_and_looks_again():
    condition, looks = HandCondition(), []

    def end_idle():
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("broken session")
        return

    thread = SessionTimeoutThread(end_idle, condition)
    with capture_logs() as logs:
        thread.start()
        assert condition.next_wait() == PAUSE_AFTER_TROUBLE
        condition.elapse()
        assert condition.next_wait() is None
        thread.stop()
    assert [each["log_level"] for each in logs] == ["error"]


def test_a_call_to_wake_up_that_comes_while_it_looks_is_not_lost():
    condition, looks = HandCondition(), []

    def end_idle():
        looks.append(1)
        if len(looks) == 1:
            thread.wake()  # as when a session is opened just now
        return 100.0 * len(looks)

    thread = SessionTimeoutThread(end_idle, condition)
    thread.start()
    assert condition.next_wait() == 200.0
    thread.stop()
