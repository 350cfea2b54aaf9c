"""TLS as a vCenter needs it: a certificate is asked for, any is let in, and it reaches the gate (`vasa-1.0 4.2`)."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading

import pytest
import trustme

from vasa_cim.errors import ConfigurationError
from vasa_cim.soap.server import ServerSettings, SoapServer
from vasa_cim.soap.tls import ServerContext

PATH = "/vasa/services/vasaService"
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


def ask(connection, envelope):
    body = envelope("<v:queryArrays/>")
    connection.sendall(
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nCookie: VASASESSIONID=known\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    answer = connection.recv(16384)
    return answer if answer.endswith(b"Envelope>") else answer + connection.recv(16384)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("name", "options"),
    [("client", {}), ("stranger", {}), ("expired", {"days": -5}), (None, {})],
)
def test_every_client_gets_through_the_handshake(version, name, options, server, client_for, envelope, service):
    client = client_for(server, name, **options)
    with client.connect(version) as tls:
        answer = ask(tls, envelope)
        assert tls.version() == version.name.replace("v1_", "v1.")
    _, _, peer, _ = service.calls[0]
    assert peer.certificate == (client.identity.der if client.identity else None)
    assert peer.address == "127.0.0.1"
    assert (b"200 OK" in answer) == (name == "client")
    assert (b"InvalidSession" in answer) == (name != "client")


def test_a_certificate_with_an_issuer_reaches_the_gate_as_its_leaf(server, client_for, envelope, service, tmp_path):
    authority = trustme.CA()
    issued = authority.issue_cert("vcenter.example")
    files = [tmp_path / "chain.pem", tmp_path / "key.pem"]
    files[0].write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    files[1].write_bytes(issued.private_key_pem.bytes())
    context = client_for(server, None).tls()
    context.load_cert_chain(*files)
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    with context.wrap_socket(plain, server_hostname="localhost") as tls:
        ask(tls, envelope)
    leaf = ssl.PEM_cert_to_DER_cert(issued.cert_chain_pems[0].bytes().decode())
    assert service.calls[0][2].certificate == leaf


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_that_resumes_shows_its_certificate_again(version, server, client, envelope, service):
    context = client.tls(version)
    session = None
    for _ in range(3):
        plain = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        with context.wrap_socket(plain, server_hostname="localhost", session=session) as tls:
            assert b"200 OK" in ask(tls, envelope)
            session = tls.session
    assert [call[2].certificate for call in service.calls if call[0] == "admit"] == [client.identity.der] * 3


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
@pytest.mark.parametrize(("option", "marker"), [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_the_request_names_no_issuer(option, marker, server):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", option]
    shown = subprocess.run(command, input=b"", capture_output=True, timeout=20, check=False).stdout.decode()
    assert marker in shown
    assert "No client certificate CA names sent" in shown
    assert re.search(r"Client Certificate Types|Requested Signature Algorithms", shown)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
@pytest.mark.parametrize("option", ["-tls1_2", "-tls1_3"])
def test_reconnecting_with_a_saved_session_is_not_cut(option, server, client, tmp_path):
    saved = tmp_path / "session"
    request = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    files = ["-cert", str(client.identity.certificate_file), "-key", str(client.identity.key_file)]
    for session in (["-sess_out", str(saved)], ["-sess_in", str(saved)] if saved.exists() else []):
        command = ["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{server.port}", option, *files, *session]
        shown = subprocess.run(command, input=request, capture_output=True, timeout=20, check=False).stdout
        assert b"405 Method Not Allowed" in shown


@pytest.mark.parametrize(
    "junk", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x00\x05junk!", b"", os.urandom(2000)]
)
def test_what_is_not_tls_is_closed_and_the_next_one_served(junk, server, client, envelope):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain:
        plain.sendall(junk)
        plain.shutdown(socket.SHUT_WR)
        plain.settimeout(10)
        try:
            while plain.recv(1000):
                pass
        except ConnectionResetError:
            pass
    assert client.post(envelope("<v:queryArrays/>"), {"Cookie": "VASASESSIONID=known"}).status == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_tls_1_1_is_refused(server, client):
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        client.connect(ssl.TLSVersion.TLSv1_1)


def test_a_silent_handshake_is_given_up(serve):
    server = serve(handshake_timeout=0.2)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain:
        assert plain.recv(10) == b""


def test_trust_that_comes_later_works_on_the_next_request_of_the_connection(server, client_for, envelope, service):
    client = client_for(server, "late")
    service.sessions["known"] = client.identity.der
    with client.connect() as tls:
        assert b"InvalidSession" in ask(tls, envelope)
        service.trusted.add(client.identity.der)
        assert b"200 OK" in ask(tls, envelope)


def test_many_clients_at_once(server, client_for, envelope, service):
    answers = []

    def talk(name):
        with client_for(server, name).connect() as tls:
            answers.extend(b"200 OK" in ask(tls, envelope) for _ in range(20))

    threads = [threading.Thread(target=talk, args=("client",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [True] * 160


class TestFiles:
    """The server's certificate and key."""

    def test_a_missing_file_is_named(self, identities, tmp_path):
        with pytest.raises(ConfigurationError, match=r"certificate_file: .*nowhere.crt.* no such file"):
            ServerContext(tmp_path / "nowhere.crt", identities("localhost").key_file)

    def test_a_file_that_is_no_pem_is_named(self, identities, tmp_path):
        file = tmp_path / "bad.key"
        file.write_text("nothing")
        with pytest.raises(ConfigurationError, match=r"key_file: .*bad.key.* PEM"):
            ServerContext(identities("localhost").certificate_file, file)

    def test_a_key_of_another_certificate_is_refused(self, identities):
        with pytest.raises(ConfigurationError, match="does not belong"):
            ServerContext(identities("localhost").certificate_file, identities("client").key_file)

    def test_a_server_does_not_start_without(self, service, identities, tmp_path):
        with pytest.raises(ConfigurationError):
            SoapServer(service, ServerSettings(), tmp_path / "a", tmp_path / "b", dict)
