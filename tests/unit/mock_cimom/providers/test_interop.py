"""The Interop namespace in itself; what clients make of it is tested over the wire."""

import pytest
import pywbem

BLOCK = "root/mockblock"


@pytest.fixture(scope="module")
def profiles(tiny):
    return {one["RegisteredName"]: one for one in tiny.EnumerateInstances("CIM_RegisteredProfile", "interop")}


def test_profiles_are_referenced_from_their_parent(tiny, profiles):
    for edge in tiny.EnumerateInstanceNames("CIM_ReferencedProfile", "interop"):
        parent, child = edge["Antecedent"]["InstanceID"], edge["Dependent"]["InstanceID"]
        assert parent in ("SNIA:Array:1.6.1", "SNIA:Server:1.6.1")  # the direction of SNIA, for DMTF's profile too
        assert child.split(":")[1] not in ("SMI-S", "Array", "Server")
    children = tiny.AssociatorNames(profiles["Array"].path, AssocClass="CIM_ReferencedProfile", Role="Antecedent")
    assert len(children) == 12
    children = tiny.AssociatorNames(profiles["Server"].path, AssocClass="CIM_ReferencedProfile", Role="Antecedent")
    assert sorted(one["InstanceID"] for one in children) == [
        "DMTF:Indications:1.1.0", "SNIA:Indication:1.6.1", "SNIA:Profile Registration:1.6.1",
    ]  # fmt: skip


def test_organisations_are_those_of_the_names(profiles):
    found = {name: one["RegisteredOrganization"] for name, one in profiles.items()}
    assert found.pop("Indications") == 2
    assert set(found.values()) == {11}


def test_the_counts_are_those_of_the_model(tiny):
    counts = {
        "CIM_RegisteredProfile": 18, "CIM_ReferencedProfile": 15, "CIM_ObjectManager": 1, "CIM_ComputerSystem": 1,
        "CIM_CIMXMLCommunicationMechanism": 1, "CIM_CommMechanismForManager": 1, "CIM_NamespaceInManager": 2,
        "CIM_Namespace": 2, "CIM_HostedService": 2, "CIM_IndicationService": 1, "CIM_ElementCapabilities": 1,
        "CIM_IndicationServiceCapabilities": 1, "CIM_IndicationFilter": 11, "CIM_FilterCollection": 1,
        "CIM_MemberOfCollection": 11, "CIM_OwningCollectionElement": 1, "CIM_IndicationSubscription": 0,
    }  # fmt: skip
    assert {name: len(tiny.EnumerateInstanceNames(name, "interop")) for name in counts} == counts


def test_smi_s_reaches_profiles_by_conformance_only(tiny, profiles):
    specification = profiles["SMI-S"].path
    assert tiny.ReferenceNames(specification, ResultClass="CIM_ReferencedProfile") == []
    found = tiny.AssociatorNames(specification, AssocClass="CIM_ElementConformsToProfile", ResultRole="ManagedElement")
    assert sorted(one["InstanceID"] for one in found) == ["SNIA:Array:1.6.1", "SNIA:Server:1.6.1"]


def test_only_autonomous_profiles_are_advertised(profiles):
    advertised = {name for name, one in profiles.items() if one["AdvertiseTypes"] == [3]}
    assert advertised == {"SMI-S", "Server", "Array"}


def test_conformance_is_stored_where_either_end_lives(tiny, profiles):
    (array,) = tiny.EnumerateInstanceNames("MOCK_StorageSystem", BLOCK)
    back = tiny.AssociatorNames(array, AssocClass="CIM_ElementConformsToProfile", ResultRole="ConformantStandard")
    assert profiles["Array"]["InstanceID"] in {one["InstanceID"] for one in back}


def test_a_namespace_can_be_created_and_is_then_listed(fresh_tiny):
    pywbem.WBEMServer(fresh_tiny).create_namespace("root/new")
    assert "root/new" in pywbem.WBEMServer(fresh_tiny).namespaces
