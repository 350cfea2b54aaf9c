"""Indications over real sockets: pywbem's subscription manager asks for them, pywbem's listener receives them."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import pywbem
import trustme

import mock_cimom
from mock_cimom import ESTATES
from mock_cimom.cimom import Cimom
from mock_cimom.credentials import Credentials
from mock_cimom.estate_loader import load_estate
from mock_cimom.indications import HttpSender, IndicationEngine
from mock_cimom.providers.alerts import array_alerts
from mock_cimom.server import CimXmlServer

ARRAY = "root/mockblock"
CREDENTIALS = Credentials("user", "secret")
ARRIVAL_SECONDS = 30.0
RETRY_SCALE = 0.01  # 30 s become 0.3 s
LIFE_CYCLE = "SELECT * FROM CIM_Inst{} WHERE SourceInstance ISA {}"


def status_of(class_name, qualified=True):
    changed = f"{class_name}::OperationalStatus" if qualified else "OperationalStatus"
    query = LIFE_CYCLE.format("Modification", class_name)
    return f"{query} AND SourceInstance.{changed} <> PreviousInstance.{changed}"


class Served:
    """A CIMOM on a port of its own with an engine, and a client of it."""

    def __init__(self, **engine_options):
        self.connection = load_estate(ESTATES["tiny"])
        self.engine = IndicationEngine(
            self.connection.cimrepository, watchers=[array_alerts], time_scale=RETRY_SCALE, **engine_options
        )
        cimom = Cimom(self.connection, "127.0.0.1", indications=self.engine)
        self._server = CimXmlServer(cimom, CREDENTIALS)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        port = asyncio.run_coroutine_threadsafe(self._server.start("127.0.0.1", 0), self._loop).result()
        self.engine.start()
        self.client = pywbem.WBEMConnection(f"http://127.0.0.1:{port}", (CREDENTIALS.user, CREDENTIALS.password), ARRAY)
        return self

    def __exit__(self, *_):
        self.client.close()
        self.engine.stop()
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def change(self, path, **values):
        cim_class = self.client.GetClass(path.classname, path.namespace, LocalOnly=False)
        declared = {name: cim_class.properties[name] for name in values}
        properties = [
            pywbem.CIMProperty(name, value, declared[name].type, is_array=declared[name].is_array)
            for name, value in values.items()
        ]
        self.client.ModifyInstance(pywbem.CIMInstance(path.classname, properties, path=path))

    def first(self, class_name):
        return self.client.EnumerateInstanceNames(class_name)[0]


class Inbox:
    """A listener and what it received, in the order of arrival."""

    def __init__(self, port=None, https=False, files=(None, None)):
        self.port = port or free_port()
        self.url = f"{'https' if https else 'http'}://127.0.0.1:{self.port}"
        self._received = []
        self._arrival = threading.Condition()
        ports = {"https_port" if https else "http_port": self.port}
        self._listener = pywbem.WBEMListener("127.0.0.1", **ports, certfile=files[0], keyfile=files[1])
        self._listener.add_callback(self._keep)

    def __enter__(self):
        self._listener.start()
        return self

    def __exit__(self, *_):
        self._listener.stop()

    def _keep(self, indication, _host):
        with self._arrival:
            self._received.append(indication)
            self._arrival.notify_all()

    def wait_for(self, filter_name):
        """Wait for an indication of a filter."""
        with self._arrival:
            assert self._arrival.wait_for(lambda: filter_name in self._filters(), ARRIVAL_SECONDS), filter_name

    def _filters(self):
        return {one["IndicationFilterName"] for one in self._received}

    def wait(self, count):
        with self._arrival:
            assert self._arrival.wait_for(lambda: len(self._received) >= count, ARRIVAL_SECONDS), len(self._received)
            return list(self._received)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def managed(served, name="tests"):
    """A subscription manager with the id of its server; what it owns is removed at the end."""
    manager = pywbem.WBEMSubscriptionManager(name)
    server_id = manager.add_server(pywbem.WBEMServer(served.client))
    yield manager, server_id
    manager.remove_server(server_id)


def subscribe(manager, server_id, url, query, number=1, language="DMTF:CQL"):
    destination = manager.add_destination(server_id, url, destination_id=f"d{number}")
    chosen = manager.add_filter(server_id, [ARRAY], query, query_language=language, filter_id=f"f{number}")
    return manager.add_subscriptions(server_id, chosen.path, destination.path)[0]


@pytest.fixture
def served():
    with Served() as one:
        yield one


@pytest.fixture
def inbox():
    with Inbox() as one:
        yield one


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A CA, and the files of a certificate for 127.0.0.1: certificate, key, CA."""
    folder = tmp_path_factory.mktemp("listener")
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    files = [folder / name for name in ("certificate.pem", "key.pem", "ca.pem")]
    issued.cert_chain_pems[0].write_to_path(files[0])
    issued.private_key_pem.write_to_path(files[1])
    authority.cert_pem.write_to_path(files[2])
    return files


