"""Certificates made for the occasion, and given ones."""

import ipaddress
import ssl
import stat
import tempfile
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from mock_cimom.tls import self_made_tls, tls_from_files


def names_of(pem):
    names = x509.load_pem_x509_certificate(pem.encode()).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return {str(one) for kind in (x509.DNSName, x509.IPAddress) for one in names.value.get_values_for_type(kind)}


def handshake(server, client, host):
    """Do a whole handshake in memory; return the version agreed on."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        server.wrap_bio(to_server, to_client, server_side=True),
        client.wrap_bio(to_client, to_server, server_hostname=host),
    ]
    for _ in range(10):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return ends[0].version()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "array.example", "192.0.2.7"])
def test_a_self_made_certificate_is_good_for_the_host_and_the_local_names(host):
    made = self_made_tls("array.example", ["192.0.2.7"])
    assert names_of(made.pem) == {"localhost", "127.0.0.1", "::1", "array.example", "192.0.2.7"}
    client = ssl.create_default_context(cadata=made.pem)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    assert handshake(made.context, client, host) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(made.context, ssl.create_default_context(cadata=made.pem), "other.example")


def test_any_address_is_no_name():
    assert (
        names_of(self_made_tls("0.0.0.0").pem) == names_of(self_made_tls("::").pem) == {"localhost", "127.0.0.1", "::1"}
    )
    assert ipaddress.ip_address("::1")


def test_old_versions_are_not_spoken():
    made = self_made_tls("localhost")
    assert made.context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_every_certificate_has_a_key_of_its_own():
    assert self_made_tls("localhost").pem != self_made_tls("localhost").pem


def test_a_name_that_fits_no_certificate_is_told():
    with pytest.raises(ValueError, match="no host name"):
        self_made_tls("a" * 300)


def test_the_key_is_on_disk_only_encrypted_in_a_private_folder_and_only_for_a_moment(tmp_path, monkeypatch):
    seen = []
    real = ssl.SSLContext.load_cert_chain

    def watching(self, certfile, *args, **kwargs):
        folder = Path(certfile).parent
        seen.append((stat.S_IMODE(folder.stat().st_mode), Path(certfile).read_text()))
        return real(self, certfile, *args, **kwargs)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", watching)
    self_made_tls("localhost")
    ((mode, text),) = seen
    assert mode == 0o700
    assert "ENCRYPTED PRIVATE KEY" in text
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def given(tmp_path):
    """Files of a certificate issued by an authority, and the authority."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    return certificate, key, authority


def test_given_files_are_used(given):
    certificate, key, authority = given
    made = tls_from_files(certificate, key)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    assert handshake(made.context, client, "localhost") == "TLSv1.3"
    assert made.pem == certificate.read_text()


def test_unusable_files_are_told(given, tmp_path):
    certificate, key, authority = given
    junk, other, locked = tmp_path / "junk", tmp_path / "other", tmp_path / "locked"
    junk.write_text("hello\n")
    other.write_bytes(authority.issue_cert("x").private_key_pem.bytes())
    private = ec.generate_private_key(ec.SECP256R1())
    protection = serialization.BestAvailableEncryption(b"secret")
    pkcs8 = serialization.PrivateFormat.PKCS8
    locked.write_bytes(private.private_bytes(serialization.Encoding.PEM, pkcs8, protection))
    cases = [
        (tmp_path / "none", key, "none cannot be read: No such file"),
        (certificate, tmp_path, "cannot be read: Is a directory"),
        (junk, key, "junk holds no PEM certificate"),
        (certificate, junk, "junk holds no PEM key without a password"),
        (certificate, locked, "locked holds no PEM key without a password"),
        (certificate, other, "other is not the key of the certificate"),
    ]
    for first, second, reason in cases:
        with pytest.raises(ValueError, match=reason) as caught:
            tls_from_files(first, second)
        assert "\n" not in str(caught.value)
