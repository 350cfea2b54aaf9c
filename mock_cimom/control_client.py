"""A client of the control path, with nothing but the standard library."""

import base64
import http.client
import json
import os
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from mock_cimom.control import FAULTS, JSON_TYPE, STATUS

SECONDS = 10.0
MAX_ANSWER = 16 * 2**20


class ControlError(Exception):
    """The server cannot be asked or refuses, said in one sentence."""


@dataclass(frozen=True)
class ControlClient:
    """Speaks to the server at `url` (http or https). `ca` is a PEM file that verifies it, None the system's."""

    url: str
    user: str
    password: str = field(repr=False)
    ca: Path | None = None
    seconds: float = SECONDS

    @classmethod
    def for_command(cls, url: str, user: str, password_file: Path | None, ca: Path | None) -> "ControlClient":
        """Return a client whose password is the first line of a file, or CIM_PASSWORD. Raises ControlError."""
        if password_file is None:
            password = os.environ.get("CIM_PASSWORD", "")
            if not password:
                raise ControlError("no password is given: use --password-file or CIM_PASSWORD")
        else:
            lines = password_file.read_text(encoding="utf-8").splitlines()
            if not lines or not lines[0]:
                raise ControlError(f"{password_file} holds no password")
            password = lines[0]
        return cls(url, user, password, ca)

    def add(self, rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Add rules; return them with their ids. Raises ControlError."""
        return list(self._ask("POST", FAULTS, {"faults": list(rules)})["faults"])

    def listed(self) -> list[dict[str, Any]]:
        """Return all rules with their counts. Raises ControlError."""
        return list(self._ask("GET", FAULTS)["faults"])

    def remove(self, rule_id: str) -> None:
        """Remove one rule. Raises ControlError, also if there is none of this id."""
        self._ask("DELETE", f"{FAULTS}/{quote(rule_id, safe='')}")

    def clear(self) -> None:
        """Remove all rules. Raises ControlError."""
        self._ask("DELETE", FAULTS)

    def status(self) -> dict[str, Any]:
        """Return what the server has been doing. Raises ControlError."""
        return self._ask("GET", STATUS)

    def _ask(self, method: str, path: str, value: object = None) -> dict[str, Any]:
        login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"}
        body = None
        if value is not None:
            body, headers["Content-Type"] = json.dumps(value).encode(), JSON_TYPE
        connection = self._connection()
        try:
            connection.request(method, path, body, headers)
            with connection.getresponse() as response:
                status, text = response.status, response.read(MAX_ANSWER)
        except ssl.SSLCertVerificationError as error:
            raise ControlError(f"the certificate of {self.url} is not trusted: {error.verify_message}") from error
        except ssl.SSLError as error:
            raise ControlError(f"{self.url} does not speak TLS as it should: {error.reason}") from error
        except OSError as error:
            raise ControlError(f"{self.url} cannot be reached: {error.strerror or error}") from error
        except UnicodeError as error:
            raise ControlError(f"{self.url} cannot be reached: there is no such host name") from error
        except http.client.HTTPException as error:
            raise ControlError(f"{self.url} does not answer in HTTP") from error
        finally:
            connection.close()
        return _answered(self.url, status, text)

    def _connection(self) -> http.client.HTTPConnection:
        try:
            parts = urlsplit(self.url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host = None
        if host is None or parts.scheme not in ("http", "https"):
            raise ControlError(f"{self.url!r} is no http or https URL")
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.seconds)
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            raise ControlError(f"{self.ca} holds no PEM certificate") from error
        return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=context)


def _answered(url: str, status: int, text: bytes) -> dict[str, Any]:
    if status == 401:
        raise ControlError(f"{url} does not accept this user and password")
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ControlError(f"{url} answers with HTTP status {status} and no JSON: it is no mock-cimom")
    if status >= 400:
        raise ControlError(str(found.get("error", f"{url} answers with HTTP status {status}")))
    return found
