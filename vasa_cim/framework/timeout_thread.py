"""The session timeout thread: ends the sessions that nobody uses any more."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger()

PAUSE_AFTER_TROUBLE = 60.0


class SessionTimeoutThread:
    """Calls `end_idle` whenever a session may have become idle; lives as long as the session context manager.

    `end_idle` ends what is idle and returns the seconds until the next session can become so, None if there is no
    session. `condition` is what the thread waits on; tests give one that does not wait.
    """

    def __init__(self, end_idle: Callable[[], float | None], condition: threading.Condition | None = None) -> None:
        self._end_idle = end_idle
        self._condition = condition or threading.Condition()
        self._woken = False
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="session-timeout", daemon=True)

    def start(self) -> None:
        """Start the thread. Once only."""
        self._thread.start()

    def wake(self) -> None:
        """Have the thread look again: there is a new session, or one less."""
        with self._condition:
            self._woken = True
            self._condition.notify_all()

    def stop(self) -> None:
        """End the thread and wait for it. Idempotent."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped:
            self._wait(self._look())

    def _look(self) -> float | None:
        try:
            return self._end_idle()
        except Exception:  # the thread's outermost loop: one bad session must not keep all others alive
            log.exception("ending idle sessions failed")
            return PAUSE_AFTER_TROUBLE

    def _wait(self, seconds: float | None) -> None:
        with self._condition:
            if not (self._stopped or self._woken):
                self._condition.wait(seconds)
            self._woken = False
