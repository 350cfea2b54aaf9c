"""`vasa-cim array` and `vasa-cim adapter` on a running provider, as an operator and a vCenter meet them."""

import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
import time

import pytest

DEADLINE = 60
PATIENCE = ("--first-context-wait", "5", "--poll-interval", "1", "--log-format", "json")


@pytest.fixture
def empty(launcher, tmp_path):
    """Start bridges without any source in the configuration, all on one data directory."""

    def start(*options):
        return launcher.running("vasa_cim", ["--data", tmp_path / "data", *PATIENCE, *options], tmp_path)

    return start


@pytest.fixture
def operate(tmp_path):
    """Run one of our commands: `operate("array", "list")`; gives status, standard output and the last error line."""

    def run(noun, verb, *arguments, data=tmp_path / "data"):
        command = [sys.executable, "-m", "vasa_cim", noun, verb, *map(str, arguments), "--data", str(data)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=DEADLINE, check=False, stdin=subprocess.DEVNULL
        )
        assert "Traceback" not in done.stderr, done.stderr
        lines = done.stderr.splitlines()
        return done.returncode, done.stdout, lines[-1] if lines else ""

    return run


@pytest.fixture
def login(launcher, credentials):
    return ("--user", credentials[0], "--password-file", launcher.password_file)


def add(operate, cimom, login, name="left"):
    status, output, error = operate("array", "add", cimom.exports["CIM_URL"], "--name", name, *login)
    assert (status, error) == (0, "")
    return output


def listed(operate):
    return {each["name"]: each for each in json.loads(operate("array", "list", "--output", "json")[1])}


def registered(wires, server, identity, soap):
    own = identity()
    answer = wires(server).call("registerVASACertificate", soap.registration(own.pem))
    assert answer.fault is None, answer.body
    return wires(server, own)


def test_an_array_is_added_shown_kept_over_a_restart_and_removed(
    empty, operate, login, cimom, wires, identity, soap, session, initiators, everything
):
    expected = everything.ids("StorageLun")
    with empty() as server:
        assert "sources: none yet" in server.log()
        assert operate("array", "list")[1].startswith("there is no source yet")
        assert wires(server).call("registerVASACertificate", soap.registration(identity().pem)).fault == "StorageFault"
        shown = add(operate, cimom, login)
        assert "left was added: 1 array, " in shown
        assert "left checks the logins" in shown
        wire = registered(wires, server, identity, soap)
        assert session("".join(initiators), wire).ids("StorageLun") == expected
        own = wire.identity
    with empty() as server:
        assert listed(operate)["left"]["origin"] == "added"
        again = session("".join(initiators), wires(server, own))
        assert again.ids("StorageLun") == expected
        status, output, _ = operate("array", "remove", "left")
        assert status == 0
        assert "Nobody can log in" in output
        assert again.call("queryArrays").fault == "StorageFault"
        assert listed(operate) == {}
    with empty() as server:
        assert listed(operate) == {}


def test_a_running_session_sees_what_is_added_and_no_more_what_is_removed(
    empty, operate, login, cimom, wires, identity, soap, session, initiators, launcher, tmp_path
):
    (tmp_path / "second").mkdir()
    with launcher.cimom(tmp_path / "second") as other, empty() as server:
        add(operate, cimom, login, "left")
        seen = session("".join(initiators), registered(wires, server, identity, soap))
        luns, arrays = seen.ids("StorageLun"), seen.ids("StorageArray")
        assert luns
        shown = add(operate, other, login, "right")  # the same estate: it claims the same array
        assert f"left out, as another source has them too: {arrays[0]}" in shown
        assert seen.ids("StorageLun") == luns
        assert operate("array", "remove", "left")[1].splitlines() == [
            "left was removed",
            "right checks the logins of vCenters from now on",
        ]
        assert seen.ids("StorageLun") == luns  # now the other's
        assert registered(wires, server, identity, soap)


REFUSALS = [
    ("a wrong password", lambda cimom: cimom.exports["CIM_URL"], True, "refused user or password"),
    ("nobody listens", lambda cimom: "http://127.0.0.1:1", False, "cannot be reached"),
    ("no URL", lambda cimom: "array", False, "names no host"),
    ("a URL of another kind", lambda cimom: "ftp://127.0.0.1", False, "must look like https://host:5989"),
]


@pytest.fixture(scope="module")
def waiting(launcher, tmp_path_factory):
    """A bridge without sources, for what is refused; gives its data directory."""
    folder = tmp_path_factory.mktemp("waiting")
    server = launcher.start("vasa_cim", ["--data", folder / "data", *PATIENCE], folder)
    yield folder / "data"
    server.stop()


