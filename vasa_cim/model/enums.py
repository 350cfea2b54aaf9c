"""The enumerations of the VASA 1.0 contract, with their exact wire text (`vasa-1.0 3.1`)."""

from enum import StrEnum


class EntityType(StrEnum):
    """EntityTypeEnum: entityType arguments, eventObjType, alarm objectType, and the middle part of every id."""

    ARRAY = "StorageArray"
    PROCESSOR = "StorageProcessor"
    PORT = "StoragePort"
    LUN = "StorageLun"
    CAPABILITY = "StorageCapability"
    FILE_SYSTEM = "StorageFileSystem"


class Profile(StrEnum):
    """ProfileEnum: StorageArray.supportedProfile, and what a platform adapter offers."""

    BLOCK = "BlockDeviceProfile"
    FILE_SYSTEM = "FileSystemProfile"
    CAPABILITY = "CapabilityProfile"


class BlockProtocol(StrEnum):
    """BlockEnum: StorageArray.supportedBlock and StoragePort.portType."""

    FC = "FC"
    ISCSI = "ISCSI"
    FCOE = "FCoE"
    OTHER = "Other"


class FileSystemKind(StrEnum):
    """FileSystemEnum: StorageArray.supportedFileSystem and StorageFileSystem.fileSystem."""

    NFS = "NFS"
    OTHER = "Other"


class FileSystemVersion(StrEnum):
    """FileSystemVersionEnum: StorageFileSystem.fileSystemVersion."""

    NFSV3_0 = "NFSV3_0"


class EventType(StrEnum):
    """EventTypeEnum: StorageEvent.eventType."""

    SYSTEM = "System"
    CONFIG = "Config"


class EventConfigType(StrEnum):
    """EventConfigTypeEnum: StorageEvent.eventConfigType; only configuration events carry one."""

    NEW = "New"
    UPDATE = "Update"
    DELETE = "Delete"


class AlarmType(StrEnum):
    """AlarmTypeEnum: StorageAlarm.alarmType."""

    SPACE_CAPACITY = "SpaceCapacity"
    CAPABILITY = "Capability"
    OBJECT = "Object"


class AlarmStatus(StrEnum):
    """AlarmStatusEnum: StorageAlarm.status and every thinProvisioningStatus."""

    RED = "Red"
    GREEN = "Green"
    YELLOW = "Yellow"


class CatalogName(StrEnum):
    """storageCatalogEnum: MessageCatalog.catalogName."""

    ALARM = "Alarm"
    EVENT = "Event"
    FAULT = "Fault"
