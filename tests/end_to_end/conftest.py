"""A raw VASA client for the end-to-end tests: messages, answers, connections, vCenters, sessions.

Every answer that any test receives is checked here for stack traces and, if it is an envelope, against the schemas
of the served contract.
"""

import contextlib
import copy
import http.client
import re
import socket
import ssl
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from lxml import etree

SOAP = {11: "http://schemas.xmlsoap.org/soap/envelope/", 12: "http://www.w3.org/2003/05/soap-envelope"}
V = "http://com.vmware.vim.vasa/1.0/xsd"
D = "http://data.vasa.vim.vmware.com/xsd"
F = "http://fault.vasa.vim.vmware.com/xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XS = "http://www.w3.org/2001/XMLSchema"
ANSWER_DEADLINE = 30.0


# --- messages ---


@dataclass(frozen=True)
class Soap:
    """Texts of messages. The prefixes `v` (1.0/xsd), `d` (data) and `xsi` are bound in every envelope.

    `user` and `password` are those that the CIMOM accepts.
    """

    user: str
    password: str
    V, D, F, NAMESPACES = V, D, F, SOAP

    @staticmethod
    def envelope(body, version=11, header=""):
        head = f"<s:Header>{header}</s:Header>" if header else ""
        return (
            f'<s:Envelope xmlns:s="{SOAP[version]}" xmlns:v="{V}" xmlns:d="{D}" xmlns:xsi="{XSI}">{head}'
            f"<s:Body>{body}</s:Body></s:Envelope>"
        ).encode()

    @staticmethod
    def elements(name, values):
        return "".join(f"<v:{name}>{escape(value)}</v:{name}>" for value in values)

    @staticmethod
    def initiator(**fields):
        inner = "".join(f"<d:{name}>{escape(value)}</d:{name}>" for name, value in fields.items())
        return f"<d:hostInitiator>{inner}</d:hostInitiator>"

    @staticmethod
    def mount(server, path):
        return f"<d:mountPoint><d:filePath>{path}</d:filePath><d:serverName>{server}</d:serverName></d:mountPoint>"

    @staticmethod
    def context(members=""):
        return f"<v:usageContext>{members}</v:usageContext>"

    def registration(self, pem, **changed):
        """The arguments of registerVASACertificate; `user` and `password` may be changed, None leaves one out."""
        fields = {
            "userName": changed.get("user", self.user),
            "password": changed.get("password", self.password),
            "newCertificate": pem,
        }
        return "".join(Soap.elements(name, [text]) for name, text in fields.items() if text is not None)

    @staticmethod
    def headers(version=11, action="", cookie=None):
        if version == 11:
            made = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": f'"{action}"'}
        else:
            parameter = f'; action="{action}"' if action else ""
            made = {"Content-Type": f"application/soap+xml; charset=UTF-8{parameter}"}
        return made if cookie is None else made | {"Cookie": f"VASASESSIONID={cookie}"}


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")


@pytest.fixture(scope="session")
def soap(credentials):
    return Soap(*credentials)


# --- answers ---


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read as an envelope where asked."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def root(self):
        return etree.fromstring(self.body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))

    @property
    def version(self):
        namespace = etree.QName(self.root).namespace
        return next(version for version, known in SOAP.items() if known == namespace)

    @property
    def payload(self):
        """The first child of Body, None if Body is empty."""
        body = self.root.find(f"{{{SOAP[self.version]}}}Body")
        return next(iter(body), None)

    @property
    def is_fault(self):
        return self.payload is not None and self.payload.tag == f"{{{SOAP[self.version]}}}Fault"

    @property
    def detail(self):
        """The first child of the fault's detail, None without one."""
        name = "detail" if self.version == 11 else f"{{{SOAP[12]}}}Detail"
        detail = self.payload.find(name)
        return None if detail is None else next(iter(detail), None)

    @property
    def fault(self):
        """The name of the VASA fault, "plain" for a SOAP fault without VASA detail, None for no fault."""
        if not self.is_fault:
            return None
        return "plain" if self.detail is None else etree.QName(self.detail).localname

    @property
    def code(self):
        """The fault code's local name; its prefix must be bound to the envelope's namespace."""
        node = self.payload.find("faultcode" if self.version == 11 else f"{{{SOAP[12]}}}Code/{{{SOAP[12]}}}Value")
        prefix, _, local = node.text.strip().rpartition(":")
        assert node.nsmap[prefix or None] == SOAP[self.version]
        return local

    @property
    def returns(self):
        """The `return` elements of a successful answer."""
        assert (self.status, self.fault) == (200, None), self.body
        return list(self.payload)

    @property
    def texts(self):
        return [element.text for element in self.returns]

    @property
    def set_cookie(self):
        """The VASASESSIONID that the answer sets, as a Morsel, or None."""
        cookies = SimpleCookie()
        for value in self.headers.get_all("Set-Cookie", []):
            cookies.load(value)
        return cookies.get("VASASESSIONID")

    @property
    def is_refusal(self):
        """Whether this is what malformed requests get: HTTP 400 or 413, or a SOAP fault without VASA detail."""
        return self.status in (400, 413) or (self.status == 500 and self.fault == "plain")


