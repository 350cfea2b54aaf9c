"""A raw server: it gives each connection the bytes that a test wants, or silence."""

import contextlib
import socket
import ssl
import threading

import pytest

from vasa_cim.cim.endpoint import Endpoint

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

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def endpoint(self, **options):
        """Return the endpoint of this server for a source called `s`."""
        return Endpoint(**({"source": "s", "host": "127.0.0.1", "port": self.port} | options))


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
