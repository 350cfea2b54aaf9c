"""Counting failed logins, and refusing more of them for a while (`vasa-1.0 4.6`)."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from vasa_cim.clock import Clock

FAILURES_PER_USER_AND_ADDRESS = 3
FAILURES_PER_USER = 30
FAILURES_PER_ADDRESS = 100
LOCK_SECONDS = 300.0
WAIT_SECONDS = 60.0
MOST_COUNTERS = 10_000

Key = tuple[str | None, str | None]


@dataclass(slots=True)
class _Counter:
    last: float
    failures: int = 0
    pending: int = 0


class Lockout:
    """Counts failed logins per user and address, per user from wherever, and per address for whichever user.

    A count is forgotten 300 seconds after its last failure; until then 3 (30, 100) of them lock. Attempts while
    locked do not count. Whether the user exists plays no part. Safe to use from any thread; memory is bounded.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._decided = threading.Condition()
        self._counters: OrderedDict[Key, _Counter] = OrderedDict()  # by time of the last failure, oldest first

    def try_begin(self, user: str, address: str) -> bool:
        """Return whether a login may be tried now; then one of the methods below must follow.

        Attempts under way could all fail: one that would then be too many waits for their outcome, 60 seconds at
        most. So parallel guesses gain nothing, and parallel logins with the right password all succeed.
        """
        keys = _keys(user, address)
        with self._decided:
            if not self._decided.wait_for(lambda: self._is_locked(keys) or self._has_room(keys), WAIT_SECONDS):
                return False
            if self._is_locked(keys):
                return False
            for key in keys:
                self._counters.setdefault(key, _Counter(self._clock.monotonic())).pending += 1
            return True

    def failed(self, user: str, address: str) -> None:
        """Count the attempt."""
        now = self._clock.monotonic()

        def count(key: Key, counter: _Counter) -> None:
            counter.failures, counter.last = counter.failures + 1, now
            self._counters.move_to_end(key)

        self._decide(_keys(user, address), count)
        with self._decided:
            self._forget_some()

    def succeeded(self, user: str, address: str) -> None:
        """Take back the attempt, and forget what this user failed from this address."""

        def forget(key: Key, counter: _Counter) -> None:
            if None not in key:
                counter.failures = 0

        self._decide(_keys(user, address), forget)

    def undecided(self, user: str, address: str) -> None:
        """Take back the attempt: nobody could say whether it was right."""
        self._decide(_keys(user, address), lambda key, counter: None)

    def __len__(self) -> int:
        return len(self._counters)

    def _decide(self, keys: tuple[Key, ...], change: Callable[[Key, _Counter], None]) -> None:
        with self._decided:
            for key in keys:
                counter = self._counters[key]
                counter.pending -= 1
                change(key, counter)
                if not (counter.failures or counter.pending):
                    del self._counters[key]
            self._decided.notify_all()

    def _is_locked(self, keys: tuple[Key, ...]) -> bool:
        self._forget_old()
        return any((found := self._counters.get(key)) and found.failures >= _limit(key) for key in keys)

    def _has_room(self, keys: tuple[Key, ...]) -> bool:
        found = [(self._counters.get(key), _limit(key)) for key in keys]
        return all(counter is None or counter.failures + counter.pending < limit for counter, limit in found)

    def _forget_old(self) -> None:
        now = self._clock.monotonic()
        while self._counters:
            key, counter = next(iter(self._counters.items()))
            if now - counter.last < LOCK_SECONDS:
                return
            if counter.pending:
                counter.failures, counter.last = 0, now
                self._counters.move_to_end(key)
            else:
                del self._counters[key]

    def _forget_some(self) -> None:
        """Keep the memory bounded: those go first that lock nobody; attempts under way stay."""
        while len(self._counters) > MOST_COUNTERS:
            idle = [key for key, counter in self._counters.items() if not counter.pending]
            if not idle:
                return
            del self._counters[next((key for key in idle if self._counters[key].failures < _limit(key)), idle[0])]


def _keys(user: str, address: str) -> tuple[Key, ...]:
    name = user.strip().casefold()
    return (name, address), (name, None), (None, address)


def _limit(key: Key) -> int:
    if key[0] is None:
        return FAILURES_PER_ADDRESS
    return FAILURES_PER_USER if key[1] is None else FAILURES_PER_USER_AND_ADDRESS
