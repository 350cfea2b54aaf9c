# ruff: noqa: S608 - these queries are no SQL
"""Queries and filters over the wire: ExecQuery, OpenQueryInstances, PullInstances, FilterQuery, EnumerationCount."""

import pytest
import pywbem

import mock_cimom
from mock_cimom.layout import Layout
from mock_cimom.query import parse_query

BLOCK = "root/mockblock"


@pytest.fixture(scope="module")
def running():
    with mock_cimom.running("tiny") as cimom:
        yield cimom


@pytest.fixture
def client(running):
    with pywbem.WBEMConnection(running.url, (running.user, running.password), default_namespace=BLOCK) as connection:
        yield connection


def code(call):
    with pytest.raises(pywbem.CIMError) as caught:
        call()
    return caught.value.status_code


@pytest.mark.parametrize("language", ["WQL", "DMTF:CQL"])
def test_a_query_chooses_instances_of_a_class_and_its_subclasses(client, language):
    every = client.ExecQuery(language, "SELECT * FROM CIM_StorageVolume")
    assert {one.classname for one in every} == {"MOCK_StorageVolume"}
    listed = client.EnumerateInstances("CIM_StorageVolume")
    assert [dict(one) for one in every] == [dict(one) for one in listed]
    one = listed[3]
    text = f"SELECT * FROM CIM_LogicalDevice WHERE DeviceID = '{one['DeviceID']}' AND NumberOfBlocks > 1"
    assert [dict(found) for found in client.ExecQuery(language, text)] == [dict(one)]
    assert client.ExecQuery(language, "SELECT * FROM CIM_StorageVolume WHERE DeviceID IS NULL") == []


def test_a_query_shows_its_select_list(client):
    found = client.ExecQuery("DMTF:CQL", "SELECT deviceid, v.Name AS Naa, Nothing FROM CIM_StorageVolume AS v")
    assert len(found) == 20
    assert all(list(one.properties) == ["DeviceID", "Naa"] for one in found)


WRONG = [
    ("SQL", "SELECT * FROM CIM_StorageVolume", pywbem.CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED),
    ("DMTF:FQL", "DeviceID = '1'", pywbem.CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED),
    ("WQL", "SELECT FROM CIM_StorageVolume", pywbem.CIM_ERR_INVALID_QUERY),
    ("WQL", "(" * 10_000, pywbem.CIM_ERR_INVALID_QUERY),
    ("WQL", "SELECT * FROM CIM_None", pywbem.CIM_ERR_INVALID_QUERY),
]


@pytest.mark.parametrize(("language", "text", "status"), WRONG)
def test_a_wrong_query_has_its_cim_error(client, language, text, status):
    assert code(lambda: client.ExecQuery(language, text)) == status
    assert code(lambda: client.OpenQueryInstances(language, text)) == status


def test_an_unknown_namespace_comes_first(client):
    call = ("SQL", "x", "root/none")
    assert code(lambda: client.ExecQuery(*call)) == pywbem.CIM_ERR_INVALID_NAMESPACE


def test_a_query_is_pulled_in_parts(client):
    text = "SELECT DeviceID, OperationalStatus[0] AS First FROM CIM_StorageVolume WHERE NumberOfBlocks > 1"
    opened = client.OpenQueryInstances("DMTF:CQL", text, ReturnQueryResultClass=True, MaxObjectCount=3)
    rows, sizes = list(opened.instances), [len(opened.instances)]
    described = opened.query_result_class
    while not opened.eos:
        opened = client.PullInstances(opened.context, MaxObjectCount=9)
        rows += opened.instances
        sizes.append(len(opened.instances))
    assert sizes == [3, 9, 8]
    assert all(one.path is None for one in rows)
    assert [dict(one) for one in rows] == [dict(one) for one in client.ExecQuery("WQL", text)]
    assert (described.classname, described.superclass) == ("CIM_StorageVolume", None)
    assert [(one.name, one.type, one.is_array) for one in described.properties.values()] == [
        ("DeviceID", "string", False),
        ("First", "uint16", False),
    ]


def test_the_result_class_of_a_star_is_the_whole_class(client):
    opened = client.OpenQueryInstances(
        "WQL", "SELECT * FROM CIM_StorageVolume", ReturnQueryResultClass=True, OperationTimeout=10, MaxObjectCount=0
    )
    declared = client.GetClass("CIM_StorageVolume", LocalOnly=False)
    assert (opened.instances, opened.query_result_class.properties.keys()) == ([], declared.properties.keys())
    client.CloseEnumeration(opened.context)


def test_contexts_of_queries_are_their_own_kind(client):
    opened = client.OpenQueryInstances("WQL", "SELECT * FROM CIM_StorageVolume")
    assert code(lambda: client.PullInstancesWithPath(opened.context, MaxObjectCount=1)) == 21
    other = client.OpenEnumerateInstances("CIM_StorageVolume")
    assert code(lambda: client.PullInstances(other.context, MaxObjectCount=1)) == 21
    client.CloseEnumeration(opened.context)
    assert code(lambda: client.PullInstances(opened.context, MaxObjectCount=1)) == 21
    text = "SELECT * FROM CIM_StorageVolume"
    assert code(lambda: client.OpenQueryInstances("WQL", text, ContinueOnError=True)) == 26
    assert code(lambda: client.OpenQueryInstances("WQL", text, OperationTimeout=10**6)) == 22


