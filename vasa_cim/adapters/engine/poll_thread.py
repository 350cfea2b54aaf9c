"""The poll thread: reads a source at intervals, when a hint comes, and when asked, until it is closed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog

from vasa_cim.adapter import Hint, SourceStatus
from vasa_cim.adapters.engine.failure_log import FailureLog
from vasa_cim.adapters.engine.indication_queue import EVERYTHING, IndicationQueue
from vasa_cim.clock import WaitingClock
from vasa_cim.errors import SourceError, SourceFailed

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Times in seconds. `poll_interval` lies between the beginnings of whole readings.

    After a failure the thread waits `retry_min`, then twice as long each time up to `retry_max`. `settle` is how
    long it waits after a hint for more of them. `queue_limit` is the number of hints that are told apart. `reminder`
    is how long a failure that lasts stays unmentioned in the log.
    """

    poll_interval: float = 300.0
    retry_min: float = 5.0
    retry_max: float = 60.0
    settle: float = 1.0
    queue_limit: int = 1000
    reminder: float = 3600.0


class PollThread:
    """One thread for one source. It calls `read` with the hints that woke it, empty for a whole reading."""

    def __init__(
        self,
        source: str,
        watch: Callable[[], None],
        read: Callable[[tuple[Hint, ...]], None],
        queue: IndicationQueue,
        settings: EngineSettings,
        clock: WaitingClock,
    ) -> None:
        self._source = source
        self._watch = watch
        self._read = read
        self._queue = queue
        self._settings = settings
        self._clock = clock
        self._settled = threading.Event()
        self._failure: SourceStatus | None = None
        self._failures = 0
        self._failure_log = FailureLog(settings.reminder)
        self._whole_began: float | None = None
        self._reading = False
        self._thread = threading.Thread(target=self._run, name=f"poll {source}")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def join(self) -> None:
        """Wait for the thread's end; its queue must have been closed. A thread never started has ended."""
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join()

    @property
    def failure(self) -> SourceStatus | None:
        """The last failure since the last success, as a status without data; None if the last reading succeeded."""
        return self._failure

    def settled(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the first success or failure; return whether one came."""
        return self._settled.wait(timeout)

    def refresh(self) -> None:
        """Wake the thread if the last whole reading began more than one poll interval ago; returns at once.

        A reading that runs is fresh enough, and a source that fails is not asked sooner for that.
        """
        began = self._whole_began
        late = began is None or self._clock.monotonic() - began > self._settings.poll_interval
        if late and not self._reading:
            self._queue.offer(EVERYTHING)

    def _run(self) -> None:
        self._attempt(self._watch, "the source cannot be watched; it is polled", outcome=False)
        hints: tuple[Hint, ...] = ()
        while not self._queue.closed:
            self._reading = True
            began = self._clock.monotonic()
            succeeded = self._attempt(partial(self._read, hints), "the source cannot be read", outcome=True)
            if succeeded and not hints:
                self._whole_began = began
            self._reading = False
            hints = self._next_hints(rest=self._clock.monotonic() - began)
        self._settled.set()

    def _next_hints(self, rest: float) -> tuple[Hint, ...]:
        """Wait for the next reading's time or hints; return the hints, empty for a whole reading.

        `rest` is how long the last reading took: the source is left alone as long, but no longer than an interval.
        """
        now, interval = self._clock.monotonic(), self._settings.poll_interval
        if self._failures:
            self._queue.wait(now + self._backoff(), for_hints=False)
            self._queue.take()
            return ()
        earliest = now + min(rest, interval)
        due = max((now if self._whole_began is None else self._whole_began) + interval, earliest)
        self._queue.wait(due)
        woken = self._clock.monotonic()
        if woken < due:
            self._queue.wait(min(due, max(earliest, woken + self._settings.settle)), for_hints=False)
        taken = self._queue.take()
        return () if EVERYTHING in taken or self._clock.monotonic() >= due else taken

    def _backoff(self) -> float:
        return min(self._settings.retry_min * 2.0 ** min(self._failures - 1, 30), self._settings.retry_max)

    def _attempt(self, action: Callable[[], None], sentence: str, *, outcome: bool) -> bool:
        """Do something that may fail; return whether it did not. The thread outlives any error.

        `outcome` tells whether this decides if the source counts as failing.
        """
        try:
            action()
        except SourceError as error:
            self._failed(error, sentence, outcome=outcome)
        except Exception as error:  # noqa: BLE001 - the thread's outermost guard: a defect must not end all polling
            reason = f"internal error ({type(error).__name__})"
            if self._is_news(f"defect: {reason}"):
                _log.exception("a defect was met while reading", source=self._source)
            self._failed(SourceFailed(source=self._source, reason=reason, status=None), sentence, outcome=outcome)
        else:
            if outcome:
                self._succeeded()
            return True
        return False

    def _succeeded(self) -> None:
        if self._failures:
            _log.info("the source is read again", source=self._source, failures=self._failures)
        self._failures, self._failure = 0, None
        self._failure_log.clear()
        self._settled.set()

    def _failed(self, error: SourceError, sentence: str, *, outcome: bool) -> None:
        if self._queue.closed:
            return  # the error is our own doing: the connection was closed under it
        if not outcome:
            _log.warning(sentence, source=self._source, reason=str(error))
            return
        self._failure = SourceStatus(source=self._source, error=str(error), failed_at=self._clock.now())
        self._failures += 1
        if self._is_news(str(error)):
            _log.warning(sentence, source=self._source, reason=str(error), failures=self._failures)
        self._settled.set()

    def _is_news(self, reason: str) -> bool:
        return self._failure_log.is_news(reason, self._clock.monotonic())
