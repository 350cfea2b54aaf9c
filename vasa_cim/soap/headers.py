"""The request headers that matter to SOAP: media type, action, session cookie (`vasa-1.0` 1.2 and 1.7)."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from vasa_cim.framework.vasa_service import Peer
from vasa_cim.soap.call import Request
from vasa_cim.soap.names import SESSION_COOKIE, SoapVersion

_PARAMETER = re.compile(r""";\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))""")

MEDIA_TYPES = {
    "text/xml": SoapVersion.V11,
    "application/xml": SoapVersion.V11,
    "application/soap+xml": SoapVersion.V12,
}
"""Accepted media types. The envelope decides about the version; the type only where there is no envelope."""


class ContentType(NamedTuple):
    """The media type in lower case, and the two parameters that matter; None where they are missing or empty."""

    media_type: str
    charset: str | None
    action: str | None


@lru_cache(maxsize=256)
def parse_content_type(value: str) -> ContentType:
    """Return the parts of a Content-Type; of a parameter given twice the first one counts."""
    parameters: dict[str, str] = {}
    for match in _PARAMETER.finditer(value):
        quoted, plain = match.group(2), match.group(3)
        text = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        parameters.setdefault(match.group(1).lower(), text.strip())
    media_type = value.partition(";")[0].strip().lower()
    return ContentType(media_type, parameters.get("charset") or None, parameters.get("action") or None)


def session_cookies(headers: Iterable[str]) -> tuple[str, ...]:
    """Return all VASASESSIONID values of the Cookie headers, in order, quotes taken off."""
    found = []
    for header in headers:
        if SESSION_COOKIE not in header:
            continue
        for pair in header.split(";"):
            name, equals, value = pair.partition("=")
            if equals and name.strip() == SESSION_COOKIE:
                found.append(value.strip().removeprefix('"').removesuffix('"'))
    return tuple(found)


def request_of(body: bytes, headers: Mapping[str, str], peer: Peer) -> Request:
    """Return the request of a body and its headers; names of headers in any case.

    The action of the SOAPAction header goes before the one of the media type. Several Cookie headers need a mapping
    with `getall`, as aiohttp's.
    """
    if not hasattr(headers, "getall"):
        headers = {name.lower(): value for name, value in headers.items()}
        cookies: Iterable[str] = (headers["cookie"],) if "cookie" in headers else ()
    else:
        cookies = headers.getall("cookie", ())
    content_type = parse_content_type(headers.get("content-type", ""))
    action = headers.get("soapaction", "").strip().strip('"').strip() or content_type.action
    return Request(
        body,
        peer,
        action=action,
        charset=content_type.charset,
        cookies=session_cookies(cookies),
        version=MEDIA_TYPES.get(content_type.media_type, SoapVersion.V11),
    )
