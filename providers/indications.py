"""The Interop side of indications: the indication service and the filters that are always there (9.2, 7.2).

    host --HostedService--> indication service --ElementCapabilities--> its capabilities
    indication service --OwningCollectionElement--> collection --MemberOfCollection--> static filters

The filters and their collection are published for clients to find, and they stay as they are. Nothing is delivered to
anybody by this server: it refuses to create filters, listener destinations and subscriptions, and shows the service
as stopped, with FilterCreationEnabled false. The collection is owned by the service: CIM_HostedCollection, by its
declaration, leads to system specific collections only, and a CIM_FilterCollection is none.
"""

from pywbem import CIMInstanceName

from mock_cimom.providers.factory import HEALTHY, InstanceFactory

STOPPED = 10  # CIM_ManagedSystemElement.OperationalStatus
DISABLED = 3  # CIM_EnabledLogicalElement.EnabledState
REMOVE = 2  # CIM_IndicationService.SubscriptionRemovalAction
RETRY_ATTEMPTS, RETRY_SECONDS = 3, 30
QUERY_LANGUAGE = "DMTF:CQL"
ARRAY_FILTERS = "MOCK:Array"


def _lifecycle(kind: str, class_name: str) -> str:
    return f"SELECT * FROM CIM_Inst{kind} WHERE SourceInstance ISA {class_name}"  # noqa: S608 - CQL, and made of constants


def _status_change(class_name: str) -> str:
    changed = f"{class_name}::OperationalStatus"
    return f"{_lifecycle('Modification', class_name)} AND SourceInstance.{changed} <> PreviousInstance.{changed}"


# Local part of the filter's name, and its query: I1, I2, I3, I5, I7 and I9 of smis-mapping 7.1.
ARRAY_QUERIES = {
    "StorageVolumeCreation": _lifecycle("Creation", "CIM_StorageVolume"),
    "StorageVolumeDeletion": _lifecycle("Deletion", "CIM_StorageVolume"),
    "StorageVolumeStatus": _status_change("CIM_StorageVolume"),
    "StoragePoolCreation": _lifecycle("Creation", "CIM_StoragePool"),
    "StoragePoolDeletion": _lifecycle("Deletion", "CIM_StoragePool"),
    "StoragePoolModification": _lifecycle("Modification", "CIM_StoragePool"),
    "FCPortStatus": _status_change("CIM_FCPort"),
    "ComputerSystemStatus": _status_change("CIM_ComputerSystem"),
    "ComputerSystemCreation": _lifecycle("Creation", "CIM_ComputerSystem"),
    "ComputerSystemDeletion": _lifecycle("Deletion", "CIM_ComputerSystem"),
}


def publish_indications(factory: InstanceFactory, system: CIMInstanceName, sources: list[str]) -> CIMInstanceName:
    """Publish the indication service of the host `system` and the static filters; return the service.

    `sources` are the namespaces whose instances the filters are about.
    """
    service = _publish_service(factory, system)
    collection = factory.make(
        "CIM_FilterCollection", InstanceID=ARRAY_FILTERS, ElementName=ARRAY_FILTERS, CollectionName=ARRAY_FILTERS
    )
    factory.make("CIM_OwningCollectionElement", OwningElement=service, OwnedElement=collection)
    for name, query in ARRAY_QUERIES.items():
        member = factory.make_device(
            "CIM_IndicationFilter",
            system,
            Name=f"MOCK:{name}",
            ElementName=name,
            SourceNamespaces=sources,
            IndividualSubscriptionSupported=True,
            Query=query,
            QueryLanguage=QUERY_LANGUAGE,
        )
        factory.make("CIM_MemberOfCollection", Collection=collection, Member=member)
    return service


def _publish_service(factory: InstanceFactory, system: CIMInstanceName) -> CIMInstanceName:
    service = factory.make_device(
        "CIM_IndicationService",
        system,
        Name=f"{system['Name']}:indications",
        ElementName="indications",
        Description="Publishes filters; accepts no subscriptions and delivers no indications",
        Started=False,
        EnabledState=DISABLED,
        OperationalStatus=[STOPPED],
        HealthState=HEALTHY,
        FilterCreationEnabled=False,
        DeliveryRetryAttempts=RETRY_ATTEMPTS,
        DeliveryRetryInterval=RETRY_SECONDS,
        SubscriptionRemovalAction=REMOVE,
    )
    factory.make("CIM_HostedService", Antecedent=system, Dependent=service)
    # The greatest numbers of destinations and subscriptions stay NULL: they cannot be less than 1.
    capabilities = factory.make(
        "CIM_IndicationServiceCapabilities",
        InstanceID=f"{system['Name']}:indications",
        ElementName="indications",
        FilterCreationEnabledIsSettable=False,
        DeliveryRetryAttemptsIsSettable=False,
        DeliveryRetryIntervalIsSettable=False,
        SubscriptionRemovalActionIsSettable=False,
        SubscriptionRemovalTimeIntervalIsSettable=False,
        SubscriptionsPersisted=False,
    )
    factory.make("CIM_ElementCapabilities", ManagedElement=service, Capabilities=capabilities)
    return service
