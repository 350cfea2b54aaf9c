"""What all rows share: the means of one run, and the comparison of calls in this process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Contender, Effort, Times, timed
from bench.report import Peer, Row, Target, Unit
from bench.tls import Credentials

Prepare = Callable[[], Contender]
MILLI = 1_000.0
OURS = "ours"


@dataclass(frozen=True)
class Bench:
    """The means of one run: how long to measure, a directory to write in, certificates."""

    effort: Effort
    directory: Path
    credentials: Credentials


def sentence(error: Exception) -> str:
    """Return one line about an error, for a row that failed."""
    return f"{type(error).__name__}: {error}".replace("\n", " ")[:300]


def compared(
    bench: Bench, name: str, ours: Contender, peers: Mapping[str, Prepare], target: Target | None = None
) -> Row:
    """Return a row of median milliseconds. `peers` are prepared here, so that one that cannot be is a failed peer."""
    ready, broken = {OURS: ours}, {}
    ours.seconds()
    for peer, prepare in peers.items():
        try:
            contender = prepare()
            contender.seconds()
        except Exception as error:  # noqa: BLE001 - a peer that fails in whatever way is shown, and the row stands
            broken[peer] = sentence(error)
        else:
            ready[peer] = contender
    found = timed(ready, bench.effort.rounds)
    shown = [_peer(peer, found[peer]) if peer in found else Peer(peer, None, broken[peer]) for peer in peers]
    own = _peer(OURS, found[OURS])
    return Row(name, Unit.MILLISECONDS, own.value, shown, target, details=own.details)


def _peer(name: str, times: Times) -> Peer:
    return Peer(name, times.median * MILLI, details={"best": times.best * MILLI})
