"""HTTP around SOAP: methods, paths, documents, sizes, codings (`vasa-1.0` 1.2, 1.5, 1.6, 7.1)."""

import json
import ssl
import time
from email.utils import format_datetime
from http.client import HTTPConnection

import pytest
from lxml import etree

PATH = "/vasa/services/vasaService"
XML = {"Content-Type": "text/xml; charset=utf-8"}
SESSION = {**XML, "Cookie": "VASASESSIONID=known"}


@pytest.fixture
def query(envelope):
    return envelope("<v:queryArrays/>")


def exchange(client, raw):
    """Send bytes on a connection of its own; return what comes back until the server closes or two seconds pass."""
    with client.connect() as tls:
        tls.sendall(raw)
        tls.settimeout(2)
        received = b""
        try:
            while piece := tls.recv(65536):
                received += piece
        except (TimeoutError, ssl.SSLError):
            pass
        return received


def header_block(**headers):
    return "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())


class TestPaths:
    """What is where."""

    @pytest.mark.parametrize("path", [PATH, f"{PATH}/", "/"])
    def test_soap_is_answered_at_its_path_and_at_the_root(self, path, client, query):
        reply = client.request("POST", path, query, SESSION)
        assert reply.status == 200
        assert b"queryArraysResponse" in reply.body
        assert reply.headers["Set-Cookie"] == "VASASESSIONID=known; Path=/; Secure; HttpOnly"

    def test_the_path_can_be_chosen(self, serve, client_for, query):
        client = client_for(serve(path="/services/vasa"))
        assert client.request("POST", "/services/vasa", query, SESSION).status == 200
        assert client.request("POST", PATH, query, SESSION).status == 404

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
    @pytest.mark.parametrize("path", [PATH, "/"])
    def test_only_post_is_soap(self, method, path, client):
        reply = client.request(method, path)
        assert (reply.status, reply.headers["Allow"]) == (405, "POST")
        assert b"<" not in reply.body

    @pytest.mark.parametrize("path", ["/nothing", "/vasa", "/vasa/catalog/en/../../../etc/passwd", "//", "/%2e%2e"])
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_elsewhere_is_nothing(self, method, path, client, query):
        assert client.request(method, path, query if method == "POST" else None, SESSION).status == 404

    @pytest.mark.parametrize("path", ["/version.xml", "/vasa/version.xml"])
    def test_a_version_document_is_there_only_if_a_file_is_named(self, path, serve, client_for, tmp_path):
        assert client_for(serve()).request("GET", path).status == 404
        file = tmp_path / "version.xml"
        client = client_for(serve(version_file=file))
        assert client.request("GET", path).status == 404
        file.write_text("<versions/>")
        reply = client.request("GET", path)
        assert (reply.status, reply.body) == (200, b"<versions/>")


class TestWsdl:
    """The contract by GET."""

    def addresses(self, reply):
        root = etree.fromstring(reply.body)
        return {one.get("location") for one in root.iter("{*}address")}

    @pytest.mark.parametrize("path", [f"{PATH}?wsdl", f"{PATH}?WSDL", "/?wsdl"])
    def test_it_names_the_address_of_the_request(self, path, server, client):
        reply = client.request("GET", path, headers={"Host": f"provider.example:{server.port}"})
        assert reply.status == 200
        assert reply.headers["Content-Type"] == "text/xml; charset=UTF-8"
        assert self.addresses(reply) == {f"https://provider.example:{server.port}{PATH}"}

    def test_without_a_host_it_names_the_configured_one(self, serve, client_for):
        server = serve(public_name="provider.example")
        raw = exchange(client_for(server), f"GET {PATH}?wsdl HTTP/1.0\r\n\r\n".encode())
        assert f"https://provider.example:{server.port}{PATH}".encode() in raw

    @pytest.mark.parametrize("host", ["a<b", 'a"b', "a b", "a/b", "a:b", "", "a@b", "[::1", "x" * 300, "-a"])
    def test_a_bad_host_is_refused(self, host, client):
        reply = client.request("GET", f"{PATH}?wsdl", headers={"Host": host})
        assert reply.status == 400

    @pytest.mark.parametrize("host", ["localhost", "10.0.0.1:8443", "[2001:db8::1]:8443", "a-b.example"])
    def test_good_hosts(self, host, client):
        reply = client.request("GET", f"{PATH}?wsdl", headers={"Host": host})
        assert self.addresses(reply) == {f"https://{host}{PATH}"}

    def test_head_is_get_without_the_body(self, client):
        reply = client.request("HEAD", f"{PATH}?wsdl")
        assert (reply.status, reply.body) == (200, b"")


