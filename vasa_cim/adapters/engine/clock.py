"""Time as the engine sees it: an argument, so that tests need neither wait nor guess."""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time and waits."""

    def now(self) -> datetime:
        """Return the time of day, with a zone."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait, its lock held, until the condition is notified or the seconds are over; None waits for ever."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the time of day in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait, its lock held, until the condition is notified or the seconds are over; None waits for ever."""
        condition.wait(seconds)
