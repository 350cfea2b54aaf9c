# mypy: disallow-subclassing-any=False
# ruff: noqa: RUF012 - `_type_info` is how spyne takes declarations
"""The data types of the contract (`vasa-1.0` 1.4 and 3), declared once for readers, writers and the WSDL.

Order is wire order: alphabetical, fields of the base type first. Every element is optional; texts and complex
elements are nillable, numbers and booleans are not.
"""

from collections.abc import Iterable
from typing import Any

from spyne.model.complex import ComplexModel
from spyne.model.enum import Enum
from spyne.model.primitive import AnyXml, Boolean, DateTime, Integer32, Integer64, Unicode

from vasa_cim.model import enums
from vasa_cim.soap.names import BODY, DATA


def many(contract: Any) -> Any:
    """Return the declaration of an element that may be repeated."""
    return contract.customize(max_occurs="unbounded")


TEXT = Unicode
TEXTS = many(Unicode)
LONG = Integer64(nillable=False)
INT = Integer32(nillable=False)
BOOLEAN = Boolean(nillable=False)
TIME = DateTime


class ExceptionType(ComplexModel):
    """Base of the nine fault types. Its one child is never sent."""

    __namespace__ = BODY
    __type_name__ = "Exception"
    _type_info = [("Exception", AnyXml)]


class NameValuePair(ComplexModel):
    """A value for `{name}` in the text of a catalog."""

    __namespace__ = DATA
    _type_info = [("parameterName", TEXT), ("parameterValue", TEXT)]


class BaseStorageEntity(ComplexModel):
    """Anything with an id."""

    __namespace__ = DATA
    _type_info = [("uniqueIdentifier", TEXT)]


class HostInitiatorInfo(BaseStorageEntity):
    """One initiator port of a host."""

    __namespace__ = DATA
    _type_info = [("iscsiIdentifier", TEXT), ("nodeWwn", TEXT), ("portWwn", TEXT)]


class MountInfo(ComplexModel):
    """One NFS mount of a host."""

    __namespace__ = DATA
    _type_info = [("filePath", TEXT), ("serverName", TEXT)]


class UsageContext(ComplexModel):
    """The hosts that a vCenter speaks for."""

    __namespace__ = DATA
    _type_info = [
        ("chapUsername", TEXTS),
        ("hostInitiator", many(HostInitiatorInfo)),
        ("iscsiInitiatorIpAddress", TEXTS),
        ("mountPoint", many(MountInfo)),
        ("sessionTimeoutInSeconds", LONG),
        ("vcGuid", TEXT),
    ]


class VendorModel(ComplexModel):
    """SCSI INQUIRY texts of an array model."""

    __namespace__ = DATA
    _type_info = [("modelId", TEXT), ("vendorId", TEXT)]


class VasaProviderInfo(ComplexModel):
    """Answer of registerVASACertificate and setContext."""

    __namespace__ = DATA
    _type_info = [
        ("defaultNamespace", TEXT),
        ("defaultSessionTimeoutInSeconds", LONG),
        ("name", TEXT),
        ("sessionId", TEXT),
        ("supportedVendorModel", many(VendorModel)),
        ("vasaApiVersion", TEXT),
        ("vasaProviderVersion", TEXT),
    ]


class StorageArray(BaseStorageEntity):
    """A storage array."""

    __namespace__ = DATA
    _type_info = [
        ("alternateName", TEXTS),
        ("arrayName", TEXT),
        ("firmware", TEXT),
        ("modelId", TEXT),
        ("supportedBlock", TEXTS),
        ("supportedFileSystem", TEXTS),
        ("supportedProfile", TEXTS),
        ("vendorId", TEXT),
    ]


class StorageProcessor(BaseStorageEntity):
    """A controller of an array."""

    __namespace__ = DATA
    _type_info = [("spIdentifier", TEXTS)]


class StoragePort(BaseStorageEntity):
    """A front-end port of an array."""

    __namespace__ = DATA
    _type_info = [
        ("alternateName", TEXTS),
        ("iscsiIdentifier", TEXT),
        ("nodeWwn", TEXT),
        ("portType", TEXT),
        ("portWwn", TEXT),
    ]


