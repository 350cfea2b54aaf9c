"""The names of the VASA 1.0 contract that a client needs (`vasa-1.0 1.1`, `2.2`)."""

from vasa_cim.errors import (
    InvalidArgument,
    InvalidCertificate,
    InvalidLogin,
    InvalidSession,
    LostAlarm,
    LostEvent,
    NotFound,
    ProfileNotSupported,
    StorageFault,
    VasaFault,
)

BODY = "http://com.vmware.vim.vasa/1.0/xsd"
DATA = "http://data.vasa.vim.vmware.com/xsd"
FAULT = "http://fault.vasa.vim.vmware.com/xsd"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

SESSION_COOKIE = "VASASESSIONID"
NO_SESSION = "0"

_ALWAYS = frozenset({InvalidSession, StorageFault})
_ARGUMENT = _ALWAYS | {InvalidArgument}
_LIST = _ARGUMENT | {ProfileNotSupported}
_ONE_ARRAY = _LIST | {NotFound}

DECLARED_FAULTS: dict[str, frozenset[type[VasaFault]]] = {
    "registerVASACertificate": _ALWAYS | {InvalidCertificate, InvalidLogin},
    "unregisterVASACertificate": _ALWAYS | {InvalidCertificate},
    "setContext": _ARGUMENT,
    "queryArrays": _ARGUMENT,
    "queryUniqueIdentifiersForEntity": _ARGUMENT,
    "getNumberOfEntities": _ARGUMENT,
    "queryStorageProcessors": _LIST,
    "queryStoragePorts": _LIST,
    "queryStorageLuns": _LIST,
    "queryStorageFileSystems": _LIST,
    "queryStorageCapabilities": _LIST,
    "queryAssociatedProcessorsForArray": _LIST,
    "queryAssociatedPortsForProcessor": _LIST,
    "queryAssociatedLunsForPort": _LIST,
    "queryAssociatedCapabilityForLun": _LIST,
    "queryAssociatedCapabilityForFileSystem": _LIST,
    "queryUniqueIdentifiersForLuns": _ONE_ARRAY,
    "queryUniqueIdentifiersForFileSystems": _ONE_ARRAY,
    "queryDRSMigrationCapabilityForPerformance": _ARGUMENT | {NotFound},
    "getEvents": _ARGUMENT | {LostEvent},
    "getAlarms": _ARGUMENT | {LostAlarm},
    "queryCatalog": _ALWAYS,
}
"""The 22 operations and the faults that each declares."""
