"""What is remembered of a source from one round of reading to the next."""

from collections.abc import Sequence

import structlog

_log = structlog.get_logger(__name__)

PATIENCE = 6
"""In how many rounds running a class that was there must be missing before it is taken to be gone for good."""


class Memory:
    """Which classes a source has had, and what was said in the log. Used by the thread that reads."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._missed: dict[tuple[str, str], int] = {}
        self._told: dict[tuple[str, str], tuple[object, ...]] = {}

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
