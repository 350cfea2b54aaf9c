"""What is served by GET: the WSDL, message catalogs, health, and perhaps a version document (`vasa-1.0` 1.6, 7.1)."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import structlog

from vasa_cim.framework.vasa_service import VasaService
from vasa_cim.soap.call import Answer

log = structlog.get_logger(__name__)

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_VERSION_PATHS = ("/version.xml", "/vasa/version.xml")
SERVING = frozenset({"ok", "degraded"})
"""The `status` texts of a health report that are answered with 200; any other is a 503."""


def plain(status: int, text: str, **headers: str) -> Answer:
    """Return a short text."""
    return Answer(status, {"Content-Type": "text/plain; charset=UTF-8", **headers}, f"{text}\n".encode())


def valid_host(header: str | None) -> bool:
    """Return whether a Host header is a host name or address with perhaps a port."""
    return header is not None and _HOST.fullmatch(header) is not None


class Pages:
    """The documents of one server. `wsdl` takes the address to put in; `health` may be slow and may fail."""

    def __init__(
        self,
        service: VasaService,
        wsdl: Callable[[str], bytes],
        health: Callable[[], Mapping[str, object]],
        version_file: Path | None,
    ) -> None:
        self._service = service
        self._wsdl = wsdl
        self._health = health
        self._version_file = version_file

    def wsdl(self, url: str) -> Answer:
        """Return the contract with this address."""
        return Answer(200, {"Content-Type": "text/xml; charset=UTF-8"}, self._wsdl(url))

    def health(self) -> Answer:
        """Return the health report as JSON: 200 if its `status` is one of `SERVING`, else 503."""
        try:
            report = self._health()
        except Exception as error:  # noqa: BLE001 - a probe must be answered, above all when something is broken
            log.error("the health report failed", error=f"{type(error).__name__}: {error}")
            report = {"status": "failed", "reason": "the health report failed"}
        status = 200 if report.get("status") in SERVING else 503
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        return Answer(status, headers, json.dumps(report, default=str, ensure_ascii=False).encode() + b"\n")

    def document(self, path: str, modified_since: str | None) -> Answer | None:
        """Return a message catalog or the version document; None if there is nothing at this path."""
        if path in _VERSION_PATHS:
            return self._version()
        found = self._service.catalog_file(path)
        if found is None:
            return None
        changed = found.last_modified.astimezone(UTC).replace(microsecond=0)
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "Last-Modified": format_datetime(changed, usegmt=True),
        }
        since = _parsed_time(modified_since)
        if since is not None and changed <= since:
            return Answer(304, headers, b"")
        return Answer(200, headers, found.content)

    def _version(self) -> Answer | None:
        if self._version_file is None:
            return None
        try:
            content = self._version_file.read_bytes()
        except OSError as error:
            log.error("the version file cannot be read", file=str(self._version_file), error=str(error))
            return None
        return Answer(200, {"Content-Type": "text/xml; charset=UTF-8"}, content)


def _parsed_time(header: str | None) -> datetime | None:
    if header is None:
        return None
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
