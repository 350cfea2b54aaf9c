"""Counting failed logins, and refusing more of them for a while (`vasa-1.0 4.6`)."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from vasa_cim.clock import Clock

FAILURES_PER_ADDRESS = 3
FAILURES_PER_USER = 30
LOCK_SECONDS = 300.0
MOST_COUNTERS = 10_000

Key = tuple[str, str | None]


@dataclass(slots=True)
class _Counter:
    failures: int
    last: float


class Lockout:
    """Counts failed logins per user and address, and per user wherever they come from.

    A count is forgotten 300 seconds after its last failure; until then 3 (30) of them lock. Attempts while locked
    do not count. Whether the user exists plays no part. Safe to use from any thread; memory is bounded.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counters: OrderedDict[Key, _Counter] = OrderedDict()  # by time of the last failure, oldest first

    def try_begin(self, user: str, address: str) -> bool:
        """Return whether a login may be tried now. It counts as failed until `succeeded` or `undecided` is called."""
        now = self._clock.monotonic()
        with self._lock:
            self._forget_old(now)
            if self._failures(_key(user, address)) >= FAILURES_PER_ADDRESS:
                return False
            if self._failures(_key(user)) >= FAILURES_PER_USER:
                return False
            for key in (_key(user, address), _key(user)):
                self._count(key, now)
            return True

    def succeeded(self, user: str, address: str) -> None:
        """Take back the attempt, and forget what this user failed from this address."""
        with self._lock:
            self._counters.pop(_key(user, address), None)
            self._take_back(_key(user))

    def undecided(self, user: str, address: str) -> None:
        """Take back the attempt: nobody could say whether it was right."""
        with self._lock:
            self._take_back(_key(user, address))
            self._take_back(_key(user))

    def __len__(self) -> int:
        return len(self._counters)

    def _failures(self, key: Key) -> int:
        counter = self._counters.get(key)
        return counter.failures if counter else 0

    def _count(self, key: Key, now: float) -> None:
        counter = self._counters.setdefault(key, _Counter(0, now))
        counter.failures, counter.last = counter.failures + 1, now
        self._counters.move_to_end(key)
        if len(self._counters) > MOST_COUNTERS:
            unlocked = (old for old, found in self._counters.items() if found.failures < _limit(old))
            del self._counters[next(unlocked, next(iter(self._counters)))]

    def _take_back(self, key: Key) -> None:
        if counter := self._counters.get(key):
            counter.failures -= 1
            if counter.failures <= 0:
                del self._counters[key]

    def _forget_old(self, now: float) -> None:
        while self._counters:
            key, counter = next(iter(self._counters.items()))
            if now - counter.last < LOCK_SECONDS:
                return
            del self._counters[key]


def _key(user: str, address: str | None = None) -> Key:
    return user.strip().casefold(), address


def _limit(key: Key) -> int:
    return FAILURES_PER_USER if key[1] is None else FAILURES_PER_ADDRESS
