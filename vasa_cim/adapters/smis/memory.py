"""What is remembered of a source from one round of reading to the next."""

from collections.abc import Sequence

import structlog

from vasa_cim.adapter import Notes, NotesInMemory, Source
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.switches import NO_SWITCHES, Switches, quirks_of, switches_of

_log = structlog.get_logger(__name__)

PATIENCE = 6
"""In how many rounds running a class that was there must be missing before it is taken to be gone for good."""


class Memory:
    """Which classes a source has had, and what was said in the log. Used by the thread that reads.

    `notes` outlive the process; `switches` and `quirks` are what the configuration decides. `systems` are the names
    of all systems by namespace; `had_trouble` tells that what discovery found must not be relied on any more.
    """

    def __init__(
        self,
        source: str,
        *,
        notes: Notes | None = None,
        switches: Switches = NO_SWITCHES,
        quirks: Quirks | None = None,
    ) -> None:
        self.source = source
        self.notes: Notes = NotesInMemory() if notes is None else notes
        self.switches = switches
        self.quirks = Quirks() if quirks is None else quirks
        self.systems: dict[str, frozenset[str]] = {}
        self.had_trouble = False
        self._missed: dict[tuple[str, str], int] = {}
        self._told: dict[tuple[str, str], tuple[object, ...]] = {}

    @classmethod
    def of(cls, source: Source) -> "Memory":
        """Return the memory of a source that has not been read yet. Raises ConfigurationError for bad options."""
        return cls(source.name, notes=source.notes, switches=switches_of(source), quirks=quirks_of(source))

    def answered(self, namespace: str, class_name: str) -> None:
        """Note that the source has this class."""
        self._missed[namespace, class_name] = 0

    def is_believed(self, namespace: str, class_name: str) -> bool:
        """Return whether to believe a source that says it lacks a class.

        One that it had before it may only be unable to answer for now, as providers are that restart.
        """
        key = (namespace, class_name)
        if key not in self._missed:
            return True
        self._missed[key] += 1
        if self._missed[key] < PATIENCE:
            return False
        del self._missed[key]
        return True

    def left_out(self, kind: str, reason: str, names: Sequence[object]) -> None:
        """Say in one line of the log which objects are not shown, and why; only when they are others than last time."""
        before = self._told.get((kind, reason), ())
        self._told[kind, reason] = tuple(names)
        if names and before != tuple(names):
            examples = [str(name) for name in names[:3]]
            _log.warning("not shown", source=self.source, kind=kind, reason=reason, count=len(names), examples=examples)

    def everything_left_out(self) -> list[tuple[str, str, tuple[object, ...]]]:
        """Return (kind, reason, objects) of all that was not shown when it was last read."""
        return [(kind, reason, names) for (kind, reason), names in self._told.items() if names]
