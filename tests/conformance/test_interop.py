"""The Interop namespace as clients enter it: checks 1 and 2 of smis-mapping 9.7, and 1.3-1.5."""

import itertools

import pytest
import pywbem

# smis-mapping 1.3: the names that exist. 11 is SNIA, 2 is DMTF.
AUTONOMOUS = {"Server", "Array", "Storage Virtualizer", "NAS Head", "Self-contained NAS System"}
SNIA_NAMES = AUTONOMOUS | {
    "SMI-S", "Profile Registration", "Block Services", "Multiple Computer System", "FC Target Ports",
    "FCoE Target Ports", "SAS Target Ports", "iSCSI Target Ports", "Generic Target Ports", "Masking and Mapping",
    "Group Masking and Mapping", "Thin Provisioning", "Software", "Software Inventory", "Physical Package", "Location",
    "Disk Drive Lite", "Extent Composition", "Disk Sparing", "Volume Composition", "Pools from Volumes",
    "Block Server Performance", "Block Storage Views", "Storage Server Asymmetry", "Automated Storage Tiering",
    "Automated Storage Tiering Policy", "Copy Services", "Replication Services", "Health", "Access Points",
    "Indication", "Indications", "Job Control", "File Export", "File Export Manipulation", "Filesystem",
    "Filesystem Manipulation", "File Storage", "NAS Network Port", "File Server Manipulation", "Filesystem Quotas",
}  # fmt: skip
NAMES = {"11": SNIA_NAMES, "2": {"Profile Registration", "Indications", "WBEM Server", "Software Inventory"}}


@pytest.fixture
def smis(cimom):
    found = [one for one in cimom.profiles() if one["RegisteredName"] == "SMI-S"]
    assert found, "no registered profile SMI-S"
    return found


def autonomous(cimom):
    return [one for one in cimom.profiles() if one["RegisteredName"] in AUTONOMOUS]


def test_a_client_walks_the_server(cimom):
    server = pywbem.WBEMServer(cimom.connection)  # warnings of pywbem are errors here
    assert server.interop_ns in server.namespaces
    assert server.brand
    assert server.version
    assert server.cimom_inst["Name"]
    assert server.profiles


def test_the_namespaces_that_are_named_exist(cimom):
    for namespace in cimom.namespaces:
        cimom.connection.EnumerateInstanceNames("CIM_ElementConformsToProfile", namespace)
    missing = set(cimom.implementations) - set(cimom.namespaces)
    assert not missing, "namespaces of top systems that the CIMOM does not name"


@pytest.mark.parametrize("class_name", ["CIM_RegisteredProfile", "CIM_Namespace", "CIM_ObjectManager"])
def test_an_instance_read_alone_equals_the_enumerated_one(cimom, class_name):
    found = cimom.instances(cimom.interop, class_name)
    assert found
    for enumerated in found:
        alone = cimom.connection.GetInstance(enumerated.path, LocalOnly=False)
        assert cimom.key(alone.path) == cimom.key(enumerated.path)
        assert dict(alone.properties) == dict(enumerated.properties)


def test_there_is_one_object_manager_with_all_namespaces(cimom):
    (manager,) = cimom.names(cimom.interop, "CIM_ObjectManager")
    members = cimom.associators(manager, "CIM_NamespaceInManager", Role="Antecedent", ResultRole="Dependent")
    assert sorted(one["Name"].lower() for one in members) == sorted(name.lower() for name in cimom.namespaces)
    assert cimom.associator_names(manager, "CIM_CommMechanismForManager", Role="Antecedent")
    assert cimom.associator_names(manager, "CIM_HostedService", Role="Dependent", ResultRole="Antecedent")


def test_the_names_of_profiles_are_those_of_the_specifications(cimom):
    unknown = [
        (one["RegisteredOrganization"], one["RegisteredName"])
        for one in cimom.profiles()
        if one["RegisteredName"] not in NAMES.get(str(one["RegisteredOrganization"]), {one["RegisteredName"]})
    ]
    assert not unknown


def test_a_profile_is_registered_once_in_each_version(cimom):
    seen = [
        (one["RegisteredOrganization"], one["RegisteredName"], one["RegisteredVersion"]) for one in cimom.profiles()
    ]
    assert sorted(set(map(str, seen))) == sorted(map(str, seen))
    assert all(part.isdigit() for _, _, version in seen for part in version.split("."))