def checked(answer, schema):
    """Assert what holds for every answer: no stack trace, and a message that the contract allows."""
    for trace in (b"Traceback", b'File "', b".py"):
        assert trace not in answer.body, answer.body
    if schema is not None and answer.body.lstrip().startswith(b"<") and b"Envelope" in answer.body[:400]:
        shown = answer.detail if answer.is_fault else answer.payload
        if shown is not None:
            schema.assertValid(etree.fromstring(etree.tostring(shown)))
    return answer


# --- clients ---


class Wire:
    """A raw HTTPS client with one kept connection. `identity` None means no client certificate."""

    def __init__(self, url, ca, identity=None, schema=None, declared=None):
        parts = urlsplit(url)
        self.declared = declared or {}
        self.host, self.port, self.path = parts.hostname, parts.port, parts.path
        self.schema, self.identity, self.context = schema, identity, ssl.create_default_context(cafile=ca)
        if identity:
            self.context.load_cert_chain(identity.file)
        self.connection = http.client.HTTPSConnection(
            self.host, self.port, timeout=ANSWER_DEADLINE, context=self.context
        )

    def request(self, method, target, body=None, headers=None):
        """Send one request on the kept connection; it is opened anew only if it was closed."""
        try:
            self.connection.request(method, target, body, headers or {})
            response = self.connection.getresponse()
            return checked(Answer(response.status, response.headers, response.read()), self.schema)
        except BaseException:
            self.close()
            raise

    def post(self, body, *, version=11, action="", cookie=None, headers=None, path=None):
        sent = Soap.headers(version, action, cookie) | (headers or {})
        return self.request("POST", path or self.path, body, sent)

    def call(self, operation, children="", *, cookie=None, version=11, header=""):
        """Call an operation; it may raise only what the contract declares for it (`vasa-1.0 1.5`)."""
        wrapper = f"<v:{operation}>{children}</v:{operation}>"
        message = Soap.envelope(wrapper, version, header)
        answer = self.post(message, version=version, action=f"urn:{operation}", cookie=cookie)
        if operation in self.declared and "xml" in answer.headers.get("Content-Type", ""):
            assert answer.fault in {None, "plain"} | self.declared[operation]
        return answer

    def connect(self, session=None):
        """Open a connection beside the kept one and return its socket."""
        raw = socket.create_connection((self.host, self.port), ANSWER_DEADLINE)
        try:
            return self.context.wrap_socket(raw, server_hostname=self.host, session=session)
        except BaseException:
            raw.close()
            raise

    def read(self, sock, method="POST"):
        """Read one answer from a socket."""
        response = http.client.HTTPResponse(sock, method=method)
        try:
            response.begin()
            return checked(Answer(response.status, response.headers, response.read()), self.schema)
        finally:
            response.close()

    def close(self):
        self.connection.close()


@pytest.fixture(scope="session")
def contract(bridge):
    """The served contract, as an element tree."""
    wire = Wire(bridge.exports["VASA_URL"], bridge.exports["VASA_CA"])
    with contextlib.closing(wire):
        answer = wire.request("GET", f"{wire.path}?wsdl")
    assert answer.status == 200
    return etree.fromstring(answer.body)


