# mypy: disallow-subclassing-any=False
# ruff: noqa: N805 - spyne hands its context to operations as their first argument
"""The 22 operations: names, arguments, answers, faults and flags (`vasa-1.0` 2.1, 2.2, 2.5 and 4.4).

Each method hands the decoded arguments to the VASA service class. `_udd` carries what the gate and the server need:
`trust`, `profiles` (all of them are required) and `waits` (the call may block on a source).
"""

from collections.abc import Callable
from typing import Any

from spyne.decorator import rpc
from spyne.service import Service

from vasa_cim import errors
from vasa_cim.framework.vasa_service import NO_SESSION, Ids, Trust
from vasa_cim.model.enums import Profile
from vasa_cim.model.usage_context import UsageContext
from vasa_cim.soap import types
from vasa_cim.soap.call import call_of
from vasa_cim.soap.faults import WIRE_FAULTS
from vasa_cim.soap.types import BOOLEAN, INT, LONG, TEXT, TEXTS, many

_COMMON = (errors.InvalidSession, errors.StorageFault)
_ARGUMENT = (errors.InvalidArgument,)
_QUERY = (errors.InvalidArgument, errors.ProfileNotSupported)
_SINGLE = (*_QUERY, errors.NotFound)
_BLOCK = (Profile.BLOCK,)
_FILE = (Profile.FILE_SYSTEM,)
_CAPABILITY = (Profile.CAPABILITY,)


def operation(
    name: str,
    arguments: dict[str, Any],
    returns: Any = None,
    *,
    faults: tuple[type[errors.VasaFault], ...] = (),
    trust: Trust = Trust.SESSION,
    profiles: tuple[Profile, ...] = (),
    waits: bool = False,
) -> Callable[[Callable[..., Any]], Any]:
    """Declare one operation. `arguments` are the children of the request wrapper in wire order.

    InvalidSession and StorageFault are added to `faults`: every operation declares them.
    """
    options: dict[str, Any] = {} if returns is None else {"_returns": returns, "_out_variable_name": "return"}
    return rpc(  # type: ignore[no-any-return]
        *arguments.values(),
        _args=list(arguments),
        _operation_name=name,
        _out_message_name=f"{name}Response",
        _faults=[WIRE_FAULTS[fault] for fault in (*faults, *_COMMON)],
        _udd={"trust": trust, "profiles": frozenset(profiles), "waits": waits},
        **options,
    )


