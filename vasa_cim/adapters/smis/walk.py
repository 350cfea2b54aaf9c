"""Whole-class enumerations of one namespace, with what servers lack told from what fails."""

from collections.abc import Iterable, Iterator, Sequence

import structlog

from vasa_cim.adapter import Notes
from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.switches import Switches
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.errors import is_absent
from vasa_cim.cim.rows import Key, ObjectName, Row
from vasa_cim.cim.vocabulary import CimStatus
from vasa_cim.errors import SourceError

_log = structlog.get_logger(__name__)


class Walk:
    """Enumerates classes of one namespace for one round of reading.

    A class that the server lacks is empty (`smis-mapping 0` rule 7). But one that it had before, or one without
    which there is no inventory, is an error: an empty list would hide everything that was there.
    """

    def __init__(self, connection: Connection, namespace: str, memory: Memory) -> None:
        self._connection = connection
        self._memory = memory
        self._refused: dict[str, str] = {}
        self.namespace = namespace

    @property
    def source(self) -> str:
        """The source's name."""
        return self._memory.source

    @property
    def quirks(self) -> Quirks:
        """What the source does otherwise than the standard."""
        return self._memory.quirks

    @property
    def switches(self) -> Switches:
        """What the configuration decides about the source."""
        return self._memory.switches

    @property
    def notes(self) -> Notes:
        """What is remembered of the source over restarts."""
        return self._memory.notes

    def rows(self, class_name: str, properties: Sequence[str], *, required: bool = False) -> Iterator[Row]:
        """Yield the instances of a class and its subclasses. Raises SourceError, also in the middle."""
        try:
            yield from self._connection.enumerate_instances(self.namespace, class_name, properties)
        except SourceError as error:
            self._absent(class_name, error, required=required)
        else:
            self._memory.answered(self.namespace, class_name)

    def names(self, class_name: str) -> Iterator[ObjectName]:
        """Yield the names of the instances of a class and its subclasses. Raises SourceError, also in the middle."""
        try:
            yield from self._connection.enumerate_names(self.namespace, class_name)
        except SourceError as error:
            self._absent(class_name, error, required=False)
        else:
            self._memory.answered(self.namespace, class_name)

    def edges(self, association: str, first: str, second: str) -> Iterator[tuple[Key, Key]]:
        """Yield the keys of both ends of each instance of an association; names that lack an end are left out."""
        for name in self.names(association):
            ends = name.ends(first, second)
            if ends is not None:
                yield ends

    def related(self, association: str, first: str, second: str) -> dict[Key, set[Key]]:
        """Return the keys at the second end of an association by those at the first. Raises SourceError."""
        found: dict[Key, set[Key]] = {}
        for one, other in self.edges(association, first, second):
            found.setdefault(one, set()).add(other)
        return found

    def associated(
        self, start: ObjectName, association: str, roles: tuple[str, str], result_class: str
    ) -> list[ObjectName]:
        """Return the names of what is associated with one object; for few objects only. Raises SourceError.

        `roles` are those of `start` and of the result.
        """
        path = ObjectName(start.class_name, start.bindings, start.namespace or self.namespace)
        try:
            return self._connection.associator_names(
                path, association, role=roles[0], result_role=roles[1], result_class=result_class
            )
        except SourceError as error:
            self._absent(association, error, required=False)
            return []

    def _absent(self, class_name: str, error: SourceError, *, required: bool) -> None:
        by_schema = error.facts.get("status") == CimStatus.INVALID_CLASS
        is_gone = is_absent(error) and self._memory.is_believed(self.namespace, class_name, by_schema=by_schema)
        if required or not is_gone:
            self._memory.had_trouble = True
            raise error
        if not by_schema:
            self._refused[class_name] = str(error.facts.get("reason"))
        _log.debug("the CIMOM lacks a class", source=self.source, class_name=class_name, reason=str(error))

    def refusal(self, class_names: Iterable[str]) -> str | None:
        """Return what was answered in this round about the first of these classes that was refused, None if none was.

        A class that the schema lacks is surely not there. With any other answer its provider may only be away.
        """
        refused = (name for name in class_names if name in self._refused)
        return next((f"{name} is answered with {self._refused[name]}" for name in refused), None)

    def is_sure_by_now(self, doubt: str) -> bool:
        """Return whether a doubt has been there in so many rounds that nothing else is to be expected."""
        return self._memory.is_sure_by_now(f"{doubt} in {self.namespace}")

    def left_out(self, kind: str, reason: str, names: Sequence[object]) -> None:
        """Say that objects of this namespace are not shown, and why; called in each round, with no names if none."""
        self._memory.left_out(f"{kind} in {self.namespace}", reason, names)
