"""Mock scripts that pywbemtools documents, as they are: pywbemcli says the same of them in process and over the wire.

They are no part of this project. Set PYWBEMTOOLS_SOURCE to an unpacked source distribution of pywbemtools to run this.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = os.environ.get("PYWBEMTOOLS_SOURCE")
FOLDER = Path("tests/unit/pywbemcli")
SCRIPTS = {
    "simple_foo_mock_script.py": "root/cimv2",
    "simple_interop_mock_script.py": "interop",
    "testmock/wbemserver_mock_script.py": "interop",
}
QUESTIONS = (
    ("class", "enumerate", "--no", "--di"),
    ("qualifier", "enumerate", "--summary"),
    ("instance", "count"),
    ("namespace", "list"),
)
DEADLINE = 120.0

pytestmark = pytest.mark.skipif(SOURCE is None, reason="PYWBEMTOOLS_SOURCE names no source of pywbemtools")


def pywbemcli(*arguments):
    """Return the lines of what it says, sorted: what comes first is nobody's promise."""
    command = [Path(sys.executable).with_name("pywbemcli"), "-o", "simple", *arguments]
    done = subprocess.run(
        command, cwd=SOURCE, env=environment(), capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return sorted(line.strip() for line in done.stdout.splitlines())


def environment():
    return os.environ | {"PYTHONPATH": SOURCE, "PYTHONWARNINGS": "ignore", "PYWBEMCLI_TERMWIDTH": "200"}


@pytest.mark.parametrize(("script", "namespace"), SCRIPTS.items())
def test_pywbemcli_sees_the_same(script, namespace, tmp_path):
    file, env_file = FOLDER / script, tmp_path / "cim.env"
    serve = [sys.executable, "-m", "mock_cimom", "serve", "--mock", file, "--default-namespace", namespace]
    options = ["--port", "0", "--tls-port", "none", "--env", env_file, "--detach"]
    subprocess.run([*serve, *options], cwd=SOURCE, env=environment(), check=True, timeout=DEADLINE)
    values = dict(line.removeprefix("export ").split("=", 1) for line in env_file.read_text().splitlines())
    try:
        remote = ["-s", values["CIM_URL"], "-u", values["CIM_USER"], "-p", values["CIM_PASSWORD"], "-d", namespace]
        for question in QUESTIONS:
            assert pywbemcli(*remote, *question) == pywbemcli("-m", file, "-d", namespace, *question), question
    finally:
        os.kill(int(values["CIM_PID"]), 15)
