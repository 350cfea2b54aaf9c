"""The server's own certificate: self-signed, made once, kept as long as it is valid (`vasa-1.0 4.1`).

RSA with 2048 bits, because the Java of older vCenters does not negotiate elliptic curves everywhere. The key is
written first and kept for ever, so that a start cut off between the two files heals itself at the next one.
"""

import ipaddress
import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vasa_cim.clock import Clock
from vasa_cim.errors import ConfigurationError

CERTIFICATE_NAME = "server-certificate.pem"
KEY_NAME = "server-key.pem"
LIFETIME = timedelta(days=3 * 365)
CLOCK_SKEW = timedelta(days=1)
WARN_BEFORE_END = timedelta(days=30)
_KEY_BITS = 2048
_COMMON_NAME_LENGTH = 64
_ALWAYS = ("localhost", "127.0.0.1", "::1")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """The server's certificate and key (PEM files) and its thumbprints as vCenter shows them: `AA:BB:...`."""

    certificate_file: Path
    key_file: Path
    sha1: str
    sha256: str
    not_after: datetime


def local_names() -> list[str]:
    """Return the host name of this machine and the addresses that it resolves to; may ask the name service."""
    host = socket.gethostname()
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return [host]
    return list(dict.fromkeys([host, *(str(entry[4][0]).partition("%")[0] for entry in found)]))


def ensure_server_certificate(directory: Path, names: Sequence[str], clock: Clock) -> ServerIdentity:
    """Return the identity kept in `directory`, made now if there is none or it has expired.

    `names` are host names and addresses by which clients reach this server; localhost and the loop-back addresses
    are always added. A valid certificate is kept even if names were added (the administrator has approved its
    thumbprint), with a warning. Raises ConfigurationError for files that do not fit together or cannot be used.
    """
    certificate_file, key_file = directory / CERTIFICATE_NAME, directory / KEY_NAME
    wanted = [_general_name(name) for name in dict.fromkeys([*names, *_ALWAYS])]
    try:
        key = _load_key(key_file, certificate_file)
        certificate = _load_certificate(certificate_file, key)
        if certificate is None or clock.now() > certificate.not_valid_after_utc:
            certificate = _make(key, wanted, clock.now())
            _write(certificate_file, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
            until = certificate.not_valid_after_utc.date().isoformat()
            log.info("server certificate made", file=str(certificate_file), until=until)
    except OSError as error:
        raise _unusable(Path(error.filename or directory), error.strerror or str(error)) from error
    _warn(certificate, wanted, clock.now())
    return ServerIdentity(
        certificate_file=certificate_file,
        key_file=key_file,
        sha1=certificate.fingerprint(hashes.SHA1()).hex(":").upper(),  # noqa: S303  a thumbprint to compare by eye
        sha256=certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        not_after=certificate.not_valid_after_utc,
    )


def _load_key(key_file: Path, certificate_file: Path) -> CertificateIssuerPrivateKeyTypes:
    """Return the key; make it if neither file is there."""
    if not key_file.exists():
        if certificate_file.exists():
            raise _unusable(key_file, f"it is missing, but {certificate_file.name} is there; restore it or remove both")
        key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
        _write(key_file, _pem(key), mode=0o600)
        return key
    key_file.chmod(0o600)
    try:
        loaded = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise _unusable(key_file, "it holds no private key without a password") from error
    return loaded  # type: ignore[return-value]  # a key that cannot sign is found out when the pair is compared


def _load_certificate(certificate_file: Path, key: CertificateIssuerPrivateKeyTypes) -> x509.Certificate | None:
    if not certificate_file.exists():
        return None
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    except ValueError as error:
        raise _unusable(certificate_file, "it holds no certificate; restore it or remove it") from error
    if certificate.public_key() != key.public_key():
        raise _unusable(certificate_file, f"it does not belong to {KEY_NAME}; restore the pair or remove both")
    return certificate


def _make(key: CertificateIssuerPrivateKeyTypes, names: Sequence[x509.GeneralName], now: datetime) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(names[0].value)[:_COMMON_NAME_LENGTH])])
    public = key.public_key()
    usage = x509.KeyUsage(
        digital_signature=True,
        key_encipherment=True,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=subject, public_key=public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        pass
    try:
        return x509.DNSName(name.encode("idna").decode("ascii") or _no_name(name))
    except UnicodeError:
        return _no_name(name)


def _no_name(name: str) -> NoReturn:
    raise ConfigurationError(setting="names", reason=f"{name!r} is neither a host name nor an address")


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(file: Path, content: bytes, mode: int) -> None:
    """Write a whole file or nothing: beside it, to the disk, then into its place."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _warn(certificate: x509.Certificate, wanted: Sequence[x509.GeneralName], now: datetime) -> None:
    try:
        present = set(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        present = set()
    if missing := [str(name.value) for name in wanted if name not in present]:
        log.warning("server certificate lacks names", missing=missing, remedy=f"remove {CERTIFICATE_NAME} and restart")
    if now > certificate.not_valid_after_utc - WARN_BEFORE_END:
        log.warning("server certificate ends soon", until=certificate.not_valid_after_utc.isoformat())
    if now < certificate.not_valid_before_utc:
        log.warning("server certificate is not valid yet", since=certificate.not_valid_before_utc.isoformat())


def _unusable(file: Path, reason: str) -> ConfigurationError:
    return ConfigurationError(setting=str(file), reason=reason)
