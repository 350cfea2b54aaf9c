"""A clock turned by hand, a small estate, fakes of both kinds of adapter, and a whole provider on top of them."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vasa_cim.adapter import AdapterCallback, EntrySet, Hint, PlatformAdapter, Reading, Source, SourceStatus
from vasa_cim.errors import InvalidSession, SourceError, SourceRefused, SourceUnreachable
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.authenticator import Authenticator
from vasa_cim.framework.catalogs import Catalogs
from vasa_cim.framework.certificates import CertificateRegistry
from vasa_cim.framework.common_provider import CommonProvider
from vasa_cim.framework.sessions import SessionContextManager
from vasa_cim.framework.settings import ProviderSettings
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.framework.vasa_service import Peer, Trust
from vasa_cim.model.entities import (
    FileSystemInfo,
    StorageArray,
    StorageCapability,
    StorageFileSystem,
    StorageLun,
    StoragePort,
    StorageProcessor,
)
from vasa_cim.model.enums import BlockProtocol, EntityType, Profile
from vasa_cim.model.identifiers import array_id, capability_id, entity_id
from vasa_cim.model.inventory import AccessView, Export, Inventory, Reach, Visible
from vasa_cim.model.usage_context import ContextEntry, HostInitiator, MountPoint, UsageContext
from vasa_cim.store.certificates import CertificateStore
from vasa_cim.store.database import Database, sqlite_url
from vasa_cim.store.settings import SettingsStore

ADDRESS = "192.0.2.1"
PASSWORD = "secret"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class TurnedClock:
    """Both times move only by `turn`."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return 1000.0 + self.seconds

    def turn(self, seconds: float = 0.0, **parts: float) -> None:
        self.seconds += seconds + timedelta(**parts).total_seconds()


class FakeEntrySet:
    """Reaches the views of an initiator's keys, and the exports of a mount's path."""

    def __init__(self, entry: ContextEntry) -> None:
        self.entry = entry

    def reach(self, inventory: Inventory) -> Reach:
        if isinstance(self.entry, MountPoint):
            return Reach(exports=tuple(one for one in inventory.exports if self.entry.file_path in one.paths))
        keys = self.entry.keys()
        found = [view for key in keys for view in inventory.views_of_initiator.get(key, ())]
        return Reach(views=(*found, *inventory.open_views))


class FakePlatformAdapter(PlatformAdapter):
    """A platform adapter whose source is an attribute: the next inventory, or the error to raise."""

    offers: ClassVar[frozenset[Profile]] = frozenset(Profile)

    def __init__(self, source: Source) -> None:
        self.source = source
        self.next: Inventory | SourceError | None = None
        self.passwords: dict[str, str] = {"admin": "secret"}
        self.login_error: SourceError | None = None
        self.accepts_any_password = False
        self.logins: list[tuple[str, str]] = []
        self.readings: list[Reading] = []
        self.hint: Callable[[Hint], None] | None = None
        self.closed = 0
        self.texts: Mapping[str, Mapping[str, str]] = {}

    def read(self, reading: Reading) -> Inventory:
        self.readings.append(reading)
        if isinstance(self.next, Inventory):
            return self.next
        raise self.next or SourceUnreachable(source=self.source.name, reason="nothing to read")

    def entry_set(self, entry: ContextEntry) -> EntrySet | None:
        return FakeEntrySet(entry)

    def close(self) -> None:
        self.closed += 1

    def watch(self, hint: Callable[[Hint], None]) -> None:
        self.hint = hint

    def authenticate(self, user: str, password: str) -> None:
        self.logins.append((user, password))
        if self.login_error is not None:
            raise self.login_error
        if not self.accepts_any_password and self.passwords.get(user) != password:
            raise SourceRefused(source=self.source.name, reason="wrong")

    def catalogs(self) -> Mapping[str, Mapping[str, str]]:
        return self.texts


