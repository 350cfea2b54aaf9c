"""The server's state that every operation works on."""

from dataclasses import dataclass, field

from mock_cimom.connection import CimomConnection
from mock_cimom.contexts import EnumerationContexts
from mock_cimom.repository import IndexedRepository


@dataclass
class Cimom:
    """One CIMOM: its connection, and the one `host` it writes into paths for as long as it runs."""

    connection: CimomConnection
    host: str
    contexts: EnumerationContexts = field(default_factory=EnumerationContexts)
    # Class declarations already written, by namespace, state of its classes and what was asked for.
    class_texts: dict[tuple[object, ...], str] = field(default_factory=dict)

    @property
    def repository(self) -> IndexedRepository:
        """The indexed repository."""
        return self.connection.cimrepository
