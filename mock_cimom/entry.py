"""Entries: what readers of the repository are given."""

from collections.abc import Iterator
from typing import Any

import pywbem

from mock_cimom.place import Row
from mock_cimom.rows import detached_row


class Entry:
    """One stored instance as it was when it was read."""

    __slots__ = ("_instance", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self._instance: pywbem.CIMInstance | None = None

    @classmethod
    def detached(cls, namespace: str, instance: pywbem.CIMInstance) -> "Entry":
        """Return an entry of an instance that is stored nowhere; the giver, who has set its path, keeps it as it is."""
        return cls(detached_row(namespace, instance))

    @property
    def class_key(self) -> str:
        """The name of the creation class in lower case."""
        found: str = self.row[0].class_key
        return found

    @property
    def instance(self) -> pywbem.CIMInstance:
        """The instance with its path. Only to be read: a caller that changes it copies it first."""
        if self._instance is None:
            self._instance = self.row[0].instance(self.row)
        return self._instance

    @property
    def path(self) -> pywbem.CIMInstanceName:
        """A copy of the path, with its namespace."""
        return self.row[0].path(self.row)

    def value(self, name: str) -> Any:
        """Return the value of one property without making the instance; None if it is NULL or not there."""
        return self.row[0].value(self.row, name)

    # What queries ask (`query.evaluation.Subject`).

    @property
    def classname(self) -> str:
        """The name of the creation class."""
        found: str = self.row[0].name_of_class(self.row)
        return found

    get = value

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a property of this name, without case."""
        found: bool = self.row[0].has(self.row, name)
        return found

    def references(self) -> Iterator[tuple[str, pywbem.CIMInstanceName]]:
        """Yield role (in lower case) and target of each reference property that has a value."""
        for role, place in self.row[0].references(self.row):
            yield role, place.path
