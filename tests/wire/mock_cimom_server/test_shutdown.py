"""Methods that do not return: others are served meanwhile, and the process ends all the same."""

import signal
import subprocess
import sys
import threading

import pytest
import pywbem
import pywbem_mock

from mock_cimom.encode import name_xml, namespace_xml
from mock_cimom.exchange import METHODS
from mock_cimom.limits import Limits

BLOCK = "root/mockblock"
SCRIPT = """
import asyncio, signal, sys, threading, pywbem, pywbem_mock
from mock_cimom.cimom import Cimom
from mock_cimom.credentials import Credentials
from mock_cimom.estate.description import ESTATES
from mock_cimom.estate_loader import load_estate
from mock_cimom.server import CimXmlServer

class Stuck(pywbem_mock.MethodProvider):
    provider_classnames = "CIM_StorageConfigurationService"
    def InvokeMethod(self, methodname, localobject, params):
        print("entered", flush=True)
        threading.Event().wait()

async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    cimom = Cimom(load_estate(ESTATES["tiny"]), "127.0.0.1")
    cimom.connection.register_provider(Stuck(cimom.connection.cimrepository), namespaces="root/mockblock")
    server = CimXmlServer(cimom, Credentials("u", "p"))
    print(await server.start("127.0.0.1", 0), flush=True)
    await stop.wait()
    await server.stop()

asyncio.run(main())
"""


def test_a_method_that_never_returns_does_not_hold_the_process_up():
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        port = process.stdout.readline().strip()
        caller = threading.Thread(target=call_in_vain, args=(f"http://127.0.0.1:{port}",))
        caller.start()
        assert process.stdout.readline() == "entered\n"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    caller.join(20)
    assert (process.returncode, err) == (0, "")


def call_in_vain(url):
    with pywbem.WBEMConnection(url, ("u", "p"), default_namespace=BLOCK) as client:
        (service,) = client.EnumerateInstanceNames("CIM_StorageConfigurationService")
        try:
            client.InvokeMethod("StopService", service)
        except pywbem.ConnectionError:
            return


class Slow(pywbem_mock.MethodProvider):
    provider_classnames = "CIM_StorageConfigurationService"

    def __init__(self, repository):
        super().__init__(repository)
        self.entered, self.let_go = threading.Semaphore(0), threading.Event()

    def InvokeMethod(self, methodname, localobject, params):  # noqa: N802
        self.entered.release()
        assert self.let_go.wait(60)
        return 0, {}


def method_call(served, service):
    """Return the bytes of a call of StopService of `service`."""
    path = f"<LOCALINSTANCEPATH>{namespace_xml(BLOCK)}{name_xml(service)}</LOCALINSTANCEPATH>"
    call = f'<METHODCALL NAME="StopService">{path}</METHODCALL>'
    body = (
        '<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0">'
        f'<MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ>{call}</SIMPLEREQ></MESSAGE></CIM>'
    ).encode()
    return served.head(length=len(body), operation="StopService", namespace=f"{BLOCK}:{service.classname}") + body


def test_methods_that_block_leave_reads_and_writes_alone(serve):
    served = serve(limits=Limits(shutdown=0.1), fresh=True)
    connection = served.cimom.connection
    slow = Slow(connection.cimrepository)
    connection.register_provider(slow, namespaces=BLOCK)
    (service,) = connection.EnumerateInstanceNames("CIM_StorageConfigurationService", namespace=BLOCK)
    data = method_call(served, service)
    calls = [served.socket() for _ in range(METHODS + 4)]
    for one in calls:
        one.sendall(data)
    try:
        for _ in range(METHODS):
            assert slow.entered.acquire(timeout=30)
        assert served.call().status == 200
        name = '<PROPERTY NAME="{}" TYPE="string"><VALUE>{}</VALUE></PROPERTY>'
        new = name.format("Name", "lab") + name.format("PhysicalPosition", "shelf")
        made = served.call("CreateInstance", NewInstance=f'<INSTANCE CLASSNAME="CIM_Location">{new}</INSTANCE>')
        assert b"<INSTANCENAME" in made.body
    finally:
        slow.let_go.set()
    assert [one.recv(15) for one in calls] == [b"HTTP/1.1 200 OK"] * len(calls)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 1)])
def test_a_server_that_still_loads_ends_at_once(number, status, tmp_path):
    script = tmp_path / "slow.py"
    script.write_text("import time\nprint('loading', flush=True)\ntime.sleep(600)\n")
    command = [sys.executable, "-m", "mock_cimom", "serve", "--mock", script, "--port", "0", "--tls-port", "none"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "loading\n"
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == status
    assert "Traceback" not in err
