"""pywbem's view of the server: its Interop namespace, its profiles, and references that lead somewhere."""

import pytest
import pywbem

import mock_cimom

BLOCK = "root/mockblock"


@pytest.fixture(scope="module")
def running():
    with mock_cimom.running("tiny") as cimom:
        yield cimom


@pytest.fixture
def client(running):
    with pywbem.WBEMConnection(running.url, (running.user, running.password), default_namespace=BLOCK) as connection:
        yield connection


@pytest.fixture
def server(client):
    return pywbem.WBEMServer(client)


def test_pywbem_recognises_the_server(server):
    assert server.interop_ns == "interop"
    assert sorted(server.namespaces) == ["interop", BLOCK]
    assert server.brand == "mock-cimom"
    assert server.version == "0.1.0"
    assert server.cimom_inst.classname == "CIM_ObjectManager"
    assert {profile["RegisteredName"] for profile in server.profiles} >= {"SMI-S", "Server", "Array", "Block Services"}


def test_profiles_can_be_selected_by_organisation_and_name(server):
    (array,) = server.get_selected_profiles("SNIA", "Array")
    assert array["RegisteredVersion"] == "1.6.1"


def test_profiles_and_namespaces_read_singly_equal_those_enumerated(client, server):
    for listed in [*server.profiles, *client.EnumerateInstances("CIM_Namespace", namespace="interop")]:
        assert client.GetInstance(listed.path).properties == listed.properties


def test_central_instances_of_every_profile_can_be_asked_for(server):
    central = {profile["RegisteredName"]: server.get_central_instances(profile.path) for profile in server.profiles}
    (array,) = central["Array"]
    assert (array.classname, array["Name"], array.namespace) == ("MOCK_StorageSystem", "MOCK+000000000001", BLOCK)
    assert [path.classname for path in central["Server"]] == ["CIM_ObjectManager"]
    assert len(central["FC Target Ports"]) == 4
    assert [path.classname for path in central["Indications"]] == ["CIM_IndicationService"]
    assert central["Indication"] == []  # there are no listener destinations


def test_central_instances_are_found_with_the_direction_of_either_organisation(server):
    (profile,) = server.get_selected_profiles("DMTF", "Indications")
    for direction in ("dmtf", "snia"):
        (service,) = server.get_central_instances(
            profile.path, "CIM_IndicationService", "CIM_System", ["CIM_HostedService"], reference_direction=direction
        )
        assert service["SystemName"] == "mock-cimom"


def test_a_subscription_manager_sees_the_static_filters_and_adds_its_own(client, server):
    with pywbem.WBEMSubscriptionManager("bridge") as manager:
        server_id = manager.add_server(server)
        assert len(manager.get_all_filters(server_id)) == 11
        assert manager.get_all_destinations(server_id) == manager.get_all_subscriptions(server_id) == []
        manager.add_filter(server_id, [BLOCK], "SELECT * FROM CIM_InstCreation", "DMTF:CQL", filter_id="mine")
        manager.add_destination(server_id, "http://127.0.0.1:1", destination_id="mine")
        assert len(manager.get_all_filters(server_id)) == 12
        assert len(manager.get_all_destinations(server_id)) == 1
    assert len(client.EnumerateInstanceNames("CIM_IndicationFilter", "interop")) == 11
    assert client.EnumerateInstanceNames("CIM_ListenerDestination", "interop") == []


def test_the_array_is_found_from_the_profile_in_one_call(client, server):
    (profile,) = server.get_selected_profiles("SNIA", "Array")
    (system,) = client.Associators(
        profile.path,
        AssocClass="CIM_ElementConformsToProfile",
        ResultRole="ManagedElement",
        ResultClass="CIM_ComputerSystem",
        PropertyList=["Name", "Dedicated"],
    )
    assert (system.path.namespace, system["Dedicated"]) == (BLOCK, [3, 15])
    assert sorted(system.properties) == ["Dedicated", "Name"]


def test_every_reference_of_every_association_leads_to_an_instance(client, server):
    checked = 0
    for namespace in server.namespaces:
        for declared in client.EnumerateClasses(namespace, DeepInheritance=True, LocalOnly=False):
            if "Association" not in declared.qualifiers or declared.superclass:
                continue
            for association in client.EnumerateInstances(declared.classname, namespace):
                for reference in association.properties.values():
                    if reference.type == "reference":
                        found = client.GetInstance(reference.value, PropertyList=[])
                        assert found.classname == reference.value.classname
                        checked += 1
    assert checked > 400


@pytest.mark.parametrize("operation", ["AssociatorNames", "Associators", "OpenAssociatorInstances"])
def test_every_way_across_the_conformance_gives_the_same_systems(client, server, operation):
    (profile,) = server.get_selected_profiles("SNIA", "Array")
    options = {"AssocClass": "CIM_ElementConformsToProfile", "Role": "ConformantStandard"}
    if operation.startswith("Open"):
        options["MaxObjectCount"] = 10
    found = getattr(client, operation)(profile.path, **options)
    paths = [getattr(one, "path", one) for one in getattr(found, "instances", found)]
    assert [path["Name"] for path in paths] == ["MOCK+000000000001"]
    assert {path.host for path in paths} == {client.host}
