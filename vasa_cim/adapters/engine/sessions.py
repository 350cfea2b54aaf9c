"""Adapter sessions: what one VASA session sees of one source (the patent's block session and its manager)."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from vasa_cim.adapter import AdapterCallback, EntrySet, PlatformAdapter, UsageFilter
from vasa_cim.adapters.engine.cache import CommonCacheManager, Snapshot
from vasa_cim.adapters.engine.monitors import MONITORS, Monitor
from vasa_cim.model.enums import EntityType
from vasa_cim.model.inventory import Inventory, Reach, Visible
from vasa_cim.model.usage_context import UsageContext


@dataclass(frozen=True, slots=True)
class VasaUsageContext:
    """The patent's `VASAusagecontext`: a usage context with, for each usable entry, the sets that match it."""

    usage: UsageContext
    entry_sets: tuple[tuple[EntrySet, ...], ...]

    def reaches(self, inventory: Inventory) -> list[Reach]:
        """Return what each usable entry reaches, in the order of `usage.entries()`."""
        return [_united([one.reach(inventory) for one in sets]) for sets in self.entry_sets]


def _united(reaches: Sequence[Reach]) -> Reach:
    if len(reaches) == 1:
        return reaches[0]
    views = dict.fromkeys(view for reach in reaches for view in reach.views)
    exports = dict.fromkeys(export for reach in reaches for export in reach.exports)
    mounted = dict.fromkeys(mount for reach in reaches for mount in reach.mounted)
    return Reach(tuple(views), tuple(exports), tuple(mounted))


@dataclass(frozen=True, slots=True)
class VasaSession:
    """The patent's `VASAsession`: a session's id and usage context as the platform side sees them."""

    session_id: str
    context: VasaUsageContext


class AdapterSession:
    """One session at one source: its monitors, and what it sees of the newest snapshot.

    Counted references keep it alive: it frees what it holds when it was ended and the last query is done.
    """

    def __init__(
        self, session: VasaSession, cache: CommonCacheManager, usage_filter: UsageFilter, callback: AdapterCallback
    ) -> None:
        self.session = session
        self._cache = cache
        self._filter = usage_filter
        self._lock = threading.Lock()
        self._announcing = threading.Lock()
        self._references = 0
        self._ended = False
        self._seen: tuple[Snapshot, Visible] | None = None
        self._monitors = {made.entity_type: made(session.session_id, self.visible, callback) for made in MONITORS}
        self._announced = self._filtered(cache.current)

    @property
    def references(self) -> int:
        """How many queries hold the session now."""
        return self._references

    def monitor(self, entity_type: EntityType) -> Monitor:
        """Return the monitor of a kind. Raises KeyError when the session's monitors are freed."""
        return self._monitors[entity_type]

    def visible(self) -> Visible | None:
        """Return what the session sees now, None before the first snapshot.

        The same object as long as the snapshot's content is the same; other sessions do not wait for it.
        """
        found = self._filtered(self._cache.current)
        return None if found is None else found[1]

    def _filtered(self, snapshot: Snapshot | None) -> tuple[Snapshot, Visible] | None:
        if snapshot is None:
            return None
        with self._lock:
            if self._seen is None or self._seen[0].content < snapshot.content:
                reaches = self.session.context.reaches(snapshot.inventory)
                visible = self._filter(snapshot.inventory, self.session.context.usage, reaches)
                self._seen = (snapshot, visible)
            return self._seen

    def begin(self) -> None:
        """Tell the monitors what is visible at the beginning, if anything; called once, before `announce`."""
        with self._announcing:
            if self._announced is not None:
                snapshot, visible = self._announced
                for monitor in tuple(self._monitors.values()):
                    monitor.began(visible, snapshot.inventory.read_at)

    def announce(self) -> None:
        """Tell the monitors what is visible since the last time; called after each publication, by any thread.

        A session that began before there was a snapshot has seen nothing, so that all is new to it.
        """
        with self._announcing:
            if self._ended:
                return
            found = self._filtered(self._cache.current)
            before, self._announced = self._announced, found
            if found is None or (before is not None and before[1] is found[1]):
                return
            seen = Visible() if before is None else before[1]
            for monitor in tuple(self._monitors.values()):
                monitor.changed(seen, found[1], found[0].inventory.read_at)

    def retain(self) -> None:
        """Count one more query that holds the session."""
        with self._lock:
            self._references += 1

    def release(self) -> None:
        """Count one query less."""
        with self._lock:
            self._references -= 1
            self._free_if_unused()

    def end(self) -> None:
        """End the session: nothing is announced any more. Idempotent."""
        with self._lock:
            self._ended = True
            self._free_if_unused()

    def _free_if_unused(self) -> None:
        if self._ended and self._references == 0:
            self._seen = self._announced = None
            self._monitors = {}


class AdapterSessionManager:
    """The sessions of one source by id (the patent's `blocksessionmanager`). Safe for all threads."""

    def __init__(
        self, adapters: Sequence[PlatformAdapter], cache: CommonCacheManager, usage_filter: UsageFilter
    ) -> None:
        self._adapters = tuple(adapters)
        self._cache = cache
        self._filter = usage_filter
        self._lock = threading.Lock()
        self._sessions: dict[str, AdapterSession] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def start(self, session_id: str, usage: UsageContext, callback: AdapterCallback) -> None:
        """Begin a session: build its sets and monitors. One of the same id that is there already is ended."""
        session = VasaSession(session_id, VasaUsageContext(usage, self._entry_sets(usage)))
        made = AdapterSession(session, self._cache, self._filter, callback)
        made.begin()
        with self._lock:
            before = self._sessions.get(session_id)
            self._sessions[session_id] = made
        if before is not None:
            before.end()
        made.announce()  # a snapshot published while the session was being made

    def _entry_sets(self, usage: UsageContext) -> tuple[tuple[EntrySet, ...], ...]:
        return tuple(
            tuple(found for adapter in self._adapters if (found := adapter.entry_set(entry)) is not None)
            for entry in usage.entries()
        )

    def stop(self, session_id: str) -> None:
        """End a session; it is freed with its last reference. Unknown ids are ignored."""
        with self._lock:
            session = self._sessions.pop(session_id, None)
        if session is not None:
            session.end()

    @contextmanager
    def reference(self, session_id: str) -> Iterator[AdapterSession | None]:
        """Hold a session for the time of a query; None if there is none of that id."""
        with self._lock:
            session = self._sessions.get(session_id)
            if session is not None:
                session.retain()
        try:
            yield session
        finally:
            if session is not None:
                session.release()

    def announce(self) -> None:
        """Tell all sessions that a snapshot was published; they are called outside the lock."""
        with self._lock:
            sessions = list(self._sessions.values())
        for session in sessions:
            session.announce()

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            sessions, self._sessions = list(self._sessions.values()), {}
        for session in sessions:
            session.end()
