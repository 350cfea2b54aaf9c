"""The mock CIMOM's server on a free port, in a thread of the test, and requests to it byte by byte."""

import asyncio
import base64
import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from mock_cimom.cimom import Cimom
from mock_cimom.credentials import Credentials
from mock_cimom.estate.description import ESTATES
from mock_cimom.estate_loader import load_estate
from mock_cimom.limits import Limits
from mock_cimom.server import CimXmlServer
from mock_cimom.tls import ServerTls

SECONDS = 30
USER = Credentials("tester", "correct horse/battery")
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0">'
    '<MESSAGE ID="42" PROTOCOLVERSION="1.0"><SIMPLEREQ>{call}</SIMPLEREQ></MESSAGE></CIM>'
)


def wait_for(condition: Callable[[], object], seconds: float = SECONDS) -> object:
    """Return the first true value of `condition()`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "not in time"
        time.sleep(0.005)
    return value


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)


@dataclass
class Served:
    """A server that runs, and how to speak to it."""

    cimom: Cimom
    server: CimXmlServer
    port: int
    tls: ServerTls | None
    loop: asyncio.AbstractEventLoop
    connections: list = field(default_factory=list)
    wait_for = staticmethod(wait_for)

    @property
    def login(self) -> str:
        return "Basic " + base64.b64encode(f"{USER.user}:{USER.password}".encode()).decode()

    def client_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.tls.pem)

    def connect(self) -> http.client.HTTPConnection:
        if self.tls is None:
            made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        else:
            made = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=SECONDS, context=self.client_context())
        self.connections.append(made)
        return made

    def socket(self, **options) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS, **options)
        self.connections.append(made)
        return made

    def body(self, operation="EnumerateInstanceNames", namespace="root/mockblock", **parameters) -> bytes:
        space = "".join(f'<NAMESPACE NAME="{part}"/>' for part in namespace.split("/"))
        values = "".join(f'<IPARAMVALUE NAME="{name}">{value}</IPARAMVALUE>' for name, value in parameters.items())
        call = f"<LOCALNAMESPACEPATH>{space}</LOCALNAMESPACEPATH>{values}"
        return ENVELOPE.format(call=f'<IMETHODCALL NAME="{operation}">{call}</IMETHODCALL>').encode()

    def headers(self, operation="EnumerateInstanceNames", namespace="root/mockblock") -> dict[str, str]:
        return {
            "Authorization": self.login,
            "Content-Type": 'application/xml; charset="utf-8"',
            "CIMOperation": "MethodCall",
            "CIMMethod": operation,
            "CIMObject": namespace,
        }

    def head(self, method="POST", length=0, protocol="1.1", **names) -> bytes:
        """Return the bytes of a request's head."""
        lines = {"Host": "h", **self.headers(**names), "Content-Length": str(length)}
        said = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} /cimom HTTP/{protocol}\r\n{said}\r\n".encode()

    def call(self, operation="EnumerateInstanceNames", namespace="root/mockblock", connection=None, **parameters):
        """Send one operation; parameters are CIM-XML, and without any `ClassName` is CIM_Chassis."""
        parameters = parameters or {"ClassName": '<CLASSNAME NAME="CIM_Chassis"/>'}
        body = self.body(operation, namespace, **parameters)
        return self.ask("POST", "/cimom", body, self.headers(operation, namespace), connection)

    def control(self, method, path, value=None, connection=None):
        headers = {"Authorization": self.login}
        body = None
        if value is not None:
            body, headers["Content-Type"] = json.dumps(value), "application/json"
        return self.ask(method, f"/control/{path}", body, headers, connection)

    def ask(self, method, path, body, headers, connection=None) -> Reply:
        made = connection or self.connect()
        made.request(method, path, body, headers)
        response = made.getresponse()
        return Reply(response.status, response.headers, response.read())

    def close(self) -> None:
        for one in self.connections:
            one.close()


@contextlib.contextmanager
def serving(cimom: Cimom, tls: ServerTls | None = None, limits: Limits | None = None) -> Iterator[Served]:
    server = CimXmlServer(cimom, USER, limits)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        started = server.start("127.0.0.1", 0, None if tls is None else tls.context)
        port = asyncio.run_coroutine_threadsafe(started, loop).result(SECONDS)
        served = Served(cimom, server, port, tls, loop)
        try:
            yield served
        finally:
            served.close()
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(SECONDS)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


@pytest.fixture(scope="session")
def estate():
    """The estate tiny, only read."""
    return load_estate(ESTATES["tiny"])


@pytest.fixture
def serve(estate):
    """A function that runs a server until the test ends; its CIMOM is new, `fresh` its estate too."""
    with contextlib.ExitStack() as running:

        def start(tls=None, limits=None, fresh=False, **fields) -> Served:
            cimom = Cimom(load_estate(ESTATES["tiny"]) if fresh else estate, "127.0.0.1", **fields)
            return running.enter_context(serving(cimom, tls, limits))

        yield start
