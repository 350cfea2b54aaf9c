"""Ctrl-C, SIGTERM and a closed terminal as one KeyboardInterrupt, at a time that leaves nothing half done."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """While entered, the first signal raises KeyboardInterrupt in the main thread; later ones are ignored."""

    def __init__(self) -> None:
        self._held = False
        self._came = False
        self._over = False

    @contextmanager
    def watched(self) -> Iterator["Interrupts"]:
        """Handle the signals within the block; the handlers of before return after it."""
        before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put a signal that comes within the block off to its end."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._came:
            self._raise()

    def ignore(self) -> None:
        """Ignore all signals from now on: clean-up has begun."""
        self._over = True

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self._came = True
        if not self._held:
            self._raise()

    def _raise(self) -> None:
        if not self._over:
            self._over = True
            raise KeyboardInterrupt
