"""The server's state that every operation works on."""

from dataclasses import dataclass, field
from typing import Any

from mock_cimom.call_counts import CallCounts
from mock_cimom.connection import CimomConnection
from mock_cimom.contexts import EnumerationContexts
from mock_cimom.faults import FaultRules
from mock_cimom.repository import IndexedRepository


@dataclass
class Cimom:
    """One CIMOM: its connection, and the one `host` it writes into paths for as long as it runs.

    `name` is what it says it serves, for instance the name of the estate. `indications` sends indications; None sends
    none. `pulls` False: the Open, Pull and Close operations are not supported.
    """

    connection: CimomConnection
    host: str
    contexts: EnumerationContexts = field(default_factory=EnumerationContexts)
    # Class declarations already written, by namespace, state of its classes and what was asked for.
    class_texts: dict[tuple[object, ...], str] = field(default_factory=dict)
    faults: FaultRules = field(default_factory=FaultRules)
    indications: Any = None
    name: str = ""
    pulls: bool = True
    calls: CallCounts = field(default_factory=CallCounts)

    @property
    def repository(self) -> IndexedRepository:
        """The indexed repository."""
        return self.connection.cimrepository
