"""The file side of one namespace, read in one round on top of the tables that block adapters use too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis import file_vocabulary as f
from vasa_cim.adapters.smis.addresses import Addresses
from vasa_cim.adapters.smis.capabilities import StorageKind
from vasa_cim.adapters.smis.file_servers import FileServer, FileServers, read_file_servers
from vasa_cim.adapters.smis.file_shares import Share, read_shares
from vasa_cim.adapters.smis.file_systems import (
    Disk,
    FileSystem,
    Grounds,
    read_disks,
    read_file_systems,
    read_grounds,
    read_local_copies,
)
from vasa_cim.adapters.smis.systems import System
from vasa_cim.adapters.smis.tables import Tables
from vasa_cim.adapters.smis.thin import Stored, subscribed_space
from vasa_cim.cim.profiles import fold_profile_name
from vasa_cim.cim.rows import Key
from vasa_cim.model.lazy import cached_property

_COPY_PROFILES = frozenset(map(fold_profile_name, ("Copy Services", "Replication Services")))


@dataclass(frozen=True, slots=True)
class Exported:
    """One share with all that was found around it. `file_system` None: what it shares is not known."""

    share: Share
    array: str
    server: FileServer
    addresses: tuple[str, ...]
    file_system: FileSystem | None


@dataclass
class FileTables:
    """The file side of those arrays of a namespace that have one; everything may raise SourceError.

    `arrays` are their plain names, `heads` those that lie on the volumes of other arrays, and `blocks` those that are
    block arrays too. `alone` says that the whole source has no block arrays.
    """

    tables: Tables
    arrays: frozenset[str]
    heads: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    alone: bool = False

    @cached_property
    def systems(self) -> Mapping[str, System]:
        """The arrays by name."""
        return {name: system for name, system in self.tables.systems.arrays.items() if name in self.arrays}

    @cached_property
    def file_systems(self) -> Mapping[Key, FileSystem]:
        """The file systems."""
        return read_file_systems(self.tables.walk)

    @cached_property
    def disks(self) -> Mapping[Key, Disk]:
        """The logical disks below file systems, and what else has their place."""
        if not any(one.extents for one in self.file_systems.values()):
            return {}
        volumes = self.tables.volumes if self.blocks else {}
        below = {extent for one in self._own for extent in one.extents if extent not in volumes}
        disks = read_disks(self.tables.walk, below)
        return {key: disk for key, disk in disks.items() if key not in volumes}

    @property
    def _own(self) -> list[FileSystem]:
        """The file systems that do not lie on the volumes of other arrays."""
        return [one for one in self.file_systems.values() if self.servers.array_for(one.system) not in self.heads]

    @cached_property
    def servers(self) -> FileServers:
        """The file servers."""
        return read_file_servers(self.tables.walk, self.tables.systems, self.systems)

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """The shares exported by NFS."""
        return read_shares(self.tables.walk, self.file_systems, self.tables.saps)

    @cached_property
    def addresses(self) -> Addresses:
        """The addresses behind endpoints."""
        return Addresses(self.tables.walk, self.tables.bindings, self.tables.ip_endpoints)

    @cached_property
    def grounds(self) -> Grounds:
        """The pools below file systems."""
        return read_grounds(self.tables.pools, self.tables.structure, self._own)

    @cached_property
    def stored(self) -> Mapping[Key, Stored]:
        """The logical disks, and the volumes of arrays that are block arrays too."""
        return {**self.disks, **(self.tables.volumes if self.blocks else {})}

    @cached_property
    def subscribed(self) -> Mapping[Key, int]:
        """The bytes promised in each pool, to disks and to volumes."""
        return subscribed_space(self.stored, self.tables.pools)

    @cached_property
    def storage_kinds(self) -> Mapping[Key, StorageKind]:
        """What each pool offers."""
        return self.tables.storage_kinds if self.tables.pools.pools else {}

    @cached_property
    def exported(self) -> tuple[Exported, ...]:
        """The shares of the arrays here; those of no array, or of one that has no file side, are left out."""
        found, foreign = [], []
        for share in self.shares:
            file_system = None if share.file_system is None else self.file_systems.get(share.file_system)
            array = self._array_of(share)
            if array in self.arrays:
                found.append(self._exported(share, array, file_system))
            else:
                foreign.append(share.local)
        self.tables.walk.left_out("shares", "no array is known that they belong to", foreign)
        lost = [one.share.local for one in found if one.file_system is None]
        self.tables.walk.left_out("file systems of shares", "they are not there", lost)
        return tuple(found)

    def _array_of(self, share: Share) -> str | None:
        """Return the array of a share: that of its host, else of what it shares; None if it cannot be told."""
        told = [name for name in (share.host, share.system) if name]
        if not told:
            return self.servers.array_for(None)
        return next((array for name in told if (array := self.servers.array_for(name))), None)

    def _exported(self, share: Share, array: str, file_system: FileSystem | None) -> Exported:
        """Return a share with its server and the addresses that it is available at, else all of those servers."""
        server = self.servers.server(share.host or array, array)
        known = self.addresses
        addresses = known.of_endpoints(share.endpoints) or known.of_systems(share.endpoints)
        addresses = addresses or known.of_system(server.name)
        return Exported(share, array, server, addresses or server.addresses, file_system)

    @cached_property
    def exporters(self) -> frozenset[str]:
        """The arrays that export by NFS: those with shares; where there are none, those that say that they can."""
        found = frozenset(one.array for one in self.exported)
        return found | (self._able if self.arrays - found else frozenset())

    @cached_property
    def _able(self) -> frozenset[str]:
        walk = self.tables.walk
        able = {
            row.key
            for row in walk.rows(f.FILE_EXPORT_CAPABILITIES, f.FILE_EXPORT_PROPERTIES)
            if f.SharingProtocol.NFS in row.numbers("FileSharingProtocol")
        }
        rows = walk.rows(f.FILE_SERVER_CAPABILITIES, f.FILE_SERVER_PROPERTIES)
        able |= {row.key for row in rows if row.flag("NFSSupported")}
        return frozenset(self._arrays_with(able))

    @cached_property
    def copying(self) -> frozenset[str]:
        """The arrays that can make snapshots or clones of files.

        A profile for copies counts where all arrays have files only: else it may speak of volumes.
        """
        if self.alone and _COPY_PROFILES & self.tables.registered:
            return self.arrays
        return frozenset(self._arrays_with(read_local_copies(self.tables.walk)))

    def _arrays_with(self, capabilities: frozenset[Key] | set[Key]) -> Iterator[str]:
        """Yield the arrays that have one of these capabilities, themselves or through a part or a service."""
        for name in self.tables.element_capabilities if capabilities else ():
            element, found = name.reference("ManagedElement"), name.reference("Capabilities")
            if element is not None and found is not None and found.key in capabilities:
                array = self.servers.array_for(element.text("SystemName") or element.text("Name"))
                if array in self.arrays:
                    yield str(array)
