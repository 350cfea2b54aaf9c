"""Settings of the SOAP server."""

import re
from dataclasses import dataclass
from pathlib import Path

from vasa_cim.errors import ConfigurationError
from vasa_cim.soap.writer import WwnFormat

_PATH = re.compile(r"/(?:[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*/?)?")
_TAKEN = re.compile(r"/healthz|(?:/vasa)?/version\.xml|/vasa/catalog(?:/.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """Sizes are in bytes, times in seconds.

    `host` and `port` are what to listen on; port 0 takes any free one. `path` is the SOAP address; POST on `/` works
    too. `public_name` is the host name of the URL, and of the WSDL where a request names no host; None takes `host`.
    `version_file` is served as `/version.xml` and `/vasa/version.xml`, which do not exist without it
    (`vasa-1.0 1.6`). `small_body` limits requests without a trusted certificate, `large_body` those with one.
    `large_job` is the size of a request above which it is worked on in a thread of its own. `waiting_calls` is how many
    calls of trusted clients may wait for sources at once; more wait for them. `waiting_strangers` is the same for
    clients without trust, of which no more than `queued_strangers` are kept; the rest gets StorageFault.
    `max_connections` may come out lower where the process may open too few files.

    Raises ConfigurationError for a `path` that cannot be used.
    """

    host: str = "0.0.0.0"  # noqa: S104 - a provider serves its network
    port: int = 8443
    path: str = "/vasa/services/vasaService"
    public_name: str | None = None
    wwn_format: str = WwnFormat.COLON.value
    version_file: Path | None = None
    small_body: int = 64 * 1024
    large_body: int = 16 * 1024 * 1024
    large_job: int = 64 * 1024
    request_timeout: float = 30.0
    response_timeout: float = 60.0
    handshake_timeout: float = 15.0
    keepalive_timeout: float = 330.0
    max_connections: int = 1000
    waiting_calls: int = 32
    waiting_strangers: int = 8
    queued_strangers: int = 64
    backlog: int = 512

    def __post_init__(self) -> None:
        if _PATH.fullmatch(self.path) is None:
            reason = f"{self.path!r} is no path such as /vasa/services/vasaService, of letters, digits and - . _ ~"
            raise ConfigurationError(setting="path", reason=reason)
        if _TAKEN.fullmatch(self.path.rstrip("/")):
            raise ConfigurationError(setting="path", reason=f"{self.path!r} is where another document is served")
