"""A VASA service class in memory, SOAP servers over it, and clients that speak to them."""

import itertools
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import etree

from vasa_cim import errors
from vasa_cim.framework.vasa_service import (
    Admission,
    CatalogFile,
    Ids,
    Peer,
    Registration,
    Trust,
    VasaService,
)
from vasa_cim.model.entities import (
    Association,
    Entity,
    FileSystemInfo,
    ProviderInfo,
    StorageArray,
    StorageCapability,
    StorageFileSystem,
    StorageLun,
    StoragePort,
    StorageProcessor,
    VendorModel,
)
from vasa_cim.model.enums import (
    AlarmStatus,
    AlarmType,
    BlockProtocol,
    CatalogName,
    EntityType,
    EventConfigType,
    EventType,
    FileSystemKind,
    Profile,
)
from vasa_cim.model.notices import MessageCatalog, NameValue, StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import UsageContext
from vasa_cim.soap.application import SoapEndpoint
from vasa_cim.soap.server import ServerSettings, SoapServer

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
CATALOG = "/vasa/catalog/en/event.vmsg"


@dataclass
class FakeVasaService(VasaService):
    """Serves a small estate to every session. `raises` maps an operation's method name to the error it raises.

    `calls` records (method name, arguments after the admission). `trusted` holds certificates in DER;
    `sessions` maps a session id to the certificate that made it.
    """

    luns: dict[str, StorageLun] = field(default_factory=dict)
    raises: dict[str, Exception] = field(default_factory=dict)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    trusted: set[bytes] = field(default_factory=set)
    sessions: dict[str, bytes | None] = field(default_factory=dict)
    profiles: frozenset[Profile] = frozenset(Profile)
    check_trust: bool = True
    block: threading.Event | None = None
    wait_in_login: threading.Event | None = None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def _called(self, name: str, *arguments: Any) -> None:
        self.calls.append((name, *arguments))
        if name in self.raises:
            raise self.raises[name]

    def admit(self, trust: Trust, peer: Peer, cookies: Sequence[str]) -> Admission:
        self._called("admit", trust, peer, tuple(cookies))
        cookie = cookies[0] if len(set(cookies)) == 1 else None
        if trust is not Trust.NONE and self.check_trust and not self.trusts(peer):
            raise errors.InvalidSession(reason="the certificate is not trusted")
        known = cookie is not None and cookie in self.sessions
        if trust is Trust.SESSION and not known:
            raise errors.InvalidSession(reason="unknown or expired")
        return Admission(peer, cookie if known else None, cookie if known else None, cookie)

    def offers(self) -> frozenset[Profile]:
        return self.profiles

    def trusts(self, peer: Peer) -> bool:
        return peer.certificate in self.trusted

    def catalog_file(self, path: str) -> CatalogFile | None:
        return CatalogFile('A.b = "Zürich {x}"\n'.encode(), NOON) if path == CATALOG else None

    def _info(self, session_id: str) -> ProviderInfo:
        return ProviderInfo(
            name="Fake",
            default_namespace="org.example",
            default_session_timeout_in_seconds=1800,
            session_id=session_id,
            supported_vendor_model=(VendorModel("ACME", "X1"), VendorModel("ACME", "X2")),
            vasa_provider_version="0.1",
        )

    def register_vasa_certificate(
        self, admission: Admission, user_name: str | None, password: str | None, new_certificate: str | None
    ) -> Registration:
        self._called("register_vasa_certificate", user_name, password, new_certificate)
        if self.wait_in_login is not None:
            self.wait_in_login.wait(20)
        if admission.peer.certificate is not None:
            self.trusted.add(admission.peer.certificate)
        return Registration(self._info("0"), "0")

    def unregister_vasa_certificate(self, admission: Admission, existing_certificate: str | None) -> None:
        self._called("unregister_vasa_certificate", existing_certificate)

    def set_context(self, admission: Admission, usage_context: UsageContext | None) -> ProviderInfo:
        self._called("set_context", usage_context)
        if self.block is not None:
            self.block.wait(20)
        session_id = f"session{next(self.numbers)}"
        self.sessions[session_id] = admission.peer.certificate
        return self._info(session_id)

    def query_arrays(self, admission: Admission, ids: Ids) -> Sequence[StorageArray]:
        self._called("query_arrays", ids)
        return [
            StorageArray(
                unique_identifier="V:StorageArray:1",
                array_name="one <&> \u0007two",
                vendor_id="ACME",
                model_id="X1",
                firmware="1.2",
                alternate_name=("a", "b"),
                supported_block=(BlockProtocol.FC, BlockProtocol.FCOE),
                supported_file_system=(FileSystemKind.NFS,),
                supported_profile=tuple(Profile),
            )
        ]

    def query_unique_identifiers_for_entity(self, admission: Admission, entity_type: str | None) -> Sequence[str]:
        self._called("query_unique_identifiers_for_entity", entity_type)
        return ["V:StorageArray:1", "V:StorageArray:2"]

    def get_number_of_entities(self, admission: Admission, entity_type: str | None) -> int:
        self._called("get_number_of_entities", entity_type)
        return 2

    def query_storage_processors(self, admission: Admission, ids: Ids) -> Sequence[StorageProcessor]:
        self._called("query_storage_processors", ids)
        return [StorageProcessor(unique_identifier="V:StorageProcessor:1:a", sp_identifier=("SP A",))]

    def query_storage_ports(self, admission: Admission, ids: Ids) -> Sequence[StoragePort]:
        self._called("query_storage_ports", ids)
        fc = StoragePort(
            unique_identifier="V:StoragePort:1:0",
            port_type=BlockProtocol.FC,
            port_wwn="500601603b20a1f3",
            node_wwn="500601603b20a1f0",
            alternate_name=("A-0",),
        )
        iscsi = StoragePort(
            unique_identifier="V:StoragePort:1:1", port_type=BlockProtocol.ISCSI, iscsi_identifier="iqn.2020-01.org:t"
        )
        return [fc, iscsi]

    def query_storage_luns(self, admission: Admission, ids: Ids) -> Sequence[StorageLun]:
        self._called("query_storage_luns", ids)
        return [self.luns[one] for one in ids or () if one in self.luns]

    def query_storage_file_systems(self, admission: Admission, ids: Ids) -> Sequence[StorageFileSystem]:
        self._called("query_storage_file_systems", ids)
        info = FileSystemInfo(file_server_name="nas", file_system_path="/vol/1", ip_address="192.0.2.1")
        return [StorageFileSystem(unique_identifier="V:StorageFileSystem:1:f", file_system_info=(info,))]

    def query_storage_capabilities(self, admission: Admission, ids: Ids) -> Sequence[StorageCapability]:
        self._called("query_storage_capabilities", ids)
        return [
            StorageCapability(
                unique_identifier="V:StorageCapability:g", capability_name="Gold", capability_detail="Fast."
            )
        ]

    def _associations(self, name: str, ids: Ids) -> Sequence[Association]:
        self._called(name, ids)
        return [Association("V:StorageArray:1", ("V:StoragePort:1:0", "V:StoragePort:1:1"))]

    def query_associated_processors_for_array(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        return self._associations("query_associated_processors_for_array", ids)

    def query_associated_ports_for_processor(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        return self._associations("query_associated_ports_for_processor", ids)

    def query_associated_luns_for_port(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        return self._associations("query_associated_luns_for_port", ids)

    def query_associated_capability_for_lun(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        return self._associations("query_associated_capability_for_lun", ids)

    def query_associated_capability_for_file_system(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        return self._associations("query_associated_capability_for_file_system", ids)

    def query_unique_identifiers_for_luns(self, admission: Admission, array_id: str | None) -> Sequence[str]:
        self._called("query_unique_identifiers_for_luns", array_id)
        return list(self.luns)

    def query_unique_identifiers_for_file_systems(self, admission: Admission, array_id: str | None) -> Sequence[str]:
        self._called("query_unique_identifiers_for_file_systems", array_id)
        return ["V:StorageFileSystem:1:f"]

    def query_drs_migration_capability_for_performance(
        self, admission: Admission, source_id: str | None, destination_id: str | None, entity_type: str | None
    ) -> bool:
        self._called("query_drs_migration_capability_for_performance", source_id, destination_id, entity_type)
        return True

    def get_events(self, admission: Admission, last_event_id: int) -> Sequence[StorageEvent]:
        self._called("get_events", last_event_id)
        config = StorageEvent(
            event_type=EventType.CONFIG,
            object_type=EntityType.LUN,
            object_id="V:StorageLun:1:1",
            message_id="V.LunNew",
            timestamp=NOON,
            config_type=EventConfigType.NEW,
            parameters=(NameValue("resId", "V:StorageLun:1:1"), NameValue("empty", "")),
            event_id=last_event_id + 1,
        )
        system = StorageEvent(
            event_type=EventType.SYSTEM,
            object_type=EntityType.ARRAY,
            object_id="V:StorageArray:1",
            message_id="V.System",
            timestamp=NOON.astimezone(),
            event_id=last_event_id + 2,
        )
        return [config, system] if last_event_id < 100 else []

    def get_alarms(self, admission: Admission, last_alarm_id: int) -> Sequence[StorageAlarm]:
        self._called("get_alarms", last_alarm_id)
        return [
            StorageAlarm(
                alarm_type=AlarmType.SPACE_CAPACITY,
                object_type=EntityType.LUN,
                object_id="V:StorageLun:1:1",
                message_id="Alarm.ThinProvisioned",
                status=AlarmStatus.RED,
                timestamp=NOON,
                parameters=(NameValue("state", "Red"),),
                alarm_id=last_alarm_id + 1,
            )
        ]

    def query_catalog(self, admission: Admission) -> Sequence[MessageCatalog]:
        self._called("query_catalog")
        return [
            MessageCatalog(
                catalog_name=CatalogName.EVENT,
                catalog_uri=CATALOG,
                catalog_version="1.0",
                last_modified=NOON,
                locale="en",
                module_name="Fake",
            )
        ]


def make_luns(count: int) -> dict[str, StorageLun]:
    """Return LUNs of a usual look by id."""
    luns = (
        StorageLun(
            unique_identifier=f"VasaCim:StorageLun:000197900123:{number:05d}",
            capacity_in_mb=102400,
            used_space_in_mb=51200,
            display_name=f"lun {number:05d}",
            esx_lun_identifier=f"naa.{0x60000970000197900123533030303030 + number:032x}",
            thin_provisioned=True,
        )
        for number in range(count)
    )
    return {lun.unique_identifier: lun for lun in luns}


@dataclass(frozen=True)
class Identity:
    """A self-signed certificate and its key, in files and as DER."""

    certificate_file: Path
    key_file: Path
    der: bytes


def make_identity(folder: Path, name: str, *, days: int = 30) -> Identity:
    """Return a self-signed identity for `name`, valid until `days` from now (negative: expired)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.DNSName(name)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    identity = Identity(
        folder / f"{name}.crt", folder / f"{name}.key", certificate.public_bytes(serialization.Encoding.DER)
    )
    identity.certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    identity.key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return identity


@pytest.fixture(scope="session")
def identities(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Identity]:
    """Make (once per name) self-signed identities."""
    folder = tmp_path_factory.mktemp("identities")
    made: dict[str, Identity] = {}

    def get(name: str, **options: Any) -> Identity:
        if name not in made:
            made[name] = make_identity(folder, name, **options)
        return made[name]

    return get


@dataclass
class SoapClient:
    """Speaks to one server; `identity` None presents no certificate."""

    server: SoapServer
    server_identity: Identity
    identity: Identity | None

    def tls(self, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.server_identity.certificate_file))
        if version is not None:
            context.minimum_version = context.maximum_version = version
        if self.identity is not None:
            context.load_cert_chain(self.identity.certificate_file, self.identity.key_file)
        return context

    def connect(self, version: ssl.TLSVersion | None = None, **options: Any) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.server.port), timeout=20)
        return self.tls(version).wrap_socket(plain, server_hostname="localhost", **options)

    def connection(self, version: ssl.TLSVersion | None = None) -> HTTPConnection:
        made = HTTPConnection("localhost", self.server.port, timeout=20)
        made.sock = self.connect(version)
        return made

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> "Reply":
        connection = self.connection()
        try:
            connection.request(method, path, body, dict(headers or {}))
            return Reply.of(connection.getresponse())
        finally:
            connection.close()

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> "Reply":
        path = "/vasa/services/vasaService"
        return self.request("POST", path, body, {"Content-Type": "text/xml; charset=utf-8", **(headers or {})})


@dataclass(frozen=True)
class Reply:
    """A whole HTTP response."""

    status: int
    headers: Any
    body: bytes

    @classmethod
    def of(cls, response: HTTPResponse) -> "Reply":
        return cls(response.status, response.headers, response.read())


@pytest.fixture
def service(identities: Callable[..., Identity]) -> FakeVasaService:
    """A fake service that trusts the identity `client` and knows the session `known`."""
    client = identities("client").der
    return FakeVasaService(luns=make_luns(3), trusted={client}, sessions={"known": client})


@pytest.fixture
def health() -> dict[str, object]:
    """The report of /healthz; tests change it in place."""
    return {"status": "ok"}


@pytest.fixture
def serve(
    service: FakeVasaService, identities: Callable[..., Identity], health: dict[str, object]
) -> Iterator[Callable[..., SoapServer]]:
    """Start servers over `service` with the given settings; all are stopped at the end."""
    started: list[SoapServer] = []

    def start(**settings: Any) -> SoapServer:
        chosen = ServerSettings(**{"host": "127.0.0.1", "port": 0, **settings})
        identity = identities("localhost")
        server = SoapServer(service, chosen, identity.certificate_file, identity.key_file, lambda: health)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop(2.0)


@pytest.fixture
def server(serve: Callable[..., SoapServer]) -> SoapServer:
    """A running server with default settings."""
    return serve()


@pytest.fixture
def client_for(identities: Callable[..., Identity]) -> Callable[..., SoapClient]:
    """Make clients: `client_for(server)` with the trusted identity, `client_for(server, None)` without any."""

    def make(server: SoapServer, name: str | None = "client", **options: Any) -> SoapClient:
        identity = identities(name, **options) if name is not None else None
        return SoapClient(server, identities("localhost"), identity)

    return make


@pytest.fixture
def client(server: SoapServer, client_for: Callable[..., SoapClient]) -> SoapClient:
    """A client of `server` with the trusted identity."""
    return client_for(server)


SOAP = {
    "1.1": ("http://schemas.xmlsoap.org/soap/envelope/", "text/xml; charset=utf-8"),
    "1.2": ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml; charset=utf-8"),
}
BODY = "http://com.vmware.vim.vasa/1.0/xsd"


@pytest.fixture
def envelope() -> Callable[..., bytes]:
    """Make requests: the text in Body, with the prefixes v (1.0/xsd), d (data), xsi and xs bound."""

    def make(content: str = "", version: str = "1.1", header: str = "") -> bytes:
        head = f"<s:Header>{header}</s:Header>" if header else ""
        return (
            f'<s:Envelope xmlns:s="{SOAP[version][0]}" xmlns:v="{BODY}" xmlns:d="http://data.vasa.vim.vmware.com/xsd"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
            f"{head}<s:Body>{content}</s:Body></s:Envelope>"
        ).encode()

    return make


@dataclass(frozen=True)
class Outcome:
    """An answer of the endpoint, parsed: `body` is the child of Body (None if it is empty)."""

    status: int
    headers: Mapping[str, str]
    root: Any

    @property
    def body(self) -> Any:
        (body,) = self.root.findall("{*}Body")
        return body[0] if len(body) else None

    @property
    def fault(self) -> str:
        """The name of the fault's detail, empty without one."""
        details = [*self.body.iter("detail"), *self.body.iter("{*}Detail")]
        return details[0][0].tag.rpartition("}")[2] if details else ""

    @property
    def code(self) -> str:
        """The local name of the fault's code."""
        (code,) = [*self.body.iter("faultcode"), *self.body.iterfind("{*}Code/{*}Value")]
        return str(code.text).rpartition(":")[2]

    @property
    def reason(self) -> str:
        (reason,) = [*self.body.iter("faultstring"), *self.body.iterfind("{*}Reason/{*}Text")]
        return str(reason.text)


@pytest.fixture
def endpoint(service: FakeVasaService) -> SoapEndpoint:
    """The endpoint without HTTP."""
    return SoapEndpoint(service)


@pytest.fixture
def peer(identities: Callable[..., Identity]) -> Peer:
    """The trusted peer."""
    return Peer(identities("client").der, "192.0.2.7")


@pytest.fixture
def send(endpoint: SoapEndpoint, peer: Peer) -> Callable[..., Outcome]:
    """Send bytes to the endpoint, in the session `known` if nothing else is said; header None leaves it out."""

    def send(body: bytes, who: Peer | None = None, **headers: str | None) -> Outcome:
        wanted = {"Content_Type": "text/xml; charset=utf-8", "Cookie": "VASASESSIONID=known", **headers}
        given = {name.replace("_", "-"): value for name, value in wanted.items() if value is not None}
        answer = endpoint.answer(body, given, who or peer)
        return Outcome(answer.status, answer.headers, etree.fromstring(answer.body))

    return send


@pytest.fixture
def ask(send: Callable[..., Outcome], envelope: Callable[..., bytes]) -> Callable[..., Outcome]:
    """Send an envelope with this content of Body to the endpoint."""

    def ask(content: str = "", version: str = "1.1", who: Peer | None = None, **headers: str | None) -> Outcome:
        return send(envelope(content, version), who, **{"Content_Type": SOAP[version][1], **headers})

    return ask


@pytest.fixture
def schema(endpoint: SoapEndpoint, tmp_path: Path) -> etree.XMLSchema:
    """The schemas of the served WSDL as one validator."""
    wsdl = etree.fromstring(endpoint.wsdl("https://localhost/"))
    files = {}
    for node in wsdl.iter("{http://www.w3.org/2001/XMLSchema}schema"):
        files[node.get("targetNamespace")] = (tmp_path / f"{len(files)}.xsd", node)
    for _, node in files.values():
        for imported in node.findall("{http://www.w3.org/2001/XMLSchema}import"):
            imported.set("schemaLocation", files[imported.get("namespace")][0].name)
    for file, node in files.values():
        file.write_bytes(etree.tostring(node))
    return etree.XMLSchema(etree.parse(files[BODY][0]))


@pytest.fixture
def entities_of() -> Callable[[int], dict[str, StorageLun]]:
    """Make LUNs by id."""
    return make_luns


__all__ = ["Entity", "FakeVasaService", "Reply", "SoapClient"]
