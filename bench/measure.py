"""Timing: contenders take turns, so that the noise of a shared machine falls on all of them alike."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """How long to measure.

    `rounds` are the turns that each contender gets. `load_rounds` are those of the servers under load, each for
    `load_seconds`. `luns` is the size of the array that the large answers are about.
    """

    rounds: int = 9
    load_rounds: int = 3
    load_seconds: float = 2.0
    luns: int = 10_000


THOROUGH = Effort()
QUICK = Effort(rounds=3, load_rounds=1, load_seconds=0.5)


@dataclass(frozen=True)
class Contender:
    """A call to be timed. `turns` are the calls per round: several of a fast one, one of a slow one.

    `before` runs before each call and is not timed.
    """

    call: Callable[[], object]
    turns: int = 5
    before: Callable[[], object] | None = None

    def seconds(self) -> float:
        """Return the seconds that one call takes; its result is dropped outside of them."""
        if self.before is not None:
            self.before()
        start = time.perf_counter()
        result = self.call()
        spent = time.perf_counter() - start
        del result
        return spent


@dataclass(frozen=True)
class Times:
    """Seconds of one call: the median, and the least, which is what a quiet machine would give."""

    median: float
    best: float


def timed(contenders: Mapping[str, Contender], rounds: int) -> dict[str, Times]:
    """Return the times of each contender; each was called once before, to warm it up."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            gc.collect()  # what the one before left behind must not be collected on this one's time
            times[name] += [contender.seconds() for _ in range(contender.turns)]
    return {name: Times(statistics.median(found), min(found)) for name, found in times.items()}


def percentile(values: list[float], part: float) -> float:
    """Return the value below which `part` (0 to 1) of the values lie; there is at least one."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]
