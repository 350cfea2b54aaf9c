"""The command `mock-cimom record`."""

import gzip

import pytest
from click.testing import CliRunner

import mock_cimom
from mock_cimom import record_command as module
from mock_cimom.record_command import record_command
from mock_cimom.saved import load


@pytest.fixture(scope="module")
def original():
    with mock_cimom.running("tiny") as running:
        yield running


@pytest.fixture
def run(monkeypatch):
    monkeypatch.delenv("CIM_USER", raising=False)
    monkeypatch.delenv("CIM_PASSWORD", raising=False)

    def invoke(*arguments, **how):
        return CliRunner().invoke(record_command, [str(one) for one in arguments], **how)

    return invoke


def counts(connection):
    repository = connection.cimrepository
    return {
        name: (repository.namespace(name).classes.len(), repository.namespace(name).instances.len())
        for name in repository.namespaces
    }


def test_a_cimom_is_recorded_into_a_file(original, run, tmp_path):
    secret = tmp_path / "password"
    secret.write_text(original.password + "\n")
    file = tmp_path / "tiny.json.gz"
    done = run(original.url, "-o", file, "--user", original.user, "--password-file", secret)
    assert done.exit_code == 0, done.output
    connection, header = load(file)
    assert counts(connection) == counts(original.connection)
    assert header["kind"] == "recording"
    instances = sum(number for _, number in counts(connection).values())
    assert f"Recorded {instances} instances and " in done.output
    assert "root/mockblock" in done.output
    told = gzip.decompress(file.read_bytes()).decode()
    assert original.password not in told
    assert f"127.0.0.1:{original.port}" not in told
    assert sorted(one.name for one in tmp_path.iterdir()) == ["password", "tiny.json.gz"]


@pytest.mark.parametrize("how", ["environment", "prompt"])
def test_the_password_comes_from_the_environment_or_is_asked_for(original, run, tmp_path, how):
    file = tmp_path / "tiny.json"
    given = {"env": {"CIM_USER": original.user, "CIM_PASSWORD": original.password}}
    if how == "prompt":
        given = {"env": {"CIM_USER": original.user}, "input": original.password + "\n"}
    done = run(original.url, "-o", file, **given)
    assert done.exit_code == 0, done.output
    assert original.password not in done.output
    assert counts(load(file)[0]) == counts(original.connection)


def test_a_failure_is_one_sentence_and_leaves_no_file(original, run, tmp_path):
    file = tmp_path / "tiny.json"
    file.write_text("an older recording")
    done = run(original.url, "-o", file, "--user", original.user, env={"CIM_PASSWORD": "wrong"})
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == (
        "mock-cimom: The CIMOM refuses user and password while CIM_Namespace of interop is read."
    )
    done = run("http://127.0.0.1:1", "-o", file)
    assert (done.exit_code, "mock-cimom: The connection to the CIMOM broke" in done.output) == (1, True)
    done = run(original.url, "-o", tmp_path / "nowhere" / "x.json")
    assert (done.exit_code, "nowhere" in done.output) == (1, True)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("tiny.json", "an older recording")]


def test_a_recording_that_cannot_be_written_leaves_no_half_file(original, run, tmp_path, monkeypatch):
    def save(_repository, file, _header):
        file.write_text("half of it")
        raise OSError("the disk is full")

    monkeypatch.setattr(module, "save", save)
    file = tmp_path / "tiny.json"
    done = run(original.url, "-o", file, "--user", original.user, env={"CIM_PASSWORD": original.password})
    assert (done.exit_code, done.output.splitlines()[-1]) == (1, "mock-cimom: the disk is full")
    assert list(tmp_path.iterdir()) == []


def test_contradicting_options_are_refused(run, tmp_path):
    (tmp_path / "ca.pem").write_text("")
    done = run("https://127.0.0.1:1", "-o", tmp_path / "x", "--ca", tmp_path / "ca.pem", "--no-verify")
    assert done.exit_code == 2
