"""HTTP as honest clients would not speak it: sizes, chunks, pauses, ends. Always an answer; the next call is served."""

import gzip
import socket
import ssl
import struct

import pytest

KIB, MIB = 2**10, 2**20
TOO_MUCH = (400, 413)


@pytest.fixture(scope="module")
def own(vcenters, session, initiators):
    return session("".join(initiators), vcenters())


@pytest.fixture(autouse=True)
def still_served(own, anonymous):
    """After every test known and unknown clients are answered, on the kept connections and on new ones."""
    yield
    assert own.call("queryArrays").returns
    own.wire.close()
    assert own.call("queryArrays").returns
    assert anonymous.call("queryArrays").fault == "InvalidSession"


@pytest.fixture
def talk(own):
    """Send bytes on a new connection, in pieces, and read the answer, even one that comes before all is sent."""

    def exchange(pieces, wire=None):
        wire = wire or own.wire
        with wire.connect() as sock:
            for piece in pieces:
                try:
                    sock.sendall(piece)
                except OSError:
                    break  # the answer is expected to be there already
            return wire.read(sock)

    return exchange


def head(own, *lines, method="POST", path=None, version="1.1"):
    standard = [
        f"{method} {path or own.wire.path} HTTP/{version}",
        f"Host: {own.wire.host}",
        "Content-Type: text/xml; charset=UTF-8",
        'SOAPAction: "urn:queryArrays"',
        f"Cookie: VASASESSIONID={own.id}",
    ]
    return ("\r\n".join([*standard, *lines]) + "\r\n\r\n").encode()


def chunked(data, size):
    for at in range(0, len(data), size):
        piece = data[at : at + size]
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


@pytest.fixture(scope="module")
def query(soap):
    return soap.envelope("<v:queryArrays/>")


def padded(message, size):
    """Bring a message to about `size` bytes by a comment."""
    return message.replace(b"<s:Body>", b"<!--" + b" " * (size - len(message) - 7) + b"--><s:Body>")


class TestSizes:
    """64 KiB without a trusted certificate, 16 MiB with one"""

    def test_a_body_that_unknown_clients_may_send(self, anonymous, query):
        assert anonymous.post(padded(query, 60 * KIB)).fault == "InvalidSession"

    def test_a_body_too_large_for_unknown_clients(self, anonymous, wires, bridge, identity, query):
        for wire in (anonymous, wires(bridge, identity())):
            assert wire.post(padded(query, 70 * KIB)).is_refusal

    def test_a_large_body_of_a_known_client(self, own, soap):
        known = own.ids("StorageArray")
        wanted = soap.elements("arrayUniqueId", known + [f"{known[0]}x".ljust(255, "x")] * 50_000)
        assert len(wanted) > 13 * MIB
        assert len(own.call("queryArrays", wanted).returns) == len(known)

    def test_a_body_too_large_for_anybody(self, own, talk, query):
        body = padded(query, 17 * MIB)
        pieces = [head(own, f"Content-Length: {len(body)}"), *(body[at : at + MIB] for at in range(0, len(body), MIB))]
        assert talk(pieces).is_refusal

    def test_a_length_that_is_too_large_is_refused_before_the_body_comes(self, own, talk, anonymous):
        for wire, size in ((own.wire, 10**12), (anonymous, 10**9)):
            assert talk([head(own, f"Content-Length: {size}")], wire).is_refusal

    def test_ten_thousand_ids_of_255_characters(self, own, soap):
        known = own.ids("StorageLun")
        padding = [f"{known[0]}x{number}x".ljust(255, "x") for number in range(10_000 - len(known))]
        answer = own.call("queryStorageLuns", soap.elements("lunUniqueId", [*padding, *known]))
        assert len(answer.returns) == len(known)

    def test_a_header_line_that_is_too_long(self, own, talk):
        answer = talk([head(own, f"X-Long: {'x' * 200_000}", "Content-Length: 0")])
        assert answer.status in (400, 431)

    def test_an_unpacked_body_counts_as_it_is_unpacked(self, own, talk, anonymous, query):
        for wire, size in ((own.wire, 64 * MIB), (anonymous, MIB)):
            body = gzip.compress(padded(query, size))
            pieces = [head(own, "Content-Encoding: gzip", f"Content-Length: {len(body)}"), body]
            answer = talk(pieces, wire)
            assert answer.status == 415 or answer.is_refusal


class TestChunks:
    @pytest.mark.parametrize("size", [1, 7, 10_000])
    def test_chunked_requests_are_read(self, own, talk, query, size):
        assert talk([head(own, "Transfer-Encoding: chunked"), *chunked(query, size)]).returns

    def test_too_much_in_chunks(self, own, talk, anonymous, query):
        for wire, size in ((own.wire, 17 * MIB), (anonymous, 70 * KIB)):
            body = padded(query, size)
            assert talk([head(own, "Transfer-Encoding: chunked"), *chunked(body, MIB)], wire).is_refusal

    @pytest.mark.parametrize("chunk", [b"zz\r\nabc\r\n", b"-5\r\nabc\r\n", b"5\r\nabcdefgh\r\n", b"\r\n\r\n"])
    def test_broken_chunks(self, own, talk, chunk):
        assert talk([head(own, "Transfer-Encoding: chunked") + chunk + b"0\r\n\r\n"]).status == 400

    def test_two_lengths_of_one_body(self, own, talk, query):
        lines = ["Transfer-Encoding: chunked", f"Content-Length: {len(query)}"]
        assert talk([head(own, *lines), *chunked(query, 100)]).status == 400


