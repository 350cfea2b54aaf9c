"""The certificate registry: which clients are trusted (`vasa-1.0 4.1`, `4.4` to `4.6`).

Trust is an exact match: the certificate presented must be byte-equal to a registered one, and inside its validity at
the time of the request. No authority, no host name and no subject plays a part.
"""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vasa_cim.clock import Clock
from vasa_cim.errors import InvalidCertificate, StorageFault
from vasa_cim.framework.certificate_text import parse_certificate
from vasa_cim.store.certificates import CertificateStore, StoredCertificate

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RegisteredCertificate:
    """A registered certificate. `fingerprint` is the SHA-256 of its DER, `user` the login that registered it."""

    fingerprint: str
    user: str
    not_before: datetime
    not_after: datetime
    subject: str

    def is_valid(self, now: datetime) -> bool:
        """Return whether `now` is inside the validity, both ends included."""
        return self.not_before <= now <= self.not_after


def fingerprint_of(der: bytes) -> str:
    """Return the SHA-256 of a certificate's DER in lower-case hex."""
    return hashlib.sha256(der).hexdigest()


class CertificateRegistry:
    """The registered certificates, in memory for speed and in the store for good. Safe to use from any thread.

    The constructor loads them and may raise StoreError.
    """

    def __init__(self, store: CertificateStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._by_der: Mapping[bytes, RegisteredCertificate] = {}  # replaced whole, so that readers need no lock
        self._load()

    def trusted(self, der: bytes | None) -> RegisteredCertificate | None:
        """Return the registered certificate with exactly this DER if it is valid now, else None."""
        registered = self._by_der.get(der) if der else None
        return registered if registered and registered.is_valid(self._clock.now()) else None

    def find(self, der: bytes | None) -> RegisteredCertificate | None:
        """Return the registered certificate with exactly this DER, valid or not, else None."""
        return self._by_der.get(der) if der else None

    def all(self) -> list[RegisteredCertificate]:
        """Return all registered certificates, oldest first."""
        return list(self._by_der.values())

    def register(self, text: str | None, user: str) -> bool:
        """Trust the certificate in `text` from now on; return whether it is new.

        The login was already checked. A certificate that is known stays as it is. It is on disk when this returns.
        Raises InvalidCertificate if it cannot be parsed or is outside its validity, StoreError if it cannot be kept.
        """
        certificate = parse_certificate(text)
        now = self._clock.now()
        if now < certificate.not_valid_before_utc:
            raise InvalidCertificate(reason="it is not valid yet")
        if now > certificate.not_valid_after_utc:
            raise InvalidCertificate(reason="it has expired")
        der = certificate.public_bytes(Encoding.DER)
        with self._lock:
            if der in self._by_der:
                return False
            stored = StoredCertificate(fingerprint_of(der), der, user, now)
            registered = _registered(certificate, stored)
            self._store.add(stored)
            self._by_der = {**self._by_der, der: registered}
        log.info("certificate registered", certificate=stored.fingerprint, user=user)
        return True

    def is_text_of(self, text: str | None, der: bytes | None) -> bool:
        """Return whether `text` holds exactly the certificate `der`. Raises InvalidCertificate if it holds none."""
        return parse_certificate(text).public_bytes(Encoding.DER) == der

    def unregister(self, text: str | None, own: bytes | None, *, any_owner: bool = False) -> str:
        """Trust the certificate in `text` no longer; return its fingerprint, whose sessions must end now.

        `own` is the DER of the certificate on the connection, already trusted. It may remove itself, an expired
        one, and one registered by the same login user (`vasa-1.0 4.4`); `any_owner` lifts that rule. Raises
        InvalidCertificate for anything else, StoreError if the store fails (then it is still trusted), StorageFault
        if it is still trusted afterwards.
        """
        der = parse_certificate(text).public_bytes(Encoding.DER)
        with self._lock:
            registered = self._by_der.get(der)
            if registered is None:
                raise InvalidCertificate(reason="it is not registered")
            if not (any_owner or der == own or self._may_remove(registered, own)):
                raise InvalidCertificate(reason="it belongs to another client")
            self._store.remove(registered.fingerprint)
            self._by_der = {kept: value for kept, value in self._by_der.items() if kept != der}
        if self.trusted(der):
            raise StorageFault("the certificate is still trusted")
        log.info("certificate unregistered", certificate=registered.fingerprint, user=registered.user)
        return registered.fingerprint

    def _may_remove(self, registered: RegisteredCertificate, own: bytes | None) -> bool:
        remover = self._by_der.get(own) if own else None
        has_expired = self._clock.now() > registered.not_after
        return has_expired or (remover is not None and remover.user == registered.user)

    def _load(self) -> None:
        loaded = {}
        for stored in self._store.all():
            try:
                loaded[stored.der] = _registered(x509.load_der_x509_certificate(stored.der), stored)
            except (ValueError, x509.InvalidVersion) as error:
                log.error("a stored certificate cannot be read", certificate=stored.fingerprint, error=str(error))
        self._by_der = loaded


def _registered(certificate: x509.Certificate, stored: StoredCertificate) -> RegisteredCertificate:
    return RegisteredCertificate(
        fingerprint=stored.fingerprint,
        user=stored.user_name,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        subject=certificate.subject.rfc4514_string(),
    )
