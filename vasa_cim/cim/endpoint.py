"""Where a CIMOM is and why its certificate is trusted: the WBEM options of a source, checked."""

import re
import ssl
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from vasa_cim.adapter import Source
from vasa_cim.cim.pull_support import PullMode
from vasa_cim.cim.vocabulary import CommunicationPort
from vasa_cim.errors import ConfigurationError

OPTIONS = frozenset({"ca", "thumbprint", "insecure", "namespace", "timeout", "bulk_timeout", "pull", "pull_size"})
PROBE_TIMEOUT = 30.0
BULK_TIMEOUT = 300.0
LONGEST_TIMEOUT = 86400.0
PULL_SIZE = 200
PULL_SIZES = range(100, 251)

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One CIMOM. Time-outs are seconds of silence; `namespace` is an Interop namespace to try first, or None.

    `tls` is None for plain HTTP. `thumbprint` is the SHA-256 of the certificate to insist on (64 lower-case hex
    digits), None where the certificate is verified by its issuer alone. `insecure` means nobody is verified.
    `pull_size` is how many objects are asked for at once where enumerations are pulled.
    """

    source: str
    host: str
    port: int
    tls: ssl.SSLContext | None = None
    thumbprint: str | None = None
    insecure: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    namespace: str | None = None
    probe_timeout: float = PROBE_TIMEOUT
    bulk_timeout: float = BULK_TIMEOUT
    pull: PullMode = PullMode.AUTO
    pull_size: int = PULL_SIZE

    @property
    def url(self) -> str:
        """The URL without path and credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


def endpoint_of(source: Source, *, also: Collection[str] = ()) -> Endpoint:
    """Return the endpoint that a source's URL and options describe. Raises ConfigurationError.

    `also` are the names of options that somebody else reads.
    """
    _check_names(source, OPTIONS.union(also))
    parts = _parsed_url(source)
    secure = parts.scheme == "https"
    insecure = _flag(source, "insecure")
    thumbprint = _thumbprint(source)
    authority = _text(source, "ca")
    if insecure and (thumbprint or authority):
        raise ConfigurationError(setting=_name(source, "insecure"), reason="cannot be joined with ca or thumbprint")
    if not secure and (thumbprint or authority):
        option = "thumbprint" if thumbprint else "ca"
        raise ConfigurationError(setting=_name(source, option), reason="has no meaning without https in the URL")
    if ":" in (source.user or ""):
        raise ConfigurationError(setting=_name(source, "user"), reason="must not hold a colon")
    timeout = _seconds(source, "timeout", BULK_TIMEOUT)
    return Endpoint(
        source=source.name,
        host=str(parts.hostname),
        port=parts.port or (CommunicationPort.HTTPS if secure else CommunicationPort.HTTP).value,
        tls=_tls_context(source, authority, verify=not insecure and thumbprint is None) if secure else None,
        thumbprint=thumbprint,
        insecure=insecure,
        user=source.user,
        password=source.password,
        namespace=_text(source, "namespace"),
        probe_timeout=min(PROBE_TIMEOUT, timeout),
        bulk_timeout=_seconds(source, "bulk_timeout", timeout),
        pull=_pull_mode(source),
        pull_size=_pull_size(source),
    )


def _tls_context(source: Source, authority: str | None, *, verify: bool) -> ssl.SSLContext:
    """Return a context that trusts `authority`, else the system's authorities. A thumbprint alone replaces both.

    `authority` may also hold the CIMOM's own certificate.
    """
    if authority is None:
        context = ssl.create_default_context()
    else:
        try:
            context = ssl.create_default_context(cafile=str(Path(authority).expanduser()))
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(setting=_name(source, "ca"), reason=f"cannot be read: {error}") from error
        verify = True
    # The same on every Python: 3.13 turned both flags over, and arrays' own authorities are seldom made strictly.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _parsed_url(source: Source) -> SplitResult:
    setting = _name(source, "url")
    try:
        parts = urlsplit(source.url.strip())
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise ConfigurationError(setting=setting, reason=f"is not a URL: {error}") from error
    if not valid:
        raise ConfigurationError(setting=setting, reason="must look like https://host:5989")
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(setting=setting, reason="must not hold user or password; they have settings")
    return parts


def _check_names(source: Source, options: Collection[str]) -> None:
    for option in source.options:
        if option not in options:
            known = ", ".join(sorted(options))
            raise ConfigurationError(setting=_name(source, option), reason=f"is unknown; known are {known}")


def _thumbprint(source: Source) -> str | None:
    text = _text(source, "thumbprint")
    if text is None:
        return None
    digits = text.replace(":", "").replace(" ", "").lower()
    if not _SHA256_HEX.fullmatch(digits):
        raise ConfigurationError(setting=_name(source, "thumbprint"), reason="must be a SHA-256 of 64 hex digits")
    return digits


def _seconds(source: Source, option: str, default: float) -> float:
    value = source.options.get(option, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST_TIMEOUT:
        reason = f"must be a number of seconds above 0 and at most {LONGEST_TIMEOUT:.0f}"
        raise ConfigurationError(setting=_name(source, option), reason=reason)
    return float(value)


def _pull_mode(source: Source) -> PullMode:
    value = source.options.get("pull", PullMode.AUTO)
    known = [str(mode) for mode in PullMode]
    if value not in known:
        raise ConfigurationError(setting=_name(source, "pull"), reason=f"must be one of {', '.join(known)}")
    return PullMode(value)


def _pull_size(source: Source) -> int:
    value = source.options.get("pull_size", PULL_SIZE)
    if isinstance(value, bool) or not isinstance(value, int) or value not in PULL_SIZES:
        reason = f"must be a whole number from {PULL_SIZES[0]} to {PULL_SIZES[-1]}"
        raise ConfigurationError(setting=_name(source, "pull_size"), reason=reason)
    return value


def _flag(source: Source, option: str) -> bool:
    value: Any = source.options.get(option, False)
    if not isinstance(value, bool):
        raise ConfigurationError(setting=_name(source, option), reason="must be true or false")
    return value


def _text(source: Source, option: str) -> str | None:
    value: Any = source.options.get(option)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(setting=_name(source, option), reason="must be a text that is not empty")
    return value.strip()


def _name(source: Source, option: str) -> str:
    return f"source {source.name}: {option}"