def new_volume(served, name):
    """Have the array make a volume; return its path."""
    (service,) = served.client.EnumerateInstanceNames("CIM_StorageConfigurationService")
    pools = served.client.EnumerateInstances("MOCK_StoragePool")
    (pool,) = [one.path for one in pools if one.classname == "MOCK_StoragePool" and not one["Primordial"]]
    wanted = {"ElementName": name, "ElementType": pywbem.Uint16(2), "InPool": pool, "Size": pywbem.Uint64(2**30)}
    code, output = served.client.InvokeMethod("CreateOrModifyElementFromStoragePool", service, **wanted)
    assert code == 0
    return output["TheElement"]


def test_creation_modification_and_deletion_arrive_in_order_with_their_numbers(served, inbox):
    with managed(served) as (manager, server_id):
        query = "SELECT * FROM CIM_InstIndication WHERE SourceInstance ISA CIM_StorageVolume"
        subscribe(manager, server_id, inbox.url, query)
        path = new_volume(served, "fresh")
        served.change(path, ElementName="renamed")
        served.client.DeleteInstance(path)
        received = inbox.wait(3)
    assert [one.classname for one in received] == ["CIM_InstCreation", "CIM_InstModification", "CIM_InstDeletion"]
    assert [one["SequenceNumber"] for one in received] == [0, 1, 2]
    assert len({one["SequenceContext"] for one in received}) == 1
    assert {one["SourceInstance"]["DeviceID"] for one in received} == {path["DeviceID"]}
    assert all(one["IndicationFilterName"] == "pywbemfilter:tests:f1" for one in received)
    assert received[1]["PreviousInstance"]["ElementName"] == "fresh"
    assert received[1]["SourceInstance"]["ElementName"] == "renamed"


def test_500_changes_arrive_without_gap_and_in_order(served, inbox):
    with managed(served) as (manager, server_id):
        subscribe(manager, server_id, inbox.url, LIFE_CYCLE.format("Modification", "CIM_StorageVolume"))
        path = served.first("CIM_StorageVolume")
        for number in range(500):
            instance = pywbem.CIMInstance(path.classname, {"ElementName": f"name{number}"}, path=path)
            served.connection.ModifyInstance(instance)
        received = inbox.wait(500)
    assert [one["SequenceNumber"] for one in received] == list(range(500))
    assert [one["SourceInstance"]["ElementName"] for one in received] == [f"name{number}" for number in range(500)]


