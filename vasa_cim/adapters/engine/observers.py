"""Indication observers: who is told of the hints that the poll thread takes from the queue (the patent's
`indicationobserver`)."""

import threading
from collections.abc import Sequence
from typing import Protocol

from vasa_cim.adapter import Hint


class IndicationObserver(Protocol):
    """One that wants to know of hints before what they name is read anew."""

    def observe(self, hints: Sequence[Hint]) -> None:
        """Take note; called by the poll thread, so it must be quick and raise nothing."""
        ...


class IndicationObservers:
    """The observers of one source. Safe for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observers: tuple[IndicationObserver, ...] = ()

    def register(self, observer: IndicationObserver) -> None:
        """Add an observer; one that is there already stays once."""
        with self._lock:
            if observer not in self._observers:
                self._observers = (*self._observers, observer)

    def deregister(self, observer: IndicationObserver) -> None:
        """Remove an observer; unknown ones are ignored."""
        with self._lock:
            self._observers = tuple(one for one in self._observers if one is not observer)

    def notify(self, hints: Sequence[Hint]) -> None:
        """Tell all observers, outside the lock."""
        for observer in self._observers:
            observer.observe(hints)
