"""Fault rules on a running server: what a client meets."""

import asyncio
import http.client
import threading

import pytest
import pywbem
from lxml import etree

from mock_cimom import dispatch
from mock_cimom.faults import make_rule
from mock_cimom.limits import Limits
from mock_cimom.operations import Operation
from mock_cimom.tls import self_made_tls

CHASSIS = '<CLASSNAME NAME="CIM_Chassis"/>'


def error_code(reply):
    found = etree.fromstring(reply.body).find(".//ERROR")
    return None if found is None else int(found.get("CODE"))


@pytest.fixture
def broken(serve):
    """A function that runs a server with one rule."""

    def start(**values):
        served = serve()
        served.cimom.faults.add(make_rule(**values))
        return served

    return start


class Sleeps:
    """A sleep that ends when it is let go."""

    def __init__(self):
        self.seconds = []
        self.over = threading.Event()

    async def __call__(self, seconds):
        self.seconds.append(seconds)
        while not self.over.is_set():
            await asyncio.sleep(0.001)


def test_delayed_calls_hold_up_nobody(serve):
    sleeps = Sleeps()
    served = serve(limits=Limits(sleep=sleeps))
    served.cimom.faults.add(make_rule(class_="CIM_StorageVolume", delay="2s", jitter="500ms"))
    delayed = served.body(ClassName='<CLASSNAME NAME="MOCK_StorageVolume"/>')
    waiting = [served.socket() for _ in range(100)]
    for one in waiting:
        one.sendall(served.head(length=len(delayed)) + delayed)
    served.wait_for(lambda: len(sleeps.seconds) == 100)
    connection = served.connect()
    for _ in range(20):
        assert served.call(connection=connection).status == 200
    sleeps.over.set()
    assert [one.recv(15) for one in waiting] == [b"HTTP/1.1 200 OK"] * 100
    assert all(1.5 <= seconds <= 2.5 for seconds in sleeps.seconds)
    assert len(set(sleeps.seconds)) > 50


def test_a_delayed_call_is_given_up_when_the_server_stops(serve):
    sleeps = Sleeps()
    served = serve(limits=Limits(sleep=sleeps, shutdown=0.1))
    served.cimom.faults.add(make_rule(delay="1h"))
    body = served.body(ClassName=CHASSIS)
    connection = served.socket()
    connection.sendall(served.head(length=len(body)) + body)
    served.wait_for(lambda: sleeps.seconds)
    asyncio.run_coroutine_threadsafe(served.server.stop(), served.loop).result(10)
    with pytest.raises((ConnectionError, AssertionError)):  # reset, or ended without a word
        assert connection.recv(1)


def test_a_delayed_call_whose_client_is_gone_is_forgotten(serve):
    ended = threading.Event()

    async def sleep(_seconds):
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    begun = threading.Event()
    served = serve(limits=Limits(sleep=sleep))
    served.cimom.faults.add(make_rule(delay="1h"))
    body = served.body(ClassName=CHASSIS)
    with served.socket() as connection:
        connection.sendall(served.head(length=len(body)) + body)
        assert begun.wait(30)
    assert ended.wait(30)


@pytest.mark.parametrize(
    ("values", "error"), [({"cut": True}, OSError), ({"truncate": "cut"}, http.client.HTTPException)]
)
def test_a_connection_is_cut_under_tls_as_well(serve, values, error):
    served = serve(self_made_tls("127.0.0.1"))
    served.cimom.faults.add(make_rule(times=1, **values))
    with pytest.raises(error):
        served.call()
    assert served.call().status == 200


def test_a_cim_status(broken):
    served = broken(operation="EnumerateInstanceNames", cim_status="CIM_ERR_ACCESS_DENIED", description="not <you>")
    reply = served.call()
    assert (reply.status, error_code(reply)) == (200, pywbem.CIM_ERR_ACCESS_DENIED)
    assert etree.fromstring(reply.body).find(".//ERROR").get("DESCRIPTION") == "not <you>"
    assert error_code(served.call("EnumerateInstances", ClassName=CHASSIS)) is None


@pytest.mark.parametrize("status", [401, 500, 503])
def test_an_http_status(broken, status):
    served = broken(http_status=status, times=1)
    connection = served.connect()
    reply = served.call(connection=connection)
    assert (reply.status, reply.body) == (status, b"")
    assert (reply.headers["WWW-Authenticate"] is not None) == (status == 401)
    assert served.call(connection=connection).status == 200


def test_a_cut_connection(broken):
    served = broken(cut=True, nth=2)
    assert served.call().status == 200
    with pytest.raises(ConnectionError):
        served.call()
    assert served.call().status == 200


def test_an_answer_that_is_malformed_though_it_ends_properly(broken):
    served = broken(truncate=True, times=1)
    connection = served.connect()
    reply = served.call(connection=connection)
    assert reply.status == 200
    assert int(reply.headers["Content-Length"]) == len(reply.body)
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(reply.body)
    assert served.call(connection=connection).body.startswith(reply.body)


def test_an_answer_that_is_cut_midway(broken):
    served = broken(truncate="cut", times=1)
    with pytest.raises(http.client.IncompleteRead) as caught:
        served.call()
    assert served.call().body.startswith(caught.value.partial)
    assert len(caught.value.partial) > 100


