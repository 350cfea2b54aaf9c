"""Storage pools and what is allocated from them (`smis-mapping 2.4`, `6.2`).

StoragePool --AllocatedFromStoragePool(Antecedent -> Dependent)--> StorageVolume or child pool
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.text import plain_name
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row

LARGEST = 2**63 - 1
"""Bytes that anything may have: what a larger number says is a fault of its server, and would not fit into VASA."""
_PERCENT = range(101)


@dataclass(frozen=True, slots=True)
class Pool:
    """One concrete or primordial pool. Spaces are bytes; None means that the array does not say.

    `skipped` are pools that are no ground of LUNs, by their class. `promised` is what the pool itself says that it
    has promised. `raid_texts` and `media_text` are vendors' names, the most telling first.
    """

    key: Key
    class_name: str
    primordial: bool
    reserved: bool
    total: int | None
    remaining: int | None
    low_space_percent: int | None
    limitless: bool
    raid_texts: tuple[str, ...] = ()
    media_text: str | None = None
    promised: int | None = None
    sparing: bool = False
    skipped: bool = False

    @property
    def for_luns(self) -> bool:
        """Whether LUNs may lie here as far as the array offers it: neither raw, nor reserved, nor skipped."""
        return not (self.primordial or self.reserved or self.skipped)


@dataclass(frozen=True, slots=True)
class Allocation:
    """What one volume or pool takes from a pool. Spaces are bytes; None means that the array does not say.

    `bound` tells, where an element has several pools, the one that the array counts as its own.
    """

    pool: Key
    consumed: int | None
    limit: int | None
    warning_percent: int | None
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Pools:
    """The pools of a namespace. `allocations` are those of each volume or child pool, in the order of their pools.

    `parents` maps a pool to the one that it is allocated from.
    """

    pools: Mapping[Key, Pool]
    allocations: Mapping[Key, tuple[Allocation, ...]]
    parents: Mapping[Key, Key] = field(default_factory=dict)

    def pool_of(self, element: Key) -> Pool | None:
        """Return the pool that an element lies in, None if no known one that is not skipped.

        Of several it is the one that the element is bound to, else a concrete one, else the one that it takes most
        from; of equals the first by key.
        """
        taken = self.allocations.get(element, ())
        known = [one for one in taken if one.pool in self.pools and not self.pools[one.pool].skipped]
        if not known:
            return None
        return self.pools[known[0].pool if len(known) == 1 else min(known, key=self._preference).pool]

    def _preference(self, one: Allocation) -> tuple[bool, bool, int, Key]:
        return not one.bound, self.pools[one.pool].primordial, -(one.consumed or 0), one.pool

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
    """Read pools and allocations. Of pools with one id the first counts. Raises SourceError."""
    pools: dict[Key, Pool] = {}
    doubles, contradictory = [], []
    for row in walk.rows(v.STORAGE_POOL, v.POOL_PROPERTIES):
        pool = _pool(row, walk)
        if pool.total is not None and pool.remaining is not None and pool.remaining > pool.total:
            contradictory.append("/".join(row.key))
            pool = replace(pool, remaining=None)
        if pools.setdefault(row.key, pool) is not pool:
            doubles.append("/".join(row.key))
    walk.left_out("space of pools", "more remains than there is", contradictory)
    walk.left_out("pools", "another pool has the same InstanceID", doubles)
    allocations: dict[Key, dict[Key, Allocation]] = {}
    for row in walk.rows(v.ALLOCATED_FROM_STORAGE_POOL, v.ALLOCATION_PROPERTIES):
        ends = row.name.ends("Antecedent", "Dependent")
        if ends is not None:
            allocations.setdefault(ends[1], {})[ends[0]] = _allocation(ends[0], row, walk)
    ordered = {element: tuple(of[key] for key in sorted(of)) for element, of in allocations.items()}
    return Pools(pools, ordered, _parents(pools, ordered))


def space_of(row: Row, name: str) -> int | None:
    """Return a number of bytes, None if it is not told, negative or beyond all reason."""
    space = row.number(name)
    return space if space is not None and 0 <= space <= LARGEST else None


def _parents(pools: Collection[Key], allocations: Mapping[Key, Iterable[Allocation]]) -> dict[Key, Key]:
    found = {}
    for element, taken in allocations.items():
        above = [one.pool for one in taken if one.pool in pools]
        if element in pools and above:
            found[element] = above[0]
    return found


def _pool(row: Row, walk: Walk) -> Pool:
    percent = row.number("LowSpaceWarningThreshold")
    class_name, promised = row.name.class_name, walk.quirks.subscribed_capacity(row)
    return Pool(
        key=row.key,
        class_name=class_name,
        primordial=row.flag("Primordial") is True,
        reserved=row.number("Usage") in v.RESERVED_POOLS,
        total=space_of(row, "TotalManagedSpace"),
        remaining=space_of(row, "RemainingManagedSpace"),
        low_space_percent=percent if percent in _PERCENT else None,
        limitless=row.number("SpaceLimitDetermination") == v.LIMITLESS,
        raid_texts=walk.quirks.raid_texts(row),
        media_text=walk.quirks.drive_type(row),
        promised=promised if promised is not None and 0 <= promised <= LARGEST else None,
        sparing=row.number("Usage") == v.PoolUsage.RESERVED_FOR_SPARING,
        skipped=class_name.lower() in _skipped_classes(row, walk) or walk.quirks.is_site_pool(class_name),
    )


def _skipped_classes(row: Row, walk: Walk) -> frozenset[str]:
    """Return the classes to skip on the array of a pool, which is the one whose name its InstanceID has in it."""
    name = plain_name(row.text("InstanceID") or "")
    found = [one for array, one in walk.switches.arrays.items() if array in name]
    return (found[0] if found else walk.switches.common).skip_pools


def _allocation(pool: Key, row: Row, walk: Walk) -> Allocation:
    return Allocation(
        pool,
        space_of(row, "SpaceConsumed"),
        space_of(row, "SpaceLimit"),
        row.number("SpaceLimitWarningThreshold"),
        walk.quirks.is_bound(row),
    )
