"""A provider's sources and adapters as an operator changes them: real engines, a real store, and adapters that read
what a test has put on a shelf."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from vasa_cim.adapter import PlatformAdapter
from vasa_cim.adapters.engine.engine import Engine, EngineSettings
from vasa_cim.clock import SystemClock
from vasa_cim.control.adapters import AdapterControl
from vasa_cim.control.sources import SourceControl
from vasa_cim.errors import SourceRefused, SourceUnreachable
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.adapter_loading import AdapterRegistry
from vasa_cim.framework.authenticator import Authenticator
from vasa_cim.framework.idle_adapter import IdleVendorAdapter
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.entities import StorageArray, StorageCapability
from vasa_cim.model.enums import Profile
from vasa_cim.model.identifiers import array_id, capability_id
from vasa_cim.model.inventory import Inventory
from vasa_cim.store.database import Database, sqlite_url
from vasa_cim.store.notes import StoredNotes
from vasa_cim.store.secrets import Secrets
from vasa_cim.store.sources import SourceStore

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PASSWORD = "s3cret words"


def inventory(*names):
    arrays = [
        StorageArray(unique_identifier=array_id(name), array_name=name, vendor_id="V", model_id="M") for name in names
    ]
    return Inventory(read_at=NOW, arrays={array.unique_identifier: array for array in arrays})


@dataclass
class Shelf:
    """What the adapters find at each URL: an inventory, an error to raise, or an event that must be set first."""

    at: dict = field(default_factory=dict)
    adapters: list = field(default_factory=list)

    def read(self, source, ended):
        found = self.at.get(source.url)
        if isinstance(found, threading.Event):
            while not (found.wait(0.01) or ended.is_set()):
                pass
            raise SourceUnreachable(source=source.name, reason="it hung")
        if found is None:
            raise SourceUnreachable(source=source.name, reason="nobody listens")
        if isinstance(found, Exception):
            raise found
        if source.password not in (None, PASSWORD):
            raise SourceRefused(source=source.name, reason="wrong")
        return found


class ShelfAdapter(PlatformAdapter):
    """Reads a shelf; subclasses say which."""

    offers: ClassVar = frozenset({Profile.BLOCK})
    shelf: ClassVar[Shelf]
    texts: ClassVar = {}

    def __init__(self, source):
        self.source = source
        self.ended = threading.Event()
        self.shelf.adapters.append(self)

    def read(self, reading):
        return self.shelf.read(self.source, self.ended)

    def entry_set(self, entry):
        return None

    def close(self):
        self.ended.set()

    def authenticate(self, user, password):
        if password != PASSWORD:
            raise SourceRefused(source=self.source.name, reason="wrong")

    def catalogs(self):
        return self.texts


class GoldAdapter(ShelfAdapter):
    """Adds a capability to whatever is there."""

    offers: ClassVar = frozenset({Profile.CAPABILITY})
    texts: ClassVar = {"event": {"Gold.Melts": "gold"}}

    def read(self, reading):
        key = capability_id("gold")
        gold = StorageCapability(unique_identifier=key, capability_name="Gold", capability_detail="Dear.")
        return Inventory(read_at=NOW, capabilities={key: gold})


@dataclass
class FakeEntryPoint:
    """Like importlib.metadata.EntryPoint; `found` may be an exception, which `load` raises."""

    name: str
    found: object
    module: str = "vasa_cim.adapter"
    value: str = "vasa_cim.adapter:PlatformAdapter"

    def load(self):
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@dataclass
class Site:
    """Everything that an operator can reach."""

    shelf: Shelf
    entry_points: dict
    facade: VendorAdapterFacade
    registry: AdapterRegistry
    store: SourceStore
    authenticator: Authenticator
    sources: SourceControl
    adapters: AdapterControl
    texts: list

    def add(self, name, url=None, force=False, is_wanted=lambda: True, **table):
        return self.sources.add({"name": name, "url": url or f"https://{name}:1", **table}, is_wanted, force=force)

    def names(self):
        return [each["name"] for each in self.sources.describe()]


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def database(tmp_path):
    opened = Database(sqlite_url(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def make_site(shelf, database, tmp_path):
    """Makes a provider's sources; `configured` are sources of the configuration, `chosen` is auth_source."""
    opened = []

    def make(*configured, chosen=None, trial_seconds=30.0):
        classes = {"plain": ShelfAdapter, "gold": GoldAdapter}
        points = {
            name: FakeEntryPoint(name, type(base.__name__, (base,), {"shelf": shelf})) for name, base in classes.items()
        }
        registry = AdapterRegistry(lambda: points.values())

        def make_engine(source, adapters, before=None):
            used = adapters.made_for(source)
            if not used:
                return IdleVendorAdapter(source.name, "no adapter is loaded that serves it")
            before = before if isinstance(before, Engine) else None
            return Engine(source, used, visible_inventory, EngineSettings(settle=0.0), before=before)

        facade = VendorAdapterFacade(lambda source: make_engine(source, registry.current), configured)
        opened.append(facade)
        facade.open()
        store = SourceStore(database, Secrets(tmp_path))
        texts = [facade.catalogs()]
        authenticator = Authenticator(facade, SystemClock(), chosen)
        sources = SourceControl(
            configured=configured,
            stored=(),
            store=store,
            facade=facade,
            registry=registry,
            make_engine=make_engine,
            authenticator=authenticator,
            clock=SystemClock(),
            set_catalogs=texts.append,
            trial_seconds=trial_seconds,
        )
        adapters = AdapterControl(registry, sources, facade, make_engine, texts.append)
        return Site(shelf, points, facade, registry, store, authenticator, sources, adapters, texts)

    yield make
    for facade in opened:
        facade.close()


@pytest.fixture
def site(make_site):
    return make_site()


@pytest.fixture
def arrays():
    return inventory


@pytest.fixture
def password():
    return PASSWORD


@pytest.fixture
def make_notes(database):
    return lambda name: StoredNotes(database, name)


@pytest.fixture
def make_entry_point():
    return FakeEntryPoint
