"""One SMI-S source: its connection, what discovery found, and rounds of reading."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from vasa_cim.adapter import Source
from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.finder import Finder
from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.switches import OPTIONS as SWITCHES
from vasa_cim.adapters.smis.tables import Tables
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.conformance import ManagedSystem
from vasa_cim.cim.connection import Connection, warn_if_open
from vasa_cim.cim.endpoint import Endpoint, endpoint_of
from vasa_cim.cim.interop import find_interop
from vasa_cim.cim.profiles import fold_profile_name
from vasa_cim.cim.vocabulary import COMPUTER_SYSTEM, CimStatus
from vasa_cim.errors import SourceFailed, SourceRefused

_SHARED = "smis"


class Round:
    """What one round of reading has found out; common to all SMI-S adapters of a source."""

    def __init__(self, connection: Connection, finder: Finder, memory: Memory) -> None:
        """Begin a round. Raises SourceError if nothing can be found."""
        self._connection = connection
        self._finder = finder
        self._memory = memory
        self._tables: dict[tuple[str, tuple[str, ...]], Tables] = {}
        self.discovery, self._fresh = finder.current(connection)

    def tables(self, profiles: tuple[str, ...], dedications: frozenset[v.Dedicated]) -> list[Tables]:
        """Return the tables of the namespaces that hold arrays of these profiles or, without any, dedications.

        Their systems are read. Where those are others than when they were discovered, discovery is done anew.
        Raises SourceError.
        """
        made = self._made(profiles, dedications)
        if not self._fresh and self._has_changed(made):
            self.discovery, self._fresh = self._finder.anew(self._connection), True
            made = self._made(profiles, dedications)
        for each in made:
            self._memory.systems[each.walk.namespace] = self._names(each)
        return made

    def _names(self, tables: Tables) -> frozenset[str]:
        """Return the names of the systems of a namespace; without its tops it must be looked for anew."""
        try:
            return frozenset(tables.systems.by_name)
        except SourceFailed:
            self._memory.had_trouble = True
            raise

    def _has_changed(self, made: list[Tables]) -> bool:
        known = self._memory.systems
        try:
            return any(self._names(each) != known.get(each.walk.namespace) for each in made)
        except SourceFailed:
            return True

    def tops(self, profiles: Collection[str], dedications: frozenset[v.Dedicated]) -> Mapping[str, frozenset[str]]:
        """Return the `Name` keys of such arrays by namespace, without reading anything."""
        wanted = frozenset(map(fold_profile_name, profiles))
        found: dict[str, set[str]] = {}
        for system in self.discovery.systems:
            if _is_wanted(system, wanted, dedications) and (name := system.name.text("Name")):
                found.setdefault(system.namespace, set()).add(name)
        return {namespace: frozenset(names) for namespace, names in sorted(found.items())}

    def _made(self, profiles: Collection[str], dedications: frozenset[v.Dedicated]) -> list[Tables]:
        tops = self.tops(profiles, dedications)
        return [self._of(namespace, tuple(sorted(names))) for namespace, names in tops.items()]

    def _of(self, namespace: str, tops: tuple[str, ...]) -> Tables:
        key = (namespace, tops)
        if key not in self._tables:
            walk = Walk(self._connection, namespace, self._memory)
            self._tables[key] = Tables(walk, tops, self.discovery.registered)
        return self._tables[key]


def _is_wanted(system: ManagedSystem, profiles: frozenset[str], dedications: frozenset[v.Dedicated]) -> bool:
    return bool(system.profiles & profiles if system.profiles else system.dedicated & dedications)


class SmisSource:
    """A source as the adapters of one kind use it. One thread reads; any may authenticate or close."""

    def __init__(self, source: Source, *, warn: bool = True) -> None:
        """Check the source's options without contacting it. Raises ConfigurationError.

        `warn` False leaves it to another adapter of the source to say in the log that the connection is unsafe.
        """
        self._endpoint: Endpoint = endpoint_of(source, also=SWITCHES)
        self._connection = Connection(self._endpoint)
        self._memory = Memory.of(source)
        self._finder = Finder(self._memory)
        self._lock = threading.Lock()
        self._logins: set[Connection] = set()
        self._closed = False
        if warn:
            warn_if_open(self._endpoint)

    @property
    def requests(self) -> int:
        """How many requests were sent for reading so far."""
        return self._connection.requests

    @property
    def connection(self) -> Connection:
        """The connection that is read from."""
        return self._connection

    @property
    def memory(self) -> Memory:
        """What is remembered from one round of reading to the next."""
        return self._memory

    def round(self, shared: dict[str, Any]) -> Round:
        """Return the round that `shared` belongs to, beginning it if no other adapter has. Raises SourceError."""
        known = shared.get(_SHARED)
        if not isinstance(known, Round):
            known = shared[_SHARED] = Round(self._connection, self._finder, self._memory)
        return known

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
            self._ask(connection)
        finally:
            with self._lock:
                self._logins.discard(connection)
            connection.close()

    def _ask(self, connection: Connection) -> None:
        """Ask one small question with the login of a connection: of Interop, or of a namespace known to hold arrays."""
        try:
            find_interop(connection)
        except SourceFailed as error:
            namespaces = (*self._memory.switches.namespaces, *self._memory.systems)
            if error.status != CimStatus.INVALID_NAMESPACE or not namespaces:
                raise
            connection.probe(namespaces[0], COMPUTER_SYSTEM)

    def close(self) -> None:
        """End all connections, and a reading or a check of a login that waits for one. Idempotent."""
        with self._lock:
            self._closed = True
            logins = list(self._logins)
        for connection in (self._connection, *logins):
            connection.close()
