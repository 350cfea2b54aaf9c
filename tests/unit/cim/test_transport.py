"""The transport trusts only whom it may, tells what went wrong, and can be closed under a waiting thread."""

import contextlib
import gc
import hashlib
import socket
import ssl
import threading

import pytest

from vasa_cim.cim.endpoint import Endpoint
from vasa_cim.cim.transport import SMALL_ANSWER, Transport
from vasa_cim.errors import SourceUnreachable, SourceUnreadable

READ = {"CIMMethod": "EnumerateInstances"}
WRITE = {"CIMMethod": "CreateInstance"}


def ask(transport, headers=READ, timeout=10):
    with transport.exchange(b"<question/>", headers, timeout) as answer:
        return answer.status, b"".join(answer.chunks())


@pytest.fixture
def transport_to():
    made = []

    def make(endpoint):
        made.append(Transport(endpoint))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


def test_one_connection_serves_many_requests(raw_server, answers, transport_to):
    server = raw_server(answers.http("one"), answers.http("two"))
    transport = transport_to(server.endpoint())
    assert [ask(transport), ask(transport)] == [(200, b"one"), (200, b"two")]
    assert transport.requests == 2
    assert len(server._open) == 1


def test_a_connection_that_the_server_closed_is_opened_anew(raw_server, answers, transport_to):
    server = raw_server((answers.http("one"),), answers.http("two"))
    transport = transport_to(server.endpoint())
    assert [ask(transport), ask(transport)] == [(200, b"one"), (200, b"two")]


def test_a_request_that_changes_something_is_never_sent_twice(raw_server, answers, transport_to):
    server = raw_server(answers.http("one"), (b"",), answers.http("two"))
    transport = transport_to(server.endpoint())
    ask(transport)
    with pytest.raises(SourceUnreachable):
        ask(transport, WRITE)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("what", "script", "error"),
    [
        ("an answer cut in its body", lambda a: (a.http("short", length=100),), SourceUnreachable),
        (
            "a chunked answer without its end",
            lambda a: (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",),
            SourceUnreachable,
        ),
        ("no answer at all", lambda a: (b"",), SourceUnreachable),
        ("something that is not HTTP", lambda a: (b"SSH-2.0-OpenSSH_9\r\n",), SourceUnreadable),
    ],
)
def test_a_broken_answer_is_an_error_and_never_a_short_one(raw_server, answers, transport_to, what, script, error):
    transport = transport_to(raw_server(script(answers)).endpoint())
    with pytest.raises(error):
        pytest.fail(f"{what} was taken for {ask(transport)}")


def test_silence_ends_at_the_timeout(raw_server, transport_to):
    with pytest.raises(SourceUnreachable, match="did not answer in time"):
        ask(transport_to(raw_server(None).endpoint()), timeout=0.2)


def drops(head, drop=b"a"):
    """Return a script that sends a head, and then a byte from time to time for ever."""

    def script(connection):
        connection.sendall(head)
        while True:
            connection.sendall(drop)
            threading.Event().wait(0.02)

    return script


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
    ],
)
@pytest.mark.parametrize("small", [True, False])
def test_an_answer_that_comes_in_drops_ends_too(dripping_server, transport_to, head, small):
    transport = transport_to(dripping_server(drops(head)))
    with (
        pytest.raises(SourceUnreachable, match=r"in time|took too long"),
        transport.exchange(b"<question/>", READ, 0.2, small=small) as answer,
    ):
        pytest.fail(f"an endless answer was read: {b''.join(answer.chunks())!r}")


@pytest.fixture
def dripping_server():
    """Return a function that serves one connection by a script of its own."""
    listeners, threads = [], []

    def start(script):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve():
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                script(connection)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return Endpoint(source="s", host="127.0.0.1", port=listener.getsockname()[1])

    yield start
    for thread in threads:
        thread.join()
    for listener in listeners:
        listener.close()


def test_a_small_operation_takes_no_large_answer(raw_server, answers, transport_to):
    server = raw_server(answers.http(b" " * (SMALL_ANSWER + 1)))
    with pytest.raises(SourceUnreadable, match="more than"):
        transport_to(server.endpoint()).post("", b"", READ, (5, 5))


@pytest.mark.parametrize("size", [b"-5", b"xyz", b"f" * 40])
def test_chunks_of_no_size_are_an_error(raw_server, transport_to, size):
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\nabcde\r\n0\r\n\r\n"
    with pytest.raises((SourceUnreadable, SourceUnreachable)):
        ask(transport_to(raw_server((answer,)).endpoint()))


def test_trailers_are_no_part_of_the_body_and_the_connection_stays(raw_server, transport_to):
    answer = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: CIMError\r\n\r\n"
        b"3;a=b\r\none\r\n0\r\nCIMError: \r\n\r\n"
    )
    server = raw_server(answer)
    transport = transport_to(server.endpoint())
    assert [ask(transport), ask(transport)] == [(200, b"one")] * 2
    assert len(server._open) == 1


def test_an_address_of_a_family_that_this_machine_lacks_is_passed_over(raw_server, answers, transport_to, monkeypatch):
    server = raw_server(answers.http("one"))
    known = socket.getaddrinfo("127.0.0.1", server.port, 0, socket.SOCK_STREAM)
    lacking = (999, socket.SOCK_STREAM, 6, "", ("::1", server.port, 0, 0))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [lacking, *known])
    assert ask(transport_to(server.endpoint())) == (200, b"one")


