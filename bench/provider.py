"""A real common provider and a real engine over a synthetic array, with one registered client."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bench.estate import Estate
from bench.synthetic_adapter import SyntheticAdapter
from vasa_cim import logs
from vasa_cim.adapter import Source
from vasa_cim.adapters.engine.engine import Engine
from vasa_cim.client.identity import ClientIdentity
from vasa_cim.clock import SystemClock
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.authenticator import Authenticator
from vasa_cim.framework.catalogs import Catalogs
from vasa_cim.framework.certificates import CertificateRegistry
from vasa_cim.framework.common_provider import CommonProvider
from vasa_cim.framework.sessions import SessionContextManager
from vasa_cim.framework.settings import ProviderSettings
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.framework.vasa_service import Peer, Trust
from vasa_cim.model.inventory import Inventory
from vasa_cim.model.usage_context import UsageContext
from vasa_cim.store.certificates import CertificateStore
from vasa_cim.store.database import Database, sqlite_url
from vasa_cim.store.settings import SettingsStore

SETTINGS = ProviderSettings(name="vasa-cim", default_namespace="vasa-cim", provider_version="0")


@dataclass(frozen=True)
class Provider:
    """A running common provider. `inventory` is what its array holds, `peer` the client that it trusts."""

    service: CommonProvider
    inventory: Inventory
    peer: Peer

    def open_session(self, usage: UsageContext) -> str:
        """Return the id of a new session of the client."""
        return self.service.set_context(self.service.admit(Trust.CERTIFICATE, self.peer, ()), usage).session_id


@contextmanager
def running_provider(estate: Estate, identity: ClientIdentity, directory: Path) -> Iterator[Provider]:
    """Run a common provider with its store in `directory`; `identity` is registered as a client."""
    inventory = estate.inventory()
    source = Source(name="synthetic", url="memory:")
    engine = Engine(source, [SyntheticAdapter(source, inventory)], visible_inventory)
    with common_provider(engine, source, identity, directory) as service:
        service.open()
        yield Provider(service, inventory, Peer(certificate_der(identity), "127.0.0.1"))


@contextmanager
def common_provider(
    engine: Engine, source: Source, identity: ClientIdentity, directory: Path
) -> Iterator[CommonProvider]:
    """Put a common provider together, with its store in `directory`, and close it at the end; it is not opened."""
    logs.set_up("error", "text")
    clock = SystemClock()
    database = Database(sqlite_url(directory))
    certificates = CertificateRegistry(CertificateStore(database), clock)
    certificates.register(identity.certificate(), "bench")
    facade = VendorAdapterFacade(lambda source: engine, [source])
    service = CommonProvider(
        settings=SETTINGS,
        facade=facade,
        sessions=SessionContextManager(SETTINGS, clock, ended=facade.stop_session_collector),
        certificates=certificates,
        authenticator=Authenticator(facade, clock),
        catalogs=Catalogs(SettingsStore(database), clock),
    )
    try:
        yield service
    finally:
        service.close()
        database.close()


def certificate_der(identity: ClientIdentity) -> bytes:
    """Return the DER of a client certificate, as a connection shows it."""
    return x509.load_pem_x509_certificate(identity.certificate().encode()).public_bytes(Encoding.DER)
