"""The demo's child processes: what happens when one cannot start."""

import os
import signal
import socket
import tempfile
from pathlib import Path

import pytest

from vasa_cim.cli.demo_servers import Child, DemoFailed, running_servers
from vasa_cim.cli.interrupts import Interrupts


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The place where temporary directories are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("option", "ports"), [("--port", (None, 0)), ("--cim-port", (0, None))])
def test_a_port_in_use_is_named_before_anything_starts(temporary, option, ports):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        ports = [number if port is None else port for port in ports]
        with (
            pytest.raises(DemoFailed, match=f"{option} {number}: Address already in use"),
            running_servers("tiny", *ports, Interrupts()),
        ):
            pass
    assert list(temporary.iterdir()) == []


def test_an_unknown_estate_is_one_sentence_and_leaves_nothing(temporary):
    with (
        pytest.raises(
            DemoFailed, match=r"^the mock CIMOM ended with status 2: Invalid value for '--estate': nowhere .*$"
        ),
        running_servers("nowhere", 0, 0, Interrupts()),
    ):
        pass
    assert list(temporary.iterdir()) == []


def module(directory: Path, code: str) -> str:
    """Write a module that `python -m` finds by PYTHONPATH; return its name."""
    (directory / "little_server.py").write_text(code)
    return "little_server"


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Return a function that starts a child with this code; what still runs at the end is stopped."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    children = []

    def run(code):
        children.append(Child("little server", [module(tmp_path, code)], tmp_path))
        return children[-1]

    yield run
    for child in children:
        child.stop()


WRITE_ENV = """
import pathlib, sys, time
file = pathlib.Path(sys.argv[sys.argv.index("--env") + 1])
part = file.with_suffix(".part")
part.write_text("export A='x y'\\nexport B=\\n")
part.replace(file)
time.sleep(60)
"""


def test_the_values_of_the_env_file(start):
    child = start(WRITE_ENV)
    assert child.exports() == {"A": "x y", "B": ""}
    assert child.seconds > 0
    child.check()


def test_stopping_twice_and_checking_after(start):
    child = start(WRITE_ENV)
    child.exports()
    child.stop()
    child.stop()
    with pytest.raises(DemoFailed, match=f"ended with status -{signal.SIGTERM.value}"):
        child.check()


def test_a_child_that_dies_shows_its_last_lines(start):
    with pytest.raises(DemoFailed, match=r"(?s)status 1, its last words were:\n  Traceback.*\n  ValueError: no good"):
        start("raise ValueError('no good')").exports()


def test_a_child_that_dies_silently(start):
    with pytest.raises(DemoFailed, match=r"^the little server ended with status 3$"):
        start("raise SystemExit(3)").exports()


def test_settings_of_the_users_own_bridge_do_not_reach_the_child(start, monkeypatch):
    monkeypatch.setenv("VASA_CIM_PORT", "1")
    monkeypatch.setenv("OTHER", "kept")
    child = start("import os, sys; sys.exit(' '.join(n for n in ('VASA_CIM_PORT', 'OTHER') if n in os.environ))")
    with pytest.raises(DemoFailed, match=r":\n  OTHER$"):
        child.exports()


def test_the_child_is_in_a_process_group_of_its_own(start):
    child = start("import os, sys; sys.exit(str(os.getpgid(0) == os.getpid()))")
    with pytest.raises(DemoFailed, match=r":\n  True$"):
        child.exports()
    assert os.getpgid(0) != 0
