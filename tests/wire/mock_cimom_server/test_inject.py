"""`mock-cimom inject` against a running server."""

import json
import socket
import threading

import pytest
from click.testing import CliRunner

from mock_cimom.inject_command import inject
from mock_cimom.tls import self_made_tls


@pytest.fixture
def password_file(tmp_path):
    file = tmp_path / "password"
    file.write_text("correct horse/battery\n")
    return file


@pytest.fixture
def run(password_file):
    """A function that runs the command with the words given against a server."""

    def run(served, *words, url=None, **environment):
        scheme = "http" if served is None or served.tls is None else "https"
        environment = {
            "CIM_URL": url or f"{scheme}://127.0.0.1:{served.port}",
            "CIM_USER": "tester",
            "CIM_PASSWORD": None,
            "CIM_CA": None,
        } | environment
        secret = [] if environment["CIM_PASSWORD"] else ["--password-file", str(password_file)]
        return CliRunner().invoke(inject, [words[0], *secret, *words[1:]], env=environment)

    return run


def test_rules_are_added_listed_removed_and_cleared(serve, run):
    served = serve()
    words = ["--operation", "EnumerateInstances", "--class", "CIM_StorageVolume", "--delay", "2s", "--jitter", "500ms"]
    added = run(served, "add", "--id", "slow", "--nth", "3", "--probability", "0.1", "--times", "5", *words)
    assert (added.exit_code, added.output) == (0, "slow\n")
    assert run(served, "add", "--cim-status", "1").output == "fault-1\n"
    assert run(served, "add", "--truncate", "--namespace", "interop", "--no-subclasses").exit_code == 0
    lines = [json.loads(line) for line in run(served, "list").output.splitlines()]
    assert [one["id"] for one in lines] == ["slow", "fault-1", "fault-2"]
    assert (lines[0]["delay"], lines[0]["jitter"], lines[0]["probability"]) == (2.0, 0.5, 0.1)
    assert (lines[1]["cim-status"], lines[2]["truncate"]) == ("CIM_ERR_FAILED", "ended")
    assert (lines[2]["namespace"], lines[2]["subclasses"]) == ("interop", False)
    assert run(served, "remove", "slow").exit_code == 0
    assert run(served, "clear").exit_code == 0
    assert run(served, "list").output == ""


EFFECTS = [
    (["--http-status", "500"], {"http-status": 500}),
    (["--truncate", "cut"], {"truncate": "cut"}),
    (["--truncate", "--operation", "GetClass"], {"truncate": "ended", "operation": "GetClass"}),
    (["--wrong-charset"], {"wrong-charset": "header"}),
    (["--cut"], {"cut": True}),
    (["--empty"], {"empty": True}),
    (["--vanish", "--namespace", "interop"], {"vanish": True, "namespace": "interop"}),
    (["--lose-contexts", "--from", "2", "--seed", "4"], {"lose-contexts": True, "from": 2, "seed": 4}),
    (["--indication", "new-context"], {"indication": "new-context"}),
    (["--cim-status", "cim_err_failed", "--description", "no"], {"cim-status": "CIM_ERR_FAILED", "description": "no"}),
]


@pytest.mark.parametrize(("words", "rule"), EFFECTS, ids=[case[0][0] for case in EFFECTS])
def test_every_effect_has_a_flag(serve, run, words, rule):
    served = serve()
    assert run(served, "add", *words).exit_code == 0
    (listed,) = served.control("GET", "faults").json()["faults"]
    assert listed == {"id": "fault-1", "matched": 0, "fired": 0} | rule


def test_rules_come_from_a_file(serve, run, tmp_path):
    served = serve()
    file = tmp_path / "rules.yaml"
    file.write_text("faults:\n- {id: a, delay: 1s}\n- {id: b, cut: true}\n")
    assert run(served, "add", "--file", str(file)).output == "a\nb\n"
    file.write_text("faults:\n- {id: c, delay: 1s}\n- id: d\n  cat: true\n")
    wrong = run(served, "add", "--file", str(file))
    assert (wrong.exit_code, wrong.output) == (1, f"mock-cimom: {file}, line 4: a fault rule has no entry 'cat'\n")
    assert len(served.cimom.faults) == 2


def test_the_password_may_come_from_the_environment(serve, run):
    assert run(serve(), "list", CIM_PASSWORD="correct horse/battery").exit_code == 0


def test_an_https_server_is_verified(serve, run, tmp_path):
    served = serve(self_made_tls("127.0.0.1"))
    file = tmp_path / "ca.pem"
    file.write_text(served.tls.pem)
    assert run(served, "list", CIM_CA=str(file)).exit_code == 0
    stranger = run(served, "list")
    assert stranger.exit_code == 1
    assert "is not trusted" in stranger.output


def test_http_taken_for_https_is_told(serve, run):
    served = serve()
    done = run(served, "list", url=f"https://127.0.0.1:{served.port}")
    assert done.exit_code == 1
    assert "does not speak TLS" in done.output


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


WRONG = [
    ("no effect", ["add", "--operation", "GetClass"], {}, "exactly one effect"),
    ("a wrong duration", ["add", "--delay", "soon"], {}, "'delay' must be a duration"),
    ("an unknown rule", ["remove", "none"], {}, "there is no fault rule 'none'"),
    ("a wrong password", ["list"], {"CIM_PASSWORD": "guess"}, "does not accept this user and password"),
    ("no URL", ["list"], {"url": "nowhere"}, "'nowhere' is no http or https URL"),
    ("no host name", ["list"], {"url": f"http://{'a' * 64}.example"}, "there is no such host name"),
    ("no server", ["list"], {"url": f"http://127.0.0.1:{free_port()}"}, "cannot be reached"),
]


@pytest.mark.parametrize(("words", "how", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_goes_wrong_is_one_sentence(serve, run, words, how, reason):
    done = run(serve(), *words, **how)
    assert done.exit_code == 1
    assert done.output.startswith("mock-cimom: ")
    assert reason in done.output
    assert done.output.count("\n") == 1


def test_a_server_of_another_kind_is_told(run):
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer():
            connection, _ = other.accept()
            connection.recv(1000)
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nhello")
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        done = run(None, "list", url=f"http://127.0.0.1:{other.getsockname()[1]}")
        thread.join()
    assert done.exit_code == 1
    assert "it is no mock-cimom" in done.output
