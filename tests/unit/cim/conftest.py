"""A raw server: it gives each connection the bytes that a test wants, or silence."""

import contextlib
import re
import socket
import ssl
import threading
from types import SimpleNamespace

import pytest

from vasa_cim.cim.connection import Connection
from vasa_cim.cim.endpoint import Endpoint
from vasa_cim.cim.pull_support import PullMode

HEAD = "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"


def http(body, status="200 OK", kind="application/xml", length=None):
    """Return an HTTP answer; `length` None is the truth."""
    body = body.encode() if isinstance(body, str) else body
    head = HEAD.format(status=status, kind=kind, length=len(body) if length is None else length)
    return head.encode() + body


def envelope(operation, content):
    """Return a CIM-XML answer to an intrinsic operation."""
    return (
        '<?xml version="1.0" encoding="utf-8" ?><CIM CIMVERSION="2.0" DTDVERSION="2.0">'
        f'<MESSAGE ID="1001" PROTOCOLVERSION="1.0"><SIMPLERSP><IMETHODRESPONSE NAME="{operation}">{content}'
        "</IMETHODRESPONSE></SIMPLERSP></MESSAGE></CIM>"
    )


def read_request(connection):
    """Return one whole request as text, empty if the client is gone."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return ""
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode()


class RawServer:
    """Answers the requests of all connections from a list of scripts, in the order of arrival.

    A script is bytes to send, or a function that makes them of the request; `None` is silence; a tuple (bytes,) is
    sent and the connection then closed. The last script is used again for ever.
    """

    def __init__(self, scripts, context=None):
        self.scripts = list(scripts)
        self.requests = []
        self.asked = threading.Event()
        self.left = threading.Event()
        self._context = context
        self._threads = []
        self._open = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._serve(self._accept)

    def _serve(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(connection)
            self._serve(self._answer, connection)

    def _answer(self, plain):
        connection = plain
        try:
            if self._context is not None:
                connection = self._context.wrap_socket(plain, server_side=True)
                self._open.add(connection)
            while request := read_request(connection):
                self.requests.append(request)
                self.asked.set()
                script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
                script = script(request) if callable(script) else script
                if script is None:
                    connection.recv(1)  # silence, until the other side ends it
                    return
                connection.sendall(script[0] if isinstance(script, tuple) else script)
                if isinstance(script, tuple):
                    return
        except OSError:
            return
        finally:
            connection.close()
            self.left.set()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def endpoint(self, **options):
        """Return the endpoint of this server for a source called `s`, which is not asked for pulls by itself."""
        defaults = {"source": "s", "host": "127.0.0.1", "port": self.port, "pull": PullMode.OFF}
        return Endpoint(**(defaults | options))


@pytest.fixture
def raw_server():
    """Return a function that starts a raw server with these scripts."""
    servers = []

    def start(*scripts, context=None):
        servers.append(RawServer(scripts, context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def answers():
    """The makers of answers: `http` and `envelope`."""

    class Answers:
        pass

    Answers.http, Answers.envelope = staticmethod(http), staticmethod(envelope)
    return Answers


@pytest.fixture
def tls_server_context(tmp_path):
    """Return (server context, path of the authority, certificate in DER)."""
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    leaf = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    return context, file, leaf


# --- a CIMOM that is told its answers ---

ERROR = '<ERROR CODE="{}"/>'


def keyed(class_name, **keys):
    bindings = "".join(
        f'<KEYBINDING NAME="{key}"><KEYVALUE VALUETYPE="string">{value}</KEYVALUE></KEYBINDING>'
        for key, value in keys.items()
    )
    return f'<INSTANCENAME CLASSNAME="{class_name}">{bindings}</INSTANCENAME>'


def instance(name, **texts):
    def value(text):
        return f"<VALUE>{text}</VALUE>"

    body = ""
    for key, text in texts.items():
        if isinstance(text, list):
            items = "".join(map(value, text))
            body += f'<PROPERTY.ARRAY NAME="{key}" TYPE="uint16"><VALUE.ARRAY>{items}</VALUE.ARRAY></PROPERTY.ARRAY>'
        else:
            kind = "uint16" if isinstance(text, int) else "string"
            body += f'<PROPERTY NAME="{key}" TYPE="{kind}">{value(text)}</PROPERTY>'
    return f'<VALUE.NAMEDINSTANCE>{name}<INSTANCE CLASSNAME="X">{body}</INSTANCE></VALUE.NAMEDINSTANCE>'


def profile(name, organization=11, version="1.6.0"):
    key = f"SNIA:{name}:{version}"
    facts = {"RegisteredName": name, "RegisteredOrganization": organization, "RegisteredVersion": version}
    return instance(keyed("X_Profile", InstanceID=key), InstanceID=key, **facts)


def system(name, namespace="root/x"):
    parts = "".join(f'<NAMESPACE NAME="{part}"/>' for part in namespace.split("/"))
    space = f"<NAMESPACEPATH><HOST>h</HOST><LOCALNAMESPACEPATH>{parts}</LOCALNAMESPACEPATH></NAMESPACEPATH>"
    path = keyed("X_System", CreationClassName="X_System", Name=name)
    return f"<OBJECTPATH><INSTANCEPATH>{space}{path}</INSTANCEPATH></OBJECTPATH>"


def link(class_name, **ends):
    """Return the name of an association; an end is (namespace or None, INSTANCENAME)."""

    def path(space, name):
        if space is None:
            return name
        parts = "".join(f'<NAMESPACE NAME="{part}"/>' for part in space.split("/"))
        return f"<LOCALINSTANCEPATH><LOCALNAMESPACEPATH>{parts}</LOCALNAMESPACEPATH>{name}</LOCALINSTANCEPATH>"

    references = "".join(
        f'<KEYBINDING NAME="{role}"><VALUE.REFERENCE>{path(*end)}</VALUE.REFERENCE></KEYBINDING>'
        for role, end in ends.items()
    )
    return f'<INSTANCENAME CLASSNAME="{class_name}">{references}</INSTANCENAME>'


def component(whole, part):
    """Return the name of a ComponentCS between two systems of these names."""
    ends = {role: (None, keyed("X_System", CreationClassName="X_System", Name=name)) for role, name in
            (("GroupComponent", whole), ("PartComponent", part))}  # fmt: skip
    return link("X_C", **ends)


@pytest.fixture
def cim_xml():
    """The makers of CIM-XML of this file."""
    return SimpleNamespace(
        keyed=keyed, instance=instance, profile=profile, system=system, component=component, link=link, error=ERROR
    )


@pytest.fixture
def connection_to(raw_server, answers):
    """Return a function that connects to a CIMOM whose answers are (namespace, operation, class or key) -> content.

    What is not told is INVALID_CLASS, or INVALID_NAMESPACE outside the namespaces told of.
    """
    made = []

    def make(told, **options):
        spaces = {key[0] for key in told}

        def respond(request):
            operation = re.search(r"CIMMethod: (\w+)", request).group(1)
            space = "/".join(re.findall(r'<NAMESPACE NAME="([^"]+)"', request.split("IPARAMVALUE")[0]))
            subject = re.search(r'ClassName"><CLASSNAME NAME="(\w+)"', request) or re.search(r">SNIA:([^<:]+)", request)
            content = told.get((space, operation, subject.group(1)))
            if content is None:
                content = ERROR.format(5 if space in spaces else 3)
            elif not content.startswith("<ERROR"):
                content = f"<IRETURNVALUE>{content}</IRETURNVALUE>"
            return answers.http(answers.envelope(operation, content))

        server = raw_server(respond)
        made.append(Connection(server.endpoint(**options)))
        return made[-1]

    yield make
    for connection in made:
        connection.close()
