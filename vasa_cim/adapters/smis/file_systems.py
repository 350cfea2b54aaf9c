"""File systems, and what they lie on (`smis-mapping 4.2` F1, F8).

LocalFileSystem <--ResidesOnExtent-- LogicalDisk <--AllocatedFromStoragePool-- StoragePool
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis import file_vocabulary as f
from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.pools import Pool, Pools
from vasa_cim.adapters.smis.raid import Redundancy
from vasa_cim.adapters.smis.structure import Structure
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row


@dataclass(frozen=True, slots=True)
class FileSystem:
    """One file system. `system` is the name of the system that has it; sizes are bytes, None if not told.

    `extents` are the keys of the disks or volumes that it lies on.
    """

    key: Key
    system: str | None
    root: str | None
    size: int | None
    free: int | None
    extents: tuple[Key, ...]

    @property
    def used_percent(self) -> float | None:
        """How full it is; None if that is not told. No free space at all may mean that the array does not know."""
        if not self.size or not self.free or not 0 < self.free <= self.size:
            return None
        return 100 * (self.size - self.free) / self.size


@dataclass(frozen=True, slots=True)
class Disk:
    """One logical disk. `size` is bytes, 0 if not told; `thin` None means that the disk does not say."""

    key: Key
    size: int
    thin: bool | None
    redundancy: Redundancy


def rows_of(walk: Walk, classes: Iterable[str], properties: tuple[str, ...]) -> list[Row]:
    """Return the instances of the first of these classes that has any. Raises SourceError."""
    for class_name in classes:
        if found := list(walk.rows(class_name, properties)):
            return found
    return []


def read_file_systems(walk: Walk) -> Mapping[Key, FileSystem]:
    """Read the file systems by key. Raises SourceError."""
    rows = {row.key: row for row in rows_of(walk, f.LOCAL_FILE_SYSTEM, f.FILE_SYSTEM_PROPERTIES)}
    extents = walk.related(f.RESIDES_ON_EXTENT, "Dependent", "Antecedent") if rows else {}
    return {key: _file_system(row, extents.get(key, ())) for key, row in sorted(rows.items())}


def _file_system(row: Row, extents: Iterable[Key]) -> FileSystem:
    return FileSystem(
        key=row.key,
        system=row.text("CSName"),
        root=row.text("Root"),
        size=row.number("FileSystemSize"),
        free=row.number("AvailableSpace"),
        extents=tuple(sorted(extents)),
    )


def read_disks(walk: Walk, below: Collection[Key] = ()) -> Mapping[Key, Disk]:
    """Read the logical disks by key, and the volumes, too, if one of the extents `below` is no logical disk.

    Some arrays have volumes below file systems, which nobody uses otherwise. Raises SourceError.
    """
    disks = {row.key: _disk(row, walk) for row in walk.rows(f.LOGICAL_DISK, f.DISK_PROPERTIES)}
    if all(extent in disks for extent in below):
        return disks
    return {row.key: _disk(row, walk) for row in walk.rows(v.STORAGE_VOLUME, f.DISK_PROPERTIES)} | disks


def _disk(row: Row, walk: Walk) -> Disk:
    blocks, size = row.number("NumberOfBlocks"), row.number("BlockSize")
    return Disk(
        key=row.key,
        size=blocks * size if blocks and size and blocks > 0 and size > 0 else 0,
        thin=row.flag("ThinlyProvisioned"),
        redundancy=Redundancy(
            data=row.number("DataRedundancy"),
            packages=row.number("PackageRedundancy"),
            stripe=row.number("ExtentStripeLength"),
            protected=row.flag("NoSinglePointOfFailure"),
            texts=walk.quirks.raid_texts(row),
        ),
    )


class Grounds:
    """Where each file system takes its space: by its extents or, where no pool is known of those, by what is below."""

    def __init__(self, pools: Pools, lower: Mapping[Key, Collection[Key]]) -> None:
        """`lower` maps an extent to those that it is based on."""
        self._pools = pools
        self._lower = lower

    def elements_of(self, file_system: FileSystem) -> list[Key]:
        """Return the elements of a file system that lie in known pools, each once."""
        found, waiting = [], [file_system.key, *file_system.extents]
        for element in waiting:
            if self._pools.pool_of(element) is not None:
                found.append(element)
            else:
                waiting += [one for one in sorted(self._lower.get(element, ())) if one not in waiting]
        return found

    def pool_of(self, file_system: FileSystem) -> Pool | None:
        """Return the pool that a file system takes most from, None if no known one; of equals the first by key."""
        taken: dict[Key, int] = {}
        for element in self.elements_of(file_system):
            pool = self._pools.pool_of(element)
            if pool is not None:
                consumed = (one.consumed or 0 for one in self._pools.allocations[element] if one.pool == pool.key)
                taken[pool.key] = taken.get(pool.key, 0) + sum(consumed)
        return self._pools.pools[min(taken, key=lambda key: (-taken[key], key))] if taken else None


def read_grounds(pools: Pools, structure: Structure, file_systems: Iterable[FileSystem]) -> Grounds:
    """Return the grounds of these file systems; what extents are based on is asked for only if it is needed.

    Raises SourceError.
    """
    plain = Grounds(pools, {})
    if not pools.pools or all(plain.elements_of(one) for one in file_systems):
        return plain
    return Grounds(pools, structure.lower)


def read_local_copies(walk: Walk) -> frozenset[Key]:
    """Return the capabilities of making snapshots or clones of files. Raises SourceError."""
    rows = walk.rows(f.REPLICATION_CAPABILITIES, f.REPLICATION_PROPERTIES)
    return frozenset(
        row.key
        for row in rows
        if not (kinds := row.numbers("SupportedReplicationTypes")) or f.LOCAL_COPIES.intersection(kinds)
    )
