"""The six kinds of VASA entities, and what hangs on them (`vasa-1.0 3.3` and `3.4`).

Names are the contract's in snake_case. An entity is immutable; an unchanged entity keeps its object from one
snapshot to the next, so that identity is the first test of a diff and a serialized form can stay attached.
"""

from dataclasses import dataclass, field

from vasa_cim.model.enums import (
    AlarmStatus,
    BlockProtocol,
    EntityType,
    FileSystemKind,
    FileSystemVersion,
    Profile,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """BaseStorageEntity: anything with a `uniqueIdentifier` (see `model.identifiers` for its form).

    `fragment` is the entity's serialized form, kept here by the protocol adapter; None until first serialized.
    It takes no part in comparison.
    """

    unique_identifier: str
    fragment: bytes | None = field(default=None, init=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageArray(Entity):
    """StorageArray. `vendor_id` and `model_id` are the trimmed SCSI INQUIRY texts."""

    array_name: str
    vendor_id: str
    model_id: str
    firmware: str | None = None
    alternate_name: tuple[str, ...] = ()
    supported_block: tuple[BlockProtocol, ...] = ()
    supported_file_system: tuple[FileSystemKind, ...] = ()
    supported_profile: tuple[Profile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageProcessor(Entity):
    """StorageProcessor. `sp_identifier` holds at least one name of the controller."""

    sp_identifier: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoragePort(Entity):
    """StoragePort, a front-end target port. WWNs are 16 lower-case hex digits; None where the kind has none."""

    port_type: BlockProtocol
    port_wwn: str | None = None
    node_wwn: str | None = None
    iscsi_identifier: str | None = None
    alternate_name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageLun(Entity):
    """StorageLun. Sizes are in units of 1,048,576 bytes, rounded down; capacity is the provisioned size."""

    capacity_in_mb: int
    used_space_in_mb: int
    display_name: str
    esx_lun_identifier: str
    thin_provisioned: bool
    thin_provisioning_status: AlarmStatus = AlarmStatus.GREEN
    drs_management_permitted: bool = True
    alternate_identifier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileSystemInfo:
    """One address of an export. `file_system_path` is the exported path as a mount names it."""

    file_server_name: str
    file_system_path: str
    ip_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageFileSystem(Entity):
    """StorageFileSystem: one exported share, with at least one address."""

    file_system_info: tuple[FileSystemInfo, ...]
    file_system: FileSystemKind = FileSystemKind.NFS
    file_system_version: FileSystemVersion = FileSystemVersion.NFSV3_0
    native_snapshot_supported: bool = False
    thin_provisioning_status: AlarmStatus = AlarmStatus.GREEN


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageCapability(Entity):
    """StorageCapability: a short unique label and one sentence for people."""

    capability_name: str
    capability_detail: str


@dataclass(frozen=True, slots=True)
class VendorModel:
    """VendorModel: the INQUIRY vendor and product text of one array model, trimmed."""

    vendor_id: str
    model_id: str


@dataclass(frozen=True, slots=True)
class Association:
    """VasaAssociationObject: one entity and the ids related to it, in a stable order."""

    entity_id: str
    associated_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderInfo:
    """VasaProviderInfo, the answer of registerVASACertificate and setContext (`vasa-1.0 3.3`).

    `session_id` is "0" where there is no session.
    """

    name: str
    default_namespace: str
    default_session_timeout_in_seconds: int
    session_id: str
    supported_vendor_model: tuple[VendorModel, ...]
    vasa_provider_version: str
    vasa_api_version: str = "1.0"


ENTITY_CLASSES: dict[EntityType, type[Entity]] = {
    EntityType.ARRAY: StorageArray,
    EntityType.PROCESSOR: StorageProcessor,
    EntityType.PORT: StoragePort,
    EntityType.LUN: StorageLun,
    EntityType.CAPABILITY: StorageCapability,
    EntityType.FILE_SYSTEM: StorageFileSystem,
}
