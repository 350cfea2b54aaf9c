"""A server in a process of its own is there when `detached` returns, and gone when it fails."""

import subprocess

import pytest

from mock_cimom import detach


@pytest.fixture
def children(monkeypatch):
    """The processes that are started."""
    made, start = [], subprocess.Popen

    def started(*arguments, **options):
        made.append(start(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(detach.subprocess, "Popen", started)
    yield made
    for one in made:
        one.kill()
        one.wait()


def test_who_interrupts_the_waiting_ends_the_server(children, tmp_path, monkeypatch):
    script = tmp_path / "forever.py"
    script.write_text("import threading\nthreading.Event().wait()\n")

    def interrupt(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(detach.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        detach.detached(["serve", "--mock", str(script)], tmp_path / "env", tmp_path / "log")
    assert [one.poll() is not None for one in children] == [True]


def test_a_server_that_does_not_start_is_told_with_its_last_words(children, tmp_path):
    with pytest.raises(detach.NotStartedError, match="nowhere is neither a file nor one of"):
        detach.detached(["serve", "--estate", "nowhere"], tmp_path / "env", tmp_path / "log")
