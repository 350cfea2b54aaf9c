"""What the server shows of indications before anybody subscribes: its service and the filters that are always there."""

from collections import Counter

import pytest

from mock_cimom.connection import CimomConnection
from mock_cimom.estate.description import Indications
from mock_cimom.providers.factory import InstanceFactory
from mock_cimom.providers.indications import publish_indications
from mock_cimom.schema import load_schema

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
    "SELECT * FROM CIM_AlertIndication",
}


@pytest.fixture(scope="module")
def service(tiny):
    (only,) = tiny.EnumerateInstances("CIM_IndicationService", "interop")
    return only


def test_the_service_says_that_it_delivers_and_how(service):
    assert service["FilterCreationEnabled"] is True
    assert (service["Started"], service["EnabledState"], service["OperationalStatus"]) == (True, 2, [2])
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


def published(sources, file_sources, offered):
    """Return the collections with the names of their filters, and the service."""
    connection = CimomConnection("interop")
    load_schema(connection, ["interop"])
    factory = InstanceFactory(connection.cimrepository.namespace("interop"))
    system = factory.make("CIM_ComputerSystem", CreationClassName="CIM_ComputerSystem", Name="host")
    publish_indications(factory, system, sources, file_sources, offered)
    members = {
        collection["InstanceID"]: connection.Associators(collection.path, AssocClass="CIM_MemberOfCollection")
        for collection in connection.EnumerateInstances("CIM_FilterCollection")
    }
    return members, connection.EnumerateInstances("CIM_IndicationService")[0]


def test_file_arrays_have_a_collection_of_their_own_and_share_what_both_need():
    members, _ = published(["root/mockblock"], ["root/mocknas"], Indications.ALL)
    sources = {name: {one["Name"]: one["SourceNamespaces"] for one in found} for name, found in members.items()}
    assert set(sources) == {"MOCK:Array", "MOCK:NAS"}
    assert sources["MOCK:NAS"]["MOCK:FileShareCreation"] == ["root/mocknas"]
    assert sources["MOCK:Array"]["MOCK:FCPortStatus"] == ["root/mockblock"]
    shared = set(sources["MOCK:Array"]) & set(sources["MOCK:NAS"])
    assert "MOCK:Alerts" in shared
    for name in shared:
        assert sources["MOCK:NAS"][name] == ["root/mockblock", "root/mocknas"]


def test_file_arrays_alone_have_only_theirs():
    members, _ = published([], ["root/mocknas"], Indications.ALL)
    assert list(members) == ["MOCK:NAS"]
    assert len(members["MOCK:NAS"]) == 13


def test_a_server_of_alerts_has_filters_for_alerts_only():
    members, service = published(["root/mockblock"], ["root/mocknas"], Indications.ALERTS)
    assert {name: [one["Name"] for one in found] for name, found in members.items()} == {
        "MOCK:Array": ["MOCK:Alerts"],
        "MOCK:NAS": ["MOCK:Alerts"],
    }
    assert service["FilterCreationEnabled"] is True


def test_a_server_without_indications_says_so():
    members, service = published(["root/mockblock"], [], Indications.NONE)
    assert members == {}
    assert (service["FilterCreationEnabled"], service["Started"], service["OperationalStatus"]) == (False, False, [10])
