"""HTTPS with the standard library: one kept-alive connection, a client certificate, cookies (`vasa-1.0 1.6`, `1.7`)."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from vasa_cim.client.failures import ProviderUnreachable
from vasa_cim.client.identity import ClientIdentity

DEFAULT_TIMEOUT = 60.0
# What a server does to a kept-alive connection that it closed while we were silent.
_GONE = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One HTTP answer, read to its end. `headers` has lower-case names; the last of equal names counts."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class HttpsConnection:
    """A connection to one provider. Not for several threads at once.

    `url` is what an administrator would type; `ca_file` holds the certificates to trust (PEM), and the host name is
    always checked. `identity` None means that no client certificate is offered. `timeout` is in seconds, for
    connecting and for each wait for bytes. Raises ValueError for a URL that is not https, ProviderUnreachable for
    files that cannot be read.
    """

    def __init__(
        self,
        url: str,
        *,
        ca_file: Path,
        identity: ClientIdentity | None = None,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError(f"not an https URL: {url}")
        self.url = url
        self.path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.cookies: dict[str, str] = {}
        try:
            context = ssl.create_default_context(cafile=str(ca_file))
            if identity is not None:
                context.load_cert_chain(str(identity.certificate_file), str(identity.key_file))
        except OSError as error:
            raise ProviderUnreachable(url=url, reason=f"certificate files: {error.strerror or error}") from error
        self._connection = http.client.HTTPSConnection(
            parts.hostname, parts.port or 443, timeout=timeout, context=context
        )

    def exchange(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        """Send one request and read the whole answer, whatever its status; takes and gives cookies.

        A kept-alive connection that the server closed meanwhile is opened anew, once. Raises ProviderUnreachable.
        """
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        reused = self._connection.sock is not None
        try:
            try:
                answer = self._once(method, path, body, sent)
            except _GONE:
                self.close()
                if not reused:
                    raise
                answer = self._once(method, path, body, sent)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ProviderUnreachable(url=self.url, reason=_sentence(error)) from error
        return answer

    def close(self) -> None:
        """Close the connection; the next request opens a new one. Cookies stay."""
        self._connection.close()

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> HttpAnswer:
        self._connection.request(method, path, body, dict(headers))
        response = self._connection.getresponse()
        content = response.read()
        for cookie in response.headers.get_all("Set-Cookie", ()):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
        named = {name.lower(): value for name, value in response.headers.items()}
        return HttpAnswer(response.status, response.reason, named, content)


def _sentence(error: OSError | http.client.HTTPException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
