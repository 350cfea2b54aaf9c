"""Class and qualifier operations over the wire, as DSP0200 5.4.2 has them."""

import pytest
import pywbem

import mock_cimom

BLOCK = "root/mockblock"
KEY = pywbem.CIMQualifier("Key", True)


@pytest.fixture(scope="module")
def running():
    with mock_cimom.running("tiny") as cimom:
        yield cimom


@pytest.fixture
def client(running):
    with pywbem.WBEMConnection(running.url, (running.user, running.password), default_namespace=BLOCK) as connection:
        yield connection


@pytest.fixture
def thing(client):
    """A class of one's own with a subclass, gone after the test."""
    client.CreateClass(declared("T_Thing", ID))
    client.CreateClass(declared("T_Part", pywbem.CIMProperty("Size", None, type="uint32"), superclass="t_thing"))
    yield "T_Thing"
    for path in client.EnumerateInstanceNames("T_Thing"):
        client.DeleteInstance(path)
    for name in ("T_Part", "T_Thing"):
        client.DeleteClass(name)


ID = pywbem.CIMProperty("Id", None, type="string", qualifiers=[KEY])


def declared(name, *properties, superclass=None, qualifiers=()):
    return pywbem.CIMClass(name, superclass=superclass, properties=properties, qualifiers=qualifiers)


def code(call):
    with pytest.raises(pywbem.CIMError) as caught:
        call()
    return caught.value.status_code


def test_local_only_is_the_default_and_keeps_what_the_class_overrides(client):
    local = client.GetClass("CIM_StorageExtent")
    assert local == client.GetClass("CIM_StorageExtent", LocalOnly=True, IncludeQualifiers=True)
    assert {"BlockSize", "Name"} <= set(local.properties.keys())
    assert "DeviceID" not in local.properties
    assert local.properties["Name"].propagated is False
    links = client.GetClass("CIM_SystemDevice")
    assert sorted(links.properties.keys()) == ["GroupComponent", "PartComponent"]


def test_a_whole_class_tells_what_is_inherited(client):
    whole = client.GetClass("MOCK_StorageVolume", LocalOnly=False, IncludeClassOrigin=True)
    name = whole.properties["Name"]
    assert (name.propagated, name.class_origin) == (True, "CIM_ManagedSystemElement")
    # Override is restricted to the class where it stands.
    assert "Override" not in name.qualifiers
    assert "Override" in client.GetClass("CIM_StorageExtent").properties["Name"].qualifiers
    assert "Key" in whole.properties["DeviceID"].qualifiers
    assert whole.methods["RequestStateChange"].class_origin == "CIM_EnabledLogicalElement"


def test_qualifiers_and_origins_are_left_out_on_demand(client):
    bare = client.GetClass("CIM_StorageConfigurationService", LocalOnly=False, IncludeQualifiers=False)
    parameters = [one for method in bare.methods.values() for one in method.parameters.values()]
    elements = [bare, *bare.properties.values(), *bare.methods.values(), *parameters]
    assert len(elements) > 30
    assert all(not one.qualifiers for one in elements)
    assert {one.class_origin for one in (*bare.properties.values(), *bare.methods.values())} == {None}


def test_a_property_list_limits_the_properties_of_a_class_without_case(client):
    how = {"LocalOnly": False, "PropertyList": ["deviceid", "Nothing"]}
    found = client.GetClass("CIM_StorageVolume", **how)
    assert (list(found.properties), bool(found.methods)) == (["DeviceID"], True)
    assert list(client.GetClass("CIM_StorageVolume", LocalOnly=False, PropertyList=[]).properties) == []