class StorageLun(BaseStorageEntity):
    """A LUN."""

    __namespace__ = DATA
    _type_info = [
        ("alternateIdentifier", TEXTS),
        ("capacityInMB", LONG),
        ("displayName", TEXT),
        ("drsManagementPermitted", BOOLEAN),
        ("esxLunIdentifier", TEXT),
        ("thinProvisioned", BOOLEAN),
        ("thinProvisioningStatus", TEXT),
        ("usedSpaceInMB", LONG),
    ]


class FileSystemInfo(ComplexModel):
    """One address of an exported file system."""

    __namespace__ = DATA
    _type_info = [("fileServerName", TEXT), ("fileSystemPath", TEXT), ("ipAddress", TEXT)]


class StorageFileSystem(BaseStorageEntity):
    """An exported file system."""

    __namespace__ = DATA
    _type_info = [
        ("fileSystem", TEXT),
        ("fileSystemInfo", many(FileSystemInfo)),
        ("fileSystemVersion", TEXT),
        ("nativeSnapshotSupported", BOOLEAN),
        ("thinProvisioningStatus", TEXT),
    ]


class StorageCapability(BaseStorageEntity):
    """A capability."""

    __namespace__ = DATA
    _type_info = [("capabilityDetail", TEXT), ("capabilityName", TEXT)]


class VasaAssociationObject(ComplexModel):
    """One entity and what it is related to."""

    __namespace__ = DATA
    _type_info = [("associatedId", many(BaseStorageEntity)), ("entityId", many(BaseStorageEntity))]


class MessageCatalog(ComplexModel):
    """Where a catalog file is."""

    __namespace__ = DATA
    _type_info = [
        ("catalogName", TEXT),
        ("catalogUri", TEXT),
        ("catalogVersion", TEXT),
        ("lastModified", TIME),
        ("locale", TEXT),
        ("moduleName", TEXT),
    ]


class StorageEvent(ComplexModel):
    """A change."""

    __namespace__ = DATA
    _type_info = [
        ("eventConfigType", TEXT),
        ("eventId", LONG),
        ("eventObjType", TEXT),
        ("eventTimeStamp", TIME),
        ("eventType", TEXT),
        ("messageId", TEXT),
        ("objectId", TEXT),
        ("parameterList", many(NameValuePair)),
    ]


class StorageAlarm(ComplexModel):
    """A change of health or fill level."""

    __namespace__ = DATA
    _type_info = [
        ("alarmId", LONG),
        ("alarmTimeStamp", TIME),
        ("alarmType", TEXT),
        ("messageId", TEXT),
        ("objectId", TEXT),
        ("objectType", TEXT),
        ("parameterList", many(NameValuePair)),
        ("status", TEXT),
    ]


def _enumeration(name: str, values: Iterable[str]) -> Any:
    made = Enum(*(str(value) for value in values), type_name=name)
    made.__namespace__ = DATA
    return made


ENUMERATIONS: tuple[Any, ...] = (
    _enumeration("AlarmStatusEnum", enums.AlarmStatus),
    _enumeration("AlarmTypeEnum", enums.AlarmType),
    _enumeration("BlockEnum", enums.BlockProtocol),
    _enumeration("EntityTypeEnum", enums.EntityType),
    _enumeration("EventConfigTypeEnum", enums.EventConfigType),
    _enumeration("EventTypeEnum", enums.EventType),
    _enumeration("FileSystemEnum", enums.FileSystemKind),
    _enumeration("FileSystemVersionEnum", enums.FileSystemVersion),
    _enumeration("ProfileEnum", enums.Profile),
    _enumeration("RemoteReplicationEnum", ("ActiveActive", "ActivePassive", "None")),
    _enumeration("eventSystemTypeEnum", ("RemoteMirroredVolume", "Unknown")),
    _enumeration("storageCatalogEnum", enums.CatalogName),
)
"""In the schema, and referenced by nothing: fields that hold their values are declared as texts (`vasa-1.0 1.4`)."""
