"""A provider of canned answers over real TLS on 127.0.0.1, and one that simulates a small array."""

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from lxml import etree

from vasa_cim.client.client import VasaClient
from vasa_cim.client.envelope import SoapVersion
from vasa_cim.client.identity import ClientIdentity, create_identity

NAMESPACES = {
    SoapVersion.V1_1: ("http://schemas.xmlsoap.org/soap/envelope/", "text/xml; charset=UTF-8"),
    SoapVersion.V1_2: ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml; charset=UTF-8"),
}


@dataclass(frozen=True)
class Recorded:
    """One request as it came in. `certificate` is the peer's DER, None if it showed none."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int
    certificate: bytes | None


@dataclass
class CannedProvider:
    """What the server answers next, and what it was asked."""

    url: str
    ca_file: Path
    status: int = 200
    content_type: str = "text/xml; charset=UTF-8"
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    close_after_answer: bool = False
    requests: list[Recorded] = field(default_factory=list)
    respond: Callable[["CannedProvider", Recorded], None] | None = None

    def answer(self, version: SoapVersion, child: str, status: int = 200) -> None:
        """Answer with an envelope around this XML; `v`, `d`, `f` and `xsi` are the usual namespaces."""
        namespace, self.content_type = NAMESPACES[version]
        self.status = status
        self.body = (
            f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{namespace}"'
            ' xmlns:v="http://com.vmware.vim.vasa/1.0/xsd" xmlns:d="http://data.vasa.vim.vmware.com/xsd"'
            ' xmlns:f="http://fault.vasa.vim.vmware.com/xsd"'
            f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body>{child}</s:Body></s:Envelope>'
        ).encode()


def _handler(provider: CannedProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            certificate = self.connection.getpeercert(binary_form=True)
            provider.requests.append(
                Recorded(self.command, self.path, headers, body, self.client_address[1], certificate)
            )
            if provider.respond is not None:
                provider.respond(provider, provider.requests[-1])
            self.send_response(provider.status)
            self.send_header("Content-Type", provider.content_type)
            self.send_header("Content-Length", str(len(provider.body)))
            for name, value in provider.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(provider.body)
            # Without a word in the answer: what an idle time-out of a server looks like.
            self.close_connection = self.close_connection or provider.close_after_answer

        def do_GET(self) -> None:
            self.headers["Content-Length"] = "0"
            self.do_POST()

        def log_message(self, *_args: Any) -> None:
            pass

    return Handler


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> ClientIdentity:
    return create_identity(tmp_path_factory.mktemp("identity"))


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def provider(tmp_path: Path, authority: trustme.CA, identity: ClientIdentity) -> Iterator[CannedProvider]:
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    context.load_verify_locations(str(identity.certificate_file))
    context.verify_mode = ssl.CERT_OPTIONAL
    canned = CannedProvider("", ca_file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(canned))
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    canned.url = f"https://127.0.0.1:{server.server_port}/vasa/services/vasaService"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield canned
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=list(SoapVersion), ids=lambda version: version.value.label)
def soap_version(request: pytest.FixtureRequest) -> SoapVersion:
    version: SoapVersion = request.param
    return version


@pytest.fixture
def client(provider: CannedProvider, identity: ClientIdentity, soap_version: SoapVersion) -> Iterator[VasaClient]:
    with VasaClient(provider.url, ca_file=provider.ca_file, identity=identity, soap_version=soap_version) as one:
        yield one


@pytest.fixture
def answering(provider: CannedProvider, soap_version: SoapVersion) -> Callable[..., CannedProvider]:
    """Return a function that sets the next answer, in the client's SOAP version."""

    def answer(child: str, status: int = 200) -> CannedProvider:
        provider.answer(soap_version, child, status)
        return provider

    return answer


V = "{http://com.vmware.vim.vasa/1.0/xsd}"
D = "{http://data.vasa.vim.vmware.com/xsd}"


