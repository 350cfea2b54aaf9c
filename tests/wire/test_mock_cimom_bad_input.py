"""Malformed, hostile and ill-mannered HTTP requests: each gets its status, and the next request is served."""

import base64
import gzip
import http.client
import socket

import pytest

import mock_cimom
from mock_cimom.server import MAX_REQUEST_BYTES

CALL = (
    '<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0">'
    '<MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ><IMETHODCALL NAME="EnumerateInstanceNames">'
    '<LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="mockblock"/></LOCALNAMESPACEPATH>'
    '<IPARAMVALUE NAME="ClassName"><CLASSNAME NAME="CIM_Chassis"/></IPARAMVALUE>'
    "</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>"
)
HEADERS = {
    "Content-Type": 'application/xml; charset="utf-8"',
    "CIMOperation": "MethodCall",
    "CIMMethod": "EnumerateInstanceNames",
    "CIMObject": "root/mockblock",
}


@pytest.fixture(scope="module")
def running():
    with mock_cimom.running("tiny") as cimom:
        yield cimom


@pytest.fixture
def send(running):
    """A function that sends one request on a kept connection; None as a header's value leaves it out."""
    connection = http.client.HTTPConnection(running.host, running.port, timeout=30)
    login = base64.b64encode(f"{running.user}:{running.password}".encode()).decode()

    def request(body=CALL, method="POST", path="/cimom", **changed):
        headers = {**HEADERS, "Authorization": f"Basic {login}"}
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        data = body.encode() if isinstance(body, str) else body
        connection.request(method, path, data, {name: value for name, value in headers.items() if value is not None})
        response = connection.getresponse()
        text = response.read()
        return response, text

    yield request
    response, text = request()
    assert response.status == 200
    assert text.count(b"<INSTANCENAME") == 1
    connection.close()


def test_an_answer_says_what_it_answers(send):
    response, text = send()
    assert (response.status, response.version) == (200, 11)
    assert response.headers["CIMOperation"] == "MethodResponse"
    assert response.headers["CIMMethod"] == "EnumerateInstanceNames"
    assert response.headers["CIMObject"] == "root/mockblock"
    assert response.headers["CIMProtocolVersion"] == "1.0"
    assert response.headers["Content-Type"] == 'application/xml; charset="utf-8"'
    assert int(response.headers["Content-Length"]) == len(text)


@pytest.mark.parametrize("value", [None, "", "Basic", "Basic AAAA", "Basic YWRtaW46YWRtaW4="])
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
def test_strangers_learn_nothing(send, value, method):
    for path in ("/cimom", "/elsewhere"):
        response, text = send(method=method, path=path, Authorization=value)
        assert (response.status, text) == (401, b"")
        assert response.headers["WWW-Authenticate"].startswith("Basic realm=")


BAD_HTTP = [
    ("another path", {"path": "/elsewhere"}, 404, None),
    ("another method", {"method": "GET", "body": b""}, 405, None),
    ("another content", {"Content_Type": "application/json"}, 415, None),
    ("another encoding", {"Content_Type": "application/xml; charset=utf-16"}, 415, None),
    ("no XML accepted", {"Accept": "text/html"}, 406, None),
    ("no CIMOperation", {"CIMOperation": None}, 400, "unsupported-operation"),
    ("another CIMOperation", {"CIMOperation": "MethodShout"}, 400, "unsupported-operation"),
    ("a batch", {"CIMBatch": ""}, 501, "multiple-requests-unsupported"),
    ("another M- method", {"method": "M-SEARCH"}, 501, None),
    ("a compressed body", {"body": gzip.compress(CALL.encode()), "Content_Encoding": "gzip"}, 415, None),
    ("another expectation", {"Expect": "200-maybe"}, 417, None),
    ("a body in UTF-16", {"body": CALL.encode("utf-16")}, 400, "request-not-well-formed"),
    ("a later protocol", {"CIMProtocolVersion": "2.0"}, 501, "unsupported-protocol-version"),
    ("another CIMMethod", {"CIMMethod": "GetClass"}, 400, "header-mismatch"),
    ("no CIMMethod", {"CIMMethod": None}, 400, "header-mismatch"),
    ("another CIMObject", {"CIMObject": "interop"}, 400, "header-mismatch"),
    ("no body", {"body": b""}, 400, "request-not-well-formed"),
    ("a cut body", {"body": CALL[:-40]}, 400, "request-not-well-formed"),
    ("no UTF-8", {"body": CALL.encode().replace(b"CIM_Chassis", b"CIM_\xff")}, 400, "request-not-well-formed"),
    ("a document type", {"body": CALL.replace("<CIM ", "<!DOCTYPE CIM><CIM ", 1)}, 400, "request-not-valid"),
    (
        "an entity bomb",
        {"body": '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><CIM>&b;</CIM>'},
        400,
        "request-not-valid",
    ),
    ("deep nesting", {"body": "<a>" * 100_000}, 400, "request-not-valid"),
    ("a million attributes", {"body": "<CIM" + ' a=""' * 1_000_000 + "/>"}, 400, "request-not-valid"),
    ("other XML", {"body": "<html/>"}, 400, "request-not-valid"),
    ("several requests", {"body": CALL.replace("SIMPLEREQ", "MULTIREQ")}, 501, "multiple-requests-unsupported"),
    ("a later CIM", {"body": CALL.replace('CIMVERSION="2.0"', 'CIMVERSION="9.0"')}, 501, "unsupported-cim-version"),
]


