"""The engine of one source: the universal part of a platform module around its adapters."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from vasa_cim.adapter import (
    AdapterCallback,
    Hint,
    PlatformAdapter,
    Reading,
    Source,
    SourceStatus,
    UsageFilter,
)
from vasa_cim.adapters.engine.cache import CommonCacheManager, carried_over
from vasa_cim.adapters.engine.heap import give_back
from vasa_cim.adapters.engine.indication_monitor import IndicationMonitor
from vasa_cim.adapters.engine.indication_queue import IndicationQueue
from vasa_cim.adapters.engine.merge import merged
from vasa_cim.adapters.engine.observers import IndicationObservers
from vasa_cim.adapters.engine.poll_thread import EngineSettings, PollThread
from vasa_cim.adapters.engine.sessions import AdapterSessionManager
from vasa_cim.clock import SystemClock, WaitingClock
from vasa_cim.errors import SourceError, SourceFailed, SourceRefused, StoreError
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Inventory, Visible
from vasa_cim.model.usage_context import UsageContext

__all__ = ["Engine", "EngineSettings"]

_DEFAULTS = EngineSettings()
_SYSTEM_CLOCK = SystemClock()


class Engine:
    """One source: its adapters, which it owns and closes, one poll, one queue, one snapshot, and its sessions.

    An `adapter.VendorAdapter`. Reading fails or succeeds as a whole: what one adapter cannot read leaves the last
    snapshot of all in use.
    """

    def __init__(
        self,
        source: Source,
        adapters: Sequence[PlatformAdapter],
        usage_filter: UsageFilter,
        settings: EngineSettings = _DEFAULTS,
        clock: WaitingClock = _SYSTEM_CLOCK,
        *,
        before: "Engine | None" = None,
    ) -> None:
        """Put the parts together without contacting the source. `adapters` must not be empty.

        `before` is an engine of the same source whose place this one takes: what adapters of the same classes read
        there last is shown until the first reading here.
        """
        self._source = source.name
        self._adapters = tuple(adapters)
        self._previous = [None if before is None else before.part_of(type(adapter)) for adapter in self._adapters]
        self._lock = threading.Lock()
        self._closed = False
        self._started = False
        self._cache = CommonCacheManager()
        if known := [part for part in self._previous if part is not None]:
            self._cache.publish(merged(known))
        self._queue = IndicationQueue(source.name, settings.queue_limit, clock)
        self._sessions = AdapterSessionManager(self._adapters, self._cache, usage_filter)
        self._monitor = IndicationMonitor(self._adapters, self._queue)
        self._poll = PollThread(source.name, self._monitor.start, self._read, self._queue, settings, clock)

    @property
    def source(self) -> str:
        """The source's name."""
        return self._source

    @property
    def offers(self) -> frozenset[Profile]:
        """The union of what the adapters offer."""
        return frozenset[Profile]().union(*(adapter.offers for adapter in self._adapters))

    @property
    def sessions(self) -> AdapterSessionManager:
        """The sessions, for queries that hold one by reference."""
        return self._sessions

    def start(self) -> None:
        """Start the poll thread; returns at once. Idempotent; a closed engine stays closed."""
        with self._lock:
            if self._started or self._closed:
                return
            self._started = True
            self._poll.start()

    def close(self) -> None:
        """End polling and all sessions, close the adapters, and wait for the thread's end. Idempotent."""
        with self._lock:
            first, self._closed = not self._closed, True
        self._queue.close()
        with ExitStack() as steps:  # the last comes first, and one that fails does not keep the others from running
            steps.callback(self._poll.join)
            if first:
                steps.callback(self._sessions.close)
                for adapter in self._adapters:
                    steps.callback(adapter.close)

    def authenticate(self, user: str, password: str) -> None:
        """Check a login with the first adapter that can. Raises SourceRefused, or another SourceError if none could."""
        undecided: SourceError = SourceFailed(source=self._source, reason="it cannot check logins", status=None)
        for adapter in self._adapters:
            try:
                adapter.authenticate(user, password)
            except SourceRefused:
                raise
            except SourceError as error:
                undecided = error
            else:
                return
        raise undecided

    @property
    def observers(self) -> IndicationObservers:
        """Who is told of hints before what they name is read anew."""
        return self._monitor.observers

    # --- sessions ---

    def start_session_collector(self, session_id: str, usage: UsageContext, callback: AdapterCallback) -> None:
        """Begin to serve a session: build its sets and monitors, and post its notices to `callback`."""
        if not self._closed:
            self._sessions.start(session_id, usage, callback)

    def stop_session_collector(self, session_id: str) -> None:
        """Forget a session and free what it held. Unknown ids are ignored."""
        self._sessions.stop(session_id)

    def visible(self, session_id: str) -> Visible | None:
        """Return what the session sees now; None if there is no snapshot yet or no such session."""
        with self._sessions.reference(session_id) as session:
            return None if session is None else session.visible()

    # --- data ---

    def inventory(self) -> Inventory | None:
        """Return the newest snapshot, unfiltered; None if there is none yet."""
        snapshot = self._cache.current
        return None if snapshot is None else snapshot.inventory

    def part_of(self, kind: type[PlatformAdapter]) -> Inventory | None:
        """Return what the adapter of this class read last, None if nothing or if there is no such adapter."""
        parts = zip(self._adapters, self._previous, strict=True)
        return next((part for adapter, part in parts if type(adapter) is kind), None)

    def settled(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the first snapshot or the first failure; return whether one came."""
        return self._poll.settled(timeout)

    def refresh(self) -> None:
        """Wake the poll thread if the data are older than one poll interval; returns at once.

        A source that fails is not asked more often for that.
        """
        self._poll.refresh()

    def status(self) -> SourceStatus:
        """Return how fresh the data are."""
        inventory, failure = self.inventory(), self._poll.failure
        return SourceStatus(
            source=self._source,
            read_at=None if inventory is None else inventory.read_at,
            error=None if failure is None else failure.error,
            failed_at=None if failure is None else failure.failed_at,
            arrays=0 if inventory is None else len(inventory.arrays),
            luns=0 if inventory is None else len(inventory.luns),
        )

    def catalogs(self) -> Sequence[Mapping[str, Mapping[str, str]]]:
        """Return the further message texts of the adapters."""
        return [adapter.catalogs() for adapter in self._adapters]

    # --- called by the poll thread ---

    def _read(self, hints: tuple[Hint, ...]) -> None:
        """Read all adapters in one round, publish the result and tell the sessions. Raises SourceError."""
        self._monitor.taken(hints)
        parts = self._parts(hints)
        self._previous = list(parts)
        if not self._queue.closed:
            self._cache.publish(merged(parts))
            self._sessions.announce()
        give_back()

    def _parts(self, hints: tuple[Hint, ...]) -> list[Inventory]:
        """Return what each adapter reads; what they share while they read is gone afterwards."""
        shared: dict[str, Any] = {}
        return [
            self._part(adapter, previous, hints, shared)
            for adapter, previous in zip(self._adapters, self._previous, strict=True)
        ]

    def _part(
        self, adapter: PlatformAdapter, previous: Inventory | None, hints: tuple[Hint, ...], shared: dict[str, Any]
    ) -> Inventory:
        """Return what one adapter reads, with unchanged objects carried over from what it read before."""
        reading = Reading(hints=() if previous is None else hints, previous=previous, shared=shared)
        try:
            found = adapter.read(reading)
        except StoreError as error:  # what it must remember is not at hand, so nothing can be decided by it
            raise SourceFailed(source=self._source, reason=str(error), status=None) from error
        return found if previous is None else carried_over(previous, found)
