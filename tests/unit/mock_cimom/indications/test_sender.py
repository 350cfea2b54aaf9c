"""One export request over real sockets: what is sent, and which answers count as delivered."""

import asyncio
import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import pywbem
from pywbem._listener import ListenerRequestHandler

from mock_cimom.indications.sender import DeliveryError, HttpSender, check_answer, export_request

ANSWER = (
    '<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0">'
    '<MESSAGE ID="1" PROTOCOLVERSION="1.0">'
    "<SIMPLEEXPRSP>{}</SIMPLEEXPRSP></MESSAGE></CIM>"
)
TAKEN = ANSWER.format('<EXPMETHODRESPONSE NAME="ExportIndication"></EXPMETHODRESPONSE>')
WITH_VALUE = ANSWER.format('<EXPMETHODRESPONSE NAME="ExportIndication"><IRETURNVALUE/></EXPMETHODRESPONSE>')
REFUSED = ANSWER.format(
    '<EXPMETHODRESPONSE NAME="ExportIndication"><ERROR CODE="1" DESCRIPTION="queue is full"/></EXPMETHODRESPONSE>'
)


@pytest.fixture
def indication():
    source = pywbem.CIMInstance("CIM_StorageVolume", {"ElementName": "<&ü>", "OperationalStatus": [pywbem.Uint16(2)]})
    return pywbem.CIMInstance(
        "CIM_InstModification",
        {
            "SourceInstance": pywbem.CIMProperty("SourceInstance", source, "string", embedded_object="object"),
            "ChangedPropertyNames": ["ElementName"],
            "SequenceNumber": pywbem.Sint64(7),
        },
    )


@contextlib.contextmanager
def listener(status=200, body=TAKEN, keep=False, headers=()):
    """Serve one answer to every request; give the URL and the requests as (connection, headers, body)."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1" if keep else "HTTP/1.0"

        def do_POST(self):
            size = int(self.headers["Content-Length"])
            requests.append((self.client_address, dict(self.headers), self.rfile.read(size)))
            self.send_response(status)
            answer = body.encode()
            for name, value in (("Content-Length", str(len(answer))), *headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/listen", requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(url, *indications, **options):
    async def run():
        sender = HttpSender(**options)
        try:
            for one in indications:
                await sender.send(url, one)
        finally:
            await sender.close()

    asyncio.run(run())


def test_the_request_is_one_that_listeners_read(indication):
    message, method, parameters = ListenerRequestHandler.parse_export_request(export_request(indication, "42"))
    assert (message, method) == ("42", "ExportIndication")
    read = parameters["NewIndication"]
    assert read["SourceInstance"]["ElementName"] == "<&ü>"
    assert (read["SequenceNumber"], read["ChangedPropertyNames"]) == (7, ["ElementName"])


def test_the_headers_are_those_of_an_export(indication):
    with listener() as (url, requests):
        send(url, indication)
    (_, headers, _) = requests[0]
    assert (headers["CIMExport"], headers["CIMExportMethod"]) == ("MethodRequest", "ExportIndication")
    assert headers["Content-Type"] == 'application/xml; charset="utf-8"'


@pytest.mark.parametrize("keep", [False, True])
def test_a_connection_the_listener_keeps_is_used_again(indication, keep):
    with listener(body=WITH_VALUE, keep=keep) as (url, requests):
        send(url, indication, indication, indication)
    assert len({connection for connection, _, _ in requests}) == (1 if keep else 3)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": 500}, "500"),
        ({"status": 400, "headers": [("CIMError", "request-not-well-formed")]}, "request-not-well-formed"),
        ({"status": 302, "headers": [("Location", "http://127.0.0.1:1/")]}, "302"),
        ({"body": REFUSED}, "CIM status 1: queue is full"),
        ({"body": ""}, "cannot be read"),
        ({"body": "<html/>"}, "html"),
        ({"body": "<!DOCTYPE a [<!ENTITY b 'c'>]><CIM/>"}, "document type"),
        ({"body": " " * 2**21}, "too long"),
    ],
)
def test_any_other_answer_is_a_failure_with_a_reason(indication, answer, reason):
    with listener(**answer) as (url, _), pytest.raises(DeliveryError, match=reason):
        send(url, indication)


@pytest.mark.parametrize("text", ["<CIM/>", "<CIM><MESSAGE/></CIM>", "<CIM><MESSAGE><SIMPLEEXPRSP/></MESSAGE></CIM>"])
def test_an_answer_that_breaks_off_is_a_failure(text):
    with pytest.raises(DeliveryError):
        check_answer(text.encode())


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[::1"])
def test_a_listener_that_is_not_there_is_a_failure(indication, url):
    with pytest.raises(DeliveryError):
        send(url, indication)


def test_a_listener_that_says_nothing_is_a_failure_after_a_while(indication):
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DeliveryError, match="no answer"):
        send(f"http://127.0.0.1:{silent.getsockname()[1]}", indication, timeout=0.1)


def test_a_connection_closed_without_an_answer_is_tried_once_more_at_once(indication):
    accepted = []

    def hang_up(server):
        for _ in range(2):
            connection, _ = server.accept()
            accepted.append(connection.recv(10))
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        thread = threading.Thread(target=hang_up, args=(server,))
        thread.start()
        with pytest.raises(DeliveryError):
            send(f"http://127.0.0.1:{server.getsockname()[1]}", indication)
        thread.join()
    assert len(accepted) == 2


def test_the_file_of_certificates_must_be_one(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        HttpSender(Path(tmp_path / "none"))
