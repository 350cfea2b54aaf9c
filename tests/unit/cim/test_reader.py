"""The reader asks as DSP0200 says, and turns every bad answer into the right error."""

import gzip

import pytest

from vasa_cim.cim.reader import Reader
from vasa_cim.cim.transport import Transport
from vasa_cim.errors import SourceFailed, SourceRefused, SourceUnreachable, SourceUnreadable


@pytest.fixture
def reader(raw_server):
    """Return a function that makes a reader of a server with these scripts."""
    transports = []

    def make(*scripts, **options):
        server = raw_server(*scripts)
        endpoint = server.endpoint(user="öp", password="geheim", bulk_timeout=5.0, **options)
        transports.append(Transport(endpoint))
        return Reader(endpoint, transports[-1]), server

    yield make
    for transport in transports:
        transport.close()


def test_a_request_names_class_properties_and_depth(reader, answers):
    empty = answers.http(answers.envelope("EnumerateInstances", "<IRETURNVALUE/>"))
    asking, server = reader(empty)
    assert list(asking.instances("root/x", "CIM_A", ("B", "C"))) == []
    head, _, body = server.requests[0].partition("\r\n\r\n")
    assert "CIMMethod: EnumerateInstances" in head
    assert "CIMObject: root/x" in head
    assert "Authorization: Basic w7ZwOmdlaGVpbQ==" in head
    assert '<NAMESPACE NAME="root"/><NAMESPACE NAME="x"/>' in body
    assert '<IPARAMVALUE NAME="DeepInheritance"><VALUE>TRUE</VALUE>' in body
    assert "<VALUE.ARRAY><VALUE>B</VALUE><VALUE>C</VALUE></VALUE.ARRAY>" in body


def test_a_namespace_is_quoted_in_header_and_body(reader, answers):
    asking, server = reader(answers.http(answers.envelope("EnumerateInstanceNames", "")))
    list(asking.names('root/ä"<', "CIM_A"))
    assert "CIMObject: root/%C3%A4%22%3C" in server.requests[0]
    assert "<NAMESPACE NAME='ä\"&lt;'/>" in server.requests[0]


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        ("401 Unauthorized", SourceRefused, "401"),
        ("403 Forbidden", SourceFailed, "403 Forbidden"),
        ("500 Internal Server Error", SourceFailed, "500"),
        ("404 Not Found", SourceFailed, "404"),
    ],
)
def test_another_status_is_an_error(reader, answers, status, error, text):
    asking, _ = reader(answers.http("", status=status))
    with pytest.raises(error, match=text) as caught:
        list(asking.names("root/x", "CIM_A"))
    assert "geheim" not in str(caught.value)


def test_the_header_cimerror_is_told(reader):
    head = b"HTTP/1.1 400 Bad Request\r\nCIMError: unsupported-operation\r\nContent-Length: 0\r\n\r\n"
    asking, _ = reader(head)
    with pytest.raises(SourceFailed, match="unsupported-operation"):
        list(asking.names("root/x", "CIM_A"))


def test_a_page_for_people_is_unreadable(reader, answers):
    asking, _ = reader(answers.http("<html/>", kind="text/html"))
    with pytest.raises(SourceUnreadable, match="text/html"):
        list(asking.names("root/x", "CIM_A"))


@pytest.mark.parametrize("cut_at", [40, 70, 200, 400])
def test_an_answer_that_breaks_off_is_never_a_short_list(reader, answers, cut_at):
    name = '<INSTANCENAME CLASSNAME="X"><KEYBINDING NAME="A"><KEYVALUE>1</KEYVALUE></KEYBINDING></INSTANCENAME>'
    whole = answers.http(answers.envelope("EnumerateInstanceNames", f"<IRETURNVALUE>{name * 5}</IRETURNVALUE>"))
    asking, _ = reader((whole[:cut_at],))
    with pytest.raises((SourceUnreachable, SourceUnreadable)):
        list(asking.names("root/x", "CIM_A"))


def test_without_content_length_the_end_of_the_document_decides(reader, answers):
    document = answers.envelope("EnumerateInstanceNames", "<IRETURNVALUE/>").encode()
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    asking, _ = reader((head + document,), (head + document[:-3],))
    assert list(asking.names("root/x", "CIM_A")) == []
    with pytest.raises(SourceUnreadable):
        list(asking.names("root/x", "CIM_A"))


def test_an_answer_left_in_the_middle_does_not_disturb_the_next(reader, answers):
    name = '<INSTANCENAME CLASSNAME="X"/>'
    many = answers.http(answers.envelope("EnumerateInstanceNames", f"<IRETURNVALUE>{name * 9000}</IRETURNVALUE>"))
    asking, _ = reader(many)
    names = asking.names("root/x", "CIM_A")
    next(names)
    names.close()
    assert len(list(asking.names("root/x", "CIM_A"))) == 9000


def test_a_packed_answer_is_named_as_such(reader):
    packed = gzip.compress(b"<CIM/>")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Encoding: gzip\r\n"
    asking, server = reader(head + b"Content-Length: %d\r\n\r\n" % len(packed) + packed)
    with pytest.raises(SourceUnreadable, match="gzip"):
        list(asking.names("root/x", "CIM_A"))
    assert "Accept-Encoding: identity" in server.requests[0]


def test_a_redirect_is_refused_and_not_followed(reader, raw_server, answers):
    elsewhere = raw_server(None)
    moved = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{elsewhere.port}/\r\nContent-Length: 0\r\n\r\n"
    asking, _ = reader(moved.encode())
    with pytest.raises(SourceFailed, match="302"):
        list(asking.names("root/x", "CIM_A"))
    assert elsewhere.requests == []


def test_an_answer_of_http_1_0_ends_with_its_connection(reader, answers):
    body = answers.envelope("EnumerateInstanceNames", "<IRETURNVALUE><INSTANCENAME CLASSNAME='A'/></IRETURNVALUE>")
    whole = b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n" + body.encode()
    asking, _ = reader((whole,), (whole[:-20],))
    assert len(list(asking.names("root/x", "CIM_A"))) == 1
    with pytest.raises(SourceUnreadable):
        list(asking.names("root/x", "CIM_A"))
