"""Namespaces that clients create are listed like those that were there before."""

import pytest
import pywbem

INTEROP = "interop"


def below_manager(connection):
    (manager,) = connection.EnumerateInstanceNames("CIM_ObjectManager", INTEROP)
    found = connection.Associators(manager, AssocClass="CIM_NamespaceInManager", ResultRole="Dependent")
    return sorted(one["Name"] for one in found)


def test_a_new_namespace_hangs_on_the_object_manager_until_it_is_deleted(fresh_tiny):
    server = pywbem.WBEMServer(fresh_tiny)
    server.create_namespace("root/new")
    assert below_manager(fresh_tiny) == sorted(server.namespaces) == ["interop", "root/mockblock", "root/new"]
    server.delete_namespace("root/new")
    assert below_manager(fresh_tiny) == sorted(server.namespaces) == ["interop", "root/mockblock"]
    assert len(fresh_tiny.EnumerateInstances("CIM_NamespaceInManager", INTEROP)) == 2


def new_namespace(connection, **values):
    shown = connection.EnumerateInstances("CIM_Namespace", INTEROP)[0]
    new = pywbem.CIMInstance("CIM_Namespace", {**{key: shown[key] for key in shown}, **values})
    return connection.CreateInstance(new, INTEROP)


def test_a_new_namespace_has_what_the_server_profile_demands(fresh_tiny):
    pywbem.WBEMServer(fresh_tiny).create_namespace("root/new")
    listed = fresh_tiny.EnumerateInstances("CIM_Namespace", INTEROP)
    assert {(one["ClassInfo"], one["ClassType"]) for one in listed} == {(0, 2)}
    (new,) = [one for one in listed if one["Name"] == "root/new"]
    assert (new.properties["ClassInfo"].type, new.properties["ClassType"].type) == ("uint16", "uint16")


@pytest.mark.parametrize("name", ["", "  ", "/", "root//new", "root/a b", "root:new"])
def test_a_namespace_needs_a_name_that_a_path_can_hold(fresh_tiny, name):
    with pytest.raises(pywbem.CIMError) as caught:
        new_namespace(fresh_tiny, Name=name)
    assert caught.value.status_code == pywbem.CIM_ERR_INVALID_PARAMETER
    assert len(fresh_tiny.EnumerateInstances("CIM_Namespace", INTEROP)) == 2


def test_a_namespace_of_another_creation_class_is_refused(fresh_tiny):
    with pytest.raises(pywbem.CIMError) as caught:
        new_namespace(fresh_tiny, Name="root/new", CreationClassName="CIM_Other")
    assert caught.value.status_code == pywbem.CIM_ERR_INVALID_PARAMETER
    assert below_manager(fresh_tiny) == ["interop", "root/mockblock"]


def test_a_namespace_that_exists_is_refused(fresh_tiny):
    with pytest.raises(pywbem.CIMError):
        new_namespace(fresh_tiny, Name="root/mockblock")
    assert below_manager(fresh_tiny) == ["interop", "root/mockblock"]


def test_a_namespace_with_something_in_it_is_not_deleted(fresh_tiny):
    (path,) = [
        one for one in fresh_tiny.EnumerateInstanceNames("CIM_Namespace", INTEROP) if one["Name"] == "root/mockblock"
    ]
    with pytest.raises(pywbem.CIMError) as caught:
        fresh_tiny.DeleteInstance(path)
    assert caught.value.status_code == pywbem.CIM_ERR_NAMESPACE_NOT_EMPTY
    assert below_manager(fresh_tiny) == ["interop", "root/mockblock"]
