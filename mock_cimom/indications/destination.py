"""The queue of one destination: indications in their order, numbered, retried, and given up (DSP1054, 7.5)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import pywbem

from mock_cimom.indications.clock import Clock
from mock_cimom.indications.sender import DeliveryError, Sender
from mock_cimom.indications.sequence import Sequence
from mock_cimom.indications.service import ServiceSettings
from mock_cimom.indications.subscriptions import Destination

LOG = logging.getLogger(__name__)

MAX_QUEUED = 10_000


@dataclass(frozen=True)
class Delivery:
    """What all destinations share: how to send, when to try again, what goes wrong on purpose.

    `settings` reads the service's settings; `fault` gives "drop", "double", "reorder", "new-context" or None for the
    class of an indication about to be sent; `given_up` is told of a destination and the times of its first and its
    latest failed delivery since the last one that succeeded.
    """

    sender: Sender
    clock: Clock
    settings: Callable[[], ServiceSettings]
    fault: Callable[[str], str | None]
    given_up: Callable[[Destination, datetime, datetime], Awaitable[None]]
    max_queued: int = MAX_QUEUED


class DestinationQueue:
    """Delivers to one listener, one indication after the other. Only used on the engine's event loop.

    A number belongs to an indication from the moment it is queued: what is lost later leaves a gap that the listener
    can see.
    """

    def __init__(self, destination: Destination, sequence: Sequence, delivery: Delivery) -> None:
        self._destination = destination
        self._sequence = sequence
        self._delivery = delivery
        self._queue: asyncio.Queue[pywbem.CIMInstance | None] = asyncio.Queue()
        self._held: pywbem.CIMInstance | None = None
        self._lost = 0
        self._failing_since: datetime | None = None
        self._retired = False
        self._task = asyncio.create_task(self._run())

    def put(self, indication: pywbem.CIMInstance, filter_name: str) -> None:
        """Queue an indication, of which a numbered copy is made."""
        fault = self._delivery.fault(indication.classname)
        if fault == "new-context":
            self._sequence.renew()
        numbered = self._numbered(indication, filter_name)
        if fault == "drop":
            return
        if fault == "reorder" and self._held is None:
            self._held = numbered
            return
        for one in [numbered] * (2 if fault == "double" else 1):
            self._enqueue(one)
        self._release()

    def _release(self) -> None:
        """Queue the indication that was held back so that another one overtakes it."""
        if self._held is not None:
            held, self._held = self._held, None
            self._enqueue(held)

    def retire(self) -> None:
        """Nobody subscribes any more: what is queued is sent as long as the listener takes it, and then no more."""
        if not self._retired:
            self._retired = True
            self._release()
            self._queue.put_nowait(None)

    def revive(self) -> bool:
        """Somebody subscribes again; return False if this queue has ended."""
        if not self.ended:
            self._retired = False
        return not self.ended

    @property
    def ended(self) -> bool:
        """Whether this queue was retired and has nothing more to do."""
        return self._task.done()

    async def idle(self) -> None:
        """Wait until everything queued was sent or given up."""
        await self._queue.join()

    async def stop(self) -> None:
        """End at once, whatever is queued or under way."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def _numbered(self, indication: pywbem.CIMInstance, filter_name: str) -> pywbem.CIMInstance:
        made = pywbem.CIMInstance(indication.classname, indication.properties)
        context, number = self._sequence.next()
        made["IndicationFilterName"] = filter_name
        made["SequenceContext"] = context
        made["SequenceNumber"] = pywbem.Sint64(number)
        return made

    def _enqueue(self, indication: pywbem.CIMInstance) -> None:
        if self._queue.qsize() >= self._delivery.max_queued:
            self._lost += 1
            if self._lost == 1:
                LOG.warning("The queue of %s is full; indications are lost", self._destination.url)
            return
        if self._lost:
            LOG.warning("%d indications to %s were lost, as its queue was full", self._lost, self._destination.url)
            self._lost = 0
        self._queue.put_nowait(indication)

    async def _run(self) -> None:
        while not (self._retired and self._queue.empty()):
            indication = await self._queue.get()
            try:
                if indication is not None:
                    await self._deliver(indication)
            except Exception:  # one bad indication must not end the queue of its destination
                LOG.exception("An indication to %s failed", self._destination.url)
            finally:
                self._queue.task_done()

    async def _deliver(self, indication: pywbem.CIMInstance) -> None:
        attempt = 0
        while True:
            try:
                await self._delivery.sender.send(self._destination.url, indication)
            except DeliveryError as error:
                settings = self._delivery.settings()
                attempt += 1
                LOG.info("Attempt %d to reach %s failed: %s", attempt, self._destination.url, error)
                if self._retired or attempt > settings.retry_attempts:
                    await self._give_up(error)
                    return
                await self._delivery.clock.sleep(settings.retry_seconds)
            else:
                self._failing_since = None
                return

    async def _give_up(self, error: DeliveryError) -> None:
        LOG.warning("An indication to %s is given up: %s", self._destination.url, error)
        now = self._delivery.clock.now()
        self._failing_since = self._failing_since or now
        if self._retired:
            self._forget()
        else:
            await self._delivery.given_up(self._destination, self._failing_since, now)

    def _forget(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()
            self._queue.task_done()
