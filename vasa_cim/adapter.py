"""The contract between the universal framework and the platform modules; the only place where the two meet.

Three parties:

* a **platform adapter** (`PlatformAdapter`) knows one kind of array: it reads an inventory, says what an entry of a
  usage context reaches in it, and may watch for changes. Built-ins and third parties register theirs under the
  entry-point group `vasa_cim.adapters`;
* a **vendor adapter** (`VendorAdapter`) is the engine of one source around its platform adapters: poll thread,
  indication queue, cache of snapshots, monitors. The framework's facade drives it;
* the **framework** gives it a `UsageFilter` (what is visible) and an `AdapterCallback` (where notices go).
"""

import abc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from vasa_cim.errors import SourceFailed
from vasa_cim.model.enums import EntityType, EventConfigType, Profile
from vasa_cim.model.inventory import Inventory, Reach, Visible
from vasa_cim.model.notices import StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import ContextEntry, UsageContext

CONTRACT_VERSION = 1
ENTRY_POINT_GROUP = "vasa_cim.adapters"


class Notes(Protocol):
    """Small facts about one source that outlive the process, as texts by key. Usable from any thread."""

    def get(self, key: str) -> str | None:
        """Return the text noted under `key`, None if there is none. Raises StoreError."""
        ...

    def put(self, key: str, text: str) -> None:
        """Note a text, durably, in place of an older one. Raises StoreError."""
        ...