def test_every_profile_answers_the_search_for_central_instances(cimom):
    for profile in cimom.server.profiles:
        found = cimom.server.get_central_instances(profile.path)
        if profile["RegisteredName"] in AUTONOMOUS:
            assert found, f"no central instance of {profile['RegisteredName']}"


def test_the_specification_leads_to_every_autonomous_profile(cimom, smis):
    reached = {
        cimom.key(path)
        for one in smis
        for path in cimom.associator_names(
            one.path, "CIM_ElementConformsToProfile", Role="ConformantStandard", ResultRole="ManagedElement"
        )
    }
    missing = {cimom.key(one.path) for one in autonomous(cimom)} - reached
    assert not missing


def test_the_specification_is_no_part_of_the_tree(cimom, smis):
    for one in smis:
        assert not cimom.references(one.path, "CIM_ReferencedProfile")
        assert not cimom.references(one.path, "CIM_ElementConformsToProfile", Role="ManagedElement")


def edges(cimom):
    """Parent and child of every CIM_ReferencedProfile whose parent SNIA or DMTF wrote, in the direction it gives."""
    profiles = {cimom.key(one.path): one for one in cimom.profiles()}
    for path in cimom.names(cimom.interop, "CIM_ReferencedProfile"):
        yield profiles[cimom.key(path["Antecedent"])], profiles[cimom.key(path["Dependent"])]


def test_components_hang_below_the_autonomous_profiles_of_snia(cimom):
    upside_down = [
        (parent["RegisteredName"], child["RegisteredName"])
        for parent, child in edges(cimom)
        if parent["RegisteredOrganization"] == child["RegisteredOrganization"] == 11
        and child["RegisteredName"] in AUTONOMOUS
    ]
    assert not upside_down, "an autonomous profile as Dependent of CIM_ReferencedProfile"


def test_every_component_is_part_of_an_autonomous_profile(cimom):
    reached = {cimom.key(one.path) for one in autonomous(cimom)}
    pairs = [(cimom.key(parent.path), cimom.key(child.path)) for parent, child in edges(cimom)]
    for _ in pairs:  # as many steps as there are edges reach everything
        reached |= {child for parent, child in pairs if parent in reached}
    parts = [
        one for one in cimom.profiles() if one["RegisteredName"] != "SMI-S" and one["RegisteredOrganization"] == 11
    ]
    assert [one["RegisteredName"] for one in parts if cimom.key(one.path) not in reached] == []


def test_the_tree_of_profiles_has_no_cycle(cimom):
    below = {}
    for parent, child in edges(cimom):
        below.setdefault(cimom.key(parent.path), set()).add(cimom.key(child.path))
    for start in below:
        reached, fresh = set(), below[start]
        while fresh:
            reached |= fresh
            fresh = set(itertools.chain.from_iterable(below.get(one, ()) for one in fresh)) - reached
        assert start not in reached


@pytest.mark.parametrize("default", [None, "root/cimv2", "interop", "root/interop"])
def test_every_way_over_the_conformance_gives_the_same(cimom, default):
    """Associators, AssociatorNames, References, ReferenceNames and the association itself (smis-mapping 9.2)."""
    connection = cimom.target.connect()
    connection.default_namespace = default
    rows = cimom.instances(cimom.interop, "CIM_ElementConformsToProfile")
    for profile in autonomous(cimom):
        here = cimom.key(profile.path)
        expected = {cimom.key(row["ManagedElement"]) for row in rows if cimom.key(row["ConformantStandard"]) == here}
        options = {"Role": "ConformantStandard"}
        by_name = connection.AssociatorNames(profile.path, AssocClass="CIM_ElementConformsToProfile", **options)
        whole = connection.Associators(profile.path, AssocClass="CIM_ElementConformsToProfile", **options)
        edges = connection.References(profile.path, ResultClass="CIM_ElementConformsToProfile", **options)
        edge_names = connection.ReferenceNames(profile.path, ResultClass="CIM_ElementConformsToProfile", **options)
        ways = [by_name, [one.path for one in whole], [one["ManagedElement"] for one in edges]]
        ways.append([connection.GetInstance(one)["ManagedElement"] for one in edge_names])
        assert [{cimom.key(path) for path in way} for way in ways] == [expected] * 4
    connection.close()


def test_a_top_system_leads_back_to_its_profile(cimom):
    tops = cimom.tops()
    assert tops, "no Array, Storage Virtualizer or NAS profile with a system"
    for top in tops:
        back = cimom.associator_names(top.path, "CIM_ElementConformsToProfile", Role="ManagedElement")
        assert back, f"{top.path} does not lead back to a profile in its own namespace"