@dataclass
class SmallArray:
    """One array with two processors, one FC port on each, and the LUNs of two hosts, answering in SOAP 1.1.

    LUN number n is `lun:n`; `luns` says which WWN (16 hex digits) sees which numbers. `spoiled` replaces answers: it
    maps an operation to a function from (initiators of the session, XML of the right answer) to XML. `shares` are
    exported paths; each is `fs:<path>` on the server `nas` to sessions with a mount of it. Without any there is no
    file profile.
    """

    luns: dict[str, list[int]] = field(
        default_factory=lambda: {"1000000000000001": [1, 2, 3], "1000000000000002": [3, 4]}
    )
    shares: list[str] = field(default_factory=list)
    mounts: set[tuple[str, str]] = field(default_factory=set)
    spoiled: dict[str, Callable[[set[str] | None, str], str]] = field(default_factory=dict)
    registered: bool = False
    session: set[str] | None = None
    sessions: int = 0
    asked: list[str] = field(default_factory=list)

    def respond(self, provider: CannedProvider, request: Recorded) -> None:
        """Set the provider's answer to one request."""
        provider.headers = []
        if request.method == "GET":
            provider.content_type, provider.body = "text/plain", b'Alarm.ThinProvisioned = "{state}"\n'
            return
        body = etree.fromstring(request.body)[0]
        operation = etree.QName(body[0]).localname if len(body) else "queryCatalog"
        self.asked.append(operation)
        ids = [one.text or "" for one in body[0]] if len(body) else []
        if operation == "setContext" and not self.registered:
            fault = "<v:InvalidSession><v:InvalidSession/></v:InvalidSession>"
            provider.answer(
                SoapVersion.V1_1,
                f"<s:Fault><faultcode>s:Server</faultcode><faultstring>x</faultstring><detail>{fault}</detail></s:Fault>",
                500,
            )
            return
        if operation == "setContext":
            self.session = {self._wwn(one.text) for one in body[0].iter(f"{D}portWwn")}
            servers, paths = ([one.text or "" for one in body[0].iter(f"{D}{n}")] for n in ("serverName", "filePath"))
            self.mounts = set(zip(servers, paths, strict=True))
            self.sessions += 1
            provider.headers = [("Set-Cookie", f"VASASESSIONID=s{self.sessions}; Path=/")]
        answers = "".join(f"<v:return>{one}</v:return>" for one in self._answers(operation, ids))
        answers = self.spoiled.get(operation, lambda _session, right: right)(self.session, answers)
        wrapped = f"<v:{operation}Response>{answers}</v:{operation}Response>"
        provider.answer(SoapVersion.V1_1, "" if operation == "unregisterVASACertificate" else wrapped)

    @staticmethod
    def _wwn(text: str | None) -> str:
        spelled = (text or "").replace(":", "")
        return f"{int(spelled):016x}" if spelled.isdecimal() and len(spelled) > 16 else spelled

    def _visible(self) -> list[int]:
        return sorted({lun for wwn in self.session or () for lun in self.luns.get(wwn, ())})

    def _ids(self, kind: str) -> list[str]:
        luns = self._visible()
        return {
            "StorageArray": ["array:1"] if self.session or self.mounts else [],
            "StorageProcessor": ["sp:a", "sp:b"] if self.session or self.mounts else [],
            "StorageFileSystem": [f"fs:{path}" for path in self.shares if ("nas", path) in self.mounts],
            "StoragePort": ["port:a", "port:b"] if luns else [],
            "StorageLun": [f"lun:{one}" for one in luns],
            "StorageCapability": ["c:gold"],
        }[kind]

    def _answers(self, operation: str, ids: list[str]) -> list[str]:
        if operation in ("registerVASACertificate", "unregisterVASACertificate"):
            self.registered = operation == "registerVASACertificate"
            return [self._info("0")]
        simple = {
            "setContext": lambda: [self._info(f"s{self.sessions}")],
            "getNumberOfEntities": lambda: [str(len(self._ids(ids[0])))],
            "queryUniqueIdentifiersForEntity": lambda: self._ids(ids[0]),
            "queryUniqueIdentifiersForLuns": lambda: self._ids("StorageLun"),
            "queryDRSMigrationCapabilityForPerformance": lambda: ["true"],
            "queryStorageLuns": lambda: [self._lun(one) for one in ids if one in self._ids("StorageLun")],
            "queryUniqueIdentifiersForFileSystems": lambda: self._ids("StorageFileSystem"),
            "queryStorageFileSystems": lambda: [
                self._share(one) for one in ids if one in self._ids("StorageFileSystem")
            ],
            "queryAssociatedCapabilityForFileSystem": lambda: [
                self._association(one, ["c:gold"]) for one in self._ids("StorageFileSystem")
            ],
            "queryAssociatedCapabilityForLun": lambda: [
                self._association(one, ["c:gold"]) for one in self._ids("StorageLun")
            ],
            "getEvents": list,
            "getAlarms": lambda: [self._alarm()] if ids == ["0"] and 1 in self._visible() else [],
        }
        return simple[operation]() if operation in simple else self._entities(operation)

    def _entities(self, operation: str) -> list[str]:
        luns = self._ids("StorageLun")
        return {
            "queryCatalog": [self._catalog("Event"), self._catalog("Alarm")],
            "queryArrays": [
                "<d:uniqueIdentifier>array:1</d:uniqueIdentifier><d:arrayName>A</d:arrayName><d:modelId>M</d:modelId>"
                "<d:supportedBlock>FC</d:supportedBlock><d:supportedProfile>BlockDeviceProfile</d:supportedProfile>"
                f"<d:supportedProfile>CapabilityProfile</d:supportedProfile>{self._file_profile()}"
                "<d:vendorId>V</d:vendorId>"
            ][: len(self._ids("StorageArray"))],
            "queryStorageProcessors": [
                f"<d:uniqueIdentifier>{one}</d:uniqueIdentifier><d:spIdentifier>{one}</d:spIdentifier>"
                for one in self._ids("StorageProcessor")
            ],
            "queryStoragePorts": [
                f"<d:uniqueIdentifier>{one}</d:uniqueIdentifier><d:nodeWwn>5{number:015}</d:nodeWwn>"
                f"<d:portType>FC</d:portType><d:portWwn>5{number:015}</d:portWwn>"
                for number, one in enumerate(self._ids("StoragePort"))
            ],
            "queryStorageCapabilities": [
                "<d:uniqueIdentifier>c:gold</d:uniqueIdentifier><d:capabilityDetail>Gold.</d:capabilityDetail>"
                "<d:capabilityName>gold</d:capabilityName>"
            ],
            "queryAssociatedProcessorsForArray": [
                self._association(one, ["sp:a", "sp:b"]) for one in self._ids("StorageArray")
            ],
            "queryAssociatedPortsForProcessor": [
                self._association(one.replace("port", "sp"), [one]) for one in self._ids("StoragePort")
            ],
            "queryAssociatedLunsForPort": [self._association(one, luns) for one in self._ids("StoragePort")],
        }[operation]

    def _file_profile(self) -> str:
        return "<d:supportedProfile>FileSystemProfile</d:supportedProfile>" if self.shares else ""

    @staticmethod
    def _share(one: str) -> str:
        path = one.partition(":")[2]
        return (
            f"<d:uniqueIdentifier>{one}</d:uniqueIdentifier><d:fileSystem>NFS</d:fileSystem><d:fileSystemInfo>"
            f"<d:fileServerName>nas</d:fileServerName><d:fileSystemPath>{path}</d:fileSystemPath></d:fileSystemInfo>"
            "<d:fileSystemVersion>NFSV3_0</d:fileSystemVersion><d:nativeSnapshotSupported>false"
            "</d:nativeSnapshotSupported><d:thinProvisioningStatus>Green</d:thinProvisioningStatus>"
        )

    @staticmethod
    def _info(session: str) -> str:
        return (
            "<d:defaultNamespace>n</d:defaultNamespace><d:defaultSessionTimeoutInSeconds>60"
            f"</d:defaultSessionTimeoutInSeconds><d:name>small</d:name><d:sessionId>{session}</d:sessionId>"
            "<d:supportedVendorModel><d:modelId>M</d:modelId><d:vendorId>V</d:vendorId></d:supportedVendorModel>"
            "<d:vasaApiVersion>1.0</d:vasaApiVersion><d:vasaProviderVersion>1</d:vasaProviderVersion>"
        )

    @staticmethod
    def _association(one: str, others: list[str]) -> str:
        inner = "".join(
            f"<d:associatedId><d:uniqueIdentifier>{other}</d:uniqueIdentifier></d:associatedId>" for other in others
        )
        return f"{inner}<d:entityId><d:uniqueIdentifier>{one}</d:uniqueIdentifier></d:entityId>"

    @staticmethod
    def _catalog(name: str) -> str:
        return (
            f"<d:catalogName>{name}</d:catalogName><d:catalogUri>/{name}.vmsg</d:catalogUri><d:catalogVersion>1"
            "</d:catalogVersion><d:lastModified>2024-01-01T00:00:00Z</d:lastModified><d:locale>en</d:locale>"
            "<d:moduleName>m</d:moduleName>"
        )

    @staticmethod
    def _lun(one: str) -> str:
        number = int(one.partition(":")[2])
        status = "Red" if number == 1 else "Green"
        return (
            f"<d:uniqueIdentifier>{one}</d:uniqueIdentifier><d:capacityInMB>1024</d:capacityInMB><d:displayName>L{number}"
            "</d:displayName><d:drsManagementPermitted>true</d:drsManagementPermitted><d:esxLunIdentifier>naa.6"
            f"{number:031}</d:esxLunIdentifier><d:thinProvisioned>true</d:thinProvisioned><d:thinProvisioningStatus>"
            f"{status}</d:thinProvisioningStatus><d:usedSpaceInMB>5</d:usedSpaceInMB>"
        )

    @staticmethod
    def _alarm() -> str:
        return (
            "<d:alarmId>1</d:alarmId><d:alarmTimeStamp>2024-01-01T00:00:00Z</d:alarmTimeStamp><d:alarmType>"
            "SpaceCapacity</d:alarmType><d:messageId>Alarm.ThinProvisioned</d:messageId><d:objectId>lun:1</d:objectId>"
            "<d:objectType>StorageLun</d:objectType><d:parameterList><d:parameterName>state</d:parameterName>"
            "<d:parameterValue>Red</d:parameterValue></d:parameterList><d:status>Red</d:status>"
        )


@pytest.fixture
def small(provider: CannedProvider) -> SmallArray:
    """A provider that simulates a small array, behind `provider.url`."""
    array = SmallArray()
    provider.respond = array.respond
    return array


@pytest.fixture
def vcenter(provider: CannedProvider, identity: ClientIdentity) -> Iterator[VasaClient]:
    with VasaClient(provider.url, ca_file=provider.ca_file, identity=identity) as one:
        yield one
