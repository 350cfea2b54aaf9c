"""What pools and volumes are made of: extents, the extents below them, and drives (`smis-mapping 2.4`, `5.1`).

StoragePool --ConcreteComponent(GroupComponent -> PartComponent)--> StorageExtent
StorageExtent --BasedOn(Dependent -> Antecedent)--> StorageExtent --MediaPresent(Dependent -> Antecedent)--> DiskDrive
"""

from collections.abc import Iterable, Iterator, Mapping

from vasa_cim.adapters.smis import storage_vocabulary as s
from vasa_cim.adapters.smis.pools import Allocation, Pools
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key
from vasa_cim.model.lazy import cached_property


class Structure:
    """The associations below pools and volumes, each read when it is first asked for. All may raise SourceError."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    @cached_property
    def parts(self) -> Mapping[Key, set[Key]]:
        """The parts of each pool, by ConcreteComponent or, where there is none, by AssociatedComponentExtent."""
        found = self._walk.related(s.CONCRETE_COMPONENT, "GroupComponent", "PartComponent")
        return found or self._walk.related(s.ASSOCIATED_COMPONENT_EXTENT, "GroupComponent", "PartComponent")

    @cached_property
    def wholes(self) -> Mapping[Key, set[Key]]:
        """The pools that each extent is part of."""
        found: dict[Key, set[Key]] = {}
        for whole, parts in self.parts.items():
            for part in parts:
                found.setdefault(part, set()).add(whole)
        return found

    @cached_property
    def lower(self) -> Mapping[Key, set[Key]]:
        """The extents that each extent is based on."""
        return self._walk.related(s.BASED_ON, "Dependent", "Antecedent")

    @cached_property
    def drives(self) -> Mapping[Key, set[Key]]:
        """The drives whose media each extent is."""
        return self._walk.related(s.MEDIA_PRESENT, "Dependent", "Antecedent")

    def below(self, extents: Iterable[Key]) -> Iterator[set[Key]]:
        """Yield these extents, then those right below them, and so on; each extent once, whatever the circles."""
        seen: set[Key] = set()
        level = set(extents)
        while level:
            yield level
            seen |= level
            level = set().union(*(self.lower.get(one, set()) for one in level)) - seen

    def drives_of_pool(self, pool: Key) -> set[Key]:
        """Return the drives below a pool's own extents."""
        extents = set().union(*self.below(self.parts.get(pool, ())))
        return set().union(*(self.drives.get(one, set()) for one in extents))


def with_chains(pools: Pools, structure: Structure, volumes: Iterable[Key]) -> Pools:
    """Return the pools with those volumes, too, that only a chain of extents leads to (`smis-mapping 2.4`).

    The chain is asked for only if some volume has no pool. A volume in several pools is put into the first concrete
    one by key. Raises SourceError.
    """
    homeless = [key for key in volumes if pools.pool_of(key) is None]
    if not homeless or not pools.pools:
        return pools
    found: dict[Key, tuple[Allocation, ...]] = {}
    for key in homeless:
        if ground := _ground(key, pools, structure):
            found[key] = (*pools.allocations.get(key, ()), Allocation(ground, None, None, None))
    return Pools(pools.pools, {**pools.allocations, **found}, pools.parents) if found else pools


def _ground(volume: Key, pools: Pools, structure: Structure) -> Key | None:
    for level in structure.below([volume]):
        around = set().union(*(structure.wholes.get(one, set()) for one in level))
        known = [pools.pools[key] for key in around if key in pools.pools and not pools.pools[key].skipped]
        if known:
            return min(known, key=lambda pool: (pool.primordial, pool.key)).key
    return None
