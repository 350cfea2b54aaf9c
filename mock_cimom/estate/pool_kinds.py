"""How pools store what lies in them: media, protection, thin or not, how full."""

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
    """How the pools of one kind store what lies in them.

    `used_percent` (1 to 100) is how full such a pool is: it is made just as large as that needs. None: the pool is a
    quarter larger than all that was promised from it.
    """

    media: Media
    raid: Raid
    thin: bool
    used_percent: int | None = None


THIN_SSD = PoolKind(Media.SSD, Raid.RAID6, thin=True)
THIN_HDD = PoolKind(Media.HDD, Raid.RAID5, thin=True)
THICK_HDD = PoolKind(Media.HDD, Raid.RAID10, thin=False)
FEW_POOLS = (THIN_SSD, THIN_HDD, THICK_HDD)

# One thin pool above each threshold of smis-mapping 6.3: yellow (80 %), red (95 %), and nothing left.
FILLED_POOLS = (
    PoolKind(Media.SSD, Raid.RAID6, thin=True, used_percent=85),
    PoolKind(Media.HDD, Raid.RAID5, thin=True, used_percent=97),
    PoolKind(Media.HDD, Raid.RAID5, thin=True, used_percent=100),
)
