"""The text of a certificate, as clients send it (`vasa-1.0 4.5`)."""

import base64
import binascii
import re

from cryptography import x509

from vasa_cim.errors import InvalidCertificate

LONGEST_TEXT = 65_536
_PEM = re.compile(
    r"-----BEGIN (?:X509 )?CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END (?:X509 )?CERTIFICATE-----", re.ASCII
)
_BLANKS = re.compile(r"\s+")


def parse_certificate(text: str | None) -> x509.Certificate:
    """Return the one certificate in `text`: PEM, or bare base64 of the DER, with blanks and line ends anywhere.

    Raises InvalidCertificate. Dates are not looked at: an expired certificate can still be unregistered.
    """
    if text is None or not (stripped := text.strip().removeprefix("\ufeff").strip()):
        raise InvalidCertificate(reason="there is no text")
    if len(stripped) > LONGEST_TEXT:
        raise InvalidCertificate(reason="the text is too long for one certificate")
    return _from_der(_decoded(_body(stripped)))


def _body(text: str) -> str:
    if "-----" not in text:
        return text
    if match := _PEM.fullmatch(text):
        return match.group(1)
    if text.count("-----BEGIN") > 1:
        raise InvalidCertificate(reason="there is more than one certificate in the text")
    raise InvalidCertificate(reason="the text is not one certificate in PEM form")


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode(_BLANKS.sub("", body), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidCertificate(reason="the text is not base64") from error


def _from_der(der: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc, certificate.subject.rfc4514_string()
    except (ValueError, TypeError, x509.InvalidVersion) as error:
        raise InvalidCertificate(reason="the text is base64, but not of an X.509 certificate") from error
    return certificate