# I1 to I12 of smis-mapping 7.1: the query, and the change that it is about.
QUERIES = {
    "I1": (LIFE_CYCLE.format("Creation", "CIM_StorageVolume"), "CIM_StorageVolume", "create"),
    "I2": (LIFE_CYCLE.format("Deletion", "CIM_StorageVolume"), "CIM_StorageVolume", "delete"),
    "I3": (status_of("CIM_StorageVolume"), "CIM_StorageVolume", "status"),
    "I3 unqualified": (status_of("CIM_StorageVolume", qualified=False), "CIM_StorageVolume", "status"),
    "I4": (LIFE_CYCLE.format("Modification", "CIM_StorageVolume"), "CIM_StorageVolume", "status"),
    "I5": (LIFE_CYCLE.format("Modification", "CIM_StoragePool"), "CIM_StoragePool", "status"),
    "I5 created": (LIFE_CYCLE.format("Creation", "CIM_StoragePool"), "CIM_StoragePool", "create"),
    "I5 deleted": (LIFE_CYCLE.format("Deletion", "CIM_StoragePool"), "CIM_StoragePool", "delete"),
    "I6": ("SELECT * FROM CIM_AlertIndication", "MOCK_ThinPool", "fill"),
    "I6 narrow": (
        "SELECT * FROM CIM_AlertIndication WHERE OwningEntity='SNIA' AND MessageID='DRM29'",
        "MOCK_ThinPool",
        "fill",
    ),
    "I7": (status_of("CIM_FCPort"), "CIM_FCPort", "status"),
    "I8": (status_of("CIM_EthernetPort"), "CIM_EthernetPort", "status"),
    "I8 endpoint": (
        LIFE_CYCLE.format("Modification", "CIM_iSCSIProtocolEndpoint"),
        "CIM_iSCSIProtocolEndpoint",
        "status",
    ),
    "I9": (status_of("CIM_ComputerSystem"), "CIM_ComputerSystem", "status"),
    "I9 deleted": (LIFE_CYCLE.format("Deletion", "CIM_ComputerSystem"), "CIM_ComputerSystem", "delete"),
    "I10": (LIFE_CYCLE.format("Deletion", "CIM_ProtocolControllerForUnit"), "CIM_ProtocolControllerForUnit", "delete"),
    "I10 subject": (LIFE_CYCLE.format("Deletion", "CIM_AuthorizedSubject"), "CIM_AuthorizedSubject", "delete"),
}


def act(served, class_name, what):
    path = served.first(class_name)
    if what == "status":
        served.change(path, OperationalStatus=[6])
    elif what == "fill":
        for left in (2**40, 0):
            served.change(path, RemainingManagedSpace=left)
    elif what == "delete":
        names = served.client.EnumerateInstanceNames(class_name)
        # The pool that was made before: no other is empty.
        served.client.DeleteInstance(next((one for one in names if str(one.get("InstanceID")).endswith("new")), path))
    elif class_name == "CIM_StorageVolume":
        new_volume(served, "fresh")
    else:
        instance = served.client.GetInstance(path)
        instance.path = None
        instance["InstanceID"] += "new"
        served.client.CreateInstance(instance, ARRAY)


@pytest.mark.parametrize("language", ["DMTF:CQL", "WQL"])
def test_every_filter_of_the_mapping_selects_what_it_is_about(served, inbox, language):
    with managed(served) as (manager, server_id):
        destination = manager.add_destination(server_id, inbox.url, destination_id="all")
        for number, (query, _, _) in enumerate(QUERIES.values()):
            chosen = manager.add_filter(server_id, [ARRAY], query, query_language=language, filter_id=f"f{number}")
            manager.add_subscriptions(server_id, chosen.path, destination.path)
        for number, (_, class_name, what) in enumerate(QUERIES.values()):
            act(served, class_name, what)
            inbox.wait_for(f"pywbemfilter:tests:f{number}")
            if what == "status":
                served.change(served.first(class_name), OperationalStatus=[2])
        assert served.engine.wait_idle(ARRIVAL_SECONDS)
        received = inbox.wait(len(QUERIES))
    assert [one["SequenceNumber"] for one in received] == list(range(len(received)))


# pywbem's listener makes its TLS context in a way that Python deprecates.
PYWBEM_TLS = pytest.mark.filterwarnings("ignore:ssl.PROTOCOL_TLS is deprecated:DeprecationWarning")


@PYWBEM_TLS
@pytest.mark.parametrize("verify", [False, True])
def test_listeners_over_https(authority, verify):
    certificate, key, ca = authority
    sender = HttpSender(ca if verify else False)
    files = (str(certificate), str(key))
    with (
        Served(sender=sender) as served,
        Inbox(https=True, files=files) as inbox,
        managed(served) as (manager, server_id),
    ):
        subscribe(manager, server_id, inbox.url, status_of("CIM_FCPort"))
        served.change(served.first("CIM_FCPort"), OperationalStatus=[6])
        (indication,) = inbox.wait(1)
        assert indication["SourceInstance"]["OperationalStatus"] == [6]


