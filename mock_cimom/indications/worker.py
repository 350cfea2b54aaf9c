"""One start of the indication engine: what was noted is matched, numbered and queued, on an event loop of its own."""

import asyncio
import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from collections.abc import Sequence as Several
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pywbem

from mock_cimom.indications.clock import Clock
from mock_cimom.indications.destination import Delivery, DestinationQueue
from mock_cimom.indications.lifecycle import indication_class, life_cycle_indication
from mock_cimom.indications.sender import Sender
from mock_cimom.indications.sequence import Sequence
from mock_cimom.indications.service import FailurePolicy, ServiceSettings, service_settings
from mock_cimom.indications.subscriptions import Destination, Subscription, SubscriptionTable
from mock_cimom.repository import Change, IndexedRepository, Namespace
from mock_cimom.workers import Workers

LOG = logging.getLogger(__name__)

IDLE_POLL_SECONDS = 0.005

Watcher = Callable[[Change], Iterable[pywbem.CIMInstance]]


@dataclass(frozen=True)
class Occurrence:
    """Something that happened in a namespace while `table` held: a change, or an indication made elsewhere."""

    space: Namespace
    table: SubscriptionTable
    time: datetime
    happened: Change | pywbem.CIMInstance


@dataclass(frozen=True)
class Parts:
    """What a worker is made of. `interop` and `host` are asked anew each time; None means that there is none."""

    repository: IndexedRepository
    interop: Callable[[], Namespace | None]
    host: Callable[[], str | None]
    fault: Callable[[str], str | None]
    watchers: Several[Watcher]
    sender: Sender
    clock: Clock
    time_scale: float
    max_queued: int

    def settings(self) -> ServiceSettings:
        """Read the settings of the indication service."""
        return service_settings(self.interop(), self.time_scale)


