"""Every message that the provider itself can send (`vasa-1.0 7.3`)."""

from collections.abc import Mapping

from vasa_cim.model.enums import CatalogName, EntityType, EventConfigType
from vasa_cim.model.identifiers import VENDOR

_CONFIG_EVENTS = {
    f"{VENDOR}.{entity.value}{change.value}": frozenset({"resId"})
    for entity in EntityType
    for change in EventConfigType
}
SENDABLE: Mapping[CatalogName, Mapping[str, frozenset[str]]] = {
    CatalogName.ALARM: {
        "Alarm.ThinProvisioned": frozenset({"state"}),
        "Alarm.Capability": frozenset({"state"}),
        "Alarm.Object": frozenset({"object", "state"}),
    },
    CatalogName.EVENT: {**_CONFIG_EVENTS, f"{VENDOR}.System": frozenset({"msg"})},
    CatalogName.FAULT: {
        "Fault.NotFound": frozenset({"arrayId"}),
        "Fault.ArrayUnreachable": frozenset({"arrayId"}),
        "Fault.Internal": frozenset({"msg"}),
        "Fault.AccountLocked": frozenset(),
        "Fault.TooManySessions": frozenset({"limit"}),
    },
}
"""The keys of each catalog, with the parameters that are sent along."""