class TestDocuments:
    """Message catalogs and health."""

    CATALOG = "/vasa/catalog/en/event.vmsg"

    def test_a_catalog_is_plain_text_without_certificate(self, server, client_for):
        reply = client_for(server, None).request("GET", self.CATALOG)
        assert reply.status == 200
        assert reply.headers["Content-Type"] == "text/plain; charset=UTF-8"
        assert reply.headers["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"
        assert reply.body.decode() == 'A.b = "Zürich {x}"\n'

    @pytest.mark.parametrize(
        ("since", "status"),
        [
            ("Sun, 01 Mar 2026 12:00:00 GMT", 304),
            ("Mon, 02 Mar 2026 12:00:00 GMT", 304),
            ("Sun, 01 Mar 2026 11:59:59 GMT", 200),
            ("yesterday", 200),
            ("Sun, 01 Mar 2026 12:00:00 +99999999999999999999", 200),
            ("Sun, 99 Mar 2026 12:00:00 GMT", 200),
        ],
    )
    def test_if_modified_since(self, since, status, client):
        reply = client.request("GET", self.CATALOG, headers={"If-Modified-Since": since})
        assert reply.status == status
        assert bool(reply.body) == (status == 200)

    def test_it_can_only_be_read(self, client):
        assert client.request("POST", self.CATALOG, b"x").status == 405
        assert client.request("HEAD", self.CATALOG).status == 200

    @pytest.mark.parametrize(("status", "code"), [("ok", 200), ("degraded", 200), ("no data", 503), (None, 503)])
    def test_health_is_json(self, status, code, server, client_for, health):
        health["status"] = status
        reply = client_for(server, None).request("GET", "/healthz")
        assert reply.status == code
        assert reply.headers["Content-Type"] == "application/json"
        assert json.loads(reply.body) == {"status": status}

    def test_a_health_report_that_fails_is_a_503(self, server, client, monkeypatch):
        monkeypatch.setattr(server._pages, "_health", lambda: 1 / 0)
        assert client.request("GET", "/healthz").status == 503


class TestMedia:
    """Content types and codings of requests."""

    @pytest.mark.parametrize(
        "media", ["application/json", "text/plain", "multipart/related; type=text/xml", "text", "", "text/xmlx"]
    )
    def test_another_media_type_is_refused(self, media, client, query):
        assert client.request("POST", PATH, query, {**SESSION, "Content-Type": media}).status == 415

    def test_no_media_type_is_refused(self, client, query):
        raw = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(query)}\r\nConnection: close\r\n\r\n".encode()
        assert exchange(client, raw + query).startswith(b"HTTP/1.1 415 ")

    @pytest.mark.parametrize("media", ["text/xml", "TEXT/XML;Charset=UTF-8", 'text/xml ; charset="utf-8"'])
    def test_spellings_of_the_media_type(self, media, client, query):
        assert client.request("POST", PATH, query, {**SESSION, "Content-Type": media}).status == 200

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "x"])
    def test_a_coded_request_is_refused(self, coding, client, query):
        assert client.post(query, {"Content-Encoding": coding}).status == 415

    @pytest.mark.parametrize("headers", [XML, {"Content-Type": "application/soap+xml"}, {}])
    def test_an_empty_request_is_a_soap_fault(self, headers, client):
        reply = client.request("POST", PATH, b"", headers)
        assert reply.status == 500
        assert b"Fault>" in reply.body


