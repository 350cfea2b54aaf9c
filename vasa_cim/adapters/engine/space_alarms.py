"""Alarms of thin provisioning: what has changed its colour between two moments (`vasa-1.0 6.6`)."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from vasa_cim.model.entities import Entity, StorageFileSystem, StorageLun
from vasa_cim.model.enums import AlarmStatus, AlarmType, EntityType
from vasa_cim.model.notices import NameValue, StorageAlarm

MESSAGE_ID = "Alarm.ThinProvisioned"


def space_alarms(
    kind: EntityType, before: Mapping[str, Entity], after: Mapping[str, Entity], at: datetime
) -> Iterator[StorageAlarm]:
    """Yield one alarm for each object whose `thinProvisioningStatus` is another than it was.

    What is new was green before, and what has gone is green again. `kind` is StorageLun or StorageFileSystem.
    """
    if before is after:
        return
    for identifier, entity in after.items():
        known = before.get(identifier)
        if known is not entity and (status := _status(entity)) is not _status(known):
            yield _alarm(kind, identifier, status, at)
    for identifier, known in before.items():
        if identifier not in after and _status(known) is not AlarmStatus.GREEN:
            yield _alarm(kind, identifier, AlarmStatus.GREEN, at)


def _status(entity: Entity | None) -> AlarmStatus:
    if isinstance(entity, StorageLun | StorageFileSystem):
        return entity.thin_provisioning_status
    return AlarmStatus.GREEN


def _alarm(kind: EntityType, identifier: str, status: AlarmStatus, at: datetime) -> StorageAlarm:
    return StorageAlarm(
        alarm_type=AlarmType.SPACE_CAPACITY,
        object_type=kind,
        object_id=identifier,
        message_id=MESSAGE_ID,
        status=status,
        timestamp=at,
        parameters=(NameValue("state", status.value),),
    )