@pytest.mark.parametrize(("url", "is_wrong", "words"), [case[1:] for case in REFUSALS], ids=[c[0] for c in REFUSALS])
def test_what_cannot_be_added_is_one_sentence(waiting, operate, login, cimom, tmp_path, url, is_wrong, words):
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong\n")
    given = (*login[:3], wrong) if is_wrong else login
    status, output, error = operate("array", "add", url(cimom), *given, data=waiting)
    assert (status, output) == (1, "")
    assert error.startswith("vasa-cim: ")
    assert words in error
    assert operate("array", "list", data=waiting)[1].startswith("there is no source yet")


def test_nothing_can_be_asked_of_a_provider_that_does_not_run(operate, tmp_path):
    for verb in (("array", "list"), ("array", "remove", "x"), ("adapter", "list"), ("adapter", "load", "x")):
        status, _, error = operate(*verb, data=tmp_path / "none")
        assert status == 1
        assert error == f"vasa-cim: no vasa-cim is running with the data directory {tmp_path / 'none'}"


def test_without_a_terminal_the_password_must_be_in_a_file(waiting, operate, cimom):
    status, _, error = operate("array", "add", cimom.exports["CIM_URL"], "--user", "u", data=waiting)
    assert status == 1
    assert "there is no terminal to ask for the password" in error
    status, _, error = operate("array", "add", "http://a", "--option", "password=x", data=waiting)
    assert (status, error.split(": ")[1]) == (1, "--option")


def test_on_a_terminal_the_password_is_asked_for_and_not_shown(empty, operate, cimom, credentials, launcher, tmp_path):
    user, password = credentials
    command = [sys.executable, "-m", "vasa_cim", "array", "add", cimom.exports["CIM_URL"], "--name", "left"]
    with empty():
        terminal, seen = pty.openpty()
        process = subprocess.Popen(
            [*command, "--user", user, "--data", str(tmp_path / "data")],
            stdin=seen,
            stdout=seen,
            stderr=seen,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(seen)
        said = read_until(terminal, b"Password of")
        launcher.wait_for(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO, lambda: said)
        os.write(terminal, password.encode() + b"\n")
        said += read_until(terminal, b"checks the logins")
        assert process.wait(DEADLINE) == 0
        os.close(terminal)
        assert password.encode() not in said
        assert listed(operate)["left"]["arrays"] == 1


def read_until(terminal, words):
    said, end = b"", time.monotonic() + DEADLINE
    while words not in said:
        assert select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0], said
        said += os.read(terminal, 4096)
    return said


def test_a_source_of_the_configuration_is_not_removed(launcher, cimom, operate, tmp_path):
    with launcher.bridge(tmp_path, cimom.exports["CIM_URL"]):
        status, _, error = operate("array", "remove", "cimom")
        assert status == 1
        assert "comes from the configuration and would be back at the next start" in error


def test_neither_password_nor_key_is_in_database_or_log(empty, operate, login, cimom, credentials, tmp_path):
    with empty() as server:
        add(operate, cimom, login)
    key = (tmp_path / "data" / "vasa-cim.key").read_text().strip()
    for file in [*(tmp_path / "data").glob("*sqlite3*"), server.log_file]:
        for secret in (credentials[1], key):
            assert secret.encode() not in file.read_bytes(), file.name


def test_a_stored_source_whose_key_is_lost_keeps_nothing_from_starting_and_can_be_removed(
    empty, operate, login, cimom, tmp_path
):
    with empty():
        add(operate, cimom, login)
    (tmp_path / "data" / "vasa-cim.key").unlink()
    with empty() as server:
        assert "cannot be opened with the key" in listed(operate)["left"]["error"]
        assert "remove it and add it again" in server.log()
        assert operate("array", "remove", "left")[0] == 0
        add(operate, cimom, login)


def test_adapters_are_unloaded_and_loaded_while_sessions_go_on(
    empty, operate, login, cimom, wires, identity, soap, session, initiators, launcher
):
    with empty() as server:
        add(operate, cimom, login)
        seen = session("".join(initiators), registered(wires, server, identity, soap))
        luns = seen.ids("StorageLun")
        names = [each["name"] for each in json.loads(operate("adapter", "list", "--output", "json")[1])]
        assert "block" in names
        status, output, _ = operate("adapter", "unload", "block")
        assert (status, output) == (0, "block was unloaded; it served: left\n")
        asked = soap.elements("entityType", ["StorageLun"])  # vasa-1.0 2.5: nothing offers the profile any more
        assert seen.call("queryUniqueIdentifiersForEntity", asked).fault == "InvalidArgument"
        assert seen.call("queryStorageLuns", soap.elements("lunUniqueId", luns[:1])).fault == "NotImplemented"
        assert operate("adapter", "load", "block")[:2] == (0, "block was loaded; it serves: left\n")
        launcher.wait_for(lambda: listed(operate)["left"]["luns"], server.log)
        assert seen.ids("StorageLun") == luns
        status, _, error = operate("adapter", "load", "block")
        assert (status, error) == (1, "vasa-cim: adapter 'block': it is loaded already")
