"""The pull operations over the wire."""

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
def view(client):
    return client.EnumerateInstanceNames("MOCK_MaskingView")[0]


def code(call):
    with pytest.raises(pywbem.CIMError) as caught:
        call()
    return caught.value.status_code


def pulled(client, opened, pull, kind, size):
    sizes, found = [len(getattr(opened, kind))], list(getattr(opened, kind))
    while not opened.eos:
        opened = getattr(client, pull)(opened.context, MaxObjectCount=size)
        sizes.append(len(getattr(opened, kind)))
        found += getattr(opened, kind)
    return sizes, found


def test_an_enumeration_is_pulled_in_parts(client):
    opened = client.OpenEnumerateInstances("CIM_StorageVolume", MaxObjectCount=3, PropertyList=["Name"])
    sizes, found = pulled(client, opened, "PullInstancesWithPath", "instances", 8)
    assert sizes == [3, 8, 8, 1]
    whole = client.EnumerateInstances("CIM_StorageVolume", PropertyList=["Name"])
    assert [one.properties for one in found] == [one.properties for one in whole]
    assert {(one.path.host, one.path.namespace) for one in found} == {(client.host, BLOCK)}


def test_an_open_without_a_count_returns_nothing_yet(client):
    opened = client.OpenEnumerateInstancePaths("CIM_StorageVolume")
    assert (opened.paths, opened.eos) == ([], False)
    sizes, _ = pulled(client, opened, "PullInstancePaths", "paths", 100)
    assert sizes == [0, 20]


def test_an_open_with_room_for_all_ends_at_once(client):
    opened = client.OpenEnumerateInstances("CIM_StorageVolume", MaxObjectCount=20)
    assert (len(opened.instances), opened.eos, opened.context) == (20, True, None)
    empty = client.OpenEnumerateInstances("CIM_RedundancySet")
    assert (empty.instances, empty.eos) == ([], True)


OPENS = [
    ("OpenReferenceInstances", "References", "PullInstancesWithPath", "instances"),
    ("OpenReferenceInstancePaths", "ReferenceNames", "PullInstancePaths", "paths"),
    ("OpenAssociatorInstances", "Associators", "PullInstancesWithPath", "instances"),
    ("OpenAssociatorInstancePaths", "AssociatorNames", "PullInstancePaths", "paths"),
]


@pytest.mark.parametrize(("opening", "plain", "pull", "kind"), OPENS)
def test_pulled_traversals_give_what_the_plain_ones_give(client, view, opening, plain, pull, kind):
    _, found = pulled(client, getattr(client, opening)(view, MaxObjectCount=2), pull, kind, 4)
    expected = getattr(client, plain)(view)
    assert len(expected) > 6
    assert [one.tocimxmlstr() for one in found] == [one.tocimxmlstr() for one in expected]


def test_a_pull_of_nothing_keeps_the_context(client):
    opened = client.OpenEnumerateInstances("CIM_StorageVolume")
    again = client.PullInstancesWithPath(opened.context, MaxObjectCount=0)
    assert (again.instances, again.eos, again.context) == ([], False, opened.context)
    client.CloseEnumeration(again.context)


def test_a_closed_or_foreign_context_is_invalid(client):
    opened = client.OpenEnumerateInstances("CIM_StorageVolume", MaxObjectCount=1)
    assert code(lambda: client.PullInstancePaths(opened.context, MaxObjectCount=1)) == 21
    client.CloseEnumeration(opened.context)
    assert code(lambda: client.PullInstancesWithPath(opened.context, MaxObjectCount=1)) == 21
    assert code(lambda: client.CloseEnumeration(opened.context)) == 21


def test_iterators_of_pywbem_use_pulls(running):
    login = (running.user, running.password)
    with pywbem.WBEMConnection(running.url, login, default_namespace=BLOCK, use_pull_operations=True) as client:
        assert len(list(client.IterEnumerateInstances("CIM_StorageVolume", MaxObjectCount=6))) == 20
        view = client.EnumerateInstanceNames("MOCK_MaskingView")[0]
        assert len(list(client.IterAssociatorInstances(view, MaxObjectCount=3))) == len(client.Associators(view))
