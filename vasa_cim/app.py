"""The composition root: the one module that joins the concrete parts, and the start-up and shutdown hooks."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib.metadata import entry_points, version
from typing import Any

import structlog

from vasa_cim.adapter import ENTRY_POINT_GROUP, Source, SourceStatus, UsageFilter, VendorAdapter
from vasa_cim.adapters.engine.engine import Engine, EngineSettings
from vasa_cim.clock import SystemClock
from vasa_cim.config import Settings
from vasa_cim.control.adapters import AdapterControl
from vasa_cim.control.commands import Commands
from vasa_cim.control.server import ControlServer
from vasa_cim.control.sources import SourceControl
from vasa_cim.errors import ConfigurationError
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.adapter_loading import AdapterRegistry, LoadedAdapters
from vasa_cim.framework.authenticator import Authenticator
from vasa_cim.framework.catalogs import Catalogs
from vasa_cim.framework.certificates import CertificateRegistry
from vasa_cim.framework.common_provider import CommonProvider
from vasa_cim.framework.idle_adapter import IdleVendorAdapter
from vasa_cim.framework.server_certificate import ServerIdentity, ensure_server_certificate, local_names
from vasa_cim.framework.sessions import SessionContextManager
from vasa_cim.framework.settings import ProviderSettings
from vasa_cim.framework.usage_filter import ArrayScope, visible_inventory
from vasa_cim.model.identifiers import VENDOR
from vasa_cim.soap.server import ServerSettings, SoapServer
from vasa_cim.store.certificates import CertificateStore
from vasa_cim.store.database import Database, sqlite_url
from vasa_cim.store.directory_lock import DirectoryLock
from vasa_cim.store.notes import StoredNotes
from vasa_cim.store.secrets import Secrets
from vasa_cim.store.settings import SettingsStore
from vasa_cim.store.sources import SourceStore, StoredSource

PROVIDER_NAME = "vasa-cim"
_ANY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared, not bound

log = structlog.get_logger()


class Application:
    """One provider: its store, its sources, its framework and its server.

    `start` returns when it listens, whether or not a source answers; `stop` may be called at any time, also after a
    failed start. Raises VasaCimError of the kind that fits what is wrong.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock = SystemClock()
        self._shutdown = ExitStack()
        self._server: SoapServer | None = None
        self._facade: VendorAdapterFacade | None = None
        self._identity: ServerIdentity | None = None
        self._sources: tuple[Source, ...] = ()
        self._grace = 0.0

    def start(self) -> None:
        """Start-up hook: open the store, load the adapters, start polling and listen.

        Without any source it waits for one to be added.
        """
        self._make_data_directory()
        self._shutdown.callback(DirectoryLock(self._settings.data).close)
        self._identity = ensure_server_certificate(self._settings.data, self._names(), self._clock)
        database = Database(sqlite_url(self._settings.data))
        self._shutdown.callback(database.close)
        provider, commands = self._provider(database)
        self._shutdown.callback(provider.close)
        provider.open()
        self._server = self._listening(provider, self._identity)
        self._shutdown.callback(ControlServer(self._settings.data, commands.perform).close)

    def stop(self, grace: float) -> None:
        """Shutdown hook: accept no more, give running calls at most `grace` seconds, end all. Idempotent."""
        self._grace = grace
        if self._facade:
            self._facade.release()
        self._shutdown.close()

    @property
    def url(self) -> str:
        """The address that a vCenter registers. Only after `start`."""
        assert self._server is not None  # noqa: S101 - a caller's mistake
        return self._server.url

    def exports(self) -> dict[str, str]:
        """Return what a client's shell needs. Only after `start`."""
        assert self._identity is not None  # noqa: S101 - a caller's mistake
        return {"VASA_URL": self.url, "VASA_CA": str(self._identity.certificate_file.absolute())}

    def greeting(self) -> list[str]:
        """Return the lines that tell a person where it listens and how to recognise it. Only after `start`."""
        assert self._identity is not None  # noqa: S101 - a caller's mistake
        none = "none yet; add one with vasa-cim array add"
        return [
            f"vasa-cim {version('vasa-cim')} listens on {self.url}",
            f"sources: {', '.join(f'{source.name} ({source.url})' for source in self._sources) or none}",
            f"certificate: {self._identity.certificate_file}, valid until {self._identity.not_after:%Y-%m-%d}",
            f"SHA-1   {self._identity.sha1}",
            f"SHA-256 {self._identity.sha256}",
        ]

    def health(self) -> Mapping[str, Any]:
        """Return what `/healthz` shows.

        `status` is `ok` while every source's last reading succeeded, `degraded` while older data are served for one
        of them, `no data` while there is nothing to serve.
        """
        statuses = self._facade.status() if self._facade else ()
        has_data = any(status.read_at for status in statuses)
        is_sound = all(status.read_at and not status.error for status in statuses)
        return {
            "status": ("ok" if is_sound else "degraded") if has_data else "no data",
            "version": version("vasa-cim"),
            "sources": [self._health_of(status) for status in statuses],
        }

    def _health_of(self, status: SourceStatus) -> dict[str, Any]:
        age = (self._clock.now() - status.read_at).total_seconds() if status.read_at else None
        return {
            "name": status.source,
            "read_at": status.read_at.isoformat() if status.read_at else None,
            "age_seconds": None if age is None else round(max(age, 0.0), 1),
            "error": status.error,
            "failed_at": status.failed_at.isoformat() if status.failed_at else None,
            "arrays": status.arrays,
            "luns": status.luns,
        }

    def _make_data_directory(self) -> None:
        directory = self._settings.data
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(setting="data", reason=f"{directory} cannot be made: {error.strerror}") from error

    def _names(self) -> list[str]:
        own = local_names() if self._host in _ANY_ADDRESS else [self._host]
        return [*self._settings["names"], *own]

    @property
    def _host(self) -> str:
        """What to listen on; an IPv6 address may be given with the brackets that it has in a URL."""
        host: str = self._settings["host"]
        return host.strip("[]")

    def _public_name(self) -> str | None:
        """The name in the URL: the first configured one, else what is listened on, else this machine's name."""
        if self._settings["names"]:
            return str(self._settings["names"][0]).strip("[]")
        return local_names()[0] if self._host in _ANY_ADDRESS else self._host

    def _provider(self, database: Database) -> tuple[CommonProvider, Commands]:
        settings = self._settings
        limits = ProviderSettings(
            name=PROVIDER_NAME,
            default_namespace=VENDOR,
            provider_version=version("vasa-cim"),
            default_session_timeout=settings["session_timeout"],
            max_sessions=settings["max_sessions"],
            batch_limit=settings["batch_limit"],
            require_client_certificate=settings["require_client_certificate"],
            first_context_wait=settings["first_context_wait"],
        )
        registry = AdapterRegistry(lambda: entry_points(group=ENTRY_POINT_GROUP))
        store = SourceStore(database, Secrets(settings.data))
        added = added_sources(store, settings.sources)
        usage_filter = partial(visible_inventory, array_scope=ArrayScope(settings["array_scope"]))
        engine_settings = EngineSettings(poll_interval=settings["poll_interval"])
        factory = EngineFactory(database, engine_settings, usage_filter, added)
        self._sources = (*settings.sources, *(each.source for each in added))
        self._facade = facade = VendorAdapterFacade(lambda one: factory(one, registry.current), self._sources)
        self._shutdown.callback(facade.close)
        authenticator = Authenticator(facade, self._clock, settings["auth_source"])
        catalogs = Catalogs(SettingsStore(database), self._clock, extra=facade.catalogs())
        provider = CommonProvider(
            settings=limits,
            facade=facade,
            sessions=SessionContextManager(limits, self._clock, ended=facade.stop_session_collector),
            certificates=CertificateRegistry(CertificateStore(database), self._clock),
            authenticator=authenticator,
            catalogs=catalogs,
        )
        sources = SourceControl(
            configured=settings.sources,
            stored=[each.source for each in added],
            store=store,
            facade=facade,
            registry=registry,
            make_engine=factory,
            authenticator=authenticator,
            clock=self._clock,
            set_catalogs=catalogs.set_extra,
        )
        return provider, Commands(sources, AdapterControl(registry, sources, facade, factory, catalogs.set_extra))

    def _listening(self, provider: CommonProvider, identity: ServerIdentity) -> SoapServer:
        settings = self._settings
        server = SoapServer(
            provider,
            ServerSettings(
                host=self._host,
                port=settings["port"],
                path=settings["path"],
                public_name=self._public_name(),
                wwn_format=settings["wwn_format"],
                version_file=settings["version_file"],
            ),
            identity.certificate_file,
            identity.key_file,
            self.health,
        )
        try:
            server.start()
        except OSError as error:
            raise ConfigurationError(setting="host and port", reason=error.strerror or str(error)) from error
        self._shutdown.callback(lambda: server.stop(self._grace))
        return server