def test_enumerations_of_classes_go_one_level_or_all_the_way_down(client):
    direct = client.EnumerateClassNames(ClassName="CIM_LogicalDevice")
    deep = client.EnumerateClassNames(ClassName="cim_logicaldevice", DeepInheritance=True)
    assert "CIM_StorageExtent" in direct
    assert "MOCK_StorageVolume" not in direct
    assert {*direct, "MOCK_StorageVolume"} <= set(deep)
    assert "CIM_LogicalDevice" not in deep
    tops = client.EnumerateClassNames()
    assert {client.GetClass(name).superclass for name in tops} == {None}
    assert set(client.EnumerateClassNames(DeepInheritance=True)) > {*deep, *tops}
    classes = client.EnumerateClasses(ClassName="CIM_LogicalDevice", LocalOnly=False, IncludeClassOrigin=True)
    assert [one.classname for one in classes] == direct
    assert all(one.properties["DeviceID"].class_origin == "CIM_LogicalDevice" for one in classes)
    assert [one.classname for one in client.EnumerateClasses()] == tops


def test_a_class_is_created_changed_and_deleted(client, thing):
    assert client.GetClass(thing) == client.GetClass("t_THING", LocalOnly=False)
    part = client.GetClass("T_Part", LocalOnly=False, IncludeClassOrigin=True)
    assert {one.name: (one.class_origin, one.propagated) for one in part.properties.values()} == {
        "Size": ("T_Part", False),
        "Id": ("T_Thing", True),
    }
    client.ModifyClass(declared("T_Part", pywbem.CIMProperty("Weight", None, type="real32"), superclass="T_Thing"))
    changed = client.GetClass("T_Part", LocalOnly=False)
    assert sorted(changed.properties.keys()) == ["Id", "Weight"]
    path = client.CreateInstance(pywbem.CIMInstance("T_Part", {"Id": "1", "Weight": pywbem.Real32(1.5)}))
    assert [one["Weight"] for one in client.EnumerateInstances(thing)] == [1.5]
    client.DeleteInstance(path)


WRONG_CLASSES = [
    ("exists", "CreateClass", declared("t_thing", ID), pywbem.CIM_ERR_ALREADY_EXISTS),
    ("no superclass", "CreateClass", declared("T_X", superclass="T_None"), pywbem.CIM_ERR_INVALID_SUPERCLASS),
    (
        "unknown qualifier",
        "CreateClass",
        declared("T_X", qualifiers=[pywbem.CIMQualifier("Colour", "red")]),
        pywbem.CIM_ERR_INVALID_PARAMETER,
    ),
    ("no name", "CreateClass", declared("T x<y"), pywbem.CIM_ERR_INVALID_PARAMETER),
    (
        "no property name",
        "CreateClass",
        declared("T_X", pywbem.CIMProperty("1 2", None, type="string")),
        pywbem.CIM_ERR_INVALID_PARAMETER,
    ),
    (
        "other type",
        "CreateClass",
        declared("T_X", pywbem.CIMProperty("Id", None, type="uint8"), superclass="T_Thing"),
        pywbem.CIM_ERR_INVALID_PARAMETER,
    ),
    (
        "unknown end",
        "CreateClass",
        declared(
            "T_X",
            pywbem.CIMProperty("End", None, type="reference", reference_class="T_None", qualifiers=[KEY]),
            qualifiers=[pywbem.CIMQualifier("Association", True)],
        ),
        pywbem.CIM_ERR_INVALID_PARAMETER,
    ),
    ("has subclasses", "ModifyClass", declared("T_Thing", ID), pywbem.CIM_ERR_CLASS_HAS_CHILDREN),
    ("not there", "ModifyClass", declared("T_None", ID), pywbem.CIM_ERR_NOT_FOUND),
    ("other top", "ModifyClass", declared("T_Part", superclass="CIM_Error"), pywbem.CIM_ERR_INVALID_SUPERCLASS),
    ("no top", "ModifyClass", declared("T_Part"), pywbem.CIM_ERR_INVALID_SUPERCLASS),
    ("lost top", "ModifyClass", declared("T_Part", superclass="T_None"), pywbem.CIM_ERR_INVALID_SUPERCLASS),
    ("has subclasses", "DeleteClass", "T_Thing", pywbem.CIM_ERR_CLASS_HAS_CHILDREN),
    ("not there", "DeleteClass", "T_None", pywbem.CIM_ERR_NOT_FOUND),
    ("not there", "GetClass", "T_None", pywbem.CIM_ERR_NOT_FOUND),
    ("not there", "EnumerateClasses", "T_None", pywbem.CIM_ERR_INVALID_CLASS),
    ("not there", "EnumerateClassNames", "T_None", pywbem.CIM_ERR_INVALID_CLASS),
    ("not there", "GetQualifier", "Colour", pywbem.CIM_ERR_NOT_FOUND),
    ("not there", "DeleteQualifier", "Colour", pywbem.CIM_ERR_NOT_FOUND),
    ("in use", "DeleteQualifier", "Key", pywbem.CIM_ERR_FAILED),
]


