"""The data types of the contract, read into model objects (`vasa-1.0 3.3` to `3.5`, `7.1`).

Required is what SMS needs to accept an object, the reference's column "Req"; the schema itself requires nothing.
"""

from typing import Any

from lxml import etree

from vasa_cim.client.contract import DATA
from vasa_cim.client.failures import unreadable
from vasa_cim.client.shapes import Field, Shape, boolean, date_time, filled_text, integer, one_of, text
from vasa_cim.model.entities import (
    Association,
    FileSystemInfo,
    ProviderInfo,
    StorageArray,
    StorageCapability,
    StorageFileSystem,
    StorageLun,
    StoragePort,
    StorageProcessor,
    VendorModel,
)
from vasa_cim.model.enums import (
    AlarmStatus,
    AlarmType,
    BlockProtocol,
    CatalogName,
    EntityType,
    EventConfigType,
    EventType,
    FileSystemKind,
    FileSystemVersion,
    Profile,
)
from vasa_cim.model.notices import MessageCatalog, NameValue, StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import normalise_wwn


def _wwn(element: etree._Element) -> str:
    value = normalise_wwn(text(element))
    if value is None:
        raise unreadable(element, f"{text(element)!r} is not a WWN")
    return value


def _api_version(element: etree._Element) -> str:
    value = text(element)
    if value != "1.0":
        raise unreadable(element, f"{value!r} is not '1.0'")
    return value


def _check_port(element: etree._Element, port: StoragePort) -> None:
    if port.port_type is BlockProtocol.ISCSI and not port.iscsi_identifier:
        raise unreadable(element, "is missing, though portType is ISCSI", "iscsiIdentifier")
    if port.port_type in (BlockProtocol.FC, BlockProtocol.FCOE):
        for name, value in (("nodeWwn", port.node_wwn), ("portWwn", port.port_wwn)):
            if value is None:
                raise unreadable(element, f"is missing, though portType is {port.port_type}", name)


def _check_event(element: etree._Element, event: StorageEvent) -> None:
    if event.event_type is EventType.CONFIG and event.config_type is None:
        raise unreadable(element, "is missing, though eventType is Config", "eventConfigType")


def _association(**values: Any) -> Association:
    (entity,) = values["entity"]
    return Association(entity, values["associated"])


def _base_entity(element: etree._Element) -> str:
    return str(_BASE_ENTITY(element))


def _one_entity(element: etree._Element) -> Association:
    entities = element.findall(f"{{{DATA}}}entityId")
    if len(entities) > 1:
        raise unreadable(entities[1], "is there more than once")
    return _ASSOCIATION(element)


_ID = Field("uniqueIdentifier", "unique_identifier", filled_text)
_BASE_ENTITY = Shape(lambda unique_identifier: unique_identifier, DATA, [_ID])
_ASSOCIATION = Shape(
    _association,
    DATA,
    [
        Field("associatedId", "associated", _base_entity, required=False, many=True),
        Field("entityId", "entity", _base_entity, many=True),
    ],
)
association = _one_entity

name_value = Shape(
    NameValue,
    DATA,
    [Field("parameterName", "name", filled_text), Field("parameterValue", "value", text)],
)
_PARAMETERS = Field("parameterList", "parameters", name_value, required=False, many=True)

_vendor_model = Shape(
    VendorModel,
    DATA,
    [Field("modelId", "model_id", filled_text), Field("vendorId", "vendor_id", filled_text)],
)

provider_info = Shape(
    ProviderInfo,
    DATA,
    [
        Field("defaultNamespace", "default_namespace", filled_text),
        Field("defaultSessionTimeoutInSeconds", "default_session_timeout_in_seconds", integer, nillable=False),
        Field("name", "name", filled_text),
        Field("sessionId", "session_id", filled_text),
        # A list that may be empty: one entry per array model, and there may be no array yet.
        Field("supportedVendorModel", "supported_vendor_model", _vendor_model, required=False, many=True),
        Field("vasaApiVersion", "vasa_api_version", _api_version),
        Field("vasaProviderVersion", "vasa_provider_version", filled_text),
    ],
)