class EngineFactory:
    """Makes the engine of a source with the platform adapters that serve it; a `control.sources.EngineFactory`.

    `added` are the sources that were added before this start. One of these that cannot be used does not keep the
    provider from starting, for it can be removed only while that runs: its adapter does nothing and says why.
    """

    def __init__(
        self,
        database: Database,
        settings: EngineSettings,
        usage_filter: UsageFilter,
        added: Sequence[StoredSource],
    ) -> None:
        self._database = database
        self._settings = settings
        self._usage_filter = usage_filter
        self._added = list(added)

    def __call__(self, source: Source, adapters: LoadedAdapters, before: VendorAdapter | None = None) -> VendorAdapter:
        """Make it without contacting the source. Raises ConfigurationError, AdapterBroken for unusable texts."""
        stored = next((each for each in self._added if each.source is source), None)
        if stored is None:
            return self._made(source, adapters, before)
        try:
            if stored.trouble is None:
                return self._made(source, adapters, before)
            trouble = stored.trouble
        except ConfigurationError as error:
            trouble = str(error)
        log.error("an added source cannot be used; remove it and add it again", source=source.name, reason=trouble)
        return IdleVendorAdapter(source.name, trouble)

    def _made(self, source: Source, adapters: LoadedAdapters, before: VendorAdapter | None) -> VendorAdapter:
        noted = replace(source, notes=StoredNotes(self._database, source.name))
        chosen = adapters.made_for(noted)
        if not chosen:
            return IdleVendorAdapter(source.name, "no adapter is loaded that serves it")
        return Engine(noted, chosen, self._usage_filter, self._settings, before=_engine(before))


def _engine(adapter: VendorAdapter | None) -> Engine | None:
    return adapter if isinstance(adapter, Engine) else None


def added_sources(store: SourceStore, configured: Sequence[Source]) -> list[StoredSource]:
    """Return the sources that were added before, but those whose name the configuration has taken since."""
    taken = {source.name for source in configured}
    added = store.all()
    for hidden in (each.source.name for each in added if each.source.name in taken):
        log.warning("an added source is not used: the configuration has one of that name", source=hidden)
    return [each for each in added if each.source.name not in taken]