class FakeEngine:
    """A vendor adapter without threads: `poll` is called by the test."""

    def __init__(self, source: Source) -> None:
        self.adapter = FakePlatformAdapter(source)
        self.sessions: dict[str, tuple[UsageContext, AdapterCallback, Sequence[EntrySet]]] = {}
        self.shown: dict[str, Visible] = {}
        self.snapshot: Inventory | None = None
        self.error: SourceError | None = None
        self.first = threading.Event()
        self.started = 0
        self.closed = 0
        self.refreshed = 0
        self.collector_error: Exception | None = None
        self.profiles: frozenset[Profile] | None = None
        self.waits: list[float] = []

    @property
    def source(self) -> str:
        return self.adapter.source.name

    @property
    def offers(self) -> frozenset[Profile]:
        return self.adapter.offers if self.profiles is None else self.profiles

    def start(self) -> None:
        self.started += 1
        self.adapter.watch(lambda hint: None)

    def close(self) -> None:
        self.closed += 1
        self.sessions.clear()
        self.adapter.close()

    def authenticate(self, user: str, password: str) -> None:
        self.adapter.authenticate(user, password)

    def start_session_collector(self, session_id: str, usage: UsageContext, callback: AdapterCallback) -> None:
        if self.collector_error is not None:
            raise self.collector_error
        sets = [made for entry in usage.entries() if (made := self.adapter.entry_set(entry)) is not None]
        self.sessions[session_id] = (usage, callback, sets)
        self._show(session_id)

    def stop_session_collector(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)
        self.shown.pop(session_id, None)

    def visible(self, session_id: str) -> Visible | None:
        return self.shown.get(session_id)

    def inventory(self) -> Inventory | None:
        return self.snapshot

    def settled(self, timeout: float) -> bool:
        self.waits.append(timeout)
        return self.first.wait(timeout)

    def refresh(self) -> None:
        self.refreshed += 1

    def status(self) -> SourceStatus:
        read_at = self.snapshot.read_at if self.snapshot else None
        return SourceStatus(source=self.source, read_at=read_at, error=str(self.error) if self.error else None)

    def catalogs(self) -> Sequence[Mapping[str, Mapping[str, str]]]:
        return [self.adapter.catalogs()]

    def poll(self, inventory: Inventory | SourceError | None = None) -> None:
        """Read once; an inventory or error given is what the source holds from now on."""
        self.adapter.next = inventory or self.adapter.next
        try:
            self.snapshot, self.error = self.adapter.read(Reading(previous=self.snapshot)), None
        except SourceError as error:
            self.error = error
        for session_id in self.sessions:
            self._show(session_id)
        self.first.set()

    def _show(self, session_id: str) -> None:
        usage, _, sets = self.sessions[session_id]
        if self.snapshot is not None:
            reaches = [each.reach(self.snapshot) for each in sets]
            self.shown[session_id] = visible_inventory(self.snapshot, usage, reaches)


class Estate:
    """Ids and the inventory of one small unified array: two processors, two ports, four LUNs, two file systems.

    LUNs 0 and 1 are in the view of host A through port 0, LUN 2 in that of host B through port 1, LUN 3 in none.
    The file systems are exported as /vol/0 and /vol/1. LUNs 0 and 1 share a pool.
    """

    host_a = HostInitiator(port_wwn="10:00:00:00:00:00:00:0a")
    host_b = HostInitiator(port_wwn="10:00:00:00:00:00:00:0b")
    stranger = HostInitiator(port_wwn="10:00:00:00:00:00:00:0c")
    mount = MountPoint(server_name="nas", file_path="/vol/0")

    def __init__(self, name: str = "A1") -> None:
        self.array = array_id(name)
        self.sps = [entity_id(EntityType.PROCESSOR, name, f"sp{n}") for n in range(2)]
        self.ports = [entity_id(EntityType.PORT, name, f"port{n}") for n in range(2)]
        self.luns = [entity_id(EntityType.LUN, name, f"{n}") for n in range(4)]
        self.shares = [entity_id(EntityType.FILE_SYSTEM, name, f"{n}") for n in range(2)]
        self.capability = capability_id("gold")
        self.inventory = self.made(name)

    def lun(self, number: int, **changes: Any) -> StorageLun:
        facts = {
            "unique_identifier": self.luns[number],
            "capacity_in_mb": 1024,
            "used_space_in_mb": 512,
            "display_name": f"LUN {number}",
            "esx_lun_identifier": f"naa.6{number:031x}",
            "thin_provisioned": True,
        }
        return StorageLun(**{**facts, **changes})

    def made(self, name: str, **changes: Any) -> Inventory:
        array = StorageArray(
            unique_identifier=self.array,
            array_name=name,
            vendor_id="ACME",
            model_id=f"Model {name}",
            supported_profile=tuple(Profile),
        )
        facts: dict[str, Any] = {
            "read_at": START,
            "arrays": {self.array: array},
            "processors": {each: StorageProcessor(unique_identifier=each, sp_identifier=("SP",)) for each in self.sps},
            "ports": {
                each: StoragePort(unique_identifier=each, port_type=BlockProtocol.FC, port_wwn="5" * 16)
                for each in self.ports
            },
            "luns": {each: self.lun(n) for n, each in enumerate(self.luns)},
            "file_systems": {
                each: StorageFileSystem(
                    unique_identifier=each, file_system_info=(FileSystemInfo("nas", f"/vol/{n}", None),)
                )
                for n, each in enumerate(self.shares)
            },
            "capabilities": {
                self.capability: StorageCapability(
                    unique_identifier=self.capability, capability_name="Gold", capability_detail="Fast."
                )
            },
            "processors_of_array": {self.array: tuple(self.sps)},
            "ports_of_processor": {sp: (port,) for sp, port in zip(self.sps, self.ports, strict=True)},
            "luns_of_array": {self.array: tuple(self.luns)},
            "file_systems_of_array": {self.array: tuple(self.shares)},
            "capability_of": {
                self.luns[0]: self.capability,
                self.luns[3]: self.capability,
                self.shares[0]: self.capability,
            },
            "pool_of": {self.luns[0]: "p1", self.luns[1]: "p1", self.luns[2]: "p2", self.luns[3]: "p2"},
            "views": (
                AccessView(f"{name} a", frozenset(self.host_a.keys()), tuple(self.luns[:2]), (self.ports[0],)),
                AccessView(f"{name} b", frozenset(self.host_b.keys()), (self.luns[2],), (self.ports[1],)),
            ),
            "exports": tuple(Export(each, (f"/vol/{n}",), frozenset({"nas"})) for n, each in enumerate(self.shares)),
        }
        return Inventory(**{**facts, **changes})


