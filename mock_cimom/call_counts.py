"""How often each operation was called, and since when."""

import time
from collections import Counter
from collections.abc import Callable
from threading import Lock


class CallCounts:
    """Counts by name of operation. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._lock = Lock()
        self._counts: Counter[str] = Counter()

    def count(self, operation: str) -> None:
        """Count one call. The caller limits the names, as each is kept."""
        with self._lock:
            self._counts[operation] += 1

    def by_operation(self) -> dict[str, int]:
        """Return the counts by name, sorted by name."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def uptime(self) -> float:
        """Return the seconds since counting began."""
        return self._clock() - self._begun
