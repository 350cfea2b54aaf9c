"""A CIMOM that is away, refuses, dies or talks nonsense: what the bridge answers, serves and logs meanwhile."""

import contextlib
import json
import shutil
import socket
import threading

import pytest

D = "http://data.vasa.vim.vmware.com/xsd"
PATIENCE = ("--first-context-wait", "1", "--poll-interval", "1", "--log-format", "json")
HALF_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/xml; charset=utf-8\r\nContent-Length: 5000\r\n\r\n"
    b'<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1'
)
HALF_CHUNK = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<?xml version="
)
NO_CIM = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n\r\n<p>Hello</p>\r\n"
BROKEN_XML = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 9\r\n\r\n<CIM><<>>"
SERVER_ERROR = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
# Too long for a name, so that no resolver need be asked to find that it does not exist.
NO_SUCH_HOST = "http://" + "n" * 64 + ".invalid:5988"


@contextlib.contextmanager
def rogue_cimom(answer):
    """A server that reads some of each request, sends `answer` and closes; None means that it never answers."""
    ending = threading.Event()
    held = []

    def serve(listener):
        while not ending.is_set():
            with contextlib.suppress(TimeoutError):
                sock, _ = listener.accept()
                sock.settimeout(5)
                if answer is None:
                    held.append(sock)
                    continue
                with sock, contextlib.suppress(OSError):
                    sock.recv(65536)
                    sock.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ending.set()
            thread.join(10)
            for sock in held:
                sock.close()


@contextlib.contextmanager
def closed_port():
    """An address at which nobody listens, for as long as the block lasts."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


def register(wire, soap, pem, **changed):
    return wire.call("registerVASACertificate", soap.registration(pem, **changed))


def reason_id(answer, soap):
    """The faultMessageId of a StorageFault."""
    assert answer.fault == "StorageFault", answer.body
    assert answer.status == 500
    return answer.detail.findtext(f"{{{soap.V}}}StorageFault/{{{soap.F}}}faultMessageId")


@pytest.fixture(scope="module")
def wrong_password(tmp_path_factory):
    file = tmp_path_factory.mktemp("wrong") / "password"
    file.write_text("wrong\n")
    return file


@pytest.fixture(scope="module")
def fault_keys(everything, anonymous, soap):
    """The keys of the Fault catalog."""
    for element in everything.call("queryCatalog").returns:
        if element.findtext(f"{{{D}}}catalogName") == "Fault":
            text = anonymous.request("GET", element.findtext(f"{{{D}}}catalogUri")).body.decode()
            return {line.split("=")[0].strip() for line in text.splitlines() if "=" in line}
    return set()


@pytest.fixture(scope="module")
def trusted(launcher, cimom, wires, identity, soap, wrong_password, tmp_path_factory):
    """A vCenter and a data directory that knows it but has never seen any data.

    The bridge is given a wrong password for its own readings; the vCenter registers with the right one.
    """
    folder = tmp_path_factory.mktemp("trusted")
    own = identity()
    with launcher.bridge(folder, cimom.exports["CIM_URL"], *PATIENCE, password_file=wrong_password) as server:
        assert register(wires(server), soap, own.pem).fault is None
        refused = wires(server, own).call("setContext", soap.context())
        health = wires(server).request("GET", "/healthz")
    return own, folder / "data", refused, health, server.log()


def test_a_wrong_cimom_password_leaves_no_data_but_does_not_bar_vcenters(trusted, soap, fault_keys):
    _, _, refused, _, log = trusted
    assert reason_id(refused, soap) in fault_keys
    assert any(json.loads(line)["level"] in ("warning", "error") for line in log.splitlines() if line.startswith("{"))
    assert "wrong" not in [word for line in log.splitlines() for word in line.split('"')]


def cases():
    yield "closed port", closed_port
    yield "unknown host", lambda: contextlib.nullcontext(NO_SUCH_HOST)
    yield "half an answer", lambda: rogue_cimom(HALF_ANSWER)
    yield "half a chunk", lambda: rogue_cimom(HALF_CHUNK)
    yield "no answer, closed", lambda: rogue_cimom(b"")
    yield "no CIM", lambda: rogue_cimom(NO_CIM)
    yield "broken XML", lambda: rogue_cimom(BROKEN_XML)
    yield "server error", lambda: rogue_cimom(SERVER_ERROR)
    yield "silence", lambda: rogue_cimom(None)


CASES = dict(cases())


@pytest.mark.parametrize("make_cimom", CASES.values(), ids=CASES)
def test_without_a_working_cimom(launcher, trusted, wires, identity, soap, fault_keys, tmp_path, request, make_cimom):
    """The bridge starts, says where it listens, answers StorageFault, and ends cleanly."""
    own, data, *_ = trusted
    shutil.copytree(data, tmp_path / "data")
    with make_cimom() as url, launcher.bridge(tmp_path, url, *PATIENCE) as server:
        assert {"VASA_URL", "VASA_CA"} <= server.exports.keys()
        answer = wires(server, own).call("setContext", soap.context())
        assert reason_id(answer, soap) in fault_keys
        if "silence" not in request.node.name:
            for changed in ({}, {"password": "wrong"}):
                answer = register(wires(server), soap, identity().pem, **changed)
                assert reason_id(answer, soap) in fault_keys
        assert register(wires(server), soap, identity().pem, user="").fault == "InvalidLogin"
        assert wires(server).call("queryArrays").fault == "InvalidSession"
        assert wires(server).request("GET", f"{wires(server).path}?wsdl").status == 200
        launcher.wait_for(lambda: problems(server.log()), server.log, 20)


def problems(log):
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return [line for line in lines if line["level"] in ("warning", "error")]


def test_a_cimom_that_dies_leaves_its_last_snapshot(launcher, wires, identity, soap, initiators, session, tmp_path):
    """4 of the design: answers come from the newest snapshot; trust and data survive the array's silence."""
    own = identity()
    doomed = launcher.start("mock_cimom", launcher.cimom_arguments(), tmp_path)
    with contextlib.ExitStack() as stack:
        stack.callback(doomed.end_hard)
        server = stack.enter_context(launcher.bridge(tmp_path, doomed.exports["CIM_URL"], *PATIENCE))
        assert register(wires(server), soap, own.pem).fault is None
        wire = wires(server, own)
        seen = session("".join(initiators), wire)
        luns = seen.ids("StorageLun")
        assert luns
        before = wires(server).request("GET", "/healthz")
        assert before.status == 200
        quiet = problems(server.log())

        doomed.end_hard()
        launcher.wait_for(lambda: len(problems(server.log())) > len(quiet), server.log, 20)
        launcher.wait_for(
            lambda: is_unlike(before, wires(server).request("GET", "/healthz")), lambda: before.body.decode(), 20
        )
        assert seen.ids("StorageLun") == luns
        assert len(seen.call("queryStorageLuns", soap.elements("lunUniqueId", luns)).returns) == len(luns)
        assert session("".join(initiators), wires(server, own)).ids("StorageLun") == luns
        assert reason_id(register(wires(server), soap, identity().pem), soap)
        assert reason_id(register(wires(server), soap, identity().pem, password="wrong"), soap)


