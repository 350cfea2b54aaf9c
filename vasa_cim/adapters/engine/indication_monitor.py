"""The indication monitor of one source (the patent's `VASAblockindicationmonitor`): who watches, and who is told."""

from collections.abc import Sequence

from vasa_cim.adapter import Hint, PlatformAdapter
from vasa_cim.adapters.engine.indication_queue import IndicationQueue
from vasa_cim.adapters.engine.observers import IndicationObservers


class IndicationMonitor:
    """Has the adapters of a source watch it, and tells the observers of what comes out of the queue."""

    def __init__(self, adapters: Sequence[PlatformAdapter], queue: IndicationQueue) -> None:
        self._adapters = tuple(adapters)
        self._queue = queue
        self.observers = IndicationObservers()

    def start(self) -> None:
        """Have every adapter watch, its hints going to the queue; before the first reading. Raises SourceError."""
        for adapter in self._adapters:
            adapter.watch(self._queue.offer)

    def taken(self, hints: Sequence[Hint]) -> None:
        """Tell the observers of hints that were taken from the queue."""
        if hints:
            self.observers.notify(hints)
