"""The alerts an array raises when its state changes (smis-mapping 6.3, 7.6).

Space of a concrete pool, of OwningEntity SNIA: DRM28 when what remains falls to the warning threshold, DRM29 when
nothing remains, DRM30 when that is over. Health of a system, processor or port, of OwningEntity MOCK: MOCK1 when its
OperationalStatus turns bad or worse, MOCK2 when it is good again.
"""

from enum import IntEnum

import pywbem

from mock_cimom.entry import Entry
from mock_cimom.indications.lifecycle import model_path
from mock_cimom.repository import Change, Namespace

POOL = "CIM_StoragePool"
DEVICES = ("CIM_ComputerSystem", "CIM_NetworkPort")
ALERT = "CIM_AlertIndication"
OBJECT_PATH = 2  # AlertingElementFormat
DEVICE_ALERT = 5  # AlertType
INFORMATION, WARNING, MINOR, MAJOR = 2, 3, 4, 5  # PerceivedSeverity
EQUIPMENT_MALFUNCTION, OUT_OF_MEMORY, PERFORMANCE_DEGRADED = 16, 33, 35  # ProbableCause
THRESHOLD_CROSSED, CLEARED = 52, 59
SNIA, VENDOR = "SNIA", "MOCK"

# MessageID: severity, probable cause, message.
MESSAGES = {
    "DRM28": (MINOR, THRESHOLD_CROSSED, "Capacity of {} {} is low"),
    "DRM29": (MAJOR, OUT_OF_MEMORY, "Capacity of {} {} is exhausted; host writes fail"),
    "DRM30": (INFORMATION, CLEARED, "Capacity condition of {} {} is cleared"),
}
# CIM_ManagedSystemElement.OperationalStatus by how bad it is; values not listed say nothing of health.
DEGRADED = frozenset({3, 4, 5})  # Degraded, Stressed, Predictive Failure
FAILED = frozenset({6, 7, 10, 12, 13, 14, 16})  # errors, Stopped, No Contact, Lost Communication, Aborted, ...


class Space(IntEnum):
    """How much of a pool's space is left."""

    ENOUGH = 0
    LOW = 1
    NONE = 2


class Health(IntEnum):
    """How well a device is."""

    GOOD = 0
    DEGRADED = 1
    FAILED = 2


def array_alerts(change: Change) -> list[pywbem.CIMInstance]:
    """Return the alerts that a change brings about, none for most. Only changes of what was there raise alerts."""
    if change.before is None or change.after is None:
        return []
    classes = change.space.classes
    if change.after.class_key in classes.family(POOL):
        return _space_alerts(change.space, change.before, change.after)
    if any(change.after.class_key in classes.family(name) for name in DEVICES):
        return _health_alerts(change.space, change.before, change.after)
    return []


def space_of(pool: pywbem.CIMInstance) -> Space:
    """Return the state of a pool's space; a primordial pool always has enough, as it is all given away."""
    total, remaining = pool.get("TotalManagedSpace"), pool.get("RemainingManagedSpace")
    if pool.get("Primordial") or total is None or remaining is None:
        return Space.ENOUGH
    if remaining == 0:
        return Space.NONE
    threshold = pool.get("LowSpaceWarningThreshold")
    if threshold is not None and remaining * 100 <= total * threshold:
        return Space.LOW
    return Space.ENOUGH


def health_of(device: pywbem.CIMInstance) -> Health:
    """Return the worst that the OperationalStatus of a device says."""
    states = set(device.get("OperationalStatus") or [])
    if states & FAILED:
        return Health.FAILED
    return Health.DEGRADED if states & DEGRADED else Health.GOOD


def _space_alerts(space: Namespace, before: Entry, after: Entry) -> list[pywbem.CIMInstance]:
    was, now = space_of(before.instance), space_of(after.instance)
    if was == now:
        return []
    # Whoever was told of DRM29 keeps to it until DRM30; the lesser condition is told anew after it.
    ids = ["DRM30"] if now < was else []
    ids += {Space.ENOUGH: [], Space.LOW: ["DRM28"], Space.NONE: ["DRM29"]}[now]
    return [_space_alert(space, after.instance, message_id) for message_id in ids]


def _space_alert(space: Namespace, pool: pywbem.CIMInstance, message_id: str) -> pywbem.CIMInstance:
    severity, cause, text = MESSAGES[message_id]
    arguments = ["Pool", str(pool.get("PoolID") or pool["InstanceID"])]
    alert = _alert(pool, SNIA, message_id, severity, cause)
    alert["MessageArguments"] = arguments
    alert["Message"] = text.format(*arguments)
    _set_system(alert, _system_of_pool(space, pool))
    return alert


def _health_alerts(space: Namespace, before: Entry, after: Entry) -> list[pywbem.CIMInstance]:
    was, now = health_of(before.instance), health_of(after.instance)
    if was == now:
        return []
    device = after.instance
    severity, cause = {
        Health.GOOD: (INFORMATION, CLEARED),
        Health.DEGRADED: (WARNING, PERFORMANCE_DEGRADED),
        Health.FAILED: (MAJOR, EQUIPMENT_MALFUNCTION),
    }[now]
    alert = _alert(device, VENDOR, "MOCK1" if now else "MOCK2", severity, cause)
    name = str(device.get("ElementName") or device.get("DeviceID") or device.get("Name"))
    alert["MessageArguments"] = [device.classname, name]
    alert["Message"] = f"{device.classname} {name} is {now.name.lower()}"
    system_class, system_name = device.get("SystemCreationClassName"), device.get("SystemName")
    if system_name is None:
        system_class, system_name = device.get("CreationClassName"), device.get("Name")
    _set_system(alert, (system_class, system_name))
    return [alert]


def _alert(element: pywbem.CIMInstance, entity: str, message_id: str, severity: int, cause: int) -> pywbem.CIMInstance:
    return pywbem.CIMInstance(
        ALERT,
        {
            "AlertType": pywbem.Uint16(DEVICE_ALERT),
            "PerceivedSeverity": pywbem.Uint16(severity),
            "ProbableCause": pywbem.Uint16(cause),
            "AlertingManagedElement": model_path(element.path),
            "AlertingElementFormat": pywbem.Uint16(OBJECT_PATH),
            "OwningEntity": entity,
            "MessageID": message_id,
            "ProviderName": "mock-cimom",
        },
    )


def _system_of_pool(space: Namespace, pool: pywbem.CIMInstance) -> tuple[str | None, str | None]:
    hosting = space.instances.referring_to(pool.path, space.classes.family("CIM_HostedStoragePool"))
    for association in hosting:
        system = dict(association.references()).get("groupcomponent")
        if system is not None:
            return system.get("CreationClassName"), system.get("Name")
    return None, None


def _set_system(alert: pywbem.CIMInstance, system: tuple[str | None, str | None]) -> None:
    class_name, name = system
    if name is not None:
        alert["SystemCreationClassName"] = class_name
        alert["SystemName"] = name