def is_unlike(before, now):
    """Whether the health report says more than that time passes: another status, or another text without numbers."""

    def words(answer):
        return "".join(character for character in answer.body.decode() if character.isalpha())

    return (before.status, words(before)) != (now.status, words(now))


def test_a_cimom_that_comes_late_is_read(launcher, trusted, wires, soap, initiators, session, tmp_path):
    own, data, *_ = trusted
    shutil.copytree(data, tmp_path / "data")
    port = free_port()
    with launcher.bridge(tmp_path, f"http://127.0.0.1:{port}", *PATIENCE) as server:
        wire = wires(server, own)
        assert wire.call("setContext", soap.context()).fault == "StorageFault"
        (tmp_path / "late").mkdir()
        late = launcher.start("mock_cimom", launcher.cimom_arguments(), tmp_path / "late", port)
        try:
            launcher.wait_for(lambda: wire.call("setContext", soap.context()).fault is None, server.log, 20)
            assert session("".join(initiators), wire).count("StorageLun") > 0
        finally:
            late.stop()


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def test_sigterm_during_a_waiting_set_context(launcher, trusted, wires, soap, tmp_path):
    """A call that waits for the first reading does not keep the process from ending."""
    own, data, *_ = trusted
    shutil.copytree(data, tmp_path / "data")
    with rogue_cimom(None) as url, launcher.bridge(tmp_path, url, "--first-context-wait", "30") as server:
        wire = wires(server, own)
        body = soap.envelope(f"<v:setContext>{soap.context()}</v:setContext>")
        with wire.connect() as sock:
            sock.sendall(f"POST {wire.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n".encode())
            sock.sendall(b"Content-Type: text/xml\r\n\r\n" + body)
            assert wires(server).call("queryArrays").fault == "InvalidSession"
            server.stop()


def test_the_bridge_ends_at_sigterm_while_clients_are_connected(launcher, cimom, wires, tmp_path):
    with launcher.bridge(tmp_path, cimom.exports["CIM_URL"], *PATIENCE) as server:
        wire = wires(server)
        assert wire.call("queryArrays").fault == "InvalidSession"
        with wire.connect() as silent:
            server.stop()
            with contextlib.suppress(ConnectionError):
                assert silent.recv(100) == b""


def test_trust_survives_a_restart_and_the_certificate_stays(launcher, trusted, cimom, wires, soap, tmp_path):
    own, data, *_ = trusted
    shutil.copytree(data, tmp_path / "data")
    certificates = []
    for round_ in ("first", "second"):
        (tmp_path / round_).mkdir()
        with launcher.bridge(tmp_path / round_, cimom.exports["CIM_URL"], data=tmp_path / "data") as server:
            wire = wires(server, own)
            with wire.connect() as sock:
                certificates.append(sock.getpeercert(binary_form=True))
            assert wire.call("setContext", soap.context()).fault is None
    assert certificates[0] == certificates[1]
