"""Long answers go out in pieces, each made when the client has taken the one before."""

import http.client
import itertools
import socket

import pytest
from lxml import etree

from mock_cimom import dispatch
from mock_cimom.exchange import READERS
from mock_cimom.operations import Operation

NAME = "StreamForTest"
PIECE = "<VALUE>" + "x" * 100_000 + "</VALUE>"


@pytest.fixture
def answering(monkeypatch):
    """A function that has the operation of this test answered by `handler`."""

    def install(handler):
        monkeypatch.setitem(dispatch.OPERATIONS, NAME, Operation(handler, {}))

    return install


def ask(served, connection=None):
    return served.ask("POST", "/cimom", served.body(NAME), served.headers(NAME), connection)


@pytest.mark.parametrize("whole", [False, True], ids=["in pieces", "as one text"])
def test_a_long_answer_is_chunked_and_complete(serve, answering, whole):
    pieces = [PIECE] * 50
    answering(lambda *_: "".join(pieces) if whole else iter(pieces))
    served = serve()
    connection = served.connect()
    for _ in range(2):  # the connection is good for another request
        reply = ask(served, connection)
        assert (reply.headers["Transfer-Encoding"], reply.headers["Content-Length"]) == ("chunked", None)
        assert len(etree.fromstring(reply.body).findall(".//VALUE")) == 50


def test_a_short_answer_has_its_length_even_if_it_comes_in_pieces(serve, answering):
    answering(lambda *_: iter(["<VALUE>", "ä", "</VALUE>"]))
    reply = ask(serve())
    assert reply.headers["Content-Length"] == str(len(reply.body))
    assert etree.fromstring(reply.body).findtext(".//IRETURNVALUE/VALUE") == "ä"


def test_an_older_client_gets_a_long_answer_up_to_the_end_of_the_connection(serve, answering):
    answering(lambda *_: iter([PIECE] * 20))
    served = serve()
    body = served.body(NAME)
    keep = b"Connection: keep-alive\r\n\r\n"
    head = served.head(length=len(body), protocol="1.0", operation=NAME).removesuffix(b"\r\n") + keep
    with served.socket() as connection:
        connection.sendall(head + body)
        text = b"".join(iter(lambda: connection.recv(2**16), b""))
    said, _, answer = text.partition(b"\r\n\r\n")
    assert said.startswith(b"HTTP/1.0 200")
    assert b"chunked" not in said.lower()
    assert len(etree.fromstring(answer).findall(".//VALUE")) == 20


class Counting:
    """Pieces without end, and how many of them were asked for."""

    def __init__(self):
        self.made = 0

    def handler(self, *_):
        for _ in itertools.count():
            self.made += 1
            yield PIECE


def reluctant(served):
    """Return a connection that has asked for the long answer and does not read it."""
    body = served.body(NAME)
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**14)
    one.connect(("127.0.0.1", served.port))
    served.connections.append(one)
    one.sendall(served.head(length=len(body), operation=NAME) + body)
    return one


def stands_still(served, counter):
    """Wait until nothing more is made; return how much was."""
    seen = []

    def unchanged():
        seen.append(counter.made)
        return len(seen) > 50 and len(set(seen[-50:])) == 1 and seen[-1]

    return served.wait_for(unchanged)


def test_nothing_is_made_ahead_of_a_client_that_does_not_read(serve, answering):
    counter = Counting()
    answering(counter.handler)
    served = serve()
    one = reluctant(served)
    before = stands_still(served, counter)
    assert before < 200  # what the buffers of the system hold
    taken = 0
    while taken < 10 * 2**20:
        taken += len(one.recv(2**20))
    served.wait_for(lambda: counter.made > before)


def test_slow_clients_hold_up_nobody(serve, answering):
    counter = Counting()
    answering(counter.handler)
    served = serve()
    for _ in range(READERS + 8):
        reluctant(served)
    connection = served.connect()
    for _ in range(20):
        reply = served.call(connection=connection)
        assert (reply.status, reply.body.count(b"<INSTANCENAME")) == (200, 1)


def test_an_answer_that_fails_midway_is_cut_and_logged(serve, answering, caplog):
    def handler(*_):
        yield from [PIECE] * 10
        raise ZeroDivisionError("the disk is full")

    answering(handler)
    served = serve()
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        ask(served)
    (line,) = [one.getMessage() for one in caplog.records if "cut" in one.getMessage()]
    assert "127.0.0.1:" in line
    assert "the disk is full" in caplog.text
    assert served.call().status == 200


def test_an_answer_that_fails_at_its_beginning_is_a_cim_error(serve, answering):
    def handler(*_):
        yield "<VALUE>1</VALUE>"
        raise ZeroDivisionError("the disk is full")

    answering(handler)
    reply = ask(serve())
    error = etree.fromstring(reply.body).find(".//ERROR")
    assert (reply.status, error.get("CODE")) == (200, "1")
    assert b"disk" not in reply.body


def test_a_client_that_goes_away_ends_its_answer(serve, answering):
    counter = Counting()
    answering(counter.handler)
    served = serve()
    one = reluctant(served)
    stands_still(served, counter)
    one.close()
    before = counter.made
    assert served.call().status == 200
    assert stands_still(served, counter) <= before + 5
