"""The client certificate: self-signed, as vCenter makes its own (`vasa-1.0 4.1`)."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_KEY_BITS = 2048
_LIFE = timedelta(days=365)
# Clocks of two machines differ a little; a certificate that is valid only from now on would be refused.
_BACKDATED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ClientIdentity:
    """A client's certificate and unencrypted private key, as PEM files."""

    certificate_file: Path
    key_file: Path

    def certificate(self) -> str:
        """Return the certificate as PEM text, the form in which it is registered (`vasa-1.0 4.5`)."""
        return self.certificate_file.read_text(encoding="ascii")


def create_identity(
    directory: Path,
    name: str = "vcenter",
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> ClientIdentity:
    """Make a self-signed certificate `<name>.pem` and its key `<name>.key` (mode 0600) in `directory`.

    `not_before` None means an hour ago, `not_after` None a year from now. Raises OSError.
    """
    now = datetime.now(UTC)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before or now - _BACKDATED)
        .not_valid_after(not_after or now + _LIFE)
        .sign(key, hashes.SHA256())
    )
    identity = ClientIdentity(directory / f"{name}.pem", directory / f"{name}.key")
    identity.certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _write_private(
        identity.key_file,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    return identity


def _write_private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
