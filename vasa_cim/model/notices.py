"""Events, alarms and message catalogs (`vasa-1.0 3.5`, 6 and 7)."""

from dataclasses import dataclass
from datetime import datetime

from vasa_cim.model.enums import AlarmStatus, AlarmType, CatalogName, EntityType, EventConfigType, EventType


@dataclass(frozen=True, slots=True)
class NameValue:
    """NameValuePair: a value for `{name}` in a catalog text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageEvent:
    """StorageEvent. `event_id` 0 means not queued yet: the callback service gives the id.

    `timestamp` is the time of the change, with a time zone. `config_type` is None for system events.
    """

    event_type: EventType
    object_type: EntityType
    object_id: str
    message_id: str
    timestamp: datetime
    config_type: EventConfigType | None = None
    parameters: tuple[NameValue, ...] = ()
    event_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageAlarm:
    """StorageAlarm, a state transition of (object, alarm type). `alarm_id` 0 means not queued yet."""

    alarm_type: AlarmType
    object_type: EntityType
    object_id: str
    message_id: str
    status: AlarmStatus
    timestamp: datetime
    parameters: tuple[NameValue, ...] = ()
    alarm_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCatalog:
    """MessageCatalog: where a client fetches the texts of one catalog in one locale.

    `catalog_uri` is relative to the root of the provider's host and port.
    """

    catalog_name: CatalogName
    catalog_uri: str
    catalog_version: str
    last_modified: datetime
    locale: str
    module_name: str
