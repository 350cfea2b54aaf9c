"""Where a CIMOM keeps its profiles, and which namespaces it has (`smis-mapping 1.1`)."""

from collections.abc import Iterable, Iterator, Sequence

from vasa_cim.cim.connection import Connection
from vasa_cim.cim.errors import is_absent
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.cim.vocabulary import INTEROP_CANDIDATES, NAMESPACE, OLDER_NAMESPACE, CimStatus
from vasa_cim.errors import SourceError, SourceFailed

_ROOT = "root"


def interop_candidates(connection: Connection) -> list[str]:
    """Return where profiles may be, the namespace that the source's options give first."""
    given = connection.endpoint.namespace
    return distinct(([given] if given else []) + list(INTEROP_CANDIDATES))


def find_interop(connection: Connection) -> str:
    """Return the name of the Interop namespace: the first that has CIM_Namespace, else the first that exists.

    Raises SourceError, SourceFailed if no candidate exists.
    """
    candidates = interop_candidates(connection)
    existing = None
    failure: SourceFailed | None = None
    for candidate in candidates:
        try:
            connection.probe(candidate, NAMESPACE)
        except SourceFailed as error:
            if is_absent(error):
                existing = existing or candidate
            elif error.status is None:
                raise
            elif error.status != CimStatus.INVALID_NAMESPACE:
                failure = failure or error
        else:
            return candidate
    if existing is not None:
        return existing
    reason = f"it has none of the namespaces {', '.join(candidates)}"
    missing = SourceFailed(source=connection.endpoint.source, reason=reason, status=CimStatus.INVALID_NAMESPACE.value)
    raise failure or missing


def read_namespaces(connection: Connection, interops: Sequence[str]) -> list[str]:
    """Return the namespaces that a CIMOM tells of, without `interops`. Raises SourceError."""
    told: list[str] = []
    for interop in interops:
        rows = rows_if_any(connection, interop, NAMESPACE, ("Name",))
        told += [name for row in rows if (name := row.text("Name"))]
    if not distinct(told, without=interops):
        rows = rows_if_any(connection, _ROOT, OLDER_NAMESPACE, ("Name",))
        told += [f"{_ROOT}/{name}" for row in rows if (name := row.text("Name"))]
    return sorted(distinct(told, without=interops))


class Namespaces:
    """The namespaces to look through: the Interop namespaces, and others, which are asked for when first needed.

    `given` are those of the configuration, and come first.
    """

    def __init__(self, connection: Connection, interops: Sequence[str], given: Sequence[str] = ()) -> None:
        self.interops = tuple(interops)
        self._connection = connection
        self._given = tuple(given)
        self._others: list[str] | None = None

    def others(self) -> list[str]:
        """Return the namespaces that are no Interop namespaces. Raises SourceError."""
        if self._others is None:
            own = self._connection.endpoint.namespace
            told = read_namespaces(self._connection, self.interops)
            self._others = distinct([*self._given, *([own] if own else []), *told], without=self.interops)
        return self._others


def distinct(namespaces: Iterable[str], *, without: Iterable[str] = ()) -> list[str]:
    """Return namespaces without outer slashes, each once whatever its case, none of `without`."""
    unwanted = {_folded(name) for name in without}
    found: dict[str, str] = {}
    for name in namespaces:
        key = _folded(name)
        if key and key not in unwanted:
            found.setdefault(key, name.strip().strip("/"))
    return list(found.values())


def _folded(namespace: str) -> str:
    return namespace.strip().strip("/").lower()


def lacks(error: SourceError) -> bool:
    """Return whether an error says no more than that a namespace or a class is not there."""
    return is_absent(error) or (isinstance(error, SourceFailed) and error.status == CimStatus.INVALID_NAMESPACE)


def rows_if_any(connection: Connection, namespace: str, class_name: str, properties: Sequence[str]) -> Iterator[Row]:
    """Yield a class's rows, none if the server has not the namespace or the class. Raises SourceError."""
    try:
        yield from connection.enumerate_instances(namespace, class_name, properties)
    except SourceError as error:
        if not lacks(error):
            raise


def names_if_any(connection: Connection, namespace: str, class_name: str) -> Iterator[ObjectName]:
    """Yield the names of a class's instances, none if the server has not the namespace or the class."""
    try:
        yield from connection.enumerate_names(namespace, class_name)
    except SourceError as error:
        if not lacks(error):
            raise