@pytest.mark.parametrize(
    ("operation", "argument", "status"),
    [case[1:] for case in WRONG_CLASSES],
    ids=[f"{case[1]}: {case[0]}" for case in WRONG_CLASSES],
)
def test_wrong_class_operations_have_their_cim_error(client, thing, operation, argument, status):
    how = {"ClassName": argument} if operation.startswith("Enumerate") else None
    call = getattr(client, operation)
    assert code(lambda: call(**how) if how else call(argument)) == status


def test_a_class_with_instances_is_neither_changed_nor_deleted(client, thing):
    client.CreateInstance(pywbem.CIMInstance("T_Part", {"Id": "1"}))
    assert code(lambda: client.DeleteClass("T_Part")) == pywbem.CIM_ERR_CLASS_HAS_INSTANCES
    changed = declared("T_Part", superclass="T_Thing")
    assert code(lambda: client.ModifyClass(changed)) == pywbem.CIM_ERR_CLASS_HAS_INSTANCES


def test_qualifiers_are_declared_changed_and_deleted(client):
    new = pywbem.CIMQualifierDeclaration("T_Note", "string", scopes={"ANY": True})
    client.SetQualifier(new)
    found = client.GetQualifier("t_note")
    assert sorted(name for name, on in found.scopes.items() if on) == sorted(
        ["CLASS", "ASSOCIATION", "INDICATION", "PROPERTY", "REFERENCE", "METHOD", "PARAMETER"]
    )
    client.SetQualifier(pywbem.CIMQualifierDeclaration("T_Note", "boolean", value=True, scopes={"CLASS": True}))
    assert client.GetQualifier("T_Note").value is True
    assert "T_Note" in {one.name for one in client.EnumerateQualifiers()}
    client.DeleteQualifier("T_Note")
    assert "T_Note" not in {one.name for one in client.EnumerateQualifiers()}


def names(found):
    return {one.classname for one in found}


def test_class_level_references_follow_the_declarations_up(client):
    by_volume = names(client.ReferenceNames("MOCK_StorageVolume"))
    assert {"CIM_SystemDevice", "CIM_ProtocolControllerForUnit", "CIM_AllocatedFromStoragePool"} <= by_volume
    assert "CIM_HostedStoragePool" not in by_volume
    as_part = names(client.ReferenceNames("cim_storagevolume", Role="partcomponent"))
    assert "CIM_SystemDevice" in as_part
    assert "CIM_SystemDevice" not in names(client.ReferenceNames("CIM_StorageVolume", Role="GroupComponent"))
    below = names(client.ReferenceNames("CIM_StorageVolume", ResultClass="CIM_SystemComponent"))
    assert {"CIM_SystemComponent", "CIM_SystemDevice"} <= below


def test_class_level_associators_are_the_other_ends(client):
    assert names(client.AssociatorNames("MOCK_StorageVolume", AssocClass="CIM_SystemDevice")) == {"CIM_System"}
    assert names(client.AssociatorNames("cim_system", AssocClass="CIM_SystemDevice")) == {"CIM_LogicalDevice"}
    how = {"AssocClass": "CIM_SystemDevice", "ResultRole": "partcomponent"}
    assert names(client.AssociatorNames("CIM_ComputerSystem", **how)) == {"CIM_LogicalDevice"}
    assert client.AssociatorNames("CIM_StorageVolume", **how) == []
    # A pool is a logical element too: one may be allocated from another.
    found = client.AssociatorNames("CIM_StoragePool", AssocClass="CIM_AllocatedFromStoragePool")
    assert names(found) == {"CIM_StoragePool", "CIM_LogicalElement"}
    how = {"AssocClass": "CIM_AllocatedFromStoragePool", "ResultClass": "CIM_StoragePool"}
    assert names(client.AssociatorNames("CIM_StoragePool", **how)) == {"CIM_StoragePool"}
    assert {one.namespace for one in found} == {BLOCK}