@pytest.fixture(scope="session")
def schema(contract, tmp_path_factory):
    """A validator for what stands in Body and in detail: the contract's schemas, tied together by files."""
    folder = tmp_path_factory.mktemp("schemas")
    schemas = copy.deepcopy(contract).findall(f".//{{{XS}}}schema")
    files = {one.get("targetNamespace"): f"{index}.xsd" for index, one in enumerate(schemas)}
    imports = "".join(f'<import namespace="{space}" schemaLocation="{file}"/>' for space, file in files.items())
    for one in schemas:
        for tie in one.findall(f"{{{XS}}}import"):
            tie.set("schemaLocation", files[tie.get("namespace")])
        (folder / files[one.get("targetNamespace")]).write_bytes(etree.tostring(one))
    (folder / "all.xsd").write_text(f'<schema xmlns="{XS}">{imports}</schema>')
    return etree.XMLSchema(file=str(folder / "all.xsd"))


@pytest.fixture(scope="session")
def declared(contract):
    """The names of the faults of each operation, as the served contract declares them."""
    return {
        operation.get("name"): {fault.get("name") for fault in operation.iterchildren("{*}fault")}
        for operation in contract.iterfind("{*}portType/{*}operation")
    }


@pytest.fixture(scope="session")
def wires(schema, declared):
    """A maker of clients: `wires(server, identity)`; all are closed at the end."""
    with contextlib.ExitStack() as stack:

        def make(server, identity=None):
            made = Wire(server.exports["VASA_URL"], server.exports["VASA_CA"], identity, schema, declared)
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture(scope="session")
def anonymous(wires, bridge):
    """A client without a certificate."""
    return wires(bridge)


# --- vCenters and sessions ---


@dataclass(frozen=True)
class Session:
    """A client with a session id. Calls check that the answer sets the same cookie again."""

    wire: Wire
    id: str

    def call(self, operation, children="", *, version=11):
        answer = self.wire.call(operation, children, cookie=self.id, version=version)
        if answer.status == 200:
            assert answer.set_cookie is not None, operation
            assert answer.set_cookie.value == self.id
        return answer

    def ids(self, entity_type):
        return self.call("queryUniqueIdentifiersForEntity", Soap.elements("entityType", [entity_type])).texts

    def count(self, entity_type):
        return int(self.call("getNumberOfEntities", Soap.elements("entityType", [entity_type])).texts[0])

    def with_id(self, identifier):
        return replace(self, id=identifier)


@pytest.fixture(scope="session")
def vcenters(wires, bridge, identity, anonymous, soap):
    """A maker of registered vCenters, each with a fresh certificate (or the given one)."""

    def make(given=None):
        own = given or identity()
        answer = anonymous.call("registerVASACertificate", soap.registration(own.pem))
        assert (answer.status, answer.fault) == (200, None), answer.body
        return wires(bridge, own)

    return make


@pytest.fixture(scope="session")
def registered(vcenters):
    """One registered vCenter for all tests that leave its registration alone."""
    return vcenters()


def open_session(wire, members=""):
    answer = wire.call("setContext", Soap.context(members))
    assert (answer.status, answer.fault) == (200, None), answer.body
    return Session(wire, answer.set_cookie.value)


@pytest.fixture(scope="session")
def session(registered):
    """A maker of sessions: `session(members, wire)`; members are the XML children of the usage context."""
    return lambda members="", wire=None: open_session(wire or registered, members)


@pytest.fixture(scope="session")
def hosts(cimom):
    """The WWNs (16 hex digits) and iSCSI names of all hosts of the estate, as the CIMOM announced them."""
    split = {name: re.split(r"[\s,;]+", cimom.exports[name].strip()) for name in ("CIM_WWNS", "CIM_IQNS")}
    assert all(all(names) for names in split.values())
    return split["CIM_WWNS"], split["CIM_IQNS"]


@pytest.fixture(scope="session")
def initiators(hosts):
    """The XML of every initiator of the estate."""
    wwns, iqns = hosts
    return [Soap.initiator(portWwn=wwn) for wwn in wwns] + [Soap.initiator(iscsiIdentifier=iqn) for iqn in iqns]


@pytest.fixture(scope="session")
def everything(session, initiators):
    """A session that speaks for every host."""
    return session("".join(initiators))
