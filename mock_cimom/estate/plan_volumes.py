"""Which volume lies in which pool and how large it is, and what that makes of the pools."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mock_cimom.estate.description import ArrayDescription
from mock_cimom.estate.pool_kinds import PoolKind
from mock_cimom.estate.spread import Condition, Spread

MIB = 2**20
GIB = 2**30
TIB = 2**40
# So many thin volumes in 16 lie in the filled pools, one in each.
FILLED_EVERY = 16


@dataclass(frozen=True, slots=True)
class Volume:
    """One LUN. `size` and `consumed` are bytes; `consumed` is what it takes from its pool."""

    index: int
    pool: int
    thin: bool
    size: int
    consumed: int
    condition: Condition


@dataclass(frozen=True)
class Pool:
    """One concrete pool. Bytes: `total` = `remaining` + what lies in it consumes; `raw` is taken from the drives."""

    index: int
    kind: PoolKind
    total: int
    remaining: int
    raw: int


def plan_volumes(description: ArrayDescription, spread: Spread) -> tuple[Volume, ...]:
    """Lay out the volumes: their sizes follow from their numbers, their pools from their turn."""
    kinds = list(enumerate(description.pool_kinds, start=1))
    thick_pools = [index for index, kind in kinds if not kind.thin]
    thin_pools = [index for index, kind in kinds if kind.thin and kind.used_percent is None]
    filled = [index for index, kind in kinds if kind.thin and kind.used_percent is not None]
    volumes = []
    turn = 0
    for number in range(1, description.volumes + 1):
        thin = number not in spread.thick
        if not thin:
            pool = thick_pools[number % len(thick_pools)]
        else:
            pool = _thin_pool(number, turn, thin_pools, filled)
            turn += 1
        size = (10 + number % 40) * GIB
        consumed = size * (5 + number * 7 % 60) // 100 // MIB * MIB if thin else size
        volumes.append(Volume(number, pool, thin, size, consumed, spread.condition(number)))
    return tuple(volumes)


def _thin_pool(number: int, turn: int, roomy: Sequence[int], filled: Sequence[int]) -> int:
    """Return the pool of the thin volume `number`, which is the `turn`-th thin one from 0."""
    place = turn % max(FILLED_EVERY, len(filled))
    if place < len(filled) or not roomy:
        return filled[place % len(filled)]
    return roomy[number % len(roomy)]


def plan_pools(
    description: ArrayDescription, volumes: Sequence[Volume], consumed: Counter[int], promised: Counter[int]
) -> tuple[Pool, ...]:
    """Size the pools for the volumes and for what is consumed of and promised from each besides them, in bytes."""
    consumed, promised = consumed.copy(), promised.copy()
    for volume in volumes:
        consumed[volume.pool] += volume.consumed
        promised[volume.pool] += volume.size
    return tuple(
        _pool(kind, number, consumed[number], promised[number])
        for number, kind in enumerate(description.pool_kinds, start=1)
    )


def _pool(kind: PoolKind, number: int, consumed: int, promised: int) -> Pool:
    if kind.used_percent is not None and consumed:
        total = consumed * 100 // kind.used_percent // MIB * MIB
    else:
        total = max(TIB, -(-promised * 5 // 4 // TIB) * TIB)
    raw, usable = kind.raid.raw_per_usable
    return Pool(number, kind, total, total - consumed, -(-total * raw // usable))
