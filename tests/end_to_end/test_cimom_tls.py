"""TLS towards the CIMOM: verified by default, by an authority, by a thumbprint, or not at all, with a warning."""

import contextlib
import hashlib
import json
import socket
import ssl
import threading

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

FRESH = ["--log-format", "json", "--first-context-wait", "30"]


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.issue_cert("127.0.0.1")


@pytest.fixture(scope="module")
def secure_cimom(cimom, certificate):
    """The URL of the mock CIMOM behind a TLS relay."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    target = ("127.0.0.1", int(cimom.exports["CIM_URL"].rpartition(":")[2]))
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=relay, args=(listener.accept()[0], context, target), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def relay(client, context, target):
    """Pass one request at a time from the client to the target and its answer back, until either side closes."""
    with (
        contextlib.suppress(OSError),
        client,
        socket.create_connection(target) as plain,
        context.wrap_socket(client, server_side=True) as tls,
    ):
        back = threading.Thread(target=pour, args=(plain, tls), daemon=True)
        back.start()
        pour(tls, plain)
        back.join()


def pour(source, sink):
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def thumbprint(certificate):
    leaf = x509.load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes())
    return hashlib.sha256(leaf.public_bytes(Encoding.DER)).hexdigest()


def settled(launcher, server, wires):
    """Return the report of the one source once it was read or has failed."""

    def report():
        (source,) = json.loads(wires(server).request("GET", "/healthz").body)["sources"]
        return source if source["read_at"] or source["error"] else None

    return launcher.wait_for(report, server.log, 30)


def warnings(log):
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return [line for line in lines if line["level"] == "warning"]


def test_an_unknown_certificate_is_refused_by_default(launcher, secure_cimom, wires, tmp_path):
    with launcher.bridge(tmp_path, secure_cimom, *FRESH) as server:
        source = settled(launcher, server, wires)
        assert (source["read_at"], source["luns"]) == (None, 0)
        assert "certificate" in source["error"]


@pytest.mark.parametrize("spelling", [str.lower, lambda digits: ":".join(digits[i : i + 2] for i in range(0, 64, 2))])
def test_a_thumbprint_is_trust(launcher, secure_cimom, wires, certificate, tmp_path, spelling):
    with launcher.bridge(
        tmp_path, secure_cimom, *FRESH, "--cimom-thumbprint", spelling(thumbprint(certificate))
    ) as server:
        assert settled(launcher, server, wires)["luns"] == 20


def test_another_thumbprint_is_refused(launcher, secure_cimom, wires, tmp_path):
    with launcher.bridge(tmp_path, secure_cimom, *FRESH, "--cimom-thumbprint", "00" * 32) as server:
        source = settled(launcher, server, wires)
        assert source["read_at"] is None
        assert "thumbprint" in source["error"]


@pytest.mark.parametrize("file", ["the authority", "the certificate itself"])
def test_a_file_is_trust(launcher, secure_cimom, wires, authority, certificate, tmp_path, file):
    pem = authority.cert_pem if file == "the authority" else certificate.cert_chain_pems[0]
    pem.write_to_path(tmp_path / "ca.pem")
    with launcher.bridge(tmp_path, secure_cimom, *FRESH, "--cimom-ca", tmp_path / "ca.pem") as server:
        assert settled(launcher, server, wires)["luns"] == 20
        assert not warnings(server.log())


def test_insecure_works_and_warns_at_each_start(launcher, secure_cimom, wires, tmp_path):
    for _ in range(2):
        with launcher.bridge(tmp_path, secure_cimom, *FRESH, "--cimom-insecure") as server:
            assert settled(launcher, server, wires)["luns"] == 20
            assert any("not verified" in json.dumps(line) for line in warnings(server.log()))