class NotesInMemory:
    """Notes that end with the process: for tests and for looking at a source once."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        """Return the text noted under `key`, None if there is none."""
        return self._texts.get(key)

    def put(self, key: str, text: str) -> None:
        """Note a text in place of an older one."""
        self._texts[key] = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One configured source (a `[[source]]` of the settings), as adapters get it.

    `name` is unique. `options` holds the further keys of its table, for the adapter to check: those of the built-in
    SMI-S adapters are in `cim.endpoint` and `adapters.smis.switches`. `adapters` None means: every adapter that is
    registered and does not need to be named. `notes` are what adapters remember of this source over restarts.
    """

    name: str
    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)
    adapters: tuple[str, ...] | None = None
    notes: Notes = field(default_factory=NotesInMemory, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """ "Look there": something at the source may have changed. Never more than a hint; losing one is harmless.

    `entity_type` None means anything may have changed; `key` is the adapter's own name of the object (None: all of
    that kind); `change` what is said to have happened, None if not told.
    """

    entity_type: EntityType | None = None
    key: str | None = None
    change: EventConfigType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One round of reading a source.

    `hints` empty means: read everything. Otherwise what the hints name must be read anew, and the rest may be taken
    from `previous`. `previous` is this adapter's own last inventory, None at first. `shared` belongs to the round
    and is common to all adapters of the source, so that what two of them need is fetched once.
    """

    hints: tuple[Hint, ...] = ()
    previous: Inventory | None = None
    shared: dict[str, Any] = field(default_factory=dict)


class EntrySet(Protocol):
    """What one entry of a usage context reaches, whatever the inventory (the patent's initiator set)."""

    def reach(self, inventory: Inventory) -> Reach:
        """Return the reach of the entry in this inventory. Pure and fast: called for each new snapshot."""
        ...


class PlatformAdapter(abc.ABC):
    """One kind of array, for one source. The engine makes it with the source and closes it once.

    Done for you: polling, retries, caching, diff, events and alarms, filtering by usage context, and calls one at a
    time (`read` is never entered twice at once; `authenticate` may run beside it).
    Left to you: translating the source's errors into `SourceError`s.
    """

    contract_version: ClassVar[int] = CONTRACT_VERSION
    offers: ClassVar[frozenset[Profile]]
    """The profiles this adapter can serve. Asked before any call, so that others get NotImplemented."""
    needs_naming: ClassVar[bool] = False
    """True if only sources that list this adapter under `adapters` use it."""

    @abc.abstractmethod
    def __init__(self, source: Source) -> None:
        """Prepare for this source without contacting it. Raises ConfigurationError for options it cannot use."""

    @abc.abstractmethod
    def read(self, reading: Reading) -> Inventory:
        """Return what the source holds now. Raises SourceError; then the last inventory stays in use.

        Blocks as long as it must; `close` from another thread should make it end soon.
        """

    @abc.abstractmethod
    def entry_set(self, entry: ContextEntry) -> EntrySet | None:
        """Return the set for one usable entry of a usage context, or None if this adapter never matches its kind."""

    @abc.abstractmethod
    def close(self) -> None:
        """Give everything back: connections, subscriptions, threads. Called once, maybe while `read` runs."""

    def watch(self, hint: Callable[[Hint], None]) -> None:
        """Begin to watch for changes and call `hint`, from any thread, for each; it never blocks.

        Called once, before the first `read`; on return the watching has begun. Raises SourceError if the source
        could not be asked; the engine then polls. The default watches nothing.
        """
        del hint

    def authenticate(self, user: str, password: str) -> None:
        """Check a login against the source with one small request made with exactly these credentials.

        Raises SourceRefused if they are wrong, any other SourceError if that could not be found out. The default
        refuses all.
        """
        del user, password
        raise SourceFailed(source=type(self).__name__, reason="it cannot check logins")

    def catalogs(self) -> Mapping[str, Mapping[str, str]]:
        """Return further message texts by catalog and key: `event`, `alarm`, `fault` in English, `de/event` in German.

        Each key has an English text, with the same parameters as its other ones. Always the same; no source is asked.
        """
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """How fresh one source's data are. Times carry a zone.

    `read_at` is when the newest complete reading began, None if there was none yet; `error` is the sentence of the
    last failure since then, None if the last reading succeeded; `failed_at` is its time.
    """

    source: str
    read_at: datetime | None = None
    error: str | None = None
    failed_at: datetime | None = None
    arrays: int = 0
    luns: int = 0


class AdapterCallback(Protocol):
    """Where an engine posts what a session must hear (the patent's adapter callback service)."""

    def add_event(self, session_id: str, event: StorageEvent) -> None:
        """Give the event the next id of that session and queue it. An ended session is ignored."""
        ...

    def add_alarm(self, session_id: str, alarm: StorageAlarm) -> None:
        """Give the alarm the next id of that session and queue it. An ended session is ignored."""
        ...


class UsageFilter(Protocol):
    """Decides what a usage context sees of an inventory, given what each of its entries reaches. Pure."""

    def __call__(self, inventory: Inventory, usage: UsageContext, reaches: Sequence[Reach]) -> Visible:
        """Return what is visible."""
        ...


class VendorAdapter(Protocol):
    """The engine of one source, as the facade drives it. All methods may be called from any thread."""

    @property
    def source(self) -> str:
        """The source's name."""
        ...

    @property
    def offers(self) -> frozenset[Profile]:
        """The union of what its platform adapters offer."""
        ...

    def start(self) -> None:
        """Start the poll thread; returns at once."""
        ...

    def close(self) -> None:
        """End all collectors, join all threads, close all connections. Idempotent."""
        ...

    def authenticate(self, user: str, password: str) -> None:
        """Check a login against this source. Raises SourceRefused, or another SourceError if undecided."""
        ...

    def start_session_collector(self, session_id: str, usage: UsageContext, callback: AdapterCallback) -> None:
        """Begin to serve a session: build its sets and monitors, and post its notices to `callback`."""
        ...

    def stop_session_collector(self, session_id: str) -> None:
        """Forget a session and free what it held. Unknown ids are ignored."""
        ...

    def visible(self, session_id: str) -> Visible | None:
        """Return what the session sees now; the same object as long as the snapshot is the same.

        None if there is no snapshot yet, or the session is not collected here.
        """
        ...

    def inventory(self) -> Inventory | None:
        """Return the newest snapshot, unfiltered; None if there is none yet."""
        ...

    def settled(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the first snapshot or the first failure; return whether one came."""
        ...

    def refresh(self) -> None:
        """Wake the poll thread if the data are older than one poll interval; returns at once."""
        ...

    def status(self) -> SourceStatus:
        """Return how fresh the data are."""
        ...

    def catalogs(self) -> Sequence[Mapping[str, Mapping[str, str]]]:
        """Return the further message texts of its platform adapters."""
        ...
