"""Sequence identifiers: by them a listener finds what it lost, got twice or got out of order (DSP1054, 7.5)."""

import itertools
from datetime import datetime

NUMBERS = 2**63  # SequenceNumber is a sint64 and counts from 0


class Sequence:
    """The context and the next number of one destination.

    The context names the indication service, this start of it, and when the destination came to be known, with
    `ordinal`, which no two destinations of a start share; every renewal gives another one, and the numbers begin at 0
    again.
    """

    def __init__(self, service: str, start: str, known_since: datetime, ordinal: int) -> None:
        self._origin = f"{service}#{start}#{known_since.isoformat()}#{ordinal}"
        self._renewals = itertools.count(1)
        self.context = self._origin
        self.number = 0

    def next(self) -> tuple[str, int]:
        """Return context and number for the next indication."""
        number = self.number
        self.number = (number + 1) % NUMBERS
        return self.context, number

    def renew(self) -> None:
        """Begin another context."""
        self.context = f"{self._origin}.{next(self._renewals)}"
        self.number = 0
