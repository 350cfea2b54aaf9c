"""One login at one CIMOM: pywbem for small operations, the streaming reader for bulk, over one transport."""

from collections.abc import Iterator, Sequence

import pywbem
import structlog

from vasa_cim.cim.endpoint import Endpoint
from vasa_cim.cim.errors import translated
from vasa_cim.cim.reader import Reader
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.cim.transport import Transport

_log = structlog.get_logger(__name__)


class Connection:
    """A connection for one thread at a time; `close` may be called by any thread, and ends what runs."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._transport = Transport(endpoint)
        self._reader = Reader(endpoint, self._transport)
        login = None if endpoint.user is None else (endpoint.user, endpoint.password or "")
        self._wbem = pywbem.WBEMConnection(endpoint.url, login, timeout=endpoint.probe_timeout)
        self._wbem.session.close()
        self._wbem.session = self._transport

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._transport.requests

    @property
    def has_pulls(self) -> bool | None:
        """Whether the server has pulled enumerations; None if that was not found out."""
        return self._reader.has_pulls

    def enumerate_instances(self, namespace: str, class_name: str, properties: Sequence[str]) -> Iterator[Row]:
        """Yield a class's instances as rows of these properties, subclasses included. Raises SourceError."""
        return self._reader.instances(namespace, class_name, properties)

    def enumerate_names(self, namespace: str, class_name: str) -> Iterator[ObjectName]:
        """Yield the names of a class's instances; for an association they hold both ends. Raises SourceError."""
        return self._reader.names(namespace, class_name)

    def probe(self, namespace: str, class_name: str) -> None:
        """Ask for the instance names of a small class: the cheapest question that needs the login.

        Raises SourceError: SourceRefused if the login is wrong.
        """
        with translated(self.endpoint.source):
            self._wbem.EnumerateInstanceNames(class_name, namespace=namespace)

    def associator_names(
        self, start: ObjectName, association: str, *, role: str, result_role: str, result_class: str
    ) -> list[ObjectName]:
        """Return the names of what is associated with `start`, whose namespace must be set. Raises SourceError."""
        path = pywbem.CIMInstanceName(start.class_name, dict(start.bindings), namespace=start.namespace)
        with translated(self.endpoint.source):
            found = self._wbem.AssociatorNames(
                path, AssocClass=association, Role=role, ResultRole=result_role, ResultClass=result_class
            )
        return [_object_name(each) for each in found]

    def close(self) -> None:
        """Give the socket back and end a request that another thread waits for. Idempotent."""
        self._transport.close()


def _object_name(path: pywbem.CIMInstanceName) -> ObjectName:
    """Return pywbem's path as ours; keys that are references play no part in small operations and are left out."""
    bindings = {
        name.lower(): str(value)
        for name, value in path.keybindings.items()
        if not isinstance(value, pywbem.CIMInstanceName)
    }
    return ObjectName(path.classname, bindings, path.namespace)


def warn_if_open(endpoint: Endpoint) -> None:
    """Say in the log that a source is asked over a connection that others could read or feign."""
    if endpoint.tls is None:
        _log.warning("the CIMOM is asked without TLS; others can read the login", source=endpoint.source)
    elif endpoint.insecure:
        _log.warning("the CIMOM's certificate is not verified; anyone can feign it", source=endpoint.source)
