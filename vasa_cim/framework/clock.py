"""The clock, as an argument: tests turn it by hand."""

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


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the date and time, in UTC with a zone."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()