def test_queries_are_iterated_by_pywbem(running):
    login = (running.user, running.password)
    text = "SELECT DeviceID FROM CIM_StorageVolume"
    for pulls in (True, False):
        with pywbem.WBEMConnection(
            running.url, login, default_namespace=BLOCK, use_pull_operations=pulls
        ) as connection:
            found = connection.IterQueryInstances("WQL", text, MaxObjectCount=7)
            assert len(list(found.generator)) == 20


def test_filters_of_open_operations_are_applied(client):
    volumes = client.EnumerateInstances("CIM_StorageVolume")
    wanted = volumes[4]
    how = {"FilterQueryLanguage": "DMTF:FQL", "FilterQuery": f"DeviceID = '{wanted['DeviceID']}'", "MaxObjectCount": 99}
    opened = client.OpenEnumerateInstances("CIM_StorageVolume", PropertyList=["Name"], **how)
    assert ([dict(one) for one in opened.instances], opened.eos) == ([{"Name": wanted["Name"]}], True)
    assert client.OpenEnumerateInstancePaths("CIM_StorageVolume", **how).paths == [opened.instances[0].path]
    pool = client.AssociatorNames(wanted.path, AssocClass="CIM_AllocatedFromStoragePool")[0]
    found = client.OpenAssociatorInstances(pool, ResultClass="CIM_StorageVolume", **how).instances
    assert [one["DeviceID"] for one in found] == [wanted["DeviceID"]]
    paths = client.OpenAssociatorInstancePaths(pool, ResultClass="CIM_StorageVolume", **how).paths
    assert paths == [one.path for one in found]
    how["FilterQuery"] = "SpaceConsumed > 0 AND NOT SpaceConsumed IS NULL"
    of_class = "CIM_AllocatedFromStoragePool"
    references = client.OpenReferenceInstances(pool, ResultClass=of_class, **how).instances
    every = client.References(pool, ResultClass=of_class)
    assert len(references) == len([one for one in every if one.get("SpaceConsumed")]) > 0
    paths = client.OpenReferenceInstancePaths(pool, ResultClass=of_class, **how).paths
    assert paths == [one.path for one in references]


WRONG_FILTERS = [
    ({"FilterQuery": "a = ", "FilterQueryLanguage": "DMTF:FQL"}, pywbem.CIM_ERR_INVALID_QUERY),
    ({"FilterQuery": "SELECT * FROM CIM_A", "FilterQueryLanguage": "WQL"}, pywbem.CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED),
]


@pytest.mark.parametrize(("how", "status"), WRONG_FILTERS)
def test_a_wrong_filter_has_its_cim_error(client, how, status):
    path = client.EnumerateInstanceNames("CIM_StorageVolume")[0]
    for operation in ("OpenEnumerateInstances", "OpenEnumerateInstancePaths"):
        assert code(lambda op=operation: getattr(client, op)("CIM_StorageVolume", **how)) == status
    for kind in ("Reference", "Associator"):
        for form in ("Instances", "InstancePaths"):
            assert code(lambda op=f"Open{kind}{form}": getattr(client, op)(path, **how)) == status


def test_what_is_left_of_an_enumeration_is_counted(client):
    opened = client.OpenEnumerateInstances("CIM_StorageVolume", MaxObjectCount=6)
    context = opened.context[0]
    counted = client._imethodcall("EnumerationCount", BLOCK, EnumerationContext=context)
    assert counted[0][2] == ["14"]
    client.CloseEnumeration(opened.context)
    gone = lambda: client._imethodcall("EnumerationCount", BLOCK, EnumerationContext=context)  # noqa: E731
    assert code(gone) == pywbem.CIM_ERR_INVALID_ENUMERATION_CONTEXT


def test_a_query_of_plain_properties_gives_what_making_each_instance_gives(running, client):
    columns = "deviceid, OperationalStatus, ElementName, NumberOfBlocks"
    text = f"SELECT {columns} FROM CIM_StorageVolume WHERE NumberOfBlocks > 1 AND DeviceID <> 'x'"
    query = parse_query(text, "DMTF:CQL")
    found = client.ExecQuery("DMTF:CQL", text)
    made = [query.project(one) for one in running.connection.EnumerateInstances("CIM_StorageVolume", BLOCK)]
    assert query.own_properties()
    assert [dict(one) for one in found] == [dict(one) for one in made]


def test_a_query_makes_no_instance_of_what_it_only_looks_at(running, client, monkeypatch):
    made = []
    whole = Layout.instance
    monkeypatch.setattr(Layout, "instance", lambda layout, row: made.append(row) or whole(layout, row))
    assert client.ExecQuery("WQL", "SELECT DeviceID FROM CIM_StorageVolume WHERE NumberOfBlocks > 1")
    assert client.OpenEnumerateInstances(
        "CIM_StorageVolume", FilterQueryLanguage="DMTF:FQL", FilterQuery="NumberOfBlocks > 1", MaxObjectCount=100
    ).instances
    assert made == []
