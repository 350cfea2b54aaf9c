"""HTTPS beside HTTP, with a certificate of its own or a given one."""

import asyncio
import http.client
import socket
import ssl

import pytest
import pywbem

from mock_cimom.limits import Limits
from mock_cimom.tls import self_made_tls


@pytest.fixture(scope="module")
def tls():
    return self_made_tls("127.0.0.1")


def test_a_client_that_knows_the_certificate_is_served(serve, tls):
    served = serve(tls)
    connection = served.connect()
    for _ in range(3):
        assert served.call(connection=connection).status == 200
    assert connection.sock.version() in ("TLSv1.2", "TLSv1.3")


def test_pywbem_verifies_the_certificate(serve, tls, tmp_path, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # they would win over the file given here
        monkeypatch.delenv(name, raising=False)
    served = serve(tls)
    file = tmp_path / "ca.pem"
    file.write_text(tls.pem)
    login = ("tester", "correct horse/battery")
    for host in ("127.0.0.1", "localhost"):
        with pywbem.WBEMConnection(f"https://{host}:{served.port}", login, ca_certs=str(file)) as client:
            assert len(client.EnumerateInstanceNames("CIM_StorageVolume", namespace="root/mockblock")) == 20
    other = tmp_path / "other.pem"
    other.write_text(self_made_tls("127.0.0.1").pem)
    with (
        pywbem.WBEMConnection(f"https://127.0.0.1:{served.port}", login, ca_certs=str(other)) as client,
        pytest.raises(pywbem.ConnectionError),
    ):
        client.EnumerateInstanceNames("CIM_StorageVolume", namespace="root/mockblock")


def test_http_and_https_are_served_at_once(serve, tls):
    served = serve()
    started = served.server.start("127.0.0.1", 0, tls.context)
    port = asyncio.run_coroutine_threadsafe(started, served.loop).result(30)
    secure = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=30, context=ssl.create_default_context(cadata=tls.pem)
    )
    served.connections.append(secure)
    assert served.call().status == served.call(connection=secure).status == 200
    assert served.control("GET", "status").json()["calls"] == {"EnumerateInstanceNames": 2}


def test_a_port_that_is_taken_is_told_and_the_other_endpoint_goes_on(serve):
    served = serve()
    with pytest.raises(OSError, match=f"port {served.port}"):
        asyncio.run_coroutine_threadsafe(served.server.start("127.0.0.1", served.port), served.loop).result(30)
    assert served.call().status == 200


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_are_spoken(serve, tls, version):
    served = serve(tls)
    context = served.client_context()
    context.minimum_version = context.maximum_version = version
    with context.wrap_socket(served.socket(), server_hostname="localhost") as connection:
        assert connection.version() == version.name.replace("_", ".")


def test_strangers_at_the_port_disturb_nobody(serve, tls, caplog):
    served = serve(tls, Limits(head=1.5))
    plain, silent, half = served.socket(), served.socket(), served.socket()
    plain.sendall(b"POST /cimom HTTP/1.1\r\nHost: h\r\n\r\n")
    half.sendall(b"\x16\x03\x01\x02\x00\x01")
    assert served.call().status == 200
    for one in (plain, silent, half):
        try:
            while one.recv(100):
                pass
        except ConnectionError:
            pass  # it is over, that way or the other
    assert served.call().status == 200
    assert [one for one in caplog.records if one.exc_info] == []


def test_after_the_handshake_the_head_must_come(serve, tls):
    served = serve(tls, Limits(head=1.0))
    with served.client_context().wrap_socket(served.socket(), server_hostname="localhost") as connection:
        assert is_ended(connection)


def is_ended(connection):
    try:
        return connection.recv(10) == b""
    except (ConnectionError, ssl.SSLError):
        return True  # cut without goodbye


def test_ipv6_is_listened_on_beside_ipv4_at_the_same_port(serve):
    served = serve()
    port = asyncio.run_coroutine_threadsafe(served.server.start("localhost", 0), served.loop).result(30)
    for _, _, _, _, address in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM):
        socket.create_connection(address[:2], timeout=30).close()
