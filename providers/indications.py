"""The Interop side of indications: the indication service and the filters that are always there (9.2, 7.2).

    host --HostedService--> indication service --ElementCapabilities--> its capabilities
    indication service --OwningCollectionElement--> collection --MemberOfCollection--> static filters

There is a collection for each profile that arrays conform to; a filter that several need is in several of them. A
collection is owned by the service: CIM_HostedCollection, by its declaration, leads to system specific collections
only, and a CIM_FilterCollection is none.
"""

from collections.abc import Sequence
from typing import Any

from mock_cimom.estate.description import Indications
from mock_cimom.indications.service import REMOVAL_SECONDS, REMOVE, RETRY_ATTEMPTS, RETRY_SECONDS
from mock_cimom.providers.factory import HEALTH, HEALTHY, InstanceFactory, Ref

STOPPED = 10  # CIM_ManagedSystemElement.OperationalStatus
ENABLED, DISABLED = 2, 3  # CIM_EnabledLogicalElement.EnabledState
QUERY_LANGUAGE = "DMTF:CQL"
ARRAY_FILTERS, FILE_FILTERS = "MOCK:Array", "MOCK:NAS"
ALERTS = "Alerts"


def _lifecycle(kind: str, class_name: str) -> str:
    return f"SELECT * FROM CIM_Inst{kind} WHERE SourceInstance ISA {class_name}"  # noqa: S608 - CQL, and made of constants


def _status_change(class_name: str) -> str:
    changed = f"{class_name}::OperationalStatus"
    return f"{_lifecycle('Modification', class_name)} AND SourceInstance.{changed} <> PreviousInstance.{changed}"


# Local part of the filter's name, and its query: I1, I2, I3, I5, I6, I7, I9 and I12 of smis-mapping 7.1.
COMMON_QUERIES = {
    "StoragePoolCreation": _lifecycle("Creation", "CIM_StoragePool"),
    "StoragePoolDeletion": _lifecycle("Deletion", "CIM_StoragePool"),
    "StoragePoolModification": _lifecycle("Modification", "CIM_StoragePool"),
    "ComputerSystemStatus": _status_change("CIM_ComputerSystem"),
    "ComputerSystemCreation": _lifecycle("Creation", "CIM_ComputerSystem"),
    "ComputerSystemDeletion": _lifecycle("Deletion", "CIM_ComputerSystem"),
    ALERTS: "SELECT * FROM CIM_AlertIndication",
}
ARRAY_QUERIES = {
    "StorageVolumeCreation": _lifecycle("Creation", "CIM_StorageVolume"),
    "StorageVolumeDeletion": _lifecycle("Deletion", "CIM_StorageVolume"),
    "StorageVolumeStatus": _status_change("CIM_StorageVolume"),
    "FCPortStatus": _status_change("CIM_FCPort"),
    **COMMON_QUERIES,
}
FILE_QUERIES = {
    "FileShareCreation": _lifecycle("Creation", "CIM_FileShare"),
    "FileShareModification": _lifecycle("Modification", "CIM_FileShare"),
    "FileShareDeletion": _lifecycle("Deletion", "CIM_FileShare"),
    "FileSystemCreation": _lifecycle("Creation", "CIM_LocalFileSystem"),
    "FileSystemModification": _lifecycle("Modification", "CIM_LocalFileSystem"),
    "FileSystemDeletion": _lifecycle("Deletion", "CIM_LocalFileSystem"),
    **COMMON_QUERIES,
}


def publish_indications(
    factory: InstanceFactory,
    system: Ref,
    sources: Sequence[str],
    file_sources: Sequence[str] = (),
    offered: Indications = Indications.ALL,
) -> Ref:
    """Publish the indication service of the host `system` and the static filters; return the service.

    `sources` are the namespaces of arrays with blocks, `file_sources` of those with files; either may be empty. Of
    what is not `offered` there are no filters.
    """
    service = _publish_service(factory, system, offered is not Indications.NONE)
    published: dict[str, Ref] = {}
    for name, queries, spaces in ((ARRAY_FILTERS, ARRAY_QUERIES, sources), (FILE_FILTERS, FILE_QUERIES, file_sources)):
        if not spaces or offered is Indications.NONE:
            continue
        collection = factory.make("CIM_FilterCollection", InstanceID=name, ElementName=name, CollectionName=name)
        factory.make("CIM_OwningCollectionElement", OwningElement=service, OwnedElement=collection)
        for local, query in queries.items():
            if offered is Indications.ALERTS and local != ALERTS:
                continue
            if local not in published:
                shared = [*sources, *file_sources] if local in COMMON_QUERIES else spaces
                published[local] = _publish_filter(factory, system, local, query, list(dict.fromkeys(shared)))
            factory.make("CIM_MemberOfCollection", Collection=collection, Member=published[local])
    return service


def _publish_filter(factory: InstanceFactory, system: Ref, name: str, query: str, sources: list[str]) -> Ref:
    return factory.make_device(
        "CIM_IndicationFilter",
        system,
        Name=f"MOCK:{name}",
        ElementName=name,
        SourceNamespaces=sources,
        IndividualSubscriptionSupported=True,
        Query=query,
        QueryLanguage=QUERY_LANGUAGE,
    )


def _publish_service(factory: InstanceFactory, system: Ref, delivers: bool) -> Ref:
    state: dict[str, Any] = {"Started": True, "EnabledState": ENABLED, **HEALTH}
    if not delivers:
        state = {
            "Started": False,
            "EnabledState": DISABLED,
            "OperationalStatus": [STOPPED],
            "HealthState": HEALTHY,
        }
    service = factory.make_device(
        "CIM_IndicationService",
        system,
        Name=f"{system['Name']}:indications",
        ElementName="indications",
        Description="Delivers indications by CIM-XML" if delivers else "Delivers no indications",
        FilterCreationEnabled=delivers,
        DeliveryRetryAttempts=RETRY_ATTEMPTS,
        DeliveryRetryInterval=RETRY_SECONDS,
        SubscriptionRemovalAction=REMOVE,
        SubscriptionRemovalTimeInterval=REMOVAL_SECONDS,
        **state,
    )
    factory.make("CIM_HostedService", Antecedent=system, Dependent=service)
    # The greatest numbers of destinations and subscriptions stay NULL: there are no limits.
    capabilities = factory.make(
        "CIM_IndicationServiceCapabilities",
        InstanceID=f"{system['Name']}:indications",
        ElementName="indications",
        FilterCreationEnabledIsSettable=False,
        DeliveryRetryAttemptsIsSettable=delivers,
        DeliveryRetryIntervalIsSettable=delivers,
        SubscriptionRemovalActionIsSettable=delivers,
        SubscriptionRemovalTimeIntervalIsSettable=delivers,
        SubscriptionsPersisted=False,
    )
    factory.make("CIM_ElementCapabilities", ManagedElement=service, Capabilities=capabilities)
    return service
