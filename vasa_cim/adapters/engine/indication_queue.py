"""The one queue of hints of a source: bounded, coalescing, and never in a sender's way.

Hints wait in the order of their arrival, equal ones once. A full queue becomes the one hint that says "look at
everything", so that nothing is lost but precision. The poll thread waits here, also for time and for its end.
"""

import threading
from collections.abc import Callable

import structlog

from vasa_cim.adapter import Hint
from vasa_cim.clock import WaitingClock

_log = structlog.get_logger(__name__)

EVERYTHING = Hint()


class IndicationQueue:
    """Hints for one poll thread, from any number of threads."""

    def __init__(self, source: str, limit: int, clock: WaitingClock) -> None:
        self._source = source
        self._limit = limit
        self._clock = clock
        self._condition = threading.Condition()
        self._hints: dict[Hint, None] = {}
        self._full = False
        self._closed = False

    def offer(self, hint: Hint) -> None:
        """Queue a hint; never blocks. After `close` hints are dropped."""
        with self._condition:
            if self._closed:
                return
            began = self._add(hint)
            self._condition.notify_all()
        if began:
            _log.warning("too many hints; everything is read anew", source=self._source, limit=self._limit)

    def _add(self, hint: Hint) -> bool:
        """Add a hint; return whether this made the queue full."""
        if EVERYTHING in self._hints:
            return False
        if hint.entity_type is None:
            self._hints = {EVERYTHING: None}
            return False
        self._hints[hint] = None
        if len(self._hints) <= self._limit:
            return False
        began, self._full = not self._full, True
        self._hints = {EVERYTHING: None}
        return began

    def take(self) -> tuple[Hint, ...]:
        """Return all hints in order of arrival and leave none."""
        with self._condition:
            taken, self._hints = tuple(self._hints), {}
            ended, self._full = self._full, False
        if ended:
            _log.info("hints are queued again", source=self._source)
        return taken

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def wait(self, until: float, *, for_hints: bool = True) -> None:
        """Wait for a hint (if `for_hints`), the end, or a moment of the clock's `monotonic`, whichever is first."""
        self._wait(lambda: for_hints and bool(self._hints), until)

    def _wait(self, ready: Callable[[], bool], until: float) -> None:
        with self._condition:
            while not (self._closed or ready()):
                left = until - self._clock.monotonic()
                if left <= 0:
                    return
                self._clock.wait(self._condition, left)

    def close(self) -> None:
        """Wake whoever waits, for good. Idempotent."""
        with self._condition:
            self._closed = True
            self._hints = {}
            self._condition.notify_all()