def test_class_level_traversals_give_whole_classes(client):
    ((path, link),) = client.References("CIM_StorageVolume", ResultClass="CIM_SystemDevice", Role="PartComponent")
    assert (path.classname, sorted(link.properties.keys())) == ("CIM_SystemDevice", ["GroupComponent", "PartComponent"])
    assert (dict(link.qualifiers), link.properties["PartComponent"].class_origin) == ({}, None)
    how = {"AssocClass": "CIM_SystemDevice", "IncludeQualifiers": True, "IncludeClassOrigin": True}
    ((path, system),) = client.Associators("CIM_StorageVolume", PropertyList=["Name"], **how)
    assert (path.classname, list(system.properties)) == ("CIM_System", ["Name"])
    assert (system.properties["Name"].class_origin, "Key" in system.properties["Name"].qualifiers) == (
        "CIM_ManagedSystemElement",
        True,
    )


def test_a_subclass_of_an_association_is_one_without_saying_so(client):
    link = pywbem.CIMClass("T_Device", superclass="CIM_SystemDevice")
    client.CreateClass(link)
    try:
        assert "T_Device" in names(client.ReferenceNames("CIM_StorageVolume"))
    finally:
        client.DeleteClass("T_Device")


UNKNOWN = [
    ("AssociatorNames", "T_None", {}),
    ("AssociatorNames", "CIM_StorageVolume", {"AssocClass": "T_None"}),
    ("Associators", "CIM_StorageVolume", {"ResultClass": "T_None"}),
    ("ReferenceNames", "T_None", {}),
    ("References", "CIM_StorageVolume", {"ResultClass": "T_None"}),
]


@pytest.mark.parametrize(("operation", "name", "how"), UNKNOWN)
def test_class_level_traversals_of_unknown_classes_are_invalid(client, operation, name, how):
    assert code(lambda: getattr(client, operation)(name, **how)) == pywbem.CIM_ERR_INVALID_PARAMETER


SENT = [
    ("GetClass", {"ClassName": pywbem.CIMClassName("CIM_Error"), "Colour": "red"}),
    ("GetClass", {}),
    ("GetClass", {"ClassName": "CIM_Error"}),
    ("GetClass", {"ClassName": pywbem.CIMClassName("CIM_Error"), "LocalOnly": "maybe"}),
    ("GetClass", {"ClassName": pywbem.CIMClassName("CIM_Error"), "PropertyList": "Name"}),
    ("EnumerateClasses", {"DeepInheritance": 7}),
    ("EnumerateQualifiers", {"QualifierName": "Key"}),
    ("CreateClass", {"NewClass": pywbem.CIMInstance("CIM_Error")}),
    ("SetQualifier", {"QualifierDeclaration": "Key"}),
    ("GetInstance", {"InstanceName": pywbem.CIMClassName("CIM_Error")}),
    ("ReferenceNames", {"ObjectName": "CIM_Error"}),
    ("ExecQuery", {"QueryLanguage": "WQL"}),
    ("PullInstances", {"EnumerationContext": "x"}),
]


@pytest.mark.parametrize(("operation", "parameters"), SENT)
def test_unknown_missing_and_mistyped_parameters_are_invalid(client, operation, parameters):
    call = lambda: client._imethodcall(operation, BLOCK, **parameters)  # noqa: E731
    assert code(call) == pywbem.CIM_ERR_INVALID_PARAMETER


def test_the_namespace_is_looked_at_first(client):
    assert code(lambda: client.GetClass("CIM_Error", namespace="root/none")) == pywbem.CIM_ERR_INVALID_NAMESPACE
    assert client.GetClass("CIM_Error", namespace="//Root/MockBlock/").classname == "CIM_Error"
