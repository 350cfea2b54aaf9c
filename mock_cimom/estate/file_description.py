"""The file side of an array described by counts."""

from dataclasses import dataclass
from enum import Enum


class AddressPath(Enum):
    """How a client gets from a share's protocol endpoint to the IP addresses below it (smis-mapping 4.2, F6)."""

    BINDS_TO = "binds-to"  # endpoint --BindsTo-- TCP --BindsTo-- IP
    PORT = "port"  # endpoint --DeviceSAPImplementation-- Ethernet port --DeviceSAPImplementation-- IP
    SYSTEM = "system"  # nothing but the common SystemName


@dataclass(frozen=True)
class FileDescription:
    """The counts of an array's file side; all of them at least 0, servers and addresses at least 1.

    The NFS shares are spread evenly over the file systems, the file systems evenly over the file servers and the
    pools. What is irregular (a share whose Name is no path, a file system that is nearly full...) is in the arrays
    that are described as irregular.
    """

    servers: int = 2
    addresses_per_server: int = 2
    file_systems: int = 4
    nfs_shares: int = 8
    cifs_shares: int = 1
    # Every `directory_every`-th NFS share exports a directory of its file system, the others all of it; 0: none does.
    directory_every: int = 4
    address_path: AddressPath = AddressPath.BINDS_TO
    # Does the array say that it can take snapshots of file systems?
    snapshots: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError for counts that no array can have."""
        counts = (self.file_systems, self.nfs_shares, self.cifs_shares, self.directory_every)
        if self.servers < 1 or self.addresses_per_server < 1 or min(counts) < 0:
            raise ValueError("a file side needs a server with an address, and no count may be negative")
        if not self.file_systems and (self.nfs_shares or self.cifs_shares):
            raise ValueError("there can be no shares without a file system")
        if self.servers * self.addresses_per_server > MOST_ADDRESSES:
            raise ValueError(f"an array can have {MOST_ADDRESSES} addresses of file servers at most")


MOST_ADDRESSES = 60_000
