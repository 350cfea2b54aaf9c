"""An estate described by counts, and the estates that have a name."""

from dataclasses import dataclass
from enum import Enum


class Media(Enum):
    """CIM_StorageCapabilities.AvailableDiskType, CIM_DiskDrive.DiskType."""

    HDD = 2
    SSD = 3


class Raid(Enum):
    """Protection of a pool: data redundancy, package redundancy, stripe length, rotated parity (smis-mapping 5.2)."""

    RAID10 = (2, 1, 4, False)
    RAID5 = (1, 1, 5, True)
    RAID6 = (1, 2, 8, True)

    @property
    def raw_per_usable(self) -> tuple[int, int]:
        """Raw bytes per usable bytes, as numerator and denominator."""
        copies, packages, stripe, parity = self.value
        return (stripe, stripe - packages) if parity else (copies, 1)


@dataclass(frozen=True)
class PoolKind:
    """How the pools of one kind store their volumes."""

    media: Media
    raid: Raid
    thin: bool


THIN_SSD = PoolKind(Media.SSD, Raid.RAID6, thin=True)
THIN_HDD = PoolKind(Media.HDD, Raid.RAID5, thin=True)
THICK_HDD = PoolKind(Media.HDD, Raid.RAID10, thin=False)


@dataclass(frozen=True)
class EstateDescription:
    """The counts of an estate; every array of it looks the same.

    `pool_kinds` must name at least one thin and one thick kind. One volume in `thick_every` is thick. The last
    `unmasked_volumes` volumes are seen by no host, and the volume before a host's share of the others is shared with
    the next host.
    """

    arrays: int = 1
    processors: int = 2
    fc_ports_per_processor: int = 2
    iscsi_ports_per_processor: int = 1
    pool_kinds: tuple[PoolKind, ...] = (THIN_SSD, THIN_HDD, THICK_HDD)
    drives_per_pool: int = 4
    volumes: int = 20
    thick_every: int = 5
    unmasked_volumes: int = 1
    hosts: int = 2
    # Every `iscsi_host_every`-th host has one FC and one iSCSI initiator, the others have two FC initiators.
    iscsi_host_every: int = 2


ESTATES: dict[str, EstateDescription] = {"tiny": EstateDescription()}
