"""One call: what came in by HTTP, what is known of it so far, and what goes out."""

from dataclasses import dataclass
from typing import Any

from vasa_cim.framework.vasa_service import Admission, Peer, VasaService
from vasa_cim.soap.names import SESSION_COOKIE, SoapVersion


@dataclass(frozen=True, slots=True)
class Request:
    """A POST to the SOAP address. `action` and `charset` are None where the headers name none.

    `cookies` are all VASASESSIONID values. `version` is the SOAP version that the media type stands for: the version
    of an answer to what is no envelope.
    """

    body: bytes
    peer: Peer
    action: str | None = None
    charset: str | None = None
    cookies: tuple[str, ...] = ()
    version: SoapVersion = SoapVersion.V11


@dataclass(frozen=True, slots=True)
class Answer:
    """HTTP status, headers (Content-Type and perhaps Set-Cookie) and bytes of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Call:
    """The state of one call, kept in the `udc` of spyne's context.

    `admission` is set by the gate. `cookie` is the value that the session cookie gets; None sets no cookie.
    """

    request: Request
    service: VasaService
    version: SoapVersion
    admission: Admission | None = None
    cookie: str | None = None

    def admitted(self) -> Admission:
        """Return what the gate found."""
        if self.admission is None:
            raise RuntimeError("the gate was passed by")
        return self.admission

    def headers(self) -> dict[str, str]:
        """Return the headers of the answer."""
        headers = {"Content-Type": self.version.content_type}
        if self.cookie is not None:
            headers["Set-Cookie"] = f"{SESSION_COOKIE}={self.cookie}; Path=/; Secure; HttpOnly"
        return headers


def call_of(context: Any) -> Call:
    """Return the call of a spyne context."""
    call: Call = context.udc
    return call