@PYWBEM_TLS
def test_a_listener_whose_certificate_fails_the_check_gets_nothing(authority, tmp_path, caplog):
    certificate, key, _ = authority
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    files = (str(certificate), str(key))
    with (
        Served(sender=HttpSender(other)) as served,
        Inbox(https=True, files=files) as inbox,
        managed(served) as (manager, server_id),
    ):
        subscribe(manager, server_id, inbox.url, status_of("CIM_FCPort"))
        served.change(served.first("CIM_FCPort"), OperationalStatus=[6])
        assert served.engine.wait_idle(ARRIVAL_SECONDS)
        assert inbox.wait(0) == []
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text


def test_a_dead_listener_is_tried_again_and_given_up_while_another_goes_on(served, inbox, caplog):
    dead = f"http://127.0.0.1:{free_port()}"
    with managed(served) as (manager, server_id):
        query = LIFE_CYCLE.format("Modification", "CIM_StorageVolume")
        subscribe(manager, server_id, inbox.url, query, 1)
        subscribe(manager, server_id, dead, query, 2)
        path = served.first("CIM_StorageVolume")
        for number in range(20):
            served.connection.ModifyInstance(
                pywbem.CIMInstance(path.classname, {"ElementName": f"name{number}"}, path=path)
            )
        received = inbox.wait(20)
        assert [one["SequenceNumber"] for one in received] == list(range(20))
        assert "is given up" not in caplog.text  # the dead one is still being tried
        end = time.monotonic() + ARRIVAL_SECONDS
        while "is given up" not in caplog.text:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert f"An indication to {dead} is given up" in caplog.text


def test_a_listener_that_comes_back_gets_what_waited_with_its_numbers(served):
    port = free_port()
    with managed(served) as (manager, server_id):
        query = LIFE_CYCLE.format("Modification", "CIM_StorageVolume")
        path = served.first("CIM_StorageVolume")

        def rename(name):
            served.connection.ModifyInstance(pywbem.CIMInstance(path.classname, {"ElementName": name}, path=path))

        with Inbox(port) as inbox:
            subscribe(manager, server_id, inbox.url, query)
            rename("first")
            inbox.wait(1)
        rename("second")
        rename("third")
        with Inbox(port) as inbox:
            received = inbox.wait(2)
    assert [one["SequenceNumber"] for one in received] == [1, 2]
    assert [one["SourceInstance"]["ElementName"] for one in received] == ["second", "third"]


def test_a_manager_finds_what_it_owned_before_and_removes_it(served, inbox):
    first = pywbem.WBEMSubscriptionManager("restarted")
    server_id = first.add_server(pywbem.WBEMServer(served.client))
    subscription = subscribe(first, server_id, inbox.url, status_of("CIM_FCPort"))
    with managed(served, "other") as (other, other_id):
        subscribe(other, other_id, inbox.url, status_of("CIM_FCPort"))
    second = pywbem.WBEMSubscriptionManager("restarted")
    server_id = second.add_server(pywbem.WBEMServer(served.client))
    assert [one.path for one in second.get_owned_subscriptions(server_id)] == [subscription.path]
    assert [one["Name"] for one in second.get_owned_filters(server_id)] == ["pywbemfilter:restarted:f1"]
    (destination,) = second.get_owned_destinations(server_id)
    assert (destination["Destination"], destination["PersistenceType"]) == (inbox.url, 3)
    second.remove_server(server_id)
    for class_name in ("CIM_IndicationSubscription", "CIM_ListenerDestinationCIMXML"):
        assert served.client.EnumerateInstances(class_name, "interop") == []
    names = [one["Name"] for one in served.client.EnumerateInstances("CIM_IndicationFilter", "interop")]
    assert all(name.startswith("MOCK:") for name in names)


def test_permanent_subscriptions_to_static_filters(served, inbox):
    with managed(served) as (manager, server_id):
        (chosen,) = [one for one in manager.get_all_filters(server_id) if one["Name"] == "MOCK:FCPortStatus"]
        destination = manager.add_destination(server_id, inbox.url, owned=False, name="permanent")
        (subscription,) = manager.add_subscriptions(server_id, chosen.path, destination.path, owned=False)
        served.change(served.first("CIM_FCPort"), OperationalStatus=[6])
        assert inbox.wait(1)[0]["IndicationFilterName"] == "MOCK:FCPortStatus"
        manager.remove_subscriptions(server_id, subscription.path)
        manager.remove_destinations(server_id, destination.path)


