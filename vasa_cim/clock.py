"""The clock, as an argument: tests turn it by hand, and neither wait nor guess."""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two kinds of time: the calendar's, for validity and time stamps, and one that never jumps, for time-outs."""

    def now(self) -> datetime:
        """Return the date and time, in UTC with a zone."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some moment; only differences mean anything."""
        ...


class WaitingClock(Clock, Protocol):
    """A clock by which a thread also waits."""

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait, its lock held, until the condition is notified or the seconds are over; None waits for ever."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the date and time, in UTC with a zone."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait, its lock held, until the condition is notified or the seconds are over; None waits for ever."""
        condition.wait(seconds)
