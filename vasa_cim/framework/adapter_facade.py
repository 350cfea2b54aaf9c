"""The vendor adapter facade: the one object behind which all sources stand, each with its vendor adapter."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import product

from vasa_cim.adapter import AdapterCallback, Source, SourceStatus, VendorAdapter
from vasa_cim.errors import ConfigurationError, StorageFault
from vasa_cim.framework.ownership import OwnedCallback, Ownership, OwnershipWatch, owned
from vasa_cim.model.entities import VendorModel
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Visible, joined
from vasa_cim.model.usage_context import UsageContext

_SLICE = 0.25


@dataclass(frozen=True, slots=True)
class _Collected:
    """A session that the vendor adapters serve, and the whole last made of their parts."""

    usage: UsageContext
    callback: AdapterCallback
    parts: tuple[Visible, ...] = ()
    foreign: Mapping[str, frozenset[str]] | None = None
    whole: Visible | None = None


class VendorAdapterFacade:
    """Makes, drives and joins the vendor adapters. Safe to use from any thread.

    `engine_factory` makes the vendor adapter of a source without contacting it. The constructor makes one for each
    of `sources`; `open` starts them. Raises ConfigurationError if two have one name. An array that several sources
    claim is the first one's (`framework.ownership`).
    """

    def __init__(self, engine_factory: Callable[[Source], VendorAdapter], sources: Sequence[Source]) -> None:
        self._make = engine_factory
        self._lock = threading.Lock()
        self._adapters: tuple[VendorAdapter, ...] = ()  # replaced whole, so that readers need no lock
        self._sessions: dict[str, _Collected] = {}
        self._watch = OwnershipWatch()
        self._first_deadline: float | None = None
        self._started = False
        self._closed = False
        self._released = threading.Event()
        try:
            for source in sources:
                self.create_vendor_adapter(source)
        except BaseException:
            self.close()
            raise

    def open(self) -> None:
        """Start all vendor adapters; returns at once."""
        with self._lock:
            adapters, self._started = self._adapters, True
        for adapter in adapters:
            adapter.start()

    def close(self) -> None:
        """End all vendor adapters, even if one fails at it; none can be added any more. Idempotent."""
        with self._lock:
            adapters, self._adapters, self._started, self._closed = self._adapters, (), False, True
            self._sessions.clear()
        _close_all(adapters)

    def create_vendor_adapter(self, source: Source) -> None:
        """Make the vendor adapter of one more source (the patent's CreateVendorAdapter).

        Once the facade is open it is started at once and serves the running sessions too. Raises ConfigurationError.
        """
        self.attach(self._make(source))

    def attach(self, adapter: VendorAdapter) -> None:
        """Take over one more vendor adapter, behind all others; it may run already.

        Raises ConfigurationError if its source's name is taken or the facade is closed; then the adapter is closed.
        """
        with self._lock:
            trouble = self._trouble_with(adapter.source)
            if trouble is None:
                self._adapters = (*self._adapters, adapter)
            started, sessions = self._started, dict(self._sessions)
        if trouble is not None:
            adapter.close()
            raise trouble
        if started:
            adapter.start()
        try:
            for session_id, collected in sessions.items():
                self._start_one(adapter, session_id, collected)
        except BaseException:
            self.destroy_vendor_adapter(adapter.source)
            raise

    def _trouble_with(self, name: str) -> ConfigurationError | None:
        if self._closed:
            return ConfigurationError(setting="source", reason="the provider is about to stop")
        if name in self.sources():
            return ConfigurationError(setting="source", reason=f"two sources are named {name!r}")
        return None

    def destroy_vendor_adapter(self, name: str) -> None:
        """End the vendor adapter of the source called `name` (the patent's DestroyVendorAdapter).

        Sessions see its objects no more. An unknown name is ignored.
        """
        with self._lock:
            gone = [adapter for adapter in self._adapters if adapter.source == name]
            self._adapters = tuple(adapter for adapter in self._adapters if adapter.source != name)
        _close_all(gone)

    def replace_vendor_adapters(self, adapters: Sequence[VendorAdapter]) -> None:
        """Put these, which do not run yet, in the places of those of the same sources; running sessions go on.

        All or none: if one cannot serve a session, or a source is gone meanwhile, the new ones are closed and the
        error is raised. Otherwise those of before are closed, and then the new ones are started.
        """
        try:
            before = self._exchange({adapter.source: adapter for adapter in adapters})
        except BaseException:
            _close_all(adapters)
            raise
        try:
            _close_all(before)
        finally:
            for adapter in adapters if self._started else ():
                adapter.start()

    def _exchange(self, fresh: Mapping[str, VendorAdapter]) -> list[VendorAdapter]:
        """Have the new ones serve every session, then put them in; return those that were there."""
        prepared: dict[str, _Collected] = {}
        while (before := self._put_in(fresh, prepared)) is None:
            with self._lock:
                missing = {key: one for key, one in self._sessions.items() if key not in prepared}
            for adapter, (session_id, collected) in product(fresh.values(), missing.items()):
                self._collect(adapter, session_id, collected)
            prepared |= missing
        with self._lock:
            ended = prepared.keys() - self._sessions.keys()
        for adapter, session_id in product(fresh.values(), ended):
            adapter.stop_session_collector(session_id)
        return before

    def _put_in(self, fresh: Mapping[str, VendorAdapter], prepared: Collection[str]) -> list[VendorAdapter] | None:
        """Put the new ones in and return those that were there; None if they do not serve every session yet."""
        with self._lock:
            if not self._sessions.keys() <= set(prepared):
                return None
            before = [adapter for adapter in self._adapters if adapter.source in fresh]
            if len(before) != len(fresh):
                raise ConfigurationError(setting="source", reason="it was removed meanwhile")
            self._adapters = tuple(fresh.get(adapter.source, adapter) for adapter in self._adapters)
            return before

    def vendor_adapter(self, name: str) -> VendorAdapter | None:
        """Return the vendor adapter of the source called `name`, None if there is none."""
        return next((adapter for adapter in self._adapters if adapter.source == name), None)

    def start_session_collector(self, session_id: str, usage: UsageContext, callback: AdapterCallback) -> None:
        """Have every source serve a session. If one cannot, none does, and its error is raised."""
        collected = _Collected(usage, callback)
        with self._lock:
            self._sessions[session_id] = collected
            adapters = self._adapters
        try:
            for adapter in adapters:
                self._start_one(adapter, session_id, collected)
        except BaseException:
            self.stop_session_collector(session_id)
            raise

    def stop_session_collector(self, session_id: str) -> None:
        """Have every source forget a session. Unknown ids are ignored."""
        with self._lock:
            self._sessions.pop(session_id, None)
            adapters = self._adapters
        for adapter in adapters:
            adapter.stop_session_collector(session_id)

    def visible(self, session_id: str) -> Visible:
        """Return what the session sees now, all sources together; the same object while nothing has changed.

        A source without data yet adds nothing. Raises StorageFault (Fault.ArrayUnreachable) if none has data.
        """
        adapters = self._adapters
        found = [(adapter.source, part) for adapter in adapters if (part := adapter.visible(session_id)) is not None]
        if not found:
            raise self.no_data()
        if len(adapters) == 1:
            return found[0][1]
        foreign = self._ownership().foreign
        parts = tuple(part for _, part in found)
        known = self._sessions.get(session_id)
        if known and known.whole and known.foreign == foreign and _are_same(known.parts, parts):
            return known.whole
        whole = joined(owned(part, foreign[source]) if source in foreign else part for source, part in found)
        with self._lock:
            if current := self._sessions.get(session_id):
                self._sessions[session_id] = replace(current, parts=parts, foreign=foreign, whole=whole)
        return whole

    def no_data(self) -> StorageFault:
        """Return the fault that says that no source has been read yet; the reasons are in the log and the status."""
        names = ", ".join(self.sources())
        return StorageFault(
            f"no data could be read yet from {names}" if names else "no array has been added yet",
            message_id="Fault.ArrayUnreachable",
            parameters={"arrayId": names},
        )

    def has_data(self) -> bool:
        """Return whether at least one source has been read."""
        return any(adapter.inventory() is not None for adapter in self._adapters)

    def settled(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds in all until each source was read, or failed to be; return whether all were.

        The first call sets a limit for all: once its seconds are over, a source that hangs is waited for no more,
        unless nothing at all has been read yet. `release` ends the waiting.
        """
        deadline = time.monotonic() + timeout
        with self._lock:
            self._first_deadline = first = self._first_deadline or deadline
        while waiting := [adapter for adapter in self._adapters if not adapter.settled(0.0)]:
            end = min(deadline, first) if self.has_data() else deadline
            left = end - time.monotonic()
            if self._released.is_set() or left <= 0:
                return False
            waiting[0].settled(min(left, _SLICE))  # in slices: an adapter knows nothing of `release`
        return True

    def release(self) -> None:
        """End all waiting of `settled`, now and in future: the process is about to stop."""
        self._released.set()

    def refresh(self) -> None:
        """Have the sources look whether their data are too old; returns at once."""
        for adapter in self._adapters:
            adapter.refresh()

    def offers(self) -> frozenset[Profile]:
        """Return the profiles of the arrays read so far; before any, those that the platform adapters offer.

        Without any source these are all: what is missing then is data, not a profile (`vasa-1.0 2.5`).
        """
        offered = frozenset[Profile]().union(*(adapter.offers for adapter in self._adapters))
        return self._ownership().profiles or offered or frozenset(Profile)

    def vendor_models(self) -> tuple[VendorModel, ...]:
        """Return one entry per array model of all sources read so far, in stable order."""
        return self._ownership().models

    def sources(self) -> tuple[str, ...]:
        """Return the names of all sources, those of the configuration first, in its order."""
        return tuple(adapter.source for adapter in self._adapters)

    def left_out(self, source: str) -> list[str]:
        """Return the ids of the arrays that this source claims and that are shown as another's."""
        return sorted(self._ownership().foreign_to(source))

    def status(self) -> tuple[SourceStatus, ...]:
        """Return how fresh the data of each source are."""
        return tuple(adapter.status() for adapter in self._adapters)

    def catalogs(self) -> list[Mapping[str, Mapping[str, str]]]:
        """Return the further message texts of all platform adapters: catalog file name -> key -> text."""
        return [texts for adapter in self._adapters for texts in adapter.catalogs()]

    def authenticate(self, source: str, user: str, password: str) -> None:
        """Check a login against one source.

        Raises SourceRefused, another SourceError if undecided, ConfigurationError if there is no such source.
        """
        if (adapter := self.vendor_adapter(source)) is None:
            raise ConfigurationError(setting="auth_source", reason=f"no source is named {source!r}")
        adapter.authenticate(user, password)

    def _ownership(self) -> Ownership:
        return self._watch.now([(adapter.source, adapter.inventory()) for adapter in self._adapters])

    def _start_one(self, adapter: VendorAdapter, session_id: str, collected: _Collected) -> None:
        self._collect(adapter, session_id, collected)
        if session_id not in self._sessions:  # it ended meanwhile
            adapter.stop_session_collector(session_id)

    def _collect(self, adapter: VendorAdapter, session_id: str, collected: _Collected) -> None:
        callback = OwnedCallback(adapter.source, collected.callback, self._ownership)
        adapter.start_session_collector(session_id, collected.usage, callback)


def _are_same(old: Sequence[object], new: Sequence[object]) -> bool:
    return len(old) == len(new) and all(one is other for one, other in zip(old, new, strict=True))


def _close_all(adapters: Iterable[VendorAdapter]) -> None:
    with ExitStack() as stack:
        for adapter in adapters:
            stack.callback(adapter.close)
