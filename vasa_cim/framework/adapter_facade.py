"""The vendor adapter facade: the one object behind which all sources stand, each with its vendor adapter."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import structlog

from vasa_cim.adapter import AdapterCallback, Source, SourceStatus, VendorAdapter
from vasa_cim.errors import ConfigurationError, StorageFault
from vasa_cim.model.entities import VendorModel
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Visible, joined
from vasa_cim.model.usage_context import UsageContext

_SLICE = 0.25

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Collected:
    """A session that the vendor adapters serve, and the whole last made of their parts."""

    usage: UsageContext
    callback: AdapterCallback
    parts: tuple[Visible, ...] = ()
    whole: Visible | None = None


class VendorAdapterFacade:
    """Makes, drives and joins the vendor adapters. Safe to use from any thread.

    `engine_factory` makes the vendor adapter of a source without contacting it. The constructor makes one for each
    of `sources`; `open` starts them. Raises ConfigurationError if there is no source, or two of one name.
    """

    def __init__(self, engine_factory: Callable[[Source], VendorAdapter], sources: Sequence[Source]) -> None:
        if not sources:
            raise ConfigurationError(setting="source", reason="at least one source is needed")
        self._make = engine_factory
        self._lock = threading.Lock()
        self._adapters: tuple[VendorAdapter, ...] = ()  # replaced whole, so that readers need no lock
        self._sessions: dict[str, _Collected] = {}
        self._started = False
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
        """End all vendor adapters, even if one fails at it. Idempotent."""
        with self._lock:
            adapters, self._adapters, self._started = self._adapters, (), False
            self._sessions.clear()
        _close_all(adapters)

    def create_vendor_adapter(self, source: Source) -> None:
        """Make the vendor adapter of one more source (the patent's CreateVendorAdapter).

        Once the facade is open it is started at once and serves the running sessions too. Raises ConfigurationError.
        """
        adapter = self._make(source)
        with self._lock:
            is_new = source.name not in self.sources()
            if is_new:
                self._adapters = (*self._adapters, adapter)
            started, sessions = self._started, dict(self._sessions)
        if not is_new:
            adapter.close()
            raise ConfigurationError(setting="source", reason=f"two sources are named {source.name!r}")
        if started:
            adapter.start()
        for session_id, collected in sessions.items():
            self._start_one(adapter, session_id, collected)

    def destroy_vendor_adapter(self, name: str) -> None:
        """End the vendor adapter of the source called `name` (the patent's DestroyVendorAdapter).

        Sessions see its objects no more. An unknown name is ignored.
        """
        with self._lock:
            gone = [adapter for adapter in self._adapters if adapter.source == name]
            self._adapters = tuple(adapter for adapter in self._adapters if adapter.source != name)
        _close_all(gone)

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
        parts = tuple(part for adapter in adapters if (part := adapter.visible(session_id)) is not None)
        if len(parts) == 1:
            return parts[0]
        if not parts:
            raise self.no_data()
        known = self._sessions.get(session_id)
        if known is not None and known.whole is not None and _are_same(known.parts, parts):
            return known.whole
        whole = joined(parts)
        with self._lock:
            if current := self._sessions.get(session_id):
                self._sessions[session_id] = replace(current, parts=parts, whole=whole)
        return whole

    def no_data(self) -> StorageFault:
        """Return the fault that says that no source has been read yet; the reasons are in the log and the status."""
        names = ", ".join(self.sources())
        return StorageFault(
            f"no data could be read yet from {names}",
            message_id="Fault.ArrayUnreachable",
            parameters={"arrayId": names},
        )

    def has_data(self) -> bool:
        """Return whether at least one source has been read."""
        return any(adapter.inventory() is not None for adapter in self._adapters)

    def settled(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds in all until each source was read, or failed to be; return whether all were.

        The sources work at the same time, so waiting for one after the other takes no longer than for the slowest.
        `release` ends the waiting.
        """
        deadline = time.monotonic() + timeout
        return all(self._settled_by(adapter, deadline) for adapter in self._adapters)

    def release(self) -> None:
        """End all waiting of `settled`, now and in future: the process is about to stop."""
        self._released.set()

    def refresh(self) -> None:
        """Have the sources look whether their data are too old; returns at once."""
        for adapter in self._adapters:
            adapter.refresh()

    def offers(self) -> frozenset[Profile]:
        """Return the profiles that at least one source offers."""
        return frozenset().union(*(adapter.offers for adapter in self._adapters))

    def vendor_models(self) -> tuple[VendorModel, ...]:
        """Return one entry per array model of all sources read so far, in stable order."""
        inventories = [found for adapter in self._adapters if (found := adapter.inventory()) is not None]
        models = {model for inventory in inventories for model in inventory.vendor_models}
        return tuple(sorted(models, key=lambda model: (model.vendor_id, model.model_id)))

    def sources(self) -> tuple[str, ...]:
        """Return the names of all sources, in the order of their configuration."""
        return tuple(adapter.source for adapter in self._adapters)

    def status(self) -> tuple[SourceStatus, ...]:
        """Return how fresh the data of each source are."""
        return tuple(adapter.status() for adapter in self._adapters)

    def catalogs(self) -> list[Mapping[str, Mapping[str, str]]]:
        """Return the further message texts of all platform adapters: catalog file name -> key -> text."""
        return [texts for adapter in self._adapters for texts in adapter.catalogs()]

    def authenticate(self, source: str, user: str, password: str) -> None:
        """Check a login against one source. Raises SourceRefused, another SourceError if undecided.

        Raises ConfigurationError if there is no source of that name.
        """
        for adapter in self._adapters:
            if adapter.source == source:
                adapter.authenticate(user, password)
                return
        raise ConfigurationError(setting="auth_source", reason=f"no source is named {source!r}")

    def _settled_by(self, adapter: VendorAdapter, deadline: float) -> bool:
        # in slices: an adapter knows nothing of `release`
        while not adapter.settled(min(max(0.0, deadline - time.monotonic()), _SLICE)):
            if self._released.is_set() or time.monotonic() >= deadline:
                return False
        return True

    def _start_one(self, adapter: VendorAdapter, session_id: str, collected: _Collected) -> None:
        adapter.start_session_collector(session_id, collected.usage, collected.callback)
        if session_id not in self._sessions:  # it ended meanwhile
            adapter.stop_session_collector(session_id)


def _are_same(old: Sequence[Visible], new: Sequence[Visible]) -> bool:
    return len(old) == len(new) and all(one is other for one, other in zip(old, new, strict=True))


def _close_all(adapters: Iterable[VendorAdapter]) -> None:
    with ExitStack() as stack:
        for adapter in adapters:
            stack.callback(adapter.close)