class Certificates:
    """Makes self-signed client certificates; one key for all, as making keys is slow."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._made = 0

    def make(self, not_before: datetime = START - timedelta(days=1), days: float = 365) -> x509.Certificate:
        self._made += 1
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"vcenter {self._made}")])
        return (
            x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=self._key.public_key())
            .serial_number(1000 + self._made)
            .not_valid_before(not_before)
            .not_valid_after(not_before + timedelta(days=days))
            .sign(self._key, hashes.SHA256())
        )

    @staticmethod
    def der(certificate: x509.Certificate) -> bytes:
        return certificate.public_bytes(serialization.Encoding.DER)

    @staticmethod
    def pem(certificate: x509.Certificate) -> str:
        return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def estate() -> Estate:
    return Estate()


@pytest.fixture
def make_estate() -> type[Estate]:
    return Estate


@pytest.fixture
def fake_platform_adapter() -> type[FakePlatformAdapter]:
    return FakePlatformAdapter


@pytest.fixture
def make_engine() -> Callable[..., FakeEngine]:
    def make(name: str = "one") -> FakeEngine:
        return FakeEngine(Source(name=name, url="https://127.0.0.1:5989"))

    return make


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    return Certificates()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path))
    yield opened
    opened.close()


@dataclass
class Site:
    """A whole provider over fake sources, and a client of it."""

    provider: CommonProvider
    engines: dict[str, Any]
    sessions: SessionContextManager
    registry: CertificateRegistry
    certificates: Any
    estate: Any
    clock: Any
    registry_store: CertificateStore
    kept: dict[str, Any] = field(default_factory=dict)

    def peer(self, certificate=None):
        return Peer(self.certificates.der(certificate) if certificate else None, ADDRESS)

    def register(self, certificate, user="admin", password=PASSWORD, cookies=(), on=None):
        admission = self.provider.admit(Trust.NONE, self.peer(on), cookies)
        return self.provider.register_vasa_certificate(admission, user, password, self.certificates.pem(certificate))

    def set_context(self, usage, certificate=None, cookies=()):
        certificate = certificate or self.trusted
        admission = self.provider.admit(Trust.CERTIFICATE, self.peer(certificate), cookies)
        return self.provider.set_context(admission, usage).session_id

    def unregister(self, certificate, on=None, cookies=()):
        admission = self.provider.admit(Trust.CERTIFICATE_OR_SESSION, self.peer(on or self.trusted), cookies)
        text = self.certificates.pem(certificate) if certificate else None
        self.provider.unregister_vasa_certificate(admission, text)

    def admit(self, session_id, certificate=None):
        return self.provider.admit(Trust.SESSION, self.peer(certificate or self.trusted), [session_id])

    def lives(self, session_id, certificate=None):
        try:
            self.admit(session_id, certificate)
        except InvalidSession:
            return False
        return True

    @property
    def trusted(self):
        """A certificate that is registered."""
        if "trusted" not in self.kept:
            self.kept["trusted"] = self.certificates.make()
            self.register(self.kept["trusted"])
        return self.kept["trusted"]


@pytest.fixture
def build(clock, database, make_engine, certificates, estate):
    opened = []

    def make(*names, store=None, **settings):
        engines = {name: make_engine(name) for name in names or ("one",)}
        facade = VendorAdapterFacade(
            lambda source: engines[source.name], [Source(name=name, url="https://h:1") for name in engines]
        )
        chosen = ProviderSettings(
            name="vasa-cim", default_namespace="com.example", provider_version="1.2", first_context_wait=0.0, **settings
        )
        sessions = SessionContextManager(chosen, clock, ended=facade.stop_session_collector, store=store)
        kept = CertificateStore(database)
        registry = CertificateRegistry(kept, clock)
        provider = CommonProvider(
            settings=chosen,
            facade=facade,
            sessions=sessions,
            certificates=registry,
            authenticator=Authenticator(facade, clock),
            catalogs=Catalogs(SettingsStore(database), clock, extra=facade.catalogs()),
        )
        opened.append(provider)
        provider.open()
        return Site(provider, engines, sessions, registry, certificates, estate, clock, kept)

    yield make
    for provider in opened:
        provider.close()


@pytest.fixture
def site(build, estate):
    built = build()
    built.engines["one"].poll(estate.inventory)
    return built


@pytest.fixture
def usage(estate):
    return UsageContext(host_initiators=(estate.host_a, estate.host_b), mount_points=(estate.mount,))
