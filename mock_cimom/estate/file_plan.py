"""The arithmetic of an array's file side: which file system lies in which pool, and which server exports what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from mock_cimom.estate import file_names
from mock_cimom.estate.file_description import FileDescription

if TYPE_CHECKING:
    from mock_cimom.estate.description import ArrayDescription

MIB = 2**20
GIB = 2**30
NEARLY_FULL_PERCENT = 97


class Protocol(Enum):
    """What a share is mounted by: CIM_ExportedFileShareSetting.FileSharingProtocol."""

    NFS = 2
    CIFS = 3


@dataclass(frozen=True)
class FileServer:
    """One file server: its DNS name and its addresses, IPv4 before IPv6."""

    index: int
    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class FileSystem:
    """One file system with the logical disk below it, which is as large.

    `size` and `used` are bytes. `pool` is None in a NAS head, whose file systems lie on the volumes of other arrays;
    `consumed` is what the disk takes from its pool.
    """

    index: int
    server: int
    pool: int | None
    thin: bool
    size: int
    used: int
    consumed: int
    degraded: bool


@dataclass(frozen=True)
class Share:
    """One exported share.

    `servers` are those under whose addresses it is mounted, the first is its host. `path` is what a client mounts: an
    absolute path (NFS) or a name (CIFS). `name` is what the share itself says; it may end in a slash that the path
    does not have, or be no path at all. `directory` is the path of the exported directory inside the array, None if
    the share exports a whole file system.
    """

    index: int
    protocol: Protocol
    file_system: int
    servers: tuple[int, ...]
    path: str
    name: str
    directory: str | None
    enabled: bool
    writable: bool


@dataclass(frozen=True)
class FilePlan:
    """Everything the file side of one array consists of."""

    array: int
    description: FileDescription
    servers: tuple[FileServer, ...]
    file_systems: tuple[FileSystem, ...]
    shares: tuple[Share, ...]

    @property
    def allocations(self) -> Mapping[int, int]:
        """Bytes that the file systems consume, by pool."""
        return self._sums("consumed")

    @property
    def subscribed(self) -> Mapping[int, int]:
        """Bytes that the file systems may grow to, by pool."""
        return self._sums("size")

    def _sums(self, field: str) -> Mapping[int, int]:
        sums: Counter[int] = Counter()
        for one in self.file_systems:
            if one.pool is not None:
                sums[one.pool] += getattr(one, field)
        return sums

    def server(self, index: int) -> FileServer:
        """Return a file server by its number."""
        return self.servers[index - 1]

    @property
    def mounts(self) -> list[str]:
        """Each NFS share that can be mounted as `server:path`, by the name of the server that hosts it."""
        return [
            f"{self.server(share.servers[0]).name}:{share.path}"
            for share in self.shares
            if share.protocol is Protocol.NFS and share.enabled
        ]


def plan_files(description: ArrayDescription, index: int) -> FilePlan:
    """Lay out the file side of array number `index`. The description must have one (`files` is not None)."""
    files = description.files
    if files is None:
        raise ValueError(f"array {index} has no file side")
    irregular = description.irregular
    pools = _own_pools(description)
    servers = tuple(_server(files, index, number, irregular) for number in range(1, files.servers + 1))
    systems = tuple(_file_system(files, number, pools, irregular) for number in range(1, files.file_systems + 1))
    shares = [_nfs_share(files, systems, number, irregular) for number in range(1, files.nfs_shares + 1)]
    shares += [_cifs_share(files, systems, number) for number in range(1, files.cifs_shares + 1)]
    return FilePlan(index, files, servers, systems, tuple(shares))


def _own_pools(description: ArrayDescription) -> list[tuple[int, bool]]:
    """Return the pools that file systems lie in, by number, and whether each is thin.

    Where there are volumes too, those alone fill a filled pool: clients may count nothing but volumes as subscribed.
    """
    return [
        (number, kind.thin)
        for number, kind in enumerate(description.pool_kinds, start=1)
        if kind.used_percent is None or not description.kind.has_blocks
    ]


def _server(files: FileDescription, array: int, number: int, irregular: bool) -> FileServer:
    """Make a server. Of an irregular array's servers the last but the first has no usable name, and one has IPv6."""
    first = (number - 1) * files.addresses_per_server + 1
    addresses = [file_names.server_address(array, first + offset) for offset in range(files.addresses_per_server)]
    name = file_names.server_host_name(array, number)
    if irregular and number == 1:
        addresses.append(file_names.server_address6(array, number))
    if irregular and 1 < number == files.servers:
        name = file_names.unresolvable_host_name(array, number)
    return FileServer(number, name, tuple(addresses))


def _file_system(files: FileDescription, number: int, pools: list[tuple[int, bool]], irregular: bool) -> FileSystem:
    """Make a file system: in an irregular array every tenth is degraded and every tenth is nearly full."""
    pool, thin = pools[(number - 1) % len(pools)] if pools else (None, False)
    percent = NEARLY_FULL_PERCENT if irregular and number % 10 == 3 else 10 + number * 13 % 60
    size = (100 + number % 10 * 20) * GIB
    used = size * percent // 100 // MIB * MIB
    return FileSystem(
        index=number,
        server=(number - 1) % files.servers + 1,
        pool=pool,
        thin=thin,
        size=size,
        used=used,
        consumed=used if thin else size,
        degraded=irregular and number % 10 == 2,
    )


class _Form(Enum):
    """What is irregular about one NFS share in ten of an irregular array, by the last digit of its number."""

    NAMELESS = 3  # its Name is no path: the path is only that of the directory it shares
    SEVERAL_SERVERS = 5
    DISABLED = 6
    SLASH = 7
    READ_ONLY = 8


def _nfs_share(files: FileDescription, systems: tuple[FileSystem, ...], number: int, irregular: bool) -> Share:
    """Make an NFS share of the file system whose turn it is."""
    system = systems[(number - 1) % len(systems)]
    digit = number % 10 if irregular else 0
    by_directory = bool(files.directory_every) and number % files.directory_every == 0
    directory = None
    if by_directory or digit == _Form.NAMELESS.value:
        directory = file_names.directory_path(system.index, number)
    path = name = file_names.export_path(number)
    if digit == _Form.NAMELESS.value and directory is not None:
        path, name = directory, file_names.nfs_label(number)
    elif digit == _Form.SLASH.value:
        name = f"{path}/"
    servers = [system.server]
    if digit == _Form.SEVERAL_SERVERS.value and files.servers > 1:
        servers.append(system.server % files.servers + 1)
    return Share(
        index=number,
        protocol=Protocol.NFS,
        file_system=system.index,
        servers=tuple(servers),
        path=path,
        name=name,
        directory=directory,
        enabled=digit != _Form.DISABLED.value,
        writable=digit != _Form.READ_ONLY.value,
    )


def _cifs_share(files: FileDescription, systems: tuple[FileSystem, ...], number: int) -> Share:
    system = systems[(number - 1) % len(systems)]
    name = file_names.cifs_name(number)
    return Share(number, Protocol.CIFS, system.index, (system.server,), name, name, None, enabled=True, writable=True)
