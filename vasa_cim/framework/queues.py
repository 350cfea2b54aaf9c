"""The event queue and the alarm queue of a session (`vasa-1.0 6.1` to `6.3`).

Ids start at 1 and rise by exactly 1, so 0 and -1 both mean "from the beginning" and are never real. What is queued
is always the unbroken range `floor` + 1 .. `newest`; everything up to `floor` is gone, either because the client has
acknowledged it (by polling with a higher id) or because the queue was full.
"""

import itertools
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

import structlog

from vasa_cim.errors import InvalidArgument, LostAlarm, LostEvent
from vasa_cim.model.notices import StorageAlarm, StorageEvent

T = TypeVar("T")
BEGINNING = (0, -1)

log = structlog.get_logger()


class NoticeQueue(Generic[T]):
    """A bounded queue of notices with sequential ids. Safe to use from any thread.

    `size` is the number of notices kept when nobody polls; `batch_limit` the most that one poll returns.
    """

    lost: ClassVar[type[LostEvent] | type[LostAlarm]]
    argument: ClassVar[str]

    def __init__(self, size: int, batch_limit: int) -> None:
        self._size = size
        self._batch_limit = batch_limit
        self._lock = threading.Lock()
        self._queued: deque[T] = deque()
        self._floor = 0
        self._unreported_loss = 0  # highest id dropped unread that no Lost fault has told of; 0: none
        self._polled = False
        self._recovering = False  # since a Lost fault, until the client sends an id given after it
        self._given = 0  # highest id handed out since the last Lost fault

    def __len__(self) -> int:
        return len(self._queued)

    @property
    def newest(self) -> int:
        """The newest id given, 0 if none was."""
        return self._floor + len(self._queued)

    def post(self, make: Callable[[int], T]) -> int:
        """Give the next id, queue what `make` builds with it, and return the id. Drops the oldest when full."""
        with self._lock:
            number = self.newest + 1
            self._queued.append(make(number))
            if len(self._queued) > self._size:
                self._drop_oldest()
            return number

    def poll(self, last_id: int) -> Sequence[T]:
        """Return the notices after `last_id`, oldest first, at most one batch.

        Raises InvalidArgument for an id below -1 or ahead of the queue; LostEvent or LostAlarm, once, where what
        the client lacks is no longer there, or where its first id comes from another session. After that any id
        counts as "from the beginning" until one arrives that was given since.
        """
        if last_id < -1:
            raise InvalidArgument(argument=self.argument, reason="it is less than -1")
        with self._lock:
            first, self._polled = not self._polled, True
            if first and last_id > 0:
                raise self._loss(last_id)
            if last_id in BEGINNING or (self._recovering and not self._floor <= last_id <= self._given):
                return self._from_the_beginning(last_id)
            return self._after(last_id)

    def _from_the_beginning(self, last_id: int) -> Sequence[T]:
        if self._unreported_loss:
            raise self._loss(last_id)
        return self._batch()

    def _after(self, last_id: int) -> Sequence[T]:
        if last_id > self.newest:
            raise InvalidArgument(argument=self.argument, reason="it is ahead of the newest one")
        if last_id < self._floor:
            raise self._loss(last_id)
        self._recovering = False
        self._acknowledge(last_id)
        return self._batch()

    def _acknowledge(self, last_id: int) -> None:
        self._unreported_loss = 0
        while self._floor < last_id:
            self._queued.popleft()
            self._floor += 1

    def _batch(self) -> Sequence[T]:
        batch = list(itertools.islice(self._queued, self._batch_limit))
        self._given = max(self._given, self._floor + len(batch))
        return batch

    def _drop_oldest(self) -> None:
        self._queued.popleft()
        self._floor += 1
        if not self._unreported_loss:
            log.warning("queue is full, the oldest are dropped", queue=type(self).__name__, size=self._size)
        self._unreported_loss = self._floor

    def _loss(self, last_id: int) -> LostEvent | LostAlarm:
        self._unreported_loss = 0
        self._recovering = True
        self._given = 0
        return self.lost(last_id=last_id)


class EventQueue(NoticeQueue[StorageEvent]):
    """The events of one session."""

    lost = LostEvent
    argument = "lastEventId"


class AlarmQueue(NoticeQueue[StorageAlarm]):
    """The alarms of one session."""

    lost = LostAlarm
    argument = "lastAlarmId"
