"""Storage pools and what is allocated from them (`smis-mapping 2.4`, `6.2`).

StoragePool --AllocatedFromStoragePool(Antecedent -> Dependent)--> StorageVolume or child pool
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row


@dataclass(frozen=True, slots=True)
class Pool:
    """One concrete or primordial pool. Spaces are bytes; None means that the array does not say."""

    key: Key
    class_name: str
    primordial: bool
    reserved: bool
    total: int | None
    remaining: int | None
    low_space_percent: int | None
    limitless: bool
    raid_text: str | None


@dataclass(frozen=True, slots=True)
class Allocation:
    """What one volume or pool takes from a pool. Spaces are bytes; None means that the array does not say."""

    pool: Key
    consumed: int | None
    limit: int | None
    warning_percent: int | None


@dataclass(frozen=True, slots=True)
class Pools:
    """The pools of a namespace. `allocations` are those of each volume or child pool, in the order of their pools.

    `parents` maps a pool to the one that it is allocated from.
    """

    pools: Mapping[Key, Pool]
    allocations: Mapping[Key, tuple[Allocation, ...]]
    parents: Mapping[Key, Key] = field(default_factory=dict)

    def pool_of(self, element: Key) -> Pool | None:
        """Return the pool that an element takes most from, None if no known one; of equals the first by key."""
        known = [one for one in self.allocations.get(element, ()) if one.pool in self.pools]
        if not known:
            return None
        return self.pools[min(known, key=lambda one: (-(one.consumed or 0), one.pool)).pool]

    def source_of_space(self, pool: Pool) -> Pool:
        """Return the pool whose numbers count for this one: a limitless pool draws on its parent."""
        passed = {pool.key}
        while pool.limitless:
            parent = self.parents.get(pool.key)
            if parent is None or parent in passed or parent not in self.pools:
                break
            pool = self.pools[parent]
            passed.add(parent)
        return pool


def read_pools(walk: Walk) -> Pools:
    """Read pools and allocations. Raises SourceError."""
    pools = {row.key: _pool(row) for row in walk.rows(v.STORAGE_POOL, v.POOL_PROPERTIES)}
    allocations: dict[Key, dict[Key, Allocation]] = {}
    for row in walk.rows(v.ALLOCATED_FROM_STORAGE_POOL, v.ALLOCATION_PROPERTIES):
        ends = row.name.ends("Antecedent", "Dependent")
        if ends is not None:
            allocations.setdefault(ends[1], {})[ends[0]] = _allocation(ends[0], row)
    ordered = {element: tuple(of[key] for key in sorted(of)) for element, of in allocations.items()}
    return Pools(pools, ordered, _parents(pools, ordered))


def _parents(pools: Collection[Key], allocations: Mapping[Key, Iterable[Allocation]]) -> dict[Key, Key]:
    found = {}
    for element, taken in allocations.items():
        above = [one.pool for one in taken if one.pool in pools]
        if element in pools and above:
            found[element] = above[0]
    return found


def _pool(row: Row) -> Pool:
    return Pool(
        key=row.key,
        class_name=row.name.class_name,
        primordial=row.flag("Primordial") is True,
        reserved=row.number("Usage") in v.RESERVED_POOLS,
        total=row.number("TotalManagedSpace"),
        remaining=row.number("RemainingManagedSpace"),
        low_space_percent=row.number("LowSpaceWarningThreshold"),
        limitless=row.number("SpaceLimitDetermination") == v.LIMITLESS,
        raid_text=row.text("EMCRaidLevel"),
    )


def _allocation(pool: Key, row: Row) -> Allocation:
    return Allocation(
        pool, row.number("SpaceConsumed"), row.number("SpaceLimit"), row.number("SpaceLimitWarningThreshold")
    )
