"""Several sources: one that hangs, refuses, is cut off or lies never delays or falsifies the others."""

import contextlib
import json
import socket
import subprocess
import sys
import time

import pytest

WAIT = 6.0
"""What the first setContext may wait for, in seconds."""
SOON = 4.0
"""What no later call may take: far from WAIT, and far above what a loaded machine needs."""


@contextlib.contextmanager
def hung():
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def refused():
    """An address at which nobody listens, for as long as the block lasts."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


@contextlib.contextmanager
def serving(launcher, folder, *options):
    """A mock CIMOM with further options, beside the one that all tests share."""
    folder.mkdir()
    server = launcher.start("mock_cimom", [*launcher.cimom_arguments(), *options], folder)
    try:
        yield server
    finally:
        server.end_hard()


@pytest.fixture
def faulty(launcher, tmp_path):
    """Start mock CIMOMs that go wrong by these rules, as `faulty(*lines)`; each gives its URL."""

    @contextlib.contextmanager
    def start(*lines):
        rules = tmp_path / "faults.yaml"
        rules.write_text("faults:\n" + "".join(f"{line}\n" for line in lines))
        with serving(launcher, tmp_path / "faulty", "--faults", rules, "--seed", "7") as server:
            yield server.exports["CIM_URL"]

    return start


@pytest.fixture
def bridge_over(launcher, credentials, tmp_path):
    """A bridge over sources of these names and URLs, in this order; `good` checks the logins."""

    def start(**urls):
        lines = ['auth_source = "good"', f"first_context_wait = {WAIT}", "poll_interval = 1", 'log_format = "json"']
        for name, url in urls.items():
            lines += ["[[source]]", f'name = "{name}"', f'url = "{url}"', f'user = "{credentials[0]}"']
            lines += [f'password_file = "{launcher.password_file}"']
        file = tmp_path / "sources.toml"
        file.write_text("\n".join(lines))
        return launcher.running("vasa_cim", ["--config", file, "--data", tmp_path / "data"], tmp_path)

    return start


def registered(wires, server, identity, soap):
    own = identity()
    answer = wires(server).call("registerVASACertificate", soap.registration(own.pem))
    assert answer.fault is None, answer.body
    return wires(server, own)


def timed(call):
    began = time.monotonic()
    return call(), time.monotonic() - began


def contents(session, soap):
    """Everything that a vCenter is shown of arrays and LUNs, with the LUNs behind each port, as bytes."""
    calls = [("queryArrays", ""), ("queryStorageProcessors", ""), ("queryStoragePorts", "")]
    calls += [("queryStorageLuns", soap.elements("lunUniqueId", session.ids("StorageLun")))]
    calls += [("queryAssociatedLunsForPort", ""), ("queryAssociatedPortsForProcessor", "")]
    return [session.call(*each).body for each in calls]


def bad_sources():
    yield "hung", lambda faulty: hung()
    yield "refused", lambda faulty: refused()
    yield "cut off", lambda faulty: faulty("  - operation: '*'", "    cut: true")
    yield "half an answer", lambda faulty: faulty("  - operation: Enumerate*", "    truncate: cut")
    yield "broken XML", lambda faulty: faulty("  - operation: Enumerate*", "    truncate: ended")
    yield "an error each time", lambda faulty: faulty("  - operation: '*'", "    http-status: 500")
    yield "a login refused", lambda faulty: faulty("  - operation: '*'", "    cim-status: CIM_ERR_ACCESS_DENIED")


BAD = dict(bad_sources())


@pytest.mark.parametrize("make_bad", BAD.values(), ids=BAD)
def test_a_bad_source_that_comes_first_changes_nothing_of_the_others(
    faulty, bridge_over, cimom, wires, identity, soap, session, initiators, everything, make_bad
):
    expected = contents(everything, soap)
    with make_bad(faulty) as url, bridge_over(bad=url, good=cimom.exports["CIM_URL"]) as server:
        wire, took = timed(lambda: registered(wires, server, identity, soap))
        assert took < WAIT + SOON  # registering may wait too, so that its answer can name the models
        seen, took = timed(lambda: session("".join(initiators), wire))
        assert took < WAIT + SOON
        for _ in range(3):
            _, took = timed(lambda: session("".join(initiators), wire))
            assert took < SOON
        shown, took = timed(lambda: contents(seen, soap))
        assert took < SOON
        assert shown == expected
        (health,) = [each for each in sources_of(wires(server)) if each["name"] == "bad"]
        assert health["read_at"] is None


def sources_of(wire):
    return json.loads(wire.request("GET", "/healthz").body)["sources"]


def test_a_source_that_goes_bad_later_keeps_its_data_and_the_others_are_still_read(
    launcher, bridge_over, cimom, wires, identity, soap, session, initiators, credentials, tmp_path
):
    """One of them hangs in the middle of its life: its last snapshot is served, and the other is read on and on."""
    with (
        serving(launcher, tmp_path / "other", "--arrays", "2", "--seed", "7") as other,
        bridge_over(other=other.exports["CIM_URL"], good=cimom.exports["CIM_URL"]) as server,
    ):
        wire = registered(wires, server, identity, soap)
        seen = session("".join(initiators), wire)
        before = contents(seen, soap)
        inject(other, credentials, launcher, "--operation", "*", "--delay", "10m")
        read = {each["name"]: each["read_at"] for each in sources_of(wires(server))}
        launcher.wait_for(lambda: newer(sources_of(wires(server)), read, "good"), server.log)
        stalled = {each["name"]: each["read_at"] for each in sources_of(wires(server))}["other"]
        good = {each["name"]: each["read_at"] for each in sources_of(wires(server))}
        launcher.wait_for(lambda: newer(sources_of(wires(server)), good, "good"), server.log)
        assert {each["name"]: each["read_at"] for each in sources_of(wires(server))}["other"] == stalled
        shown, took = timed(lambda: contents(seen, soap))
        assert shown == before
        assert took < SOON
        assert timed(lambda: session("".join(initiators), wire))[1] < SOON


def newer(sources, than, name):
    return any(each["name"] == name and each["read_at"] > than[name] for each in sources)


def inject(server, credentials, launcher, *rule):
    place = ("--url", server.exports["CIM_URL"], "--user", credentials[0], "--password-file", launcher.password_file)
    command = [sys.executable, "-m", "mock_cimom", "inject", "add", *rule, *place]
    subprocess.run([*map(str, command)], check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("liar_answers_first", [False, True])
def test_a_source_that_claims_the_array_of_another_shows_nothing_of_it(
    launcher, bridge_over, wires, identity, soap, session, initiators, everything, tmp_path, liar_answers_first
):
    """The liar has the same array and the same ids, with other facts; it also has an array of its own."""
    estate = ("--arrays", "2", "--volumes", "7", "--hosts", "9")
    delay = tmp_path / "faults.yaml"
    delay.write_text("faults:\n  - operation: '*'\n    times: 5\n    delay: 500ms\n")
    late = ("--faults", delay)
    with (
        serving(launcher, tmp_path / "liar", *estate, *(() if liar_answers_first else late)) as liar,
        serving(launcher, tmp_path / "honest", *(late if liar_answers_first else ())) as honest,
        bridge_over(good=honest.exports["CIM_URL"], liar=liar.exports["CIM_URL"]) as server,
    ):
        seen = session("".join(initiators), registered(wires, server, identity, soap))
        launcher.wait_for(lambda: all(each["read_at"] for each in sources_of(wires(server))), server.log)
        array = everything.ids("StorageArray")
        assert len(seen.ids("StorageArray")) == len(array) + 1
        asked = ("queryUniqueIdentifiersForLuns", soap.elements("arrayUniqueId", array))
        assert seen.call(*asked).body == everything.call(*asked).body
        luns = everything.ids("StorageLun")
        asked = ("queryStorageLuns", soap.elements("lunUniqueId", luns))
        assert seen.call(*asked).body == everything.call(*asked).body
        assert set(seen.ids("StorageLun")) & luns_of(seen, soap, array) == set(luns)
        assert '"not shown"' in server.log()


def luns_of(session, soap, array):
    return set(session.call("queryUniqueIdentifiersForLuns", soap.elements("arrayUniqueId", array)).texts)
