"""What was said in the log about a source that fails: a source that is down for days must not fill it."""

import re

_DIGITS = re.compile(r"\d+")
_MOST = 20


class FailureLog:
    """Tells news from what was said already. Used by one thread.

    The same reason is news again after `reminder` seconds; reasons that differ in nothing but numbers are the same.
    Of reasons that never end, a few are told for each reminder.
    """

    def __init__(self, reminder: float) -> None:
        self._reminder = reminder
        self._told: dict[str, float] = {}

    def is_news(self, reason: str, now: float) -> bool:
        """Return whether to say this at `now`, a moment of the clock's `monotonic`; then it counts as said."""
        self._told = {known: told for known, told in self._told.items() if now - told < self._reminder}
        key = _DIGITS.sub("", reason)
        if key in self._told or len(self._told) >= _MOST:
            return False
        self._told[key] = now
        return True

    def clear(self) -> None:
        """Forget what was said: the source works again."""
        self._told = {}
