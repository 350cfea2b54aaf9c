"""Connections of strangers: silent, dribbling, or speaking something else; and M-POST at any time."""

import asyncio
import http.client
import random
import socket

import pytest

from mock_cimom.limits import Limits

SHORT = Limits(head=1.0)


def ended(connection):
    """Tell that the other side has ended the connection without an answer."""
    try:
        return connection.recv(100) == b""
    except ConnectionError:
        return True


def test_a_silent_stranger_is_not_waited_for(serve):
    served = serve(limits=SHORT)
    with served.socket() as connection:
        assert ended(connection)


def test_a_stranger_who_dribbles_his_head_is_not_waited_for(serve, caplog):
    caplog.set_level("INFO")
    served = serve(limits=SHORT)
    with served.socket() as connection:
        connection.sendall(b"POST /cimom HTTP/1.1\r\nHost: h\r\n")
        connection.settimeout(0.02)
        served.wait_for(lambda: is_cut_after(connection, b"X: y\r\n"))
    assert "no request within" in caplog.text


def is_cut_after(connection, data):
    """Send a little more; tell whether the other side has ended the connection."""
    try:
        connection.sendall(data)
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_a_stranger_who_dribbles_a_later_head_is_not_waited_for(serve):
    served = serve(limits=SHORT)
    with served.socket() as connection:
        connection.sendall(b"GET /cimom HTTP/1.1\r\nHost: h\r\n\r\n")
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert (response.status, response.read()) == (401, b"")
        connection.sendall(b"M")
        assert ended(connection)


def test_a_stranger_may_not_keep_a_connection_and_a_user_may(serve):
    served = serve(limits=SHORT)
    user = served.connect()
    assert served.call(connection=user).status == 200
    with served.socket() as connection:
        connection.sendall(b"GET /cimom HTTP/1.1\r\nHost: h\r\n\r\n")
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert (response.status, response.read()) == (401, b"")
        assert ended(connection)
    kept = user.sock
    assert served.call(connection=user).status == 200
    assert user.sock is kept


def test_a_request_that_takes_long_is_not_cut_by_the_limit_of_its_head(serve):
    """The time for the head of a request is over long before the delayed answer comes."""
    waited = []

    async def sleep(seconds):
        waited.append(seconds)
        await asyncio.sleep(1.5)

    served = serve(limits=Limits(head=1.0, sleep=sleep))
    served.control("POST", "faults", {"delay": "1m"})
    body = served.body(ClassName='<CLASSNAME NAME="CIM_Chassis"/>')
    with served.socket() as connection:
        connection.sendall(served.head(length=len(body)))
        connection.sendall(body)
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
    assert waited == [60.0]


def test_a_client_that_keeps_back_its_body_is_told_so(serve):
    served = serve(limits=Limits(body=1.0))
    with served.socket() as connection:
        connection.sendall(served.head(length=1000) + b"<CIM")
        assert connection.recv(12) == b"HTTP/1.1 408"


@pytest.mark.parametrize("junk", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40, b"hello\r\n\r\n"])
def test_what_is_no_http_gets_a_400_and_one_line_in_the_log(serve, caplog, junk):
    served = serve()
    with served.socket() as connection:
        connection.sendall(junk)
        assert connection.recv(12) == b"HTTP/1.0 400"
    (record,) = caplog.records
    assert "no HTTP request" in record.getMessage()
    assert record.exc_info is None
    assert served.call().status == 200


def exchange(connection, data):
    connection.sendall(data)
    response = http.client.HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status


def test_m_post_is_answered_alike_at_any_time(serve):
    served = serve()
    body = served.body(ClassName='<CLASSNAME NAME="CIM_Chassis"/>')
    post = served.head(length=len(body)) + body
    m_post = served.head("M-POST", length=len(body)) + body
    with served.socket() as connection:
        assert [exchange(connection, one) for one in (m_post, post, m_post, m_post, post)] == [501, 200, 501, 501, 200]


def test_m_post_may_arrive_in_parts(serve):
    served = serve()
    with served.socket() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = served.head("M-POST")
        for _ in range(2):
            for part in (b"M", b"-P", b"OST"):
                connection.sendall(part)
                assert served.call().status == 200  # so the part has arrived by itself
            assert exchange(connection, head.removeprefix(b"M-POST")) == 501


def test_a_body_whose_parts_begin_like_m_post_stays_as_it_is(serve):
    served = serve()
    body = served.body(ClassName='<CLASSNAME NAME="CIM_M"/>')
    cut = body.index(b'CIM_M"') + 4
    with served.socket() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(served.head(length=len(body)) + body[:cut])
        assert served.call().status == 200
        connection.sendall(body[cut : cut + 1])
        assert served.call().status == 200
        connection.sendall(body[cut + 1 :])
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert b"CIM_M" in response.read()


def test_a_refused_request_is_one_line_without_what_the_client_would_keep_secret(serve, caplog):
    caplog.set_level("INFO")
    served = serve()
    headers = {**served.headers(), "Authorization": "Basic c2VjcmV0OmtleQ=="}
    assert served.ask("POST", "/cimom", served.body(), headers).status == 401
    assert served.call(namespace="root/none").status == 200
    refused, failed = (one.getMessage() for one in caplog.records)
    assert refused.endswith("POST /cimom: 401 wrong credentials")
    assert "'EnumerateInstanceNames' in 'root/none': 200 CIM_ERR_INVALID_NAMESPACE" in failed
    assert all(one.startswith("127.0.0.1:") for one in (refused, failed))
    assert "c2VjcmV0" not in caplog.text


def test_a_log_line_is_one_line_whatever_is_asked(serve, caplog):
    served = serve()
    served.ask("POST", "/a%0Ab", b"", served.headers())
    (record,) = caplog.records
    assert "\n" not in record.getMessage()


def test_damaged_requests_do_no_harm(serve, caplog):
    """Whatever arrives, the connection gets an answer or its end, and the log has no stack trace."""
    served = serve(limits=Limits(head=5.0, body=5.0))
    chance = random.Random(7)
    body = served.body(ClassName='<CLASSNAME NAME="CIM_Chassis"/>')
    whole = served.head(length=len(body)) + body
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 5)):
            place = chance.randrange(len(data))
            data[place : place + chance.randrange(20)] = chance.randbytes(chance.randrange(6))
        with served.socket() as connection:
            connection.sendall(data[: chance.randrange(1, len(data))] if chance.random() < 0.3 else data)
            connection.shutdown(socket.SHUT_WR)
            while not ended(connection):
                pass
    assert served.call().status == 200
    assert [one.getMessage() for one in caplog.records if one.exc_info] == []