class VasaOperations(Service):
    """The port type of VASA 1.0."""

    @operation(
        "registerVASACertificate",
        {"userName": TEXT, "password": TEXT, "newCertificate": TEXT},
        types.VasaProviderInfo,
        faults=(errors.InvalidCertificate, errors.InvalidLogin),
        trust=Trust.NONE,
        waits=True,
    )
    def register_vasa_certificate(ctx: Any, user: str | None, password: str | None, new: str | None) -> Any:
        call = call_of(ctx)
        registration = call.service.register_vasa_certificate(call.admitted(), user, password, new)
        call.cookie = registration.cookie
        return registration.info

    @operation(
        "unregisterVASACertificate",
        {"existingCertificate": TEXT},
        faults=(errors.InvalidCertificate,),
        trust=Trust.CERTIFICATE_OR_SESSION,
        waits=True,
    )
    def unregister_vasa_certificate(ctx: Any, existing: str | None) -> None:
        call = call_of(ctx)
        call.service.unregister_vasa_certificate(call.admitted(), existing)
        call.cookie = NO_SESSION

    @operation(
        "setContext",
        {"usageContext": types.UsageContext},
        types.VasaProviderInfo,
        faults=_ARGUMENT,
        trust=Trust.CERTIFICATE,
        waits=True,
    )
    def set_context(ctx: Any, usage_context: UsageContext | None) -> Any:
        call = call_of(ctx)
        info = call.service.set_context(call.admitted(), usage_context)
        call.cookie = info.session_id
        return info

    @operation("queryArrays", {"arrayUniqueId": TEXTS}, many(types.StorageArray), faults=_ARGUMENT)
    def query_arrays(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_arrays(call_of(ctx).admitted(), ids)

    @operation("queryUniqueIdentifiersForEntity", {"entityType": TEXT}, TEXTS, faults=_ARGUMENT)
    def query_unique_identifiers_for_entity(ctx: Any, entity_type: str | None) -> Any:
        return call_of(ctx).service.query_unique_identifiers_for_entity(call_of(ctx).admitted(), entity_type)

    @operation("getNumberOfEntities", {"entityType": TEXT}, INT, faults=_ARGUMENT)
    def get_number_of_entities(ctx: Any, entity_type: str | None) -> Any:
        return call_of(ctx).service.get_number_of_entities(call_of(ctx).admitted(), entity_type)

    @operation(
        "queryStorageProcessors", {"spUniqueId": TEXTS}, many(types.StorageProcessor), faults=_QUERY, profiles=_BLOCK
    )
    def query_storage_processors(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_storage_processors(call_of(ctx).admitted(), ids)

    @operation("queryStoragePorts", {"portUniqueId": TEXTS}, many(types.StoragePort), faults=_QUERY, profiles=_BLOCK)
    def query_storage_ports(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_storage_ports(call_of(ctx).admitted(), ids)

    @operation("queryStorageLuns", {"lunUniqueId": TEXTS}, many(types.StorageLun), faults=_QUERY, profiles=_BLOCK)
    def query_storage_luns(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_storage_luns(call_of(ctx).admitted(), ids)

    @operation(
        "queryStorageFileSystems", {"fsUniqueId": TEXTS}, many(types.StorageFileSystem), faults=_QUERY, profiles=_FILE
    )
    def query_storage_file_systems(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_storage_file_systems(call_of(ctx).admitted(), ids)

    @operation(
        "queryStorageCapabilities",
        {"capabilityUniqueId": TEXTS},
        many(types.StorageCapability),
        faults=_QUERY,
        profiles=_CAPABILITY,
    )
    def query_storage_capabilities(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_storage_capabilities(call_of(ctx).admitted(), ids)

    @operation(
        "queryAssociatedProcessorsForArray",
        {"arrayUniqueId": TEXTS},
        many(types.VasaAssociationObject),
        faults=_QUERY,
        profiles=_BLOCK,
    )
    def query_associated_processors_for_array(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_associated_processors_for_array(call_of(ctx).admitted(), ids)

    @operation(
        "queryAssociatedPortsForProcessor",
        {"spUniqueId": TEXTS},
        many(types.VasaAssociationObject),
        faults=_QUERY,
        profiles=_BLOCK,
    )
    def query_associated_ports_for_processor(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_associated_ports_for_processor(call_of(ctx).admitted(), ids)

    @operation(
        "queryAssociatedLunsForPort",
        {"portUniqueId": TEXTS},
        many(types.VasaAssociationObject),
        faults=_QUERY,
        profiles=_BLOCK,
    )
    def query_associated_luns_for_port(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_associated_luns_for_port(call_of(ctx).admitted(), ids)

    @operation(
        "queryAssociatedCapabilityForLun",
        {"lunUniqueId": TEXTS},
        many(types.VasaAssociationObject),
        faults=_QUERY,
        profiles=(Profile.BLOCK, Profile.CAPABILITY),
    )
    def query_associated_capability_for_lun(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_associated_capability_for_lun(call_of(ctx).admitted(), ids)

    @operation(
        "queryAssociatedCapabilityForFileSystem",
        {"fsUniqueId": TEXTS},
        many(types.VasaAssociationObject),
        faults=_QUERY,
        profiles=(Profile.FILE_SYSTEM, Profile.CAPABILITY),
    )
    def query_associated_capability_for_file_system(ctx: Any, ids: Ids) -> Any:
        return call_of(ctx).service.query_associated_capability_for_file_system(call_of(ctx).admitted(), ids)

    @operation("queryUniqueIdentifiersForLuns", {"arrayUniqueId": TEXT}, TEXTS, faults=_SINGLE, profiles=_BLOCK)
    def query_unique_identifiers_for_luns(ctx: Any, array_id: str | None) -> Any:
        return call_of(ctx).service.query_unique_identifiers_for_luns(call_of(ctx).admitted(), array_id)

    @operation("queryUniqueIdentifiersForFileSystems", {"fsUniqueId": TEXT}, TEXTS, faults=_SINGLE, profiles=_FILE)
    def query_unique_identifiers_for_file_systems(ctx: Any, array_id: str | None) -> Any:
        return call_of(ctx).service.query_unique_identifiers_for_file_systems(call_of(ctx).admitted(), array_id)

    @operation(
        "queryDRSMigrationCapabilityForPerformance",
        {"srcUniqueId": TEXT, "dstUniqueId": TEXT, "entityType": TEXT},
        BOOLEAN,
        faults=(errors.InvalidArgument, errors.NotFound),
    )
    def query_drs_migration_capability_for_performance(
        ctx: Any, source: str | None, destination: str | None, entity_type: str | None
    ) -> Any:
        call = call_of(ctx)
        return call.service.query_drs_migration_capability_for_performance(
            call.admitted(), source, destination, entity_type
        )

    @operation(
        "getEvents", {"lastEventId": LONG}, many(types.StorageEvent), faults=(errors.InvalidArgument, errors.LostEvent)
    )
    def get_events(ctx: Any, last_event_id: int | None) -> Any:
        return call_of(ctx).service.get_events(call_of(ctx).admitted(), last_event_id or 0)

    @operation(
        "getAlarms", {"lastAlarmId": LONG}, many(types.StorageAlarm), faults=(errors.InvalidArgument, errors.LostAlarm)
    )
    def get_alarms(ctx: Any, last_alarm_id: int | None) -> Any:
        return call_of(ctx).service.get_alarms(call_of(ctx).admitted(), last_alarm_id or 0)

    @operation("queryCatalog", {}, many(types.MessageCatalog))
    def query_catalog(ctx: Any) -> Any:
        return call_of(ctx).service.query_catalog(call_of(ctx).admitted())
