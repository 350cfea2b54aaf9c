"""Adding, listing and removing sources of a running provider."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import structlog

from vasa_cim.adapter import Source, SourceStatus, VendorAdapter
from vasa_cim.clock import Clock
from vasa_cim.config import source_of
from vasa_cim.control.server import IsWanted
from vasa_cim.errors import CommandRefused
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.adapter_loading import AdapterRegistry, LoadedAdapters
from vasa_cim.framework.authenticator import Authenticator
from vasa_cim.store.sources import SourceStore

TRIAL_SECONDS = 120.0
_SLICE = 0.25

log = structlog.get_logger()


SetCatalogs = Callable[[Sequence[Mapping[str, Mapping[str, str]]]], None]
"""Takes the message texts of all platform adapters, in the place of those before. Raises ConfigurationError."""


class EngineFactory(Protocol):
    """Makes the vendor adapter of a source."""

    def __call__(self, source: Source, adapters: LoadedAdapters, before: VendorAdapter | None = None) -> VendorAdapter:
        """Make it with those of the adapters that serve the source, without contacting it.

        `before` is the one whose place it takes, None if there is none. Raises ConfigurationError.
        """
        ...


class SourceControl:
    """The sources of a running provider: those of the configuration, which stay, and those that were added.

    `stored` are those that were added before and are already behind the facade. `trial_seconds` limits how long `add`
    waits for the first reading. Safe for any thread; several operators do not get in each other's way.
    """

    def __init__(
        self,
        *,
        configured: Sequence[Source],
        stored: Sequence[Source],
        store: SourceStore,
        facade: VendorAdapterFacade,
        registry: AdapterRegistry,
        make_engine: EngineFactory,
        authenticator: Authenticator,
        clock: Clock,
        set_catalogs: SetCatalogs = lambda texts: None,
        trial_seconds: float = TRIAL_SECONDS,
    ) -> None:
        self.lock = threading.RLock()
        """Held while the set of sources, or what serves them, changes."""
        self._configured = frozenset(source.name for source in configured)
        self._sources = {source.name: source for source in (*configured, *stored)}
        self._store = store
        self._facade = facade
        self._registry = registry
        self._make_engine = make_engine
        self._authenticator = authenticator
        self._clock = clock
        self._set_catalogs = set_catalogs
        self._trial_seconds = trial_seconds
        self._on_trial: set[str] = set()

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources, those of the configuration first. Read it with the lock held."""
        return tuple(self._sources.values())

    def add(self, table: Mapping[str, Any], is_wanted: IsWanted, *, force: bool = False) -> dict[str, Any]:
        """Try a source once, then keep it and read it from now on; return it as `describe` would.

        `table` has the keys of a `[[source]]` table. With `force` it is added without being tried. Raises
        CommandRefused if the name is taken, if it cannot be read or holds no array; ConfigurationError, StoreError.
        """
        source = _checked(table)
        with self._reserved(source.name):
            adapters = self._registry.current
            engine = self._make_engine(source, adapters)
            try:
                if not force:
                    self._try(engine, is_wanted)
                engine = self._keep(source, engine, adapters)
            except BaseException:
                engine.close()
                self._store.forget_notes(source.name)
                raise
        log.info("a source was added", source=source.name, url=source.url)
        return {**self._described(source, engine.status()), "left_out": self._facade.left_out(source.name)}

    @contextmanager
    def _reserved(self, name: str) -> Iterator[None]:
        """Keep a name for one who adds a source, or raise CommandRefused."""
        with self.lock:
            if name in self._sources or name in self._on_trial:
                raise CommandRefused(reason=f"the name {name!r} is taken; give another one")
            self._on_trial.add(name)
        try:
            self._store.forget_notes(name)  # a source that had this name before was another one
            yield
        finally:
            with self.lock:
                self._on_trial.discard(name)

    def _try(self, engine: VendorAdapter, is_wanted: IsWanted) -> None:
        engine.start()
        deadline = self._clock.monotonic() + self._trial_seconds
        while not engine.settled(_SLICE):
            if not is_wanted():
                raise CommandRefused(reason=f"{engine.source} was not added: nobody waits for it any more")
            if self._clock.monotonic() >= deadline:
                raise CommandRefused(
                    reason=f"{engine.source} could not be read within {self._trial_seconds:.0f} seconds; "
                    "add it with --force if it is only slow"
                )
        status = engine.status()
        if status.error:
            raise CommandRefused(reason=status.error)
        if not status.arrays:
            raise CommandRefused(reason=f"{engine.source} answers, but no array was found behind it")
        if not is_wanted():
            raise CommandRefused(reason=f"{engine.source} was not added: nobody waits for it any more")

    def _keep(self, source: Source, engine: VendorAdapter, adapters: LoadedAdapters) -> VendorAdapter:
        """Store the source and put its engine behind the facade; return the engine, or what replaced it."""
        with self.lock:
            if self._registry.current is not adapters:  # one was loaded or unloaded during the trial
                fresh = self._make_engine(source, self._registry.current, engine)
                engine.close()
                engine = fresh
            try:
                self._set_catalogs([*self._facade.catalogs(), *engine.catalogs()])
                self._store.add(source)
                self._facade.attach(engine)
            except BaseException:
                engine.close()
                self._store.remove(source.name)
                self._set_catalogs(self._facade.catalogs())
                raise
            self._sources[source.name] = source
            return engine

    def remove(self, name: str) -> dict[str, Any]:
        """Forget an added source; sessions see its objects no more. Return its name and who checks logins now.

        Raises CommandRefused for one that came from the configuration (it would be back at the next start), that
        `auth_source` names, or that does not exist.
        """
        with self.lock:
            if name not in self._sources:
                known = ", ".join(self._sources) or "none"
                raise CommandRefused(reason=f"no source is named {name!r}; there are: {known}")
            if name in self._configured:
                self._refuse_configured(name)
            if self._authenticator.is_chosen and self._authenticator.source == name:
                reason = f"{name} checks the logins, because auth_source names it; change that setting first"
                raise CommandRefused(reason=reason)
            checked_before = self._authenticator.source
            self._store.remove(name)
            del self._sources[name]
            self._facade.destroy_vendor_adapter(name)
            self._set_catalogs(self._facade.catalogs())
            self._store.forget_notes(name)
            checks = self._authenticator.source
        log.info("a source was removed", source=name, logins_checked_at=checks)
        return {"name": name, "logins": checks, "logins_moved": checks != checked_before}

    def _refuse_configured(self, name: str) -> None:
        reason = f"{name} comes from the configuration and would be back at the next start; remove it there"
        if self._store.remove(name):
            reason += " (an added source of that name, which was not in use, is removed)"
        raise CommandRefused(reason=reason)

    def describe(self) -> list[dict[str, Any]]:
        """Return every source with where it comes from, who serves it, and how fresh its data are."""
        with self.lock:
            sources = self.sources
        statuses = {status.source: status for status in self._facade.status()}
        return [
            {**self._described(source, statuses[source.name]), "left_out": self._facade.left_out(source.name)}
            for source in sources
            if source.name in statuses
        ]

    def _described(self, source: Source, status: SourceStatus) -> dict[str, Any]:
        age = (self._clock.now() - status.read_at).total_seconds() if status.read_at else None
        return {
            "name": source.name,
            "url": source.url,
            "user": source.user,
            "origin": "configuration" if source.name in self._configured else "added",
            "adapters": None if source.adapters is None else list(source.adapters),
            "checks_logins": self._authenticator.source == source.name,
            "read_at": status.read_at.isoformat() if status.read_at else None,
            "age_seconds": None if age is None else round(max(age, 0.0), 1),
            "error": status.error,
            "arrays": status.arrays,
            "luns": status.luns,
        }


def _checked(table: Mapping[str, Any]) -> Source:
    """Return the source that an operator described. Raises ConfigurationError, CommandRefused."""
    source = source_of(table, "source", Path("/"))
    if not source.name.isprintable() or source.name != source.name.strip():
        raise CommandRefused(reason="a name holds no line ends, and no blanks at its ends")
    try:
        json.dumps(dict(source.options))
    except (TypeError, ValueError) as error:
        raise CommandRefused(reason=f"the options cannot be stored: {error}") from error
    return source
