"""TLS of the server: from given files, or with a certificate made for the occasion."""

import ipaddress
import secrets
import ssl
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=365)
ALWAYS_NAMED = ("localhost", "127.0.0.1", "::1")
_ANY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


@dataclass(frozen=True)
class ServerTls:
    """TLS 1.2 or later for a listening endpoint. `pem` is what clients need to verify it, for a file of theirs."""

    context: ssl.SSLContext
    pem: str


def tls_from_files(certificate_file: Path, key_file: Path) -> ServerTls:
    """Return TLS with a PEM certificate (its chain after it) and its PEM key, which has no password.

    Raises ValueError, with one sentence, if they cannot be used.
    """
    for file in (certificate_file, key_file):
        try:
            file.read_bytes()
        except OSError as error:
            raise ValueError(f"{file} cannot be read: {error.strerror}") from error
    try:
        chain = x509.load_pem_x509_certificates(certificate_file.read_bytes())
    except ValueError as error:
        raise ValueError(f"{certificate_file} holds no PEM certificate") from error
    context = _context()
    try:
        context.load_cert_chain(certificate_file, key_file, password=_no_password)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ValueError(f"{key_file} is not the key of the certificate in {certificate_file}") from error
        raise ValueError(f"{key_file} holds no PEM key without a password") from error
    return ServerTls(context, "".join(_pem(one) for one in chain))


def self_made_tls(host: str, names: Iterable[str] = ()) -> ServerTls:
    """Return TLS with a new key and a certificate for `host`, the local names and `names` (host names or addresses).

    Raises ValueError if one of them can stand in no certificate.
    """
    wanted = [one for one in (host, *names) if one not in _ANY_ADDRESS]
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _self_signed(key, dict.fromkeys((*ALWAYS_NAMED, *wanted)))
    context = _context()
    password = secrets.token_bytes(24).hex()
    coded = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )
    # OpenSSL reads certificates and keys from files only; this one is of no use to anybody else.
    with tempfile.TemporaryDirectory(prefix="mock-cimom-") as folder:
        file = Path(folder) / "identity.pem"
        file.write_bytes(coded + _pem(certificate).encode())
        context.load_cert_chain(file, password=password)
    return ServerTls(context, _pem(certificate))


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    return context


def _no_password() -> str:
    """Answer OpenSSL's question for a password, which it would otherwise ask on the terminal."""
    return ""


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _self_signed(key: ec.EllipticCurvePrivateKey, names: Iterable[str]) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mock-cimom")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([_general_name(one) for one in names]), critical=False)
        # It is its own authority: clients take it as the one they trust.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass  # a host name, then
    try:
        return x509.DNSName(name.encode("idna").decode("ascii"))
    except UnicodeError as error:
        raise ValueError(f"{name[:80]!r} is no host name and no address") from error
