"""From the tables of SMI-S to VASA's entities of file systems, and where they are mounted from (`smis-mapping 2.6`)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from vasa_cim.adapters.file.space import space_status
from vasa_cim.adapters.smis.arrays import storage_array
from vasa_cim.adapters.smis.capabilities import StorageKind, capability_of
from vasa_cim.adapters.smis.draft import Draft, ascending, ground_of, related
from vasa_cim.adapters.smis.file_systems import Disk, FileSystem
from vasa_cim.adapters.smis.file_tables import Exported, FileTables
from vasa_cim.adapters.smis.pool_kinds import with_spares
from vasa_cim.adapters.smis.pools import Pool
from vasa_cim.adapters.smis.raid import raid_of
from vasa_cim.adapters.smis.systems import System
from vasa_cim.model.entities import FileSystemInfo, StorageCapability, StorageFileSystem
from vasa_cim.model.enums import AlarmStatus, EntityType, FileSystemKind, Profile
from vasa_cim.model.identifiers import array_id, capability_id, entity_id
from vasa_cim.model.inventory import Export, Inventory

EXTERNAL_STORAGE = StorageCapability(
    unique_identifier=capability_id("external"),
    capability_name="External storage",
    capability_detail="The data lie on volumes of another array, of which this one tells nothing.",
)
"""What a file system of a NAS head offers: its head does not know (`smis-mapping 5.3` rule 5)."""


@dataclass
class FileDraft(Draft):
    """An inventory of file systems in the making."""

    file_systems: dict[str, StorageFileSystem] = field(default_factory=dict)
    file_systems_of_array: dict[str, set[str]] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)


def file_inventory(parts: Iterable[FileTables], read_at: datetime, previous: Inventory | None = None) -> Inventory:
    """Return the file side of these namespaces; one without arrays adds nothing, and nothing is asked of it.

    `previous` gives statuses to leave only with slack. Raises SourceError where a table cannot be read.
    """
    draft = FileDraft(previous)
    for each in parts:
        _add_file_systems(draft, each)
        _add_systems(draft, each)
    return Inventory(
        read_at=read_at,
        arrays=ascending(draft.arrays),
        processors=ascending(draft.processors),
        file_systems=ascending(draft.file_systems),
        capabilities=ascending(draft.capabilities),
        processors_of_array=related(draft.processors_of_array),
        file_systems_of_array=related(draft.file_systems_of_array),
        capability_of=ascending(draft.capability_of),
        pool_of=ascending(draft.pool_of),
        exports=tuple(draft.exports[key] for key in sorted(draft.exports)),
    )


# --- arrays and processors ---


def _add_systems(draft: FileDraft, tables: FileTables) -> None:
    for name, system in tables.systems.items():
        exports = name in tables.exporters
        array = replace(
            storage_array(system, tables.tables.identities[name]),
            supported_file_system=(FileSystemKind.NFS,) if exports else (),
            supported_profile=_profiles(draft, tables, name, exports),
        )
        draft.add_array(name, array, _parts(tables, name, system))


def _profiles(draft: FileDraft, tables: FileTables, name: str, exports: bool) -> tuple[Profile, ...]:
    """Return the profiles that the file side of an array has: capabilities are those of its pools and file systems."""
    known = draft.file_systems_of_array.get(array_id(name), set()) & draft.capability_of.keys()
    capable = bool(known or tables.storage_kinds)
    every = ((Profile.FILE_SYSTEM, exports), (Profile.CAPABILITY, capable))
    return tuple(profile for profile, is_so in every if is_so)


def _parts(tables: FileTables, name: str, system: System) -> Iterable[System]:
    """Return the systems that are an array's processors: its nodes, else its file servers, else itself.

    An array with blocks too has the same ones for both.
    """
    nodes = tables.tables.systems.processors[name]
    servers = () if nodes or name in tables.blocks else tables.servers.of_array(name)
    return nodes or servers or (system,)


# --- file systems ---


def _add_file_systems(draft: FileDraft, tables: FileTables) -> None:
    for kind in tables.storage_kinds.values():
        draft.capability(kind)
    for one in tables.exported:
        identifier = entity_id(EntityType.FILE_SYSTEM, one.array, one.share.local)
        if identifier in draft.file_systems:
            continue
        draft.file_systems[identifier] = _file_system(draft, tables, one, identifier)
        draft.file_systems_of_array.setdefault(array_id(one.array), set()).add(identifier)
        draft.exports[identifier] = Export(identifier, one.share.paths, one.server.names, one.addresses)
        pool = None if one.file_system is None else tables.grounds.pool_of(one.file_system)
        if pool is not None:
            draft.pool_of[identifier] = ground_of(tables.tables.walk.namespace, pool.key)
        draft.capability_of[identifier] = draft.add_capability(_capability(tables, one, pool))


def _file_system(draft: FileDraft, tables: FileTables, one: Exported, identifier: str) -> StorageFileSystem:
    before = draft.previous.file_systems.get(identifier) if draft.previous is not None else None
    status = before.thin_provisioning_status if before is not None else AlarmStatus.GREEN
    return StorageFileSystem(
        unique_identifier=identifier,
        file_system_info=tuple(
            FileSystemInfo(one.server.label, one.share.path, address) for address in one.addresses or (None,)
        ),
        native_snapshot_supported=one.array in tables.copying,
        thin_provisioning_status=(
            AlarmStatus.GREEN if one.file_system is None else space_status(tables, one.file_system, status)
        ),
    )


def _capability(tables: FileTables, one: Exported, pool: Pool | None) -> StorageCapability:
    """Return the capability of a share: its pool's, unless the disk below is better protected."""
    if pool is None:
        return EXTERNAL_STORAGE if one.array in tables.heads else capability_of(StorageKind())
    kind = tables.storage_kinds.get(pool.key, StorageKind())
    if one.file_system is not None:
        kind = _kind_below(tables, one.array, one.file_system, pool, kind)
    return capability_of(kind)


def _kind_below(tables: FileTables, array: str, file_system: FileSystem, pool: Pool, kind: StorageKind) -> StorageKind:
    """Return the kind of the first disk or volume of a file system in its pool; `kind` is that of the pool."""
    for element in tables.grounds.elements_of(file_system):
        if tables.tables.pools.pool_of(element) == pool:
            if element in tables.disks:
                return _kind_of_disk(tables, array, tables.disks[element], kind)
            if tables.blocks and element in tables.tables.lun_kinds:
                return tables.tables.lun_kinds[element]
    return kind


def _kind_of_disk(tables: FileTables, array: str, disk: Disk, kind: StorageKind) -> StorageKind:
    """Return a pool's kind with what a disk says of itself; spares are asked for only if they can tell more."""
    spared = tables.tables.spared_arrays if disk.redundancy.looks_too_high else ()
    if kind.provisioning is None and disk.thin is not None:
        kind = replace(kind, provisioning="Thin" if disk.thin else "Thick")
    return kind.stricter(raid_of(with_spares(disk.redundancy, array, spared)))
