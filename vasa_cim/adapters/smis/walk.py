"""Whole-class enumerations of one namespace, with what servers lack told from what fails."""

from collections.abc import Iterator, Sequence

import structlog

from vasa_cim.cim.connection import Connection
from vasa_cim.cim.errors import is_absent
from vasa_cim.cim.rows import Key, ObjectName, Row
from vasa_cim.errors import SourceError

_log = structlog.get_logger(__name__)


class Walk:
    """Enumerates classes of one namespace for one round of reading.

    A class that the server lacks is empty (`smis-mapping 0` rule 7). But one that it had before, or one without
    which there is no inventory, is an error: an empty list would hide everything that was there.
    `seen` is shared by all rounds of a source and holds the classes that were answered.
    """

    def __init__(self, connection: Connection, namespace: str, seen: set[tuple[str, str]]) -> None:
        self._connection = connection
        self._seen = seen
        self.namespace = namespace

    @property
    def source(self) -> str:
        """The source's name."""
        return self._connection.endpoint.source

    def rows(self, class_name: str, properties: Sequence[str], *, required: bool = False) -> Iterator[Row]:
        """Yield the instances of a class and its subclasses. Raises SourceError, also in the middle."""
        try:
            yield from self._connection.enumerate_instances(self.namespace, class_name, properties)
        except SourceError as error:
            self._absent(class_name, error, required=required)
        else:
            self._seen.add((self.namespace, class_name))

    def names(self, class_name: str) -> Iterator[ObjectName]:
        """Yield the names of the instances of a class and its subclasses. Raises SourceError, also in the middle."""
        try:
            yield from self._connection.enumerate_names(self.namespace, class_name)
        except SourceError as error:
            self._absent(class_name, error, required=False)
        else:
            self._seen.add((self.namespace, class_name))

    def edges(self, association: str, first: str, second: str) -> Iterator[tuple[Key, Key]]:
        """Yield the keys of both ends of each instance of an association; names that lack an end are left out."""
        for name in self.names(association):
            ends = name.ends(first, second)
            if ends is not None:
                yield ends

    def _absent(self, class_name: str, error: SourceError, *, required: bool) -> None:
        if required or not is_absent(error) or (self.namespace, class_name) in self._seen:
            raise error
        _log.debug("the CIMOM lacks a class", source=self.source, class_name=class_name, reason=str(error))

    def left_out(self, kind: str, reason: str, names: Sequence[object]) -> None:
        """Say in one line of the log that objects are not shown, and why."""
        if names:
            examples = [str(name) for name in names[:3]]
            _log.warning("not shown", source=self.source, kind=kind, reason=reason, count=len(names), examples=examples)
