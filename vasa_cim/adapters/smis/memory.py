"""What is remembered of a source from one round of reading to the next."""

from collections import Counter
from collections.abc import Sequence

import structlog

from vasa_cim.adapter import Notes, NotesInMemory, Source
from vasa_cim.adapters.smis.masking.vocabulary import CLASSES_THAT_CLOSE
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.switches import NO_SWITCHES, Switches, quirks_of, switches_of

_log = structlog.get_logger(__name__)

PATIENCE = 6
"""In how many rounds running a class that was there must be missing before it is taken to be gone for good."""

_HAD = "masking classes/"


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
        self._doubted: Counter[str] = Counter()
        self._had: dict[str, frozenset[str]] = {}
        self._told: dict[tuple[str, str], tuple[object, ...]] = {}

    @classmethod
    def of(cls, source: Source) -> "Memory":
        """Return the memory of a source that has not been read yet. Raises ConfigurationError for bad options."""
        return cls(source.name, notes=source.notes, switches=switches_of(source), quirks=quirks_of(source))

    def answered(self, namespace: str, class_name: str) -> None:
        """Note that the source has this class; over restarts too, if without it more would be shown than with it."""
        self._missed[namespace, class_name] = 0
        if class_name in CLASSES_THAT_CLOSE:
            self._keep(namespace, self._had_before(namespace) | {class_name})

    def is_believed(self, namespace: str, class_name: str, *, by_schema: bool = False) -> bool:
        """Return whether to believe a source that says it lacks a class.

        One that it had before it may only be unable to answer for now, as providers are that restart. `by_schema`
        tells that its schema has no such class: then what was noted before this process began is out of date.
        """
        key = (namespace, class_name)
        before = self._had_before(namespace) if class_name in CLASSES_THAT_CLOSE else frozenset()
        if key not in self._missed and (by_schema or class_name not in before):
            return True
        self._missed[key] = self._missed.get(key, 0) + 1
        if self._missed[key] < PATIENCE:
            return False
        del self._missed[key]
        self._keep(namespace, before - {class_name})
        return True

    def _had_before(self, namespace: str) -> frozenset[str]:
        """Return the classes that close which the source had, in this process or before it."""
        if namespace not in self._had:
            self._had[namespace] = frozenset((self.notes.get(_HAD + namespace) or "").split())
        return self._had[namespace]

    def _keep(self, namespace: str, classes: frozenset[str]) -> None:
        if classes != self._had_before(namespace):
            self.notes.put(_HAD + namespace, " ".join(sorted(classes)))
            self._had[namespace] = classes

    def is_sure_by_now(self, doubt: str) -> bool:
        """Count one more round with this doubt; return whether there were enough of them to go by what is seen."""
        self._doubted[doubt] += 1
        return self._doubted[doubt] >= PATIENCE

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
