"""The client's self-signed certificate."""

import ssl
from datetime import UTC, datetime, timedelta

from cryptography import x509

from vasa_cim.client.identity import create_identity


def test_the_certificate_is_self_signed_valid_now_and_has_its_key(identity):
    certificate = x509.load_pem_x509_certificate(identity.certificate().encode())
    assert certificate.issuer == certificate.subject
    certificate.verify_directly_issued_by(certificate)
    assert certificate.not_valid_before_utc < datetime.now(UTC) < certificate.not_valid_after_utc
    ssl.create_default_context().load_cert_chain(str(identity.certificate_file), str(identity.key_file))


def test_the_key_is_for_its_owner_only(identity):
    assert identity.key_file.stat().st_mode & 0o777 == 0o600


def test_each_identity_is_another_and_may_have_expired(tmp_path):
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    one = create_identity(tmp_path, "one", not_before=end - timedelta(days=1), not_after=end)
    two = create_identity(tmp_path, "two")
    assert one.certificate() != two.certificate()
    assert x509.load_pem_x509_certificate(one.certificate().encode()).not_valid_after_utc == end
