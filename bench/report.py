"""Rows of the report: ours, the peers, the target; as a table and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

NOTHING = "-"
IN_TABLE = ("best", "worst", "p50 ms", "p99 ms", "CPU ms", "best rate", "peak MB", "readings")
"""The details that the table shows; the JSON has all."""


class Unit(Enum):
    """What a row counts; `rate` is whether more is better."""

    MILLISECONDS = ("ms", False)
    SECONDS = ("s", False)
    PER_SECOND = ("/s", True)
    REQUESTS = ("requests", False)
    MEGABYTES = ("MB", False)
    KILOBYTES = ("KB", False)

    def __init__(self, text: str, rate: bool) -> None:
        self.text = text
        self.rate = rate


@dataclass(frozen=True)
class Peer:
    """What another way needs for the same work. `value` None means that it failed, and `error` says how."""

    name: str
    value: float | None
    error: str | None = None
    details: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """What our figure (or, with `of_ratio`, its ratio to the first peer) is to be: `limit` or better."""

    limit: float
    of_ratio: bool = False


@dataclass(frozen=True)
class Row:
    """One measurement. `ours` None means that it failed, and `error` says how; no `target` means that none was set."""

    name: str
    unit: Unit
    ours: float | None
    peers: Sequence[Peer] = ()
    target: Target | None = None
    error: str | None = None
    details: dict[str, float] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether something of this row could not be measured."""
        return self.ours is None or any(peer.value is None for peer in self.peers)

    def ratio(self, peer: Peer) -> float | None:
        """Return how many times better ours is than a peer; below 1 it is worse."""
        if not self.ours or not peer.value:
            return None
        return self.ours / peer.value if self.unit.rate else peer.value / self.ours

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without target or figure."""
        if self.target is None or self.ours is None:
            return None
        if self.target.of_ratio:
            ratio = self.ratio(self.peers[0]) if self.peers else None
            return None if ratio is None else ratio >= self.target.limit
        return self.ours >= self.target.limit if self.unit.rate else self.ours <= self.target.limit

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain values."""
        return {
            "name": self.name,
            "unit": self.unit.text,
            "ours": self.ours,
            "details": self.details,
            "error": self.error,
            "target": self._target_text(),
            "met": self.met,
            "failed": self.failed,
            "peers": [
                {
                    "name": peer.name,
                    "value": peer.value,
                    "ratio": self.ratio(peer),
                    "details": peer.details,
                    "error": peer.error,
                }
                for peer in self.peers
            ],
        }

    def lines(self) -> list[tuple[str, ...]]:
        """Return the lines of the table: name, ours, peer, its figure, ratio, target, met."""
        verdict = {True: "yes", False: "NO", None: NOTHING}[self.met]
        own = (self.name, _figure(self.ours, self.unit, self.error, self.details))
        found = []
        for peer in self.peers or (Peer(NOTHING, 0.0),):
            theirs = NOTHING if peer.name == NOTHING else _figure(peer.value, self.unit, peer.error, peer.details)
            ratio = self.ratio(peer)
            found.append((peer.name, theirs, NOTHING if ratio is None else f"{_short(ratio)}x"))
        lines: list[tuple[str, ...]] = [("", "", *other, "", "") for other in found]
        lines[0] = (*own, *found[0], self._target_text() or NOTHING, verdict)
        return lines

    def _target_text(self) -> str | None:
        if self.target is None:
            return None
        limit = f"{self.target.limit:,g}"
        if self.target.of_ratio:
            return f"at least {limit}x"
        return f"at {'least' if self.unit.rate else 'most'} {limit} {self.unit.text}"


HEADINGS = ("row", "ours", "peer", "peer's", "ratio", "target", "met")


def table(rows: Sequence[Row]) -> str:
    """Return all rows as text in columns."""
    lines = [HEADINGS, *(line for row in rows for line in row.lines())]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _figure(value: float | None, unit: Unit, error: str | None, details: dict[str, float]) -> str:
    if value is None:
        return f"FAILED: {error}"
    more = ", ".join(f"{name} {_short(details[name])}" for name in IN_TABLE if name in details)
    return f"{_short(value)} {unit.text}" + (f" ({more})" if more else "")


def _short(value: float) -> str:
    """Return a number with three digits that mean something."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"
