"""Certificate text, trust, registering and unregistering (vasa-1.0 4.1, 4.4, 4.5, 4.6)."""

import base64
import textwrap
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from structlog.testing import capture_logs

from vasa_cim.errors import InvalidCertificate, StoreError
from vasa_cim.framework.certificate_text import parse_certificate
from vasa_cim.framework.certificates import CertificateRegistry, fingerprint_of
from vasa_cim.store.certificates import CertificateStore, StoredCertificate

HEADER, FOOTER = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


@pytest.fixture
def store(database):
    return CertificateStore(database)


@pytest.fixture
def registry(store, clock):
    return CertificateRegistry(store, clock)


@pytest.fixture
def one(certificates):
    return certificates.make()


def lines(certificate, width):
    der = certificate.public_bytes(serialization.Encoding.DER)
    return textwrap.wrap(base64.b64encode(der).decode("ascii"), width)


GOOD_TEXTS = [
    ("PEM", lambda c: "\n".join([HEADER, *lines(c, 64), FOOTER])),
    ("PEM with a last line end", lambda c: "\n".join([HEADER, *lines(c, 64), FOOTER, ""])),
    ("PEM with CRLF", lambda c: "\r\n".join([HEADER, *lines(c, 64), FOOTER, ""])),
    ("PEM with CR", lambda c: "\r".join([HEADER, *lines(c, 64), FOOTER])),
    ("PEM on three long lines", lambda c: "\n".join([HEADER, *lines(c, 100_000), FOOTER])),
    ("PEM in lines of 76", lambda c: "\n".join([HEADER, *lines(c, 76), FOOTER])),
    ("PEM with a blank line after the header", lambda c: "\n".join([HEADER, "", *lines(c, 64), FOOTER])),
    ("PEM with blanks around it", lambda c: "  \n\t" + "\n".join([HEADER, *lines(c, 64), FOOTER]) + " \n\n "),
    ("PEM with indented lines", lambda c: "\n   ".join([HEADER, *lines(c, 64), FOOTER])),
    ("PEM whose line ends became blanks", lambda c: " ".join([HEADER, *lines(c, 64), FOOTER])),
    ("PEM without any line end", lambda c: "".join([HEADER, *lines(c, 64), FOOTER])),
    ("PEM with the old X509 header", lambda c: "\n".join(lines(c, 64)).join(
        ["-----BEGIN X509 CERTIFICATE-----\n", "\n-----END X509 CERTIFICATE-----"])),
    ("PEM after a byte order mark", lambda c: "\ufeff" + "\n".join([HEADER, *lines(c, 64), FOOTER])),
    ("bare base64 on one line", lambda c: "".join(lines(c, 64))),
    ("bare base64 in lines", lambda c: "\r\n".join(lines(c, 76)) + "\r\n"),
]  # fmt: skip