class Worker:
    """Takes from `noted`, oldest first, what the engine put there."""

    def __init__(self, parts: Parts, noted: deque[Occurrence | SubscriptionTable]) -> None:
        self._parts = parts
        self._noted = noted
        self._service_name = parts.settings().name
        self._start_id = uuid4().hex
        self._identifiers = itertools.count(1)
        self._ordinals = itertools.count(1)
        self._sequences: dict[str, Sequence] = {}
        self._queues: dict[Destination, DestinationQueue] = {}
        self._leaving: set[DestinationQueue] = set()
        self._awake = False
        self._matching = False
        self._writers = Workers(1, "subscription-removal")

    # Called from other threads.

    def wake(self) -> None:
        """Have the loop look at what was noted."""
        if not self._awake:
            self._awake = True
            with suppress(RuntimeError):  # the loop has ended, and nobody asks any more
                self._loop.call_soon_threadsafe(self._work.set)

    def end(self) -> None:
        """Have the loop end."""
        self._loop.call_soon_threadsafe(self._end.set)

    def wait_idle(self, seconds: float) -> bool:
        """Wait until nothing is left to be done; return False if that takes longer."""
        waiting = asyncio.run_coroutine_threadsafe(asyncio.wait_for(self._idle(), seconds), self._loop)
        try:
            waiting.result()
        except TimeoutError:
            return False
        return True

    # Called on the loop.

    async def run(self, ready: threading.Event) -> None:
        """Work until the end is asked for."""
        parts = self._parts
        self._loop = asyncio.get_running_loop()
        self._work, self._end = asyncio.Event(), asyncio.Event()
        self._delivery = Delivery(
            parts.sender, parts.clock, parts.settings, parts.fault, self._given_up, parts.max_queued
        )
        ready.set()
        matching = asyncio.create_task(self._match_all())
        await self._end.wait()
        matching.cancel()
        await asyncio.gather(matching, return_exceptions=True)
        await asyncio.gather(*(one.stop() for one in [*self._queues.values(), *self._leaving]))
        self._writers.shutdown()
        await parts.sender.close()

    async def _match_all(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            self._matching, self._awake = True, False
            while self._take_one():
                await asyncio.sleep(0)
            self._matching = False

    def _take_one(self) -> bool:
        try:
            noted = self._noted.popleft()
        except IndexError:
            return False
        try:
            if isinstance(noted, SubscriptionTable):
                self._follow(noted)
            else:
                self._distribute(noted)
        except Exception:  # one bad change must not end the delivery of all others
            LOG.exception("An indication could not be made")
        return True

    def _follow(self, table: SubscriptionTable) -> None:
        """Let go of destinations that nobody uses any more, and of the sequences of those that are gone."""
        for destination, queue in list(self._queues.items()):
            if destination.key not in table.used:
                queue.retire()
            if destination.key not in table.known:
                del self._queues[destination]
                self._leaving.add(queue)
        self._leaving = {one for one in self._leaving if not one.ended}
        for key in [one for one in self._sequences if one not in table.known]:
            del self._sequences[key]

    def _distribute(self, occurrence: Occurrence) -> None:
        change = occurrence.happened
        if not isinstance(change, Change):
            self._send(occurrence, change.classname, lambda: change)
            return
        for watcher in self._parts.watchers:
            for alert in watcher(change):
                self._send(occurrence, alert.classname, lambda alert=alert: alert)
        self._send(
            occurrence,
            indication_class(change),
            lambda: life_cycle_indication(change, occurrence.time, self._parts.host()),
        )

    def _send(self, occurrence: Occurrence, class_name: str, make: Callable[[], pywbem.CIMInstance | None]) -> None:
        """Queue an indication for each subscription that selects it. It is made if any asks for its class."""
        classes = occurrence.space.classes

        def is_a(name: str, ancestor: str) -> bool:
            return name.lower() == ancestor.lower() or name.lower() in classes.family(ancestor)

        asking = [
            one
            for one in occurrence.table.about(occurrence.space)
            if is_a(class_name, one.query.class_name) and not _expired(one, occurrence.time)
        ]
        indication = make() if asking else None
        if indication is None:
            return
        self._complete(indication, occurrence.time)
        for one in asking:
            if one.query.matches(indication, is_a):
                self._queue(one.destination).put(one.query.project(indication), one.filter_name)

    def _complete(self, indication: pywbem.CIMInstance, time: datetime) -> None:
        if indication.get("IndicationTime") is None:
            indication["IndicationTime"] = pywbem.CIMDateTime(time)
        if indication.get("IndicationIdentifier") is None:
            indication["IndicationIdentifier"] = f"MOCK:{self._start_id}:{next(self._identifiers)}"

    def _queue(self, destination: Destination) -> DestinationQueue:
        queue = self._queues.get(destination)
        if queue is None or not queue.revive():
            sequence = self._sequences.get(destination.key)
            if sequence is None:
                now = self._parts.clock.now()
                sequence = Sequence(self._service_name, self._start_id, now, next(self._ordinals))
                self._sequences[destination.key] = sequence
            queue = self._queues[destination] = DestinationQueue(destination, sequence, self._delivery)
        return queue

    async def _given_up(self, destination: Destination, first: datetime, latest: datetime) -> None:
        parts = self._parts
        interop = parts.interop()
        if interop is not None:
            policy = FailurePolicy(parts.repository, interop, parts.settings(), parts.time_scale)
            # The writer's lock may be held for long by somebody else, who must not hold up the end of the process.
            await self._loop.run_in_executor(self._writers, policy.apply, destination, first, latest)

    async def _idle(self) -> None:
        while self._noted or self._matching or self._awake:
            await asyncio.sleep(IDLE_POLL_SECONDS)
        for queue in [*self._queues.values(), *self._leaving]:
            await queue.idle()


def _expired(subscription: Subscription, now: datetime) -> bool:
    return subscription.expires is not None and now >= subscription.expires
