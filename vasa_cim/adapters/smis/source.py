"""One SMI-S source: its connection, and what is remembered from one round of reading to the next."""

import threading
from dataclasses import replace
from typing import Any

from vasa_cim.adapter import Source
from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.switches import OPTIONS as SWITCHES
from vasa_cim.adapters.smis.tables import Tables
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.connection import Connection, warn_if_open
from vasa_cim.cim.endpoint import Endpoint, endpoint_of
from vasa_cim.cim.interop import Discovery, ManagedSystem, discover, find_interop, fold_profile_name
from vasa_cim.cim.vocabulary import CimStatus
from vasa_cim.errors import SourceFailed, SourceRefused

_SHARED = "smis"
_PROFILES = v.BLOCK_PROFILES + v.FILE_PROFILES
_DEDICATIONS = v.BLOCK_DEDICATIONS | v.FILE_DEDICATIONS


class Round:
    """What one round of reading has found out; common to all SMI-S adapters of a source."""

    def __init__(self, connection: Connection, discovery: Discovery, memory: Memory) -> None:
        self._connection = connection
        self._discovery = discovery
        self._memory = memory
        self._tables: dict[tuple[str, tuple[str, ...]], Tables] = {}

    def tables(self, profiles: tuple[str, ...], dedications: frozenset[v.Dedicated]) -> list[Tables]:
        """Return the tables of the namespaces that hold arrays of these profiles or, without any, dedications."""
        wanted = frozenset(map(fold_profile_name, profiles))
        tops: dict[str, set[str]] = {}
        for system in self._discovery.systems:
            if _is_wanted(system, wanted, dedications) and (name := system.name.text("Name")):
                tops.setdefault(system.namespace, set()).add(name)
        return [self._of(namespace, tuple(sorted(names))) for namespace, names in sorted(tops.items())]

    def _of(self, namespace: str, tops: tuple[str, ...]) -> Tables:
        key = (namespace, tops)
        if key not in self._tables:
            walk = Walk(self._connection, namespace, self._memory)
            self._tables[key] = Tables(walk, tops, self._discovery.registered)
        return self._tables[key]


def _is_wanted(system: ManagedSystem, profiles: frozenset[str], dedications: frozenset[v.Dedicated]) -> bool:
    return bool(system.profiles & profiles if system.profiles else system.dedicated & dedications)


class SmisSource:
    """A source as the adapters of one kind use it. One thread reads; any may authenticate or close."""

    def __init__(self, source: Source) -> None:
        """Check the source's options without contacting it. Raises ConfigurationError."""
        self._endpoint: Endpoint = endpoint_of(source, also=SWITCHES)
        self._connection = Connection(self._endpoint)
        self._memory = Memory.of(source)
        self._interop: str | None = None
        self._lock = threading.Lock()
        self._logins: set[Connection] = set()
        self._closed = False
        warn_if_open(self._endpoint)

    @property
    def requests(self) -> int:
        """How many requests were sent for reading so far."""
        return self._connection.requests

    def round(self, shared: dict[str, Any]) -> Round:
        """Return the round that `shared` belongs to, beginning it if no other adapter has. Raises SourceError."""
        known = shared.get(_SHARED)
        if not isinstance(known, Round):
            known = shared[_SHARED] = Round(self._connection, self._discover(), self._memory)
        return known

    def _discover(self) -> Discovery:
        if self._interop is None:
            self._interop = find_interop(self._connection)
        try:
            found = discover(self._connection, self._interop, _PROFILES, _DEDICATIONS)
        except SourceFailed as error:
            if error.status == CimStatus.INVALID_NAMESPACE:
                self._interop = None  # it was there once; looked for anew in the next round
            raise
        if not found.systems:
            reason = "no profile and no dedicated system leads to an array"
            raise SourceFailed(source=self._endpoint.source, reason=reason, status=None)
        return found

    def authenticate(self, user: str, password: str) -> None:
        """Check a login with one small request on a connection of its own.

        Raises SourceRefused if it is wrong, another SourceError if that could not be found out.
        """
        if ":" in user:  # RFC 7617 2: on the wire it would end the user's name, and another login would be checked
            raise SourceRefused(source=self._endpoint.source, reason="no user name holds a colon")
        connection = Connection(replace(self._endpoint, user=user, password=password))
        with self._lock:
            self._logins.add(connection)
            closed = self._closed
        try:
            if closed:
                connection.close()
            find_interop(connection)
        finally:
            with self._lock:
                self._logins.discard(connection)
            connection.close()

    def close(self) -> None:
        """End all connections, and a reading or a check of a login that waits for one. Idempotent."""
        with self._lock:
            self._closed = True
            logins = list(self._logins)
        for connection in (self._connection, *logins):
            connection.close()
