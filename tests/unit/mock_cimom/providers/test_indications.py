"""What the server shows of indications before it delivers any: a stopped service and filters nobody can change."""

from collections import Counter

import pytest

NAMESPACES = ("interop", "root/mockblock")
QUERIES = {
    "SELECT * FROM CIM_InstCreation WHERE SourceInstance ISA CIM_StorageVolume",
    "SELECT * FROM CIM_InstDeletion WHERE SourceInstance ISA CIM_StorageVolume",
    "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_StorageVolume AND "
    "SourceInstance.CIM_StorageVolume::OperationalStatus <> PreviousInstance.CIM_StorageVolume::OperationalStatus",
    "SELECT * FROM CIM_InstCreation WHERE SourceInstance ISA CIM_StoragePool",
    "SELECT * FROM CIM_InstDeletion WHERE SourceInstance ISA CIM_StoragePool",
    "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_StoragePool",
    "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_FCPort AND "
    "SourceInstance.CIM_FCPort::OperationalStatus <> PreviousInstance.CIM_FCPort::OperationalStatus",
    "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_ComputerSystem AND "
    "SourceInstance.CIM_ComputerSystem::OperationalStatus <> PreviousInstance.CIM_ComputerSystem::OperationalStatus",
    "SELECT * FROM CIM_InstCreation WHERE SourceInstance ISA CIM_ComputerSystem",
    "SELECT * FROM CIM_InstDeletion WHERE SourceInstance ISA CIM_ComputerSystem",
}


@pytest.fixture(scope="module")
def service(tiny):
    (only,) = tiny.EnumerateInstances("CIM_IndicationService", "interop")
    return only


def test_the_service_says_that_it_delivers_nothing(service):
    assert service["FilterCreationEnabled"] is False
    assert (service["Started"], service["EnabledState"], service["OperationalStatus"]) == (False, 3, [10])
    shown = ("DeliveryRetryAttempts", "DeliveryRetryInterval", "SubscriptionRemovalAction")
    assert [service[name] for name in shown] == [3, 30, 2]


def test_the_service_has_its_host_and_its_capabilities(tiny, service):
    hosts = tiny.Associators(service.path, AssocClass="CIM_HostedService", ResultRole="Antecedent")
    assert [(host.classname, host["Name"]) for host in hosts] == [("CIM_ComputerSystem", service["SystemName"])]
    (capabilities,) = tiny.Associators(service.path, AssocClass="CIM_ElementCapabilities", ResultRole="Capabilities")
    assert capabilities.classname == "CIM_IndicationServiceCapabilities"
    assert capabilities["FilterCreationEnabledIsSettable"] is False


def test_the_filters_are_in_the_collection_of_the_service(tiny, service):
    collections = tiny.Associators(service.path, AssocClass="CIM_OwningCollectionElement", Role="OwningElement")
    assert [one["CollectionName"] for one in collections] == ["MOCK:Array"]
    found = tiny.Associators(collections[0].path, AssocClass="CIM_MemberOfCollection", Role="Collection")
    assert {one["Query"] for one in found} == QUERIES
    assert {one["Name"] for one in found} == {
        one["Name"] for one in tiny.EnumerateInstances("CIM_IndicationFilter", "interop")
    }
    for one in found:
        assert (one["QueryLanguage"], one["SourceNamespaces"]) == ("DMTF:CQL", ["root/mockblock"])
        assert one["IndividualSubscriptionSupported"] is True
        assert one["Name"].startswith("MOCK:")


def test_every_filter_is_about_classes_and_properties_that_exist(tiny):
    classes = tiny.cimrepository.get_class_store("root/mockblock")
    for query in QUERIES:
        words = query.replace("SourceInstance.", "").replace("PreviousInstance.", "").split()
        for word in words:
            class_name, _, property_name = word.partition("::")
            if class_name.startswith("CIM_"):
                declared = classes.get(class_name, copy=False)
                assert not property_name or property_name in declared.properties


def test_every_reference_leads_to_the_class_its_declaration_names(tiny):
    checked = Counter()
    for namespace in NAMESPACES:
        space = tiny.cimrepository.namespace(namespace)
        for instance in space.instances.iter_values(copy=False):
            declared = space.classes.get(instance.classname, copy=False).properties
            for prop in instance.properties.values():
                if prop.type == "reference":
                    family = space.classes.family(declared[prop.name].reference_class)
                    assert prop.value.classname.lower() in family, (instance.classname, prop.name)
                    checked[namespace] += 1
    assert checked["interop"] > 80
    assert checked["root/mockblock"] > 400