@pytest.mark.parametrize("ending", ["ended", "cut"])
def test_a_long_answer_is_truncated_as_well(broken, monkeypatch, ending):
    pieces = ["<VALUE>" + "x" * 1000 + "</VALUE>"] * 2000
    monkeypatch.setitem(dispatch.OPERATIONS, "LongForTest", Operation(lambda *_: iter(pieces), {}))
    served = broken(truncate=ending)
    request = ("POST", "/cimom", served.body("LongForTest"), served.headers("LongForTest"))
    if ending == "cut":
        with pytest.raises(http.client.IncompleteRead):
            served.ask(*request)
        return
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(served.ask(*request).body)


def test_a_charset_the_header_gets_wrong(broken):
    reply = broken(wrong_charset=True).call()
    assert reply.headers.get_content_charset() == "utf-16"
    assert reply.body.decode("utf-8").startswith("<?xml")


def test_a_charset_the_bytes_get_wrong(broken):
    reply = broken(wrong_charset="bytes").call()
    assert reply.headers.get_content_charset() == "utf-8"
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("utf-8")
    assert len(etree.fromstring(reply.body.decode("latin-1").encode()).findall(".//INSTANCENAME")) == 1


@pytest.mark.parametrize("operation", ["EnumerateInstances", "EnumerateInstanceNames", "OpenEnumerateInstances"])
def test_the_empty_answer_of_a_restarting_provider(broken, operation):
    served = broken(class_="CIM_Chassis", empty=True, times=1)
    reply = served.call(operation, ClassName=CHASSIS)
    tree = etree.fromstring(reply.body)
    assert error_code(reply) is None
    assert list(tree.find(".//IRETURNVALUE")) == []
    if operation.startswith("Open"):
        ends = {one.get("NAME"): one.findtext("VALUE") for one in tree.findall(".//PARAMVALUE")}
        assert ends == {"EndOfSequence": "true", "EnumerationContext": ""}
    assert served.call().body.count(b"<INSTANCENAME") == 1


@pytest.fixture
def client(serve):
    served = serve()
    url = f"http://127.0.0.1:{served.port}"
    with pywbem.WBEMConnection(url, ("tester", "correct horse/battery"), default_namespace="interop") as connection:
        connection.served = served
        yield connection


def code(call):
    with pytest.raises(pywbem.CIMError) as caught:
        call()
    return caught.value.status_code


def test_a_vanished_namespace_is_gone_and_comes_back(client):
    def seen():
        whole = [one["Name"] for one in client.EnumerateInstances("CIM_Namespace")]
        names = [one["Name"] for one in client.EnumerateInstanceNames("CIM_Namespace")]
        assert sorted(whole) == sorted(names)
        pulled = [one["Name"] for one in client.IterEnumerateInstances("CIM_Namespace", MaxObjectCount=1)]
        assert sorted(pulled) == sorted(names)
        return set(names)

    before = seen()
    assert {"interop", "root/mockblock"} <= before
    rule = client.served.cimom.faults.add(make_rule(namespace="root/mockblock", vanish=True))
    assert code(lambda: client.EnumerateInstances("CIM_Chassis", namespace="root/mockblock")) == 3
    assert code(lambda: client.GetClass("CIM_Chassis", namespace="root/mockblock")) == 3
    assert seen() == before - {"root/mockblock"}
    (manager,) = client.EnumerateInstanceNames("CIM_ObjectManager")
    shown = client.AssociatorNames(manager, ResultClass="CIM_Namespace")
    assert {one["Name"] for one in shown} == before - {"root/mockblock"}
    links = client.References(manager, ResultClass="CIM_NamespaceInManager")
    assert len(links) == len(client.EnumerateInstanceNames("CIM_NamespaceInManager")) == len(before) - 1
    client.served.cimom.faults.remove(rule.id)
    assert seen() == before


def test_lost_contexts_are_invalid(client):
    opened = [client.OpenEnumerateInstances("CIM_StorageVolume", namespace="root/mockblock") for _ in range(2)]
    client.served.cimom.faults.add(make_rule(operation="PullInstancesWithPath", times=1, lose_contexts=True))
    for one in opened:
        assert code(lambda one=one: client.PullInstancesWithPath(one.context, MaxObjectCount=1)) == 21
    again = client.OpenEnumerateInstances("CIM_StorageVolume", namespace="root/mockblock")
    assert len(client.PullInstancesWithPath(again.context, MaxObjectCount=3).instances) == 3


def test_a_method_is_matched_by_its_name_or_as_a_method(client):
    faults = client.served.cimom.faults
    (service,) = client.EnumerateInstanceNames("CIM_StorageConfigurationService", namespace="root/mockblock")
    for operation in ("StopService", "InvokeMethod"):
        faults.add(make_rule(id=operation, operation=operation, cim_status=1))
        assert code(lambda: client.InvokeMethod("StopService", service)) == 1
        faults.remove(operation)
    assert code(lambda: client.InvokeMethod("StopService", service)) != 1


def test_fault_rules_leave_the_control_path_alone(broken):
    served = broken(http_status=500)
    assert served.call().status == 500
    assert served.control("GET", "faults").status == 200


@pytest.mark.parametrize("effect", [{"http_status": 500}, {"cut": True}, {"cim_status": 1}])
def test_contexts_are_lost_whatever_else_happens_to_the_call(client, effect):
    opened = client.OpenEnumerateInstances("CIM_StorageVolume", namespace="root/mockblock")
    for rule in ({"lose_contexts": True}, effect):
        client.served.cimom.faults.add(make_rule(operation="GetClass", times=1, **rule))
    with pytest.raises(pywbem.Error):
        client.GetClass("CIM_StorageVolume", namespace="root/mockblock")
    assert code(lambda: client.PullInstancesWithPath(opened.context, MaxObjectCount=1)) == 21