def test_a_closed_port_and_an_unknown_host_are_named(transport_to, raw_server):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = raw_server(None)
    with pytest.raises(SourceUnreachable, match="refused"):
        ask(transport_to(server.endpoint(port=port)))
    with pytest.raises(SourceUnreachable, match="host name is unknown"):
        ask(transport_to(server.endpoint(host="no-such-host.invalid")))


def test_an_answer_left_unread_costs_the_connection(raw_server, answers, transport_to):
    server = raw_server(answers.http("x" * 300_000), answers.http("two"))
    transport = transport_to(server.endpoint())
    with transport.exchange(b"", READ, 10) as answer:
        next(answer.chunks())
    assert ask(transport) == (200, b"two")


def test_requests_do_not_overlap(raw_server, answers, transport_to):
    transport = transport_to(raw_server(answers.http("one")).endpoint())
    with transport.exchange(b"", READ, 10), pytest.raises(RuntimeError), transport.exchange(b"", READ, 10):
        pass


# --- TLS ---


def context_trusting(file=None):
    context = ssl.create_default_context(cafile=file)
    if file is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def test_a_certificate_of_a_trusted_authority_is_accepted(raw_server, answers, transport_to, tls_server_context):
    context, authority, _ = tls_server_context
    server = raw_server(answers.http("safe"), context=context)
    assert ask(transport_to(server.endpoint(tls=context_trusting(str(authority))))) == (200, b"safe")


def test_an_untrusted_certificate_is_refused_whatever_the_environment_says(
    raw_server, answers, transport_to, tls_server_context, monkeypatch
):
    context, authority, _ = tls_server_context
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(authority))
    server = raw_server(answers.http("feigned"), context=context)
    with pytest.raises(SourceUnreachable, match="certificate is not trusted"):
        ask(transport_to(server.endpoint(tls=ssl.create_default_context())))
    assert server.requests == []


def test_the_right_thumbprint_is_accepted(raw_server, answers, transport_to, tls_server_context):
    context, _, leaf = tls_server_context
    server = raw_server(answers.http("pinned"), context=context)
    digits = hashlib.sha256(leaf).hexdigest()
    assert ask(transport_to(server.endpoint(tls=context_trusting(), thumbprint=digits))) == (200, b"pinned")


def test_a_wrong_thumbprint_is_refused_before_anything_is_sent(raw_server, answers, transport_to, tls_server_context):
    context, _, leaf = tls_server_context
    server = raw_server(answers.http("other"), context=context)
    with pytest.raises(SourceUnreachable) as caught:
        ask(transport_to(server.endpoint(tls=context_trusting(), thumbprint="00" * 32)))
    assert hashlib.sha256(leaf).hexdigest() in str(caught.value)
    assert server.requests == []


def test_tls_to_a_server_without_tls_is_an_error(raw_server, answers, transport_to):
    server = raw_server((answers.http("plain"),))
    with pytest.raises(SourceUnreachable):
        ask(transport_to(server.endpoint(tls=context_trusting())), timeout=1)


# --- closing ---


def closing_ends(transport, started):
    """Ask in a thread, close once `started` is set, and return what the thread met."""
    met = []

    def run():
        try:
            met.append(ask(transport, timeout=60))
        except SourceUnreachable as error:
            met.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert started(10)
    transport.close()
    thread.join(10)
    assert not thread.is_alive()
    return met[0]


def test_closing_ends_a_read_that_waits_for_a_silent_server(raw_server):
    server = raw_server(None)
    assert isinstance(closing_ends(Transport(server.endpoint()), server.asked.wait), SourceUnreachable)


def test_closing_ends_a_read_inside_tls(raw_server, tls_server_context):
    server = raw_server(None, context=tls_server_context[0])
    transport = Transport(server.endpoint(tls=context_trusting()))
    assert isinstance(closing_ends(transport, server.asked.wait), SourceUnreachable)


def test_closing_ends_a_handshake_that_is_never_answered():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepted = []
        arrived = threading.Event()

        def accept():
            accepted.append(listener.accept()[0])
            accepted[0].recv(1)  # the client has begun its handshake
            arrived.set()

        acceptor = threading.Thread(target=accept)
        acceptor.start()
        port = listener.getsockname()[1]
        transport = Transport(Endpoint(source="s", host="127.0.0.1", port=port, tls=context_trusting()))
        assert isinstance(closing_ends(transport, arrived.wait), SourceUnreachable)
        acceptor.join()
        accepted[0].close()


def test_closing_ends_a_connection_attempt_that_nobody_answers():
    """A listener whose backlog is full drops connection requests, as a firewall does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        transport = Transport(Endpoint(source="s", host="127.0.0.1", port=address[1]))
        assert isinstance(closing_ends(transport, lambda _: True), SourceUnreachable)
        for filler in fillers:
            filler.close()


def test_a_closed_transport_asks_no_more(raw_server, answers):
    server = raw_server(answers.http("one"))
    transport = Transport(server.endpoint())
    ask(transport)
    transport.close()
    transport.close()
    with pytest.raises(SourceUnreachable, match="closed"):
        ask(transport)


def test_nothing_stays_open(raw_server, answers, recwarn):
    server = raw_server(answers.http("one"), (answers.http("cut", length=99),), answers.http("three"))
    transport = Transport(server.endpoint())
    ask(transport)
    with pytest.raises(SourceUnreachable):
        ask(transport)
    ask(transport)
    transport.close()
    del transport
    gc.collect()
    assert not [warning for warning in recwarn if issubclass(warning.category, ResourceWarning)]
