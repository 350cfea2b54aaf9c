"""The server's own certificate: made once, kept, healed (vasa-1.0 4.1)."""

import hashlib
import ipaddress
import socket
import ssl
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from structlog.testing import capture_logs

from vasa_cim.errors import ConfigurationError
from vasa_cim.framework.server_certificate import CERTIFICATE_NAME, KEY_NAME, ensure_server_certificate, local_names

NAMES = ["vasa.example.com", "192.0.2.7", "2001:db8::7"]


@pytest.fixture
def identity(tmp_path, clock):
    return ensure_server_certificate(tmp_path, NAMES, clock)


def loaded(identity):
    return x509.load_pem_x509_certificate(identity.certificate_file.read_bytes())


def test_the_certificate_fits_every_name_and_address(identity, clock):
    certificate = loaded(identity)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["vasa.example.com", "localhost"]
    addresses = ["192.0.2.7", "2001:db8::7", "127.0.0.1", "::1"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address(each) for each in addresses]
    assert certificate.not_valid_before_utc <= clock.now()
    assert certificate.not_valid_after_utc == clock.now() + timedelta(days=3 * 365)
    assert isinstance(certificate.public_key(), rsa.RSAPublicKey)
    assert certificate.subject == certificate.issuer


def test_the_pair_works_and_verifies_strictly(identity):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(identity.certificate_file, identity.key_file)
    client = ssl.create_default_context(cafile=str(identity.certificate_file))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    from_client, from_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(from_server, from_client, server_hostname="vasa.example.com"),
        server.wrap_bio(from_client, from_server, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    der = ends[0].getpeercert(binary_form=True)
    assert der == ssl.PEM_cert_to_DER_cert(identity.certificate_file.read_text())


def test_thumbprints_are_those_of_the_certificate(identity):
    der = ssl.PEM_cert_to_DER_cert(identity.certificate_file.read_text())
    assert identity.sha1.replace(":", "").lower() == hashlib.sha1(der, usedforsecurity=False).hexdigest()
    assert identity.sha256.replace(":", "").lower() == hashlib.sha256(der).hexdigest()
    assert identity.sha1[2] == ":"


def test_the_key_is_readable_by_its_owner_only_and_no_other_file_is_left(identity, tmp_path, clock):
    assert identity.key_file.stat().st_mode & 0o777 == 0o600
    assert {file.name for file in tmp_path.iterdir()} == {CERTIFICATE_NAME, KEY_NAME}
    identity.key_file.chmod(0o644)
    ensure_server_certificate(tmp_path, NAMES, clock)
    assert identity.key_file.stat().st_mode & 0o777 == 0o600


def test_the_log_tells_the_day_until_which_a_new_certificate_holds(tmp_path, clock):
    with capture_logs() as logs:
        made = ensure_server_certificate(tmp_path, [], clock)
    assert [entry["until"] for entry in logs] == [made.not_after.date().isoformat()]


def test_a_valid_pair_is_kept(identity, tmp_path, clock):
    clock.turn(days=1000)
    with capture_logs() as logs:
        assert ensure_server_certificate(tmp_path, NAMES, clock) == identity
    assert logs == []


def test_a_valid_pair_is_kept_even_if_it_lacks_names_with_a_warning(identity, tmp_path, clock):
    with capture_logs() as logs:
        assert ensure_server_certificate(tmp_path, [*NAMES, "new.example.com"], clock) == identity
    assert logs[0]["missing"] == ["new.example.com"]


def test_the_end_is_announced(identity, tmp_path, clock):
    clock.turn(days=3 * 365 - 29)
    with capture_logs() as logs:
        assert ensure_server_certificate(tmp_path, NAMES, clock) == identity
    assert "ends soon" in logs[0]["event"]


def test_an_expired_certificate_is_made_anew_with_the_same_key(identity, tmp_path, clock):
    key = identity.key_file.read_bytes()
    clock.turn(days=3 * 365, seconds=1)
    renewed = ensure_server_certificate(tmp_path, NAMES, clock)
    assert renewed.sha256 != identity.sha256
    assert identity.key_file.read_bytes() == key
    assert loaded(renewed).not_valid_after_utc > clock.now()


def test_a_start_cut_off_after_the_key_heals_itself(identity, tmp_path, clock):
    key = identity.key_file.read_bytes()
    identity.certificate_file.unlink()
    healed = ensure_server_certificate(tmp_path, NAMES, clock)
    assert identity.key_file.read_bytes() == key
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(healed.certificate_file, healed.key_file)


BROKEN = [
    ("the key is missing", KEY_NAME, None, "missing"),
    ("the key is empty", KEY_NAME, b"", "no private key"),
    ("the key is rubbish", KEY_NAME, b"rubbish", "no private key"),
    ("the certificate is empty", CERTIFICATE_NAME, b"", "no certificate"),
    ("the certificate is rubbish", CERTIFICATE_NAME, b"rubbish", "no certificate"),
]


@pytest.mark.parametrize(("file", "content", "words"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_pair_is_a_clear_error_and_stays_as_it_is(identity, tmp_path, clock, file, content, words):
    if content is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(ConfigurationError, match=words) as raised:
        ensure_server_certificate(tmp_path, NAMES, clock)
    assert str(tmp_path / file) == raised.value.facts["setting"]
    assert (tmp_path / file).exists() is (content is not None)


def test_a_pair_that_does_not_fit_is_a_clear_error(identity, tmp_path, clock):
    other = tmp_path / "other"
    other.mkdir()
    key = ensure_server_certificate(other, NAMES, clock).key_file.read_bytes()
    identity.key_file.write_bytes(key)
    with pytest.raises(ConfigurationError, match="does not belong"):
        ensure_server_certificate(tmp_path, NAMES, clock)


def test_a_directory_that_is_not_there_is_a_clear_error(tmp_path, clock):
    with pytest.raises(ConfigurationError, match="No such file"):
        ensure_server_certificate(tmp_path / "none", NAMES, clock)


@pytest.mark.parametrize("name", ["", "a" * 70 + ".example.com", "two..dots"])
def test_a_name_that_is_none_is_a_clear_error(tmp_path, clock, name):
    with pytest.raises(ConfigurationError, match="neither a host name nor an address"):
        ensure_server_certificate(tmp_path, [name], clock)
    assert list(tmp_path.iterdir()) == []


def test_international_names_and_bracketed_addresses_are_written_as_certificates_want_them(tmp_path, clock):
    certificate = loaded(ensure_server_certificate(tmp_path, ["bücher.example", "[2001:db8::7]"], clock))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "xn--bcher-kva.example" in names.get_values_for_type(x509.DNSName)
    assert ipaddress.ip_address("2001:db8::7") in names.get_values_for_type(x509.IPAddress)


def test_local_names_are_the_host_name_and_what_it_resolves_to(monkeypatch):
    found = [
        (2, 1, 6, "", ("192.0.2.7", 0)),
        (10, 1, 6, "", ("fe80::1%eth0", 0, 0, 2)),
        (2, 1, 6, "", ("192.0.2.7", 0)),
    ]
    monkeypatch.setattr(socket, "gethostname", lambda: "vasa")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    assert local_names() == ["vasa", "192.0.2.7", "fe80::1"]


def test_a_host_name_that_does_not_resolve_stands_alone(monkeypatch):
    def fail(*args, **more):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "gethostname", lambda: "vasa")
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert local_names() == ["vasa"]
