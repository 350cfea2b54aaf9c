"""Addresses of host names that mounts use: looked up beside the queries, and remembered (`smis-mapping 4.3` rule 2)."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import SimpleQueue

from vasa_cim.model.mounts import address_order, normalise_address

Lookup = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class ResolverTimes:
    """How long is waited for an answer, and how long addresses and failures are believed; seconds."""

    timeout: float = 2.0
    good: float = 300.0
    bad: float = 60.0


DEFAULT_TIMES = ResolverTimes()
_THREADS = 8
MOST_QUESTIONS = 2048
"""So many names wait for an answer at most; what is asked beyond them is as if it could not be resolved for now."""


def look_up(name: str) -> list[str]:
    """Return what the system's resolver says of a host name. Raises OSError, ValueError for what can be no name."""
    return [str(found[4][0]) for found in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]


@dataclass
class _Answer:
    """What is known of one name. `addresses` None: it cannot be resolved, or is not yet.

    `asked_at` is when the question that is open, or the last one, was put; `is_open` says that it is open.
    """

    addresses: tuple[str, ...] | None = None
    asked_at: float = 0.0
    is_open: bool = False
    expires_at: float = 0.0


class Resolver:
    """Looks names up in threads of its own, which do not keep the process alive. Safe for all threads."""

    def __init__(
        self,
        lookup: Lookup = look_up,
        clock: Callable[[], float] = time.monotonic,
        times: ResolverTimes = DEFAULT_TIMES,
    ) -> None:
        self._lookup = lookup
        self._clock = clock
        self._times = times
        self._answers: dict[str, _Answer] = {}
        self._changed = threading.Condition()
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self._threads = 0
        self._open = 0
        self._closed = False
        self._version = 0

    @property
    def version(self) -> int:
        """A number that grows whenever a name has other addresses than before."""
        return self._version

    @property
    def open_questions(self) -> int:
        """How many names are being looked up now."""
        return self._open

    def ask(self, names: Iterable[str]) -> None:
        """Begin to look up those of the names of which nothing is known any more; returns at once."""
        with self._changed:
            now = self._clock()
            for name in names:
                answer = self._answers.get(name) or _Answer()
                has_room = self._open < MOST_QUESTIONS and not self._closed
                if has_room and not answer.is_open and answer.expires_at <= now:
                    self._answers[name] = answer
                    answer.is_open, answer.asked_at = True, now
                    self._put(name)

    def _put(self, name: str) -> None:
        self._open += 1
        self._waiting.put(name)
        if self._threads < _THREADS:
            self._threads += 1
            threading.Thread(target=self._work, name="host names", daemon=True).start()

    def addresses(self, name: str) -> tuple[str, ...] | None:
        """Return the addresses of a name, None if it cannot be resolved or was never asked for.

        Waits for an answer only while the question is younger than the time for answers; so all names that were asked
        for at once take no longer than that together.
        """
        with self._changed:
            answer = self._answers.get(name)
            if answer is not None and answer.addresses is None:
                self._wait_for(answer)
            return None if answer is None else answer.addresses

    def settle(self, names: Iterable[str]) -> None:
        """Wait for new answers for these names, too where older ones are known; no longer than for one in all."""
        with self._changed:
            for answer in [self._answers[name] for name in names if name in self._answers]:
                self._wait_for(answer)

    def _wait_for(self, answer: _Answer) -> None:
        while answer.is_open and not self._closed:
            left = answer.asked_at + self._times.timeout - self._clock()
            if left <= 0 or not self._changed.wait(left):
                break

    def forget(self, names: Iterable[str]) -> None:
        """Forget all names but these, and questions only that have been open for long: nobody waits for them."""
        kept = set(names)
        with self._changed:
            old = self._clock() - self._times.bad
            for name, answer in [each for each in self._answers.items() if each[0] not in kept]:
                if not answer.is_open or answer.asked_at <= old:
                    self._open -= answer.is_open
                    answer.is_open = False
                    del self._answers[name]

    def close(self) -> None:
        """End the threads that wait for work, and all waiting for answers. Idempotent."""
        with self._changed:
            self._closed = True
            for _ in range(self._threads):
                self._waiting.put(None)
            self._changed.notify_all()

    def _work(self) -> None:
        while (name := self._waiting.get()) is not None:
            if not self._is_wanted(name):
                continue
            try:
                spelled = [normalise_address(text) for text in self._lookup(name)]
                found = tuple(sorted({address for address in spelled if address}, key=address_order))
                self._store(name, found or None)
            except socket.gaierror as error:
                self._store(name, None, is_final=error.errno == socket.EAI_NONAME)
            except (OSError, ValueError):
                self._store(name, None, is_final=False)

    def _is_wanted(self, name: str) -> bool:
        """Return whether a question is still open: it may have been forgotten, or put again and answered."""
        with self._changed:
            answer = self._answers.get(name)
            return answer is not None and answer.is_open and not self._closed

    def _store(self, name: str, found: tuple[str, ...] | None, *, is_final: bool = True) -> None:
        """Note an answer; a failure that may pass does not take away what was known."""
        with self._changed:
            answer = self._answers.get(name)
            if answer is None or not answer.is_open:
                return  # forgotten meanwhile, or asked for again and answered
            self._open -= 1
            kept = answer.addresses if found is None and not is_final else found
            self._version += kept != answer.addresses
            answer.addresses, answer.is_open = kept, False
            answer.expires_at = self._clock() + (self._times.good if found else self._times.bad)
            self._changed.notify_all()
