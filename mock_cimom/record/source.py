"""The CIMOM that is recorded, as pywbem reaches it. Its errors become two of ours at this border.

`UnreadableError` is about one answer: it is reported, and reading goes on. `RecordError` ends the recording.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pywbem

CANDIDATES = tuple(pywbem.WBEMServer.INTEROP_NAMESPACES)
PULL_SIZE = 1000
# A provider that never answers costs one timeout; a CIMOM that answers no more must not cost one for every class.
MAX_TIMEOUTS = 3


# What may stand before the root element. pywbem's parser would expand the entities of a document type.
_DOCUMENT_TYPE = re.compile(rb"(?:\xef\xbb\xbf|\s|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)


class RecordError(Exception):
    """The recording cannot be made, told in one sentence."""


class UnreadableError(Exception):
    """One answer could not be had, told in a few words. `status` is the CIM status, None if it is no CIM error."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class Source:
    """One CIMOM by its URL. Nothing is changed there."""

    def __init__(
        self, url: str, user: str | None, password: str | None, verification: str | bool, timeout: int
    ) -> None:
        """`verification` is the path of a file of CAs, True for the CAs of the system, False to trust anybody.

        `timeout` is in seconds, for one request. Raises RecordError for a URL that is none.
        """
        self._timeouts = 0
        self._connection = _connection(url, user, password, verification, timeout)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def namespaces(self) -> tuple[str | None, list[str]]:
        """Return the Interop namespace, None if none was found, and the namespaces its CIM_Namespace tells of."""
        interop = None
        for candidate in CANDIDATES:
            try:
                found = [str(one["Name"]).strip("/") for one in self.instances(candidate, "CIM_Namespace")]
            except UnreadableError as error:
                if interop is None and error.status not in (None, pywbem.CIM_ERR_INVALID_NAMESPACE):
                    interop = candidate
                continue
            return next((one for one in found if one.lower() == candidate.lower()), candidate), found
        return interop, []

    def qualifiers(self, namespace: str) -> list[pywbem.CIMQualifierDeclaration]:
        """Return the qualifier declarations. Raises UnreadableError."""
        with self._reading(f"the qualifiers of {namespace}"):
            return list(self._connection.EnumerateQualifiers(namespace=namespace))

    def classes(self, namespace: str) -> list[pywbem.CIMClass]:
        """Return all classes with everything they have or inherit, in no special order. Raises UnreadableError."""
        how = {"LocalOnly": False, "IncludeQualifiers": True, "IncludeClassOrigin": True}
        with self._reading(f"the classes of {namespace}"):
            return list(self._connection.EnumerateClasses(namespace=namespace, DeepInheritance=True, **how))

    def instances(self, namespace: str, class_name: str) -> Iterator[pywbem.CIMInstance]:
        """Yield the instances of a class and its subclasses, by pulls if the CIMOM has them. Raises UnreadableError."""
        with self._reading(f"{class_name} of {namespace}"):
            yield from self._connection.IterEnumerateInstances(
                class_name, namespace=namespace, LocalOnly=False, DeepInheritance=True, MaxObjectCount=PULL_SIZE
            )

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        try:
            yield
            self._timeouts = 0
        except pywbem.CIMError as error:
            raise UnreadableError(f"{error.status_code_name}: {error.status_description}", error.status_code) from error
        except pywbem.AuthError as error:
            raise RecordError(f"The CIMOM refuses user and password while {what} is read.") from error
        except pywbem.TimeoutError as error:
            self._timeouts += 1
            if self._timeouts >= MAX_TIMEOUTS:
                raise RecordError(f"The CIMOM answers no more while {what} is read.") from error
            raise UnreadableError("no answer in time") from error
        except pywbem.ConnectionError as error:
            raise RecordError(f"The connection to the CIMOM broke while {what} was read: {error}") from error
        except pywbem.HTTPError as error:
            raise UnreadableError(f"HTTP status {error.status} {error.reason}") from error
        except pywbem.Error as error:
            raise UnreadableError(f"the answer cannot be read ({type(error).__name__})") from error


def _connection(
    url: str, user: str | None, password: str | None, verification: str | bool, timeout: int
) -> pywbem.WBEMConnection:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RecordError("The URL of the CIMOM must be http://HOST[:PORT] or https://HOST[:PORT].")
    if parts.username is not None:
        raise RecordError("User and password do not belong into the URL of the CIMOM.")
    try:
        connection = pywbem.WBEMConnection(
            url,
            (user, password or "") if user is not None else None,
            no_verification=verification is False,
            ca_certs=verification if isinstance(verification, str) else None,
            timeout=timeout,
        )
    except (ValueError, pywbem.Error) as error:
        raise RecordError(f"The URL of the CIMOM is wrong: {error}.") from error
    connection.session.hooks["response"].append(_refuse_document_type)
    if verification is not True:
        # REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE would take the place of what was asked for.
        connection.session.trust_env = False
    return connection


def _refuse_document_type(response: Any, **_options: Any) -> None:
    """Look at an answer before pywbem parses it: CIM-XML has no document type and is in UTF-8."""
    if b"\0" in response.content or _DOCUMENT_TYPE.match(response.content):
        raise UnreadableError("the answer is no CIM-XML but has a document type or another encoding")