storage_array = Shape(
    StorageArray,
    DATA,
    [
        _ID,
        Field("alternateName", "alternate_name", text, required=False, many=True),
        Field("arrayName", "array_name", filled_text),
        Field("firmware", "firmware", text, required=False),
        Field("modelId", "model_id", filled_text),
        Field("supportedBlock", "supported_block", one_of(BlockProtocol), required=False, many=True),
        Field("supportedFileSystem", "supported_file_system", one_of(FileSystemKind), required=False, many=True),
        Field("supportedProfile", "supported_profile", one_of(Profile), required=False, many=True),
        Field("vendorId", "vendor_id", filled_text),
    ],
)

storage_processor = Shape(
    StorageProcessor,
    DATA,
    [_ID, Field("spIdentifier", "sp_identifier", filled_text, many=True)],
)

storage_port = Shape(
    StoragePort,
    DATA,
    [
        _ID,
        Field("alternateName", "alternate_name", text, required=False, many=True),
        Field("iscsiIdentifier", "iscsi_identifier", filled_text, required=False),
        Field("nodeWwn", "node_wwn", _wwn, required=False),
        Field("portType", "port_type", one_of(BlockProtocol)),
        Field("portWwn", "port_wwn", _wwn, required=False),
    ],
    _check_port,
)

storage_lun = Shape(
    StorageLun,
    DATA,
    [
        _ID,
        Field("alternateIdentifier", "alternate_identifier", text, required=False, many=True),
        Field("capacityInMB", "capacity_in_mb", integer, nillable=False),
        Field("displayName", "display_name", filled_text),
        Field("drsManagementPermitted", "drs_management_permitted", boolean, nillable=False),
        Field("esxLunIdentifier", "esx_lun_identifier", filled_text),
        Field("thinProvisioned", "thin_provisioned", boolean, nillable=False),
        Field("thinProvisioningStatus", "thin_provisioning_status", one_of(AlarmStatus)),
        Field("usedSpaceInMB", "used_space_in_mb", integer, nillable=False),
    ],
)

_file_system_info = Shape(
    FileSystemInfo,
    DATA,
    [
        Field("fileServerName", "file_server_name", filled_text),
        Field("fileSystemPath", "file_system_path", filled_text),
        Field("ipAddress", "ip_address", text, required=False),
    ],
)

storage_file_system = Shape(
    StorageFileSystem,
    DATA,
    [
        _ID,
        Field("fileSystem", "file_system", one_of(FileSystemKind)),
        Field("fileSystemInfo", "file_system_info", _file_system_info, many=True),
        Field("fileSystemVersion", "file_system_version", one_of(FileSystemVersion)),
        Field("nativeSnapshotSupported", "native_snapshot_supported", boolean, nillable=False),
        Field("thinProvisioningStatus", "thin_provisioning_status", one_of(AlarmStatus)),
    ],
)

storage_capability = Shape(
    StorageCapability,
    DATA,
    [
        _ID,
        Field("capabilityDetail", "capability_detail", filled_text),
        Field("capabilityName", "capability_name", filled_text),
    ],
)

storage_event = Shape(
    StorageEvent,
    DATA,
    [
        Field("eventConfigType", "config_type", one_of(EventConfigType), required=False),
        Field("eventId", "event_id", integer, nillable=False),
        Field("eventObjType", "object_type", one_of(EntityType)),
        Field("eventTimeStamp", "timestamp", date_time),
        Field("eventType", "event_type", one_of(EventType)),
        Field("messageId", "message_id", filled_text),
        Field("objectId", "object_id", filled_text),
        _PARAMETERS,
    ],
    _check_event,
)

storage_alarm = Shape(
    StorageAlarm,
    DATA,
    [
        Field("alarmId", "alarm_id", integer, nillable=False),
        Field("alarmTimeStamp", "timestamp", date_time),
        Field("alarmType", "alarm_type", one_of(AlarmType)),
        Field("messageId", "message_id", filled_text),
        Field("objectId", "object_id", filled_text),
        Field("objectType", "object_type", one_of(EntityType)),
        _PARAMETERS,
        Field("status", "status", one_of(AlarmStatus)),
    ],
)

message_catalog = Shape(
    MessageCatalog,
    DATA,
    [
        Field("catalogName", "catalog_name", one_of(CatalogName)),
        Field("catalogUri", "catalog_uri", filled_text),
        Field("catalogVersion", "catalog_version", filled_text),
        Field("lastModified", "last_modified", date_time),
        Field("locale", "locale", filled_text),
        Field("moduleName", "module_name", filled_text),
    ],
)
