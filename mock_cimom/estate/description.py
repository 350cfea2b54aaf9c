"""An estate described by counts, what its arrays are and which dialects of SMI-S they speak; the estates with a name.

Which counts go together is in `mock_cimom.estate.limits`.
"""

from dataclasses import dataclass, replace
from enum import Enum

from mock_cimom.estate.file_description import FileDescription
from mock_cimom.estate.pool_kinds import FEW_POOLS, FILLED_POOLS, PoolKind


class Kind(Enum):
    """What an array is; its value is the word for it in files and options."""

    BLOCK = "block"
    NAS = "nas"
    NAS_HEAD = "nas-head"
    UNIFIED = "unified"

    @property
    def has_blocks(self) -> bool:
        """Whether the array has volumes, target ports and masking."""
        return self in (Kind.BLOCK, Kind.UNIFIED)

    @property
    def has_files(self) -> bool:
        """Whether the array has file servers."""
        return self is not Kind.BLOCK

    @property
    def has_pools(self) -> bool:
        """Whether the array has drives and pools of its own."""
        return self is not Kind.NAS_HEAD

    @property
    def namespace(self) -> str:
        """The namespace that arrays of this kind are published in."""
        return {Kind.BLOCK: "root/mockblock", Kind.UNIFIED: "root/mockunified"}.get(self, "root/mocknas")


class Masking(Enum):
    """Who may see a view, and through what (smis-mapping 3.1)."""

    PRIVILEGES = 1  # AuthorizedPrivilege
    ASSOCIATED_PRIVILEGES = 2  # AssociatedPrivilege
    GROUPS = 3  # masking groups
    PRIVILEGES_AND_PORTS = 4  # as 1, but the view leads to port devices by ProtocolControllerForPort
    ROWS = 5  # MaskingMappingView, one row per path


class PortLink(Enum):
    """What leads from a view to its ports."""

    SAP = "sap"  # SAPAvailableForElement, to endpoints
    PORT = "port"  # ProtocolControllerForPort, to port devices


class Settings(Enum):
    """Which volumes have a CIM_StorageSetting."""

    NONE = "none"
    SHARED = "shared"  # all volumes of a pool one together
    VOLUME = "volume"  # each its own


class Indications(Enum):
    """Which indications the server offers."""

    ALL = "all"
    ALERTS = "alerts"
    NONE = "none"


@dataclass(frozen=True)
class ArrayDescription:
    """The counts of one array.

    One volume in `thick_every` is thick, one in `unmasked_every` is seen by no host, and every `iscsi_host_every`-th
    host has one FC and one iSCSI initiator where the others have two FC initiators; 0 means none. `luns_per_view` None
    gives each view an equal share of the volumes. `naa` is the number of the rule of smis-mapping 2.5 by which clients
    find the volumes' names. An array without blocks has none of volumes, hosts, FC and iSCSI ports; `files` is None
    exactly where the kind has no file servers.

    `irregular` brings what smis-mapping 9.5 lists: one volume in `not_ok_every` is not OK, eight hosts share one view,
    one volume is seen through two views, one initiator has no view, one view is open to all, one privilege denies.
    """

    kind: Kind = Kind.BLOCK
    processors: int = 2
    fc_ports_per_processor: int = 2
    iscsi_ports_per_processor: int = 1
    pool_kinds: tuple[PoolKind, ...] = FEW_POOLS
    drives_per_pool: int = 4
    volumes: int = 20
    thick_every: int = 5
    unmasked_every: int = 20
    not_ok_every: int = 50
    hosts: int = 2
    iscsi_host_every: int = 2
    luns_per_view: int | None = None
    masking: Masking = Masking.PRIVILEGES
    ports: PortLink = PortLink.SAP
    # Dialect 3 only: the groups alone lead to volumes and ports, there are no ProtocolControllerForUnit and no port
    # associations of views.
    groups_only: bool = False
    naa: int = 1
    separator: str = "+"
    settings: Settings = Settings.SHARED
    statistics: bool = False
    views: bool = False  # CIM_VolumeView
    irregular: bool = False
    files: FileDescription | None = None

    @property
    def port_link(self) -> PortLink:
        """What leads from views to ports; dialect 4 has but one way."""
        return PortLink.PORT if self.masking is Masking.PRIVILEGES_AND_PORTS else self.ports


@dataclass(frozen=True)
class EstateDescription:
    """Everything one CIMOM serves. The arrays are counted from 1 in this order, over all kinds.

    The same `seed` gives the same estate; it spreads choices and never changes a name. `pulls` False: the server
    refuses the Open and Pull operations.
    """

    arrays: tuple[ArrayDescription, ...] = (ArrayDescription(),)
    seed: int = 1
    pulls: bool = True
    indications: Indications = Indications.ALL
    # Methods that send indications and answer late, for clients' test suites, in a namespace of their own.
    test_provider: bool = False

    @property
    def namespaces(self) -> list[str]:
        """The implementation namespaces, in the order of the first array of each."""
        return list(dict.fromkeys(one.kind.namespace for one in self.arrays))


SMALL_BLOCK = ArrayDescription(
    pool_kinds=FEW_POOLS + FILLED_POOLS,
    volumes=250,
    thick_every=10,
    hosts=20,
    iscsi_host_every=10,
    irregular=True,
)
SMALL_NAS = ArrayDescription(
    kind=Kind.NAS,
    fc_ports_per_processor=0,
    iscsi_ports_per_processor=0,
    pool_kinds=FEW_POOLS + FILLED_POOLS,
    volumes=0,
    hosts=0,
    irregular=True,
    files=FileDescription(servers=3, file_systems=12, nfs_shares=24),
)
SMALL_UNIFIED = replace(
    SMALL_BLOCK, kind=Kind.UNIFIED, volumes=80, files=FileDescription(file_systems=12, nfs_shares=12)
)
LARGE_BLOCK = replace(
    SMALL_BLOCK, processors=4, fc_ports_per_processor=8, drives_per_pool=16, volumes=10_000, hosts=500, luns_per_view=20
)
SMALLEST: dict[Kind, ArrayDescription] = {
    Kind.BLOCK: SMALL_BLOCK,
    Kind.NAS: SMALL_NAS,
    Kind.NAS_HEAD: replace(SMALL_NAS, kind=Kind.NAS_HEAD, pool_kinds=()),
    Kind.UNIFIED: SMALL_UNIFIED,
}
"""An irregular array of each kind, from which others are described."""

ESTATES: dict[str, EstateDescription] = {
    "tiny": EstateDescription(),
    "small": EstateDescription((SMALL_BLOCK, SMALL_BLOCK)),
    "mixed": EstateDescription((replace(SMALL_BLOCK, volumes=120), SMALL_NAS, SMALL_UNIFIED)),
    "large": EstateDescription((LARGE_BLOCK,)),
    "huge": EstateDescription((replace(LARGE_BLOCK, volumes=100_000, hosts=2_000, luns_per_view=50),)),
}