@pytest.mark.parametrize(("query", "language"), [("SELECT nonsense", "WQL"), ("SELECT * FROM CIM_InstCreation", "SQL")])
def test_a_query_that_cannot_be_parsed_is_refused(served, query, language):
    with managed(served) as (manager, server_id), pytest.raises(pywbem.CIMError) as caught:
        manager.add_filter(server_id, [ARRAY], query, query_language=language, filter_id="bad")
    assert caught.value.status_code == pywbem.CIM_ERR_INVALID_PARAMETER


def test_an_engine_ends_at_once_though_a_listener_hangs(served):
    with socket.create_server(("127.0.0.1", 0)) as silent, managed(served) as (manager, server_id):
        subscribe(manager, server_id, f"http://127.0.0.1:{silent.getsockname()[1]}", status_of("CIM_FCPort"))
        served.change(served.first("CIM_FCPort"), OperationalStatus=[6])
        accepted, _ = silent.accept()
        with accepted:
            before = delivering()  # other tests' servers among them
            start = time.monotonic()
            served.engine.stop()
            assert time.monotonic() - start < 2
            assert len(before - delivering()) == 1


def delivering():
    return {one for one in threading.enumerate() if one.name == "indications"}


def test_pywbemlistener_receives_them(served, tmp_path):
    port, file = free_port(), tmp_path / "received.txt"
    program = Path(sys.executable).with_name("pywbemlistener")
    options = ["--scheme", "http", "--port", str(port), "--bind-addr", "127.0.0.1", "--indi-file", str(file)]
    command = [program, "--logdir", tmp_path, "run", "mock", *options, "--indi-format", "{i_mof}"]
    output_file = tmp_path / "output"
    with output_file.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            with managed(served) as (manager, server_id):
                subscribe(manager, server_id, f"http://127.0.0.1:{port}", status_of("CIM_FCPort"))
                wait_until(lambda: answers(port), output_file)
                served.change(served.first("CIM_FCPort"), OperationalStatus=[6])
                wait_until(lambda: file.exists() and "CIM_InstModification" in file.read_text("utf-8"), output_file)
        finally:
            process.terminate()
            process.wait(ARRIVAL_SECONDS)
    assert "SourceInstanceModelPath" in file.read_text("utf-8")


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def wait_until(condition, output):
    end = time.monotonic() + ARRIVAL_SECONDS
    while not condition():
        assert time.monotonic() < end, output.read_text("utf-8")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("fault", "numbers"),
    [("drop", [0, 2, 3]), ("double", [0, 1, 1, 2, 3]), ("reorder", [0, 2, 1, 3]), ("new-context", [0, 0, 1, 2])],
)
def test_a_rule_of_misbehaviour_reaches_the_listener(inbox, fault, numbers):
    with mock_cimom.running("tiny") as cimom:
        cimom.inject(indication=fault, class_="CIM_InstModification", nth=2, times=1)
        client = pywbem.WBEMConnection(cimom.url, (cimom.user, cimom.password), ARRAY)
        with client, pywbem.WBEMSubscriptionManager("faults") as manager:
            server_id = manager.add_server(pywbem.WBEMServer(client))
            subscribe(manager, server_id, inbox.url, LIFE_CYCLE.format("Modification", "CIM_FCPort"))
            path = client.EnumerateInstanceNames("CIM_FCPort")[0]
            for number in range(4):
                client.ModifyInstance(pywbem.CIMInstance(path.classname, {"ElementName": f"p{number}"}, path=path))
            received = inbox.wait(len(numbers))
    assert [one["SequenceNumber"] for one in received] == numbers
    assert len({one["SequenceContext"] for one in received}) == (2 if fault == "new-context" else 1)
    assert all(one["SourceInstanceHost"] == f"127.0.0.1:{cimom.port}" for one in received)