@pytest.mark.parametrize(
    ("request_", "status", "cim_error"), [case[1:] for case in BAD_HTTP], ids=[case[0] for case in BAD_HTTP]
)
def test_a_bad_request_has_its_status(send, request_, status, cim_error):
    response, _ = send(**request_)
    assert (response.status, response.headers["CIMError"]) == (status, cim_error)


BAD_CALLS = [
    ("an unknown operation", CALL.replace("EnumerateInstanceNames", "MakeCoffee"), "MakeCoffee", 7),
    ("an unknown class", CALL.replace("CIM_Chassis", "CIM_None"), "EnumerateInstanceNames", 5),
    ("a missing parameter", CALL.replace("ClassName", "Colour"), "EnumerateInstanceNames", 4),
    ("a value of another kind", CALL.replace("<CLASSNAME NAME=", "<QUALIFIER NAME="), "EnumerateInstanceNames", 4),
]


@pytest.mark.parametrize(
    ("body", "method", "code"), [case[1:] for case in BAD_CALLS], ids=[case[0] for case in BAD_CALLS]
)
def test_a_bad_call_has_its_cim_error(send, body, method, code):
    response, text = send(body=body, CIMMethod=method)
    assert response.status == 200
    assert f'<ERROR CODE="{code}"'.encode() in text


def test_a_request_over_the_limit_is_refused_before_it_is_read(send):
    response, _ = send(body=b"", Content_Length=str(MAX_REQUEST_BYTES + 1))
    assert response.status == 413


def test_a_chunked_request_over_the_limit_is_refused(running):
    login = base64.b64encode(f"{running.user}:{running.password}".encode()).decode()
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    chunk = b"100000\r\n" + b" " * 2**20 + b"\r\n"
    with socket.create_connection((running.host, running.port), timeout=30) as connection:
        head = f"POST /cimom HTTP/1.1\r\nHost: h\r\nAuthorization: Basic {login}\r\n{head}"
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        try:
            for _ in range(MAX_REQUEST_BYTES // 2**20 + 1):
                connection.sendall(chunk)
        except OSError:
            pass  # the server may close while we still send
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_what_was_sent_is_not_sent_back_whole(send):
    name = "x" * 10**6
    _, text = send(body=CALL.replace("CIM_Chassis", name))
    assert b'<ERROR CODE="5"' in text
    assert len(text) < 2000
    _, text = send(body=f"<{name}/>")
    assert len(text) < 2000


@pytest.fixture
def raw(running):
    """A function that sends a request as bytes on one connection and returns the head of the answer."""
    login = base64.b64encode(f"{running.user}:{running.password}".encode()).decode()
    with socket.create_connection((running.host, running.port), timeout=30) as connection:
        received = connection.makefile("rb")

        def exchange(method, authorization=f"Basic {login}", more="", body=CALL):
            lines = {**HEADERS, "Host": "h", "Authorization": authorization, "Content-Length": str(len(CALL))}
            head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
            connection.sendall(f"{method} /cimom HTTP/1.1\r\n{head}{more}\r\n{body}".encode())
            status, length = received.readline().decode().strip(), 0
            while line := received.readline().strip():
                name, _, value = line.decode().partition(":")
                length = int(value) if name.lower() == "content-length" else length
            return status, received.read(length)

        yield exchange


def test_a_client_that_begins_with_m_post_goes_on_with_post(raw):
    man = "Man: http://www.dmtf.org/cim/mapping/http/v1.0 ; ns=73\r\n73-CIMOperation: MethodCall\r\n"
    for _ in range(2):
        assert raw("M-POST", more=man) == ("HTTP/1.1 501 Not Implemented", b"")
        status, text = raw("POST")
        assert status == "HTTP/1.1 200 OK"
        assert b"CIM_Chassis" in text


def test_strangers_do_not_learn_that_m_post_is_unknown(raw):
    status, _ = raw("M-POST", authorization="Basic YTpi")
    assert status == "HTTP/1.1 401 Unauthorized"


def test_a_body_may_begin_like_m_post(raw):
    assert raw("POST")[0] == "HTTP/1.1 200 OK"
    status, _ = raw("POST", body="M-POST " + CALL[7:])
    assert status == "HTTP/1.1 400 Bad Request"
    assert raw("POST")[0] == "HTTP/1.1 200 OK"


def test_a_client_that_waits_with_its_body_is_told_to_go_on(raw):
    assert raw("POST", more="Expect: 100-continue\r\n", body="") == ("HTTP/1.1 100 Continue", b"")


def test_a_stranger_is_not_told_to_go_on(raw):
    status, _ = raw("POST", authorization="Basic YTpi", more="Expect: 100-continue\r\n", body="")
    assert status == "HTTP/1.1 401 Unauthorized"


def test_a_silent_connection_holds_up_nobody(running, send):
    silent = [socket.create_connection((running.host, running.port)) for _ in range(50)]
    try:
        for one in silent:
            one.sendall(b"POST /cimom HTTP/1.1\r\nHost: h\r\nContent-Len")
        assert send()[0].status == 200
    finally:
        for one in silent:
            one.close()


def test_a_client_that_goes_away_in_mid_request_is_no_error_of_the_server(running, send, caplog):
    login = base64.b64encode(f"{running.user}:{running.password}".encode()).decode()
    headers = "".join(f"{name}: {value}\r\n" for name, value in {**HEADERS, "Authorization": f"Basic {login}"}.items())
    head = f"POST /cimom HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 100\r\n\r\n<half".encode()
    for _ in range(5):
        with socket.create_connection((running.host, running.port)) as connection:
            connection.sendall(head)
        assert send()[0].status == 200
    assert [record.message for record in caplog.records if record.exc_info] == []