class TestRequests:
    @pytest.mark.parametrize(
        "data",
        [
            b"GARBAGE\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost x\r\n\r\n",
        ],
    )
    def test_junk_is_a_bad_request(self, talk, data):
        assert talk([data]).status in (400, 405, 505)

    def test_http_1_0(self, own, talk, query):
        answer = talk([head(own, f"Content-Length: {len(query)}", version="1.0"), query])
        assert answer.returns

    def test_expect_100_continue(self, own, query):
        with own.wire.connect() as sock:
            sock.sendall(head(own, "Expect: 100-continue", f"Content-Length: {len(query)}"))
            first = sock.recv(1000)
            assert first.startswith(b"HTTP/1.1 100 ")
            sock.sendall(query)
            assert own.wire.read(sock).returns

    def test_two_requests_at_once(self, own, query):
        one = head(own, f"Content-Length: {len(query)}") + query
        with own.wire.connect() as sock:
            sock.sendall(one + one)
            received = b""
            while received.count(b"queryArraysResponse>") < 2:
                piece = sock.recv(65536)
                assert piece, received
                received += piece
        assert received.count(b"HTTP/1.1 200 ") == 2

    def test_a_request_to_another_host_name(self, own, talk, query):
        """Clients behind name translation send the name that they know."""
        data = head(own, f"Content-Length: {len(query)}").replace(own.wire.host.encode(), b"provider.example.com")
        assert talk([data, query]).returns

    @pytest.mark.parametrize("host", ['x"><y', "a b", "a/b", "", "x" * 5000, "127.0.0.1:99999999", "é"])
    def test_a_host_name_cannot_break_the_contract(self, own, talk, host):
        answer = talk([f"GET {own.wire.path}?wsdl HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()])
        if answer.status != 400:
            assert answer.status == 200
            assert {node.get("location").split("/")[0] for node in answer.root.iter("{*}address")} == {"https:"}

    @pytest.mark.parametrize(
        "target",
        ["/?wsdl&x=%00", "/%00", "/../../etc/passwd", "//etc/passwd", "/?" + "a=b&" * 1500, "http://other/", "*"],
    )
    def test_odd_targets(self, own, talk, target):
        answer = talk([f"GET {target} HTTP/1.1\r\nHost: {own.wire.host}\r\n\r\n".encode()])
        assert answer.status in (200, 400, 404, 405)
        assert b"root:" not in answer.body


class TestPauses:
    def test_a_body_that_comes_late(self, own, anonymous, query):
        with own.wire.connect() as sock:
            sock.sendall(head(own, f"Content-Length: {len(query)}") + query[:50])
            for _ in range(5):
                assert own.call("queryArrays").returns
                assert anonymous.call("queryArrays").fault == "InvalidSession"
            for byte in query[50:60]:
                sock.sendall(bytes([byte]))
            sock.sendall(query[60:])
            assert own.wire.read(sock).returns

    def test_silent_connections_hold_nobody_up(self, own, bridge):
        silent = [socket.create_connection((own.wire.host, own.wire.port)) for _ in range(30)]
        silent += [own.wire.connect() for _ in range(10)]
        try:
            for _ in range(5):
                own.wire.close()
                assert own.call("queryArrays").returns
        finally:
            for sock in silent:
                sock.close()

    @pytest.mark.parametrize("sent", [0, 10, 80])
    @pytest.mark.parametrize("how", ["close", "reset"])
    def test_a_body_that_ends_early(self, own, query, sent, how):
        for _ in range(5):
            sock = own.wire.connect()
            sock.sendall(head(own, f"Content-Length: {len(query)}") + query[:sent])
            if how == "reset":
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()

    def test_an_answer_that_nobody_waits_for(self, own, soap):
        known = own.ids("StorageLun")
        body = soap.envelope(f"<v:queryStorageLuns>{soap.elements('lunUniqueId', known)}</v:queryStorageLuns>")
        for _ in range(5):
            sock = own.wire.connect()
            sock.sendall(head(own, f"Content-Length: {len(body)}") + body)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()


class TestNoTls:
    def test_plain_http_gets_no_answer_that_could_be_read_as_one(self, own, query):
        with socket.create_connection((own.wire.host, own.wire.port), 10) as sock:
            sock.sendall(head(own, f"Content-Length: {len(query)}") + query)
            received = b""
            try:
                while piece := sock.recv(1000):
                    received += piece
            except ConnectionError:
                pass
        assert b"200 OK" not in received
        assert b"Envelope" not in received

    @pytest.mark.parametrize("data", [b"\0" * 64, b"\x16\x03\x01\xff\xff" + b"a" * 100, b"\x16\x03\x03\x00\x05hello"])
    def test_broken_handshakes(self, own, data):
        with socket.create_connection((own.wire.host, own.wire.port), 10) as sock:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            try:
                while sock.recv(1000):
                    pass
            except ConnectionError:
                pass

    def test_a_handshake_that_is_broken_off(self, own):
        for _ in range(5):
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = own.wire.context.wrap_bio(incoming, outgoing, server_hostname=own.wire.host)
            with pytest.raises(ssl.SSLWantReadError):
                tls.do_handshake()
            with socket.create_connection((own.wire.host, own.wire.port), 10) as sock:
                sock.sendall(outgoing.read()[:-10])
