"""Start and end of the bridge as a process: what it refuses to start on, and what does not bring it down."""

import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

DEADLINE = 30


def run(arguments, **options):
    command = [sys.executable, "-m", "vasa_cim", "serve", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False, **options)


def last_line(done):
    return done.stderr.splitlines()[-1]


@pytest.fixture
def arguments(launcher, cimom, tmp_path):
    """The arguments of a bridge in a folder of its own, as `arguments(*options)`."""
    return lambda *options: launcher.bridge_arguments(tmp_path, cimom.exports["CIM_URL"], options, None, None)


def test_a_second_process_on_the_same_data_is_refused(launcher, cimom, arguments, tmp_path):
    with launcher.bridge(tmp_path, cimom.exports["CIM_URL"]):
        done = run([*arguments(), "--port", 0])
    assert done.returncode == 1
    assert "is in use by another vasa-cim" in last_line(done)
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_one_sentence(arguments):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run([*arguments(), "--port", port])
    assert done.returncode == 1
    assert last_line(done) == f"vasa-cim: host and port: cannot listen on 127.0.0.1 port {port}: Address already in use"


def test_an_env_file_that_cannot_be_written_is_told_before_anything_is_made(arguments, tmp_path):
    done = run([*arguments(), "--port", 0, "--env", tmp_path / "none" / "env"])
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "no such directory" in done.stderr
    assert not list(tmp_path.rglob("*.pem"))


def test_brackets_around_an_ipv6_address_do_not_matter(launcher, cimom, tmp_path):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 on this machine")
    with launcher.bridge(tmp_path, cimom.exports["CIM_URL"], "--host", "[::1]") as server:
        assert server.exports["VASA_URL"].startswith("https://[::1]:")


def test_more_signals_than_one_change_nothing(launcher, cimom, tmp_path):
    with launcher.bridge(tmp_path, cimom.exports["CIM_URL"]) as server:
        process = server.process
        while process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGINT)
        assert process.returncode == 0


def test_a_log_on_a_full_disk_costs_no_request(launcher, arguments, tmp_path, wires, soap, identity):
    """Every call here writes a line: the start, a refused login, a registration, and a session."""
    env_file = tmp_path / "full.env"
    command = [sys.executable, "-m", "vasa_cim", "serve", *map(str, arguments()), "--port", "0", "--env", str(env_file)]
    with Path("/dev/full").open("wb") as full:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=full)
    try:
        launcher.wait_for(env_file.exists, lambda: f"it ended with {process.poll()}")
        words = shlex.split(env_file.read_text("utf-8"))
        server = SimpleNamespace(exports=dict(word.split("=", 1) for word in words if "=" in word))
        own = identity()
        assert wires(server).call("registerVASACertificate", soap.registration(own.pem)).fault is None
        assert wires(server, own).call("setContext", soap.context()).status == 200
    finally:
        process.terminate()
        process.wait(DEADLINE)