BAD_TEXTS = [
    ("null", lambda c: None),
    ("empty", lambda c: ""),
    ("blank", lambda c: " \r\n"),
    ("not base64", lambda c: "a certificate, honestly"),
    ("base64 of something else", lambda c: base64.b64encode(b"something else" * 20).decode()),
    ("two certificates", lambda c: "\n".join([HEADER, *lines(c, 64), FOOTER] * 2)),
    ("text after the end", lambda c: "\n".join([HEADER, *lines(c, 64), FOOTER, "more"])),
    ("text before the header", lambda c: "\n".join(["subject=vcenter", HEADER, *lines(c, 64), FOOTER])),
    ("no end line", lambda c: "\n".join([HEADER, *lines(c, 64)])),
    ("no header line", lambda c: "\n".join([*lines(c, 64), FOOTER])),
    ("nothing between the lines", lambda c: f"{HEADER}\n{FOOTER}"),
    ("a broken line", lambda c: "\n".join([HEADER, "????", *lines(c, 64), FOOTER])),
    ("a cut certificate", lambda c: "".join(lines(c, 64))[:200]),
    (
        "bytes after the certificate",
        lambda c: base64.b64encode(base64.b64decode("".join(lines(c, 64))) + b"\0").decode(),
    ),
    ("a key", lambda c: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
    ("characters beyond ASCII", lambda c: "ß" * 400),
    ("a surrogate", lambda c: "\udc80" * 40),
    ("a text far too long", lambda c: "A" * 100_000),
]


@pytest.mark.parametrize("form", [form for _, form in GOOD_TEXTS], ids=[name for name, _ in GOOD_TEXTS])
def test_certificate_text_in_its_odd_forms(one, form):
    assert parse_certificate(form(one)) == one


@pytest.mark.parametrize("form", [form for _, form in BAD_TEXTS], ids=[name for name, _ in BAD_TEXTS])
def test_text_that_is_no_single_certificate(registry, one, form):
    for use in (
        parse_certificate,
        lambda text: registry.register(text, "u"),
        lambda text: registry.unregister(text, None),
    ):
        with pytest.raises(InvalidCertificate):
            use(form(one))
    assert registry.all() == []


def test_a_text_far_too_long_is_not_even_decoded():
    with pytest.raises(InvalidCertificate, match="too long"):
        parse_certificate("A" * 100_000)


def test_trust_begins_with_registering_and_ends_with_unregistering(registry, certificates, one):
    der, pem = certificates.der(one), certificates.pem(one)
    assert registry.trusted(der) is None
    assert registry.register(pem, "admin") is True
    assert registry.trusted(der).fingerprint == fingerprint_of(der)
    assert registry.trusted(bytes(bytearray(der))) is not None
    assert registry.unregister(pem, der) == fingerprint_of(der)
    assert registry.trusted(der) is None


def test_trust_is_by_bytes_alone(registry, certificates, one):
    registry.register(certificates.pem(one), "admin")
    assert registry.trusted(certificates.der(certificates.make())) is None
    assert registry.trusted(certificates.der(one) + b"\0") is None
    assert registry.trusted(b"") is None
    assert registry.trusted(None) is None


def test_registering_a_known_certificate_changes_nothing(registry, certificates, one, store):
    registry.register(certificates.pem(one), "admin")
    before = store.all()
    assert registry.register(certificates.pem(one), "somebody else") is False
    assert store.all() == before
    assert registry.trusted(certificates.der(one)).user == "admin"


def test_trust_survives_a_restart(registry, certificates, one, store, clock):
    registry.register(certificates.pem(one), "admin")
    assert CertificateRegistry(store, clock).trusted(certificates.der(one)).user == "admin"


@pytest.mark.parametrize(
    ("sentence", "starts", "days"),
    [("not valid yet", timedelta(seconds=1), 10), ("has expired", timedelta(days=-11), 10)],
)
def test_outside_its_validity_a_certificate_is_not_registered(registry, certificates, clock, sentence, starts, days):
    with pytest.raises(InvalidCertificate, match=sentence):
        registry.register(certificates.pem(certificates.make(clock.now() + starts, days)), "admin")
    assert registry.all() == []


def test_validity_is_looked_at_in_each_request_both_ends_included(registry, certificates, clock):
    certificate = certificates.make(clock.now(), days=10)
    der, pem = certificates.der(certificate), certificates.pem(certificate)
    registry.register(pem, "admin")
    assert registry.trusted(der)
    clock.turn(days=10)
    assert registry.trusted(der)
    clock.turn(1)
    assert registry.trusted(der) is None
    with pytest.raises(InvalidCertificate, match="expired"):
        registry.register(pem, "admin")  # re-registering does not help
    assert registry.find(der)


def test_one_expired_or_unreadable_entry_does_not_disturb_the_others(certificates, store, clock, one):
    old = certificates.make(clock.now() - timedelta(days=20), days=10)
    for certificate in (old, one):
        der = certificates.der(certificate)
        store.add(StoredCertificate(fingerprint_of(der), der, "admin", clock.now()))
    store.add(StoredCertificate("0" * 64, b"rubbish", "admin", clock.now()))
    with capture_logs() as logs:
        registry = CertificateRegistry(store, clock)
    assert [each["log_level"] for each in logs] == ["error"]
    assert registry.trusted(certificates.der(one))
    assert registry.trusted(certificates.der(old)) is None


def test_who_may_remove_what(registry, certificates, clock):
    mine, same_user, other = (certificates.make() for _ in range(3))
    short = certificates.make(clock.now(), days=1)
    for certificate, user in ((mine, "admin"), (same_user, "admin"), (other, "operator"), (short, "operator")):
        registry.register(certificates.pem(certificate), user)
    own = certificates.der(mine)
    for forbidden in (other, short):
        with pytest.raises(InvalidCertificate, match="another client"):
            registry.unregister(certificates.pem(forbidden), own)
        assert registry.trusted(certificates.der(forbidden))
    clock.turn(days=1, seconds=1)
    for allowed in (short, same_user, mine):
        registry.unregister(certificates.pem(allowed), own)
        with pytest.raises(InvalidCertificate, match="not registered"):
            registry.unregister(certificates.pem(allowed), own)
    assert [each.user for each in registry.all()] == ["operator"]
    registry.unregister(certificates.pem(other), None, any_owner=True)
    assert registry.all() == []


class BrokenStore(CertificateStore):
    """Fails at each change."""

    def add(self, certificate):
        raise StoreError(reason="disk full")

    def remove(self, fingerprint):
        raise StoreError(reason="disk full")


def test_nothing_is_half_done_when_the_store_fails(registry, certificates, database, store, clock, one):
    registry.register(certificates.pem(one), "admin")
    broken = CertificateRegistry(BrokenStore(database), clock)
    new = certificates.make()
    with pytest.raises(StoreError):
        broken.register(certificates.pem(new), "admin")
    assert broken.trusted(certificates.der(new)) is None
    with pytest.raises(StoreError):
        broken.unregister(certificates.pem(one), certificates.der(one))
    assert broken.trusted(certificates.der(one))
    assert len(store.all()) == 1