class TestSizes:
    """Limits of the body, in all ways of sending it."""

    def large(self, envelope, size):
        start = envelope("<v:queryStorageLuns>PAD</v:queryStorageLuns>")
        item = "<v:lunUniqueId>x</v:lunUniqueId>"
        return start.replace(b"PAD", (item * (size // len(item) + 1)).encode())

    def test_without_a_trusted_certificate_64_kb(self, server, client_for, envelope):
        client = client_for(server, None)
        assert client.post(self.large(envelope, 64_000)).status == 500
        assert client.post(self.large(envelope, 66_000)).status == 413

    def test_with_one_16_mb(self, client, envelope):
        assert client.post(self.large(envelope, 4_000_000), SESSION).status == 200
        assert client.post(self.large(envelope, 16 * 1024 * 1024), SESSION).status == 413

    def test_the_limit_holds_for_chunks(self, server, client_for, envelope):
        body = self.large(envelope, 100_000)
        chunks = [body[start : start + 5000] for start in range(0, len(body), 5000)]
        for name, status in (("client", 200), (None, 413)):
            connection = client_for(server, name).connection()
            connection.request("POST", PATH, iter(chunks), SESSION, encode_chunked=True)
            assert connection.getresponse().status == status
            connection.close()

    def test_a_large_announcement_is_refused_before_the_body_comes(self, client):
        raw = f"POST {PATH} HTTP/1.1\r\n{header_block(Host='x', Content_Type='text/xml', Content_Length=10**12)}\r\n"
        start = time.monotonic()
        with client.connect() as tls:
            tls.sendall(raw.encode())
            assert tls.recv(100).startswith(b"HTTP/1.1 413 ")
        assert time.monotonic() - start < 2

    def test_large_headers_are_a_400(self, client, query):
        assert client.post(query, {"X-Long": "x" * 20_000}).status == 400
        assert client.post(query, {f"X-{number}": "x" for number in range(200)}).status == 400

    def test_a_slow_body_is_a_408(self, serve, client_for):
        client = client_for(serve(request_timeout=0.2))
        raw = f"POST {PATH} HTTP/1.1\r\n{header_block(Host='x', Content_Type='text/xml', Content_Length=100)}\r\nabc"
        assert exchange(client, raw.encode()).startswith(b"HTTP/1.1 408 ")

    def test_a_large_answer_comes_whole(self, client, envelope, service, entities_of):
        service.luns = entities_of(3000)
        ids = "".join(f"<v:lunUniqueId>{one}</v:lunUniqueId>" for one in service.luns)
        reply = client.post(envelope(f"<v:queryStorageLuns>{ids}</v:queryStorageLuns>"), SESSION)
        assert int(reply.headers["Content-Length"]) == len(reply.body) > 1_000_000
        assert len(etree.fromstring(reply.body, etree.XMLParser(huge_tree=True))[0][0]) == 3000


class TestConnections:
    """Several requests on one connection, and requests that are not quite HTTP."""

    def test_keep_alive_survives_every_soap_fault(self, client, query, envelope):
        connection: HTTPConnection = client.connection()
        sent = [query, b"junk", envelope("<v:x/>"), envelope("", "1.2"), query]
        statuses = []
        for body in sent:
            connection.request("POST", PATH, body, SESSION)
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        assert statuses == [200, 500, 500, 500, 200]
        connection.close()

    def test_requests_may_be_pipelined(self, client, query):
        one = f"POST {PATH} HTTP/1.1\r\n{header_block(Host='x', **self.fields(query))}\r\n".encode() + query
        assert exchange(client, one * 3).count(b"HTTP/1.1 200 OK") == 3

    def fields(self, body):
        return {"Content_Type": "text/xml", "Cookie": "VASASESSIONID=known", "Content_Length": len(body)}

    def test_http_10_is_answered_and_closed(self, client, query):
        raw = f"POST {PATH} HTTP/1.0\r\n{header_block(**self.fields(query))}\r\n".encode() + query
        assert b" 200 OK" in exchange(client, raw)

    def test_expect_100_continue(self, client, query):
        head = f"POST {PATH} HTTP/1.1\r\n{header_block(Host='x', Expect='100-continue', **self.fields(query))}\r\n"
        with client.connect() as tls:
            tls.sendall(head.encode())
            assert tls.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
            tls.sendall(query)
            assert tls.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")

    def test_another_expectation_is_a_417(self, client, query):
        assert client.post(query, {"Expect": "miracles"}).status == 417

    def test_a_client_of_http_1_0_gets_no_interim_answer(self, client, query):
        head = f"POST {PATH} HTTP/1.0\r\n{header_block(Expect='100-continue', **self.fields(query))}\r\n"
        assert exchange(client, head.encode() + query).startswith(b"HTTP/1.0 200")

    @pytest.mark.parametrize(
        "raw",
        [
            b"GARBAGE\r\n\r\n",
            b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost x\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ],
    )
    def test_what_is_not_http_is_a_400(self, raw, client, query):
        answer = exchange(client, raw)
        assert answer.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))
        assert b"Traceback" not in answer
        assert client.post(query, SESSION).status == 200

    @pytest.mark.parametrize("target", ["OPTIONS *", "CONNECT a:1", "TRACE /x", "GET /%00"])
    def test_odd_targets_are_nothing(self, target, client):
        answer = exchange(client, f"{target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 404 ")

    @pytest.mark.parametrize("upgrade", ["websocket", "h2c"])
    def test_an_offer_to_upgrade_is_not_taken(self, upgrade, client, query):
        assert client.post(query, {**SESSION, "Connection": "Upgrade", "Upgrade": upgrade}).status == 200

    def test_a_name_that_the_client_invented_is_cut_in_the_fault(self, client, envelope):
        reply = client.post(envelope(f"<v:queryArrays><v:{'x' * 30_000}/></v:queryArrays>"), SESSION)
        assert reply.status == 500
        assert len(reply.body) < 2000

    def test_a_client_that_goes_away_in_mid_request_harms_nobody(self, client, query):
        for cut in (10, 100, 180):
            raw = f"POST {PATH} HTTP/1.1\r\n{header_block(Host='x', **self.fields(query))}\r\n".encode() + query
            with client.connect() as tls:
                tls.sendall(raw[:cut])
        assert client.post(query, SESSION).status == 200

    def test_several_cookie_headers(self, client, query, service):
        raw = (
            f"POST {PATH} HTTP/1.1\r\n{header_block(Host='x', **self.fields(query))}"
            "cookie: a=b; VASASESSIONID=other\r\nConnection: close\r\n\r\n"
        )
        assert exchange(client, raw.encode() + query).startswith(b"HTTP/1.1 500 ")
        assert service.calls[0][3] == ("known", "other")

    def test_the_server_does_not_name_its_parts(self, client):
        assert client.request("GET", "/").headers["Server"] == "vasa-cim"

    def test_a_date_of_the_catalog_is_usable_in_a_request(self, client, service):
        found = service.catalog_file(TestDocuments.CATALOG)
        header = format_datetime(found.last_modified, usegmt=True)
        assert client.request("GET", TestDocuments.CATALOG, headers={"If-Modified-Since": header}).status == 304
