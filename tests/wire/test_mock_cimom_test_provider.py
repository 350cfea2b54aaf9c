"""The methods that clients' test suites call: indications and slow answers on demand."""

import concurrent.futures
import socket
import threading
import time

import pytest
import pywbem

import mock_cimom
from mock_cimom.contents import header_of
from mock_cimom.estate.description import ESTATES
from mock_cimom.estate.flags import described
from mock_cimom.estate_loader import load_estate
from mock_cimom.saved import save

NAMESPACE = "test/TestProvider"
SENDER, SLOW = (
    pywbem.CIMClassName(name, namespace=NAMESPACE)
    for name in ("Test_IndicationProviderClass", "Test_CLITestProviderClass")
)

WITH = described(ESTATES["tiny"], test_provider=True)


@pytest.fixture(scope="module")
def server():
    with mock_cimom.running(WITH) as cimom:
        yield cimom


@pytest.fixture
def client(server):
    with pywbem.WBEMConnection(server.url, (server.user, server.password), default_namespace=NAMESPACE) as connection:
        yield connection


def send(client, count):
    return client.InvokeMethod("SendTestIndicationsCount", SENDER, indicationSendCount=pywbem.Uint32(count))[0]


def test_so_many_indications_arrive_in_order_and_without_gaps(client):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    numbers, done = [], threading.Event()

    def received(indication, _host):
        numbers.append(int(indication["SequenceNumber"]))
        if len(numbers) == 100:
            done.set()

    listener = pywbem.WBEMListener("127.0.0.1", http_port=port)
    listener.add_callback(received)
    listener.start()
    manager = pywbem.WBEMSubscriptionManager("tests")
    try:
        server = manager.add_server(pywbem.WBEMServer(client))
        destination = manager.add_destination(server, f"http://127.0.0.1:{port}", destination_id="d")
        wanted = manager.add_filter(
            server,
            NAMESPACE,
            "SELECT * FROM Test_IndicationProviderClass",
            query_language="DMTF:CQL",
            filter_id="f",
        )
        manager.add_subscriptions(server, wanted.path, destination.path)
        assert send(client, 100) == 0
        assert done.wait(20)
        assert numbers == list(range(numbers[0], numbers[0] + 100))
    finally:
        manager.remove_all_servers()
        listener.stop()


@pytest.mark.parametrize("count", [0, 10_001])
def test_none_or_too_many_are_refused(client, count):
    assert send(client, count) == 1


def test_a_slow_answer_holds_up_nobody(server, client):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        begun = time.monotonic()
        slow = pool.submit(client.InvokeMethod, "delayedMethodResponse", SLOW, delayInSeconds=pywbem.Uint32(2))
        with pywbem.WBEMConnection(server.url, (server.user, server.password)) as other:
            assert other.EnumerateInstances("CIM_Namespace", namespace="interop")
        assert not slow.done()
        result, out = slow.result()
    assert (result, out["delayInSeconds"]) == (0, 2)
    assert time.monotonic() - begun >= 2


def test_an_endless_delay_is_refused(client):
    assert client.InvokeMethod("delayedMethodResponse", SLOW, delayInSeconds=pywbem.Uint32(3601))[0] == 1


def test_an_estate_does_without_unless_asked():
    with mock_cimom.running("tiny") as cimom:
        assert NAMESPACE not in cimom.connection.cimrepository.namespaces


def test_it_is_there_again_in_a_saved_estate(tmp_path):
    file = tmp_path / "tiny.cim"
    save(load_estate(WITH).cimrepository, file, header_of(WITH))
    with (
        mock_cimom.running(replay=file) as cimom,
        pywbem.WBEMConnection(cimom.url, (cimom.user, cimom.password), default_namespace=NAMESPACE) as connection,
    ):
        assert send(connection, 1) == 0
