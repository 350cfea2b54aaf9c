"""`vasa-cim demo`: three real processes, real TLS, and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from vasa_cim.client.client import VasaClient
from vasa_cim.client.identity import create_identity
from vasa_cim.client.sync import register, synchronise
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

DEADLINE = 90.0
NAMES = ["VASA_URL", "VASA_CA", "VASA_USER", "VASA_PASSWORD", "VASA_WWNS", "VASA_IQNS", "VASA_MOUNTS"]
NAMES += ["CIM_URL", "CIM_USER", "CIM_PASSWORD"]

pytestmark = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc")


class Demo:
    """One run, with a directory for its temporary files by which its processes are known."""

    def __init__(self, directory: Path, options: tuple[str, ...], launch: tuple[str, ...]) -> None:
        self.temporary = directory / "tmp"
        self.temporary.mkdir()
        self.env_file = directory / "demo.env"
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        self.process = subprocess.Popen(
            [sys.executable, *launch, "demo", "--env", str(self.env_file), *options],
            env=environment | {"TMPDIR": str(self.temporary), "VASA_CIM_PORT": "not a port"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def children(self) -> dict[int, str]:
        """Return the command lines of the running servers by process id."""
        found = {}
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = file.read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(self.temporary) in command:
                found[int(file.parent.name)] = command
        return found

    def wait_until(self, holds) -> None:
        """Wait until `holds()`; the demo must run meanwhile."""
        end = time.monotonic() + DEADLINE
        while not holds():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end
            time.sleep(0.02)

    def end(self, number: signal.Signals | None = None) -> tuple[int, str, str]:
        """Send a signal, wait for the end, and return status and both outputs."""
        if number is not None:
            self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, output, errors

    def left(self) -> tuple[dict[int, str], list[Path]]:
        """Return what is left of it: processes and temporary files."""
        return self.children(), list(self.temporary.iterdir())


@pytest.fixture
def start(tmp_path):
    """Return a function that starts the demo; what still runs at the end is killed."""
    demos = []

    def run(*options: str, launch: tuple[str, ...] = ("-m", "vasa_cim")) -> Demo:
        demos.append(Demo(tmp_path, options, launch))
        return demos[-1]

    yield run
    for demo in demos:
        demo.process.kill()
        demo.process.communicate()
        for pid in demo.children():
            os.kill(pid, signal.SIGKILL)


def rows(output: str, title: str) -> dict[str, list[str]]:
    """Return the rows of one table, as words by their first word."""
    lines = [line.strip() for line in output.splitlines()]
    below = lines[lines.index(title) + 3 :]
    return {line.split()[0]: line.split() for line in below[: below.index("")]}


@pytest.mark.parametrize("soap", ["1.1", "1.2"])
def test_once_shows_the_array_and_all_checks_pass(start, soap):
    demo = start("--once", "--soap", soap, "--estate", "tiny")
    status, output, errors = demo.end()
    assert (status, errors) == (0, ""), output
    assert re.search(rf"All \d\d+ checks passed \(\d+\.\d s, SOAP {soap}\)\.", output)
    assert "FAILED" not in output
    assert max(map(len, output.splitlines())) <= 100
    luns = rows(output, "LUNs")
    assert sorted(luns) == [f"lun{number:04}" for number in range(1, 20)]
    assert luns["lun0001"][1:7] == ["11.0", "GB", "1.3", "GB", "thin", "Green"]
    assert luns["lun0005"][5] == "thick"
    contexts = rows(output, "Who sees what")
    assert contexts["all"][2:7] == ["4", "0", "1", "6", "19"]
    assert contexts["esx0001"][1:6] == ["2", "0", "1", "2", "9"]
    assert contexts["esx0002"][5] == "11"
    assert contexts["empty"][1:6] == ["0", "0", "0", "0", "0"]
    assert contexts["unknown"][1:6] == ["2", "0", "1", "0", "0"]
    assert contexts["mixed"][5] == "9"
    assert demo.left() == ({}, [])


def test_by_default_block_file_and_unified_arrays_are_shown(start):
    demo = start("--once")
    status, output, errors = demo.end()
    assert (status, errors) == (0, ""), output
    profiles = {name: set(" ".join(words).replace(",", "").split()) for name, words in rows(output, "Arrays").items()}
    assert {"BlockDevice", "Capability"} <= profiles["array1"]
    assert {"FileSystem", "Capability"} <= profiles["array2"]
    assert {"BlockDevice", "FileSystem", "Capability"} <= profiles["array3"]
    assert "File systems" in output
    contexts = rows(output, "Who sees what")
    (initiators, mounts, arrays, ports, luns, shares, _) = contexts["all"][2:]
    assert (arrays, initiators) == ("3", "0"), "the row of all mounts comes last"
    assert (ports, luns, shares) == ("0", "0", mounts)
    assert contexts["esx0001"][6] == "0"
    assert max(map(len, output.splitlines())) <= 100


# The servers are started by their own commands, so that only the client of this run has the further check.
FAILING_CHECK = """
from vasa_cim.cli.main import main
from vasa_cim.client import checks
checks.CHECKS["made to fail"] = lambda picture: iter(["on purpose"] if not picture.luns else [])
main()
"""


def test_a_check_that_fails_is_named_and_the_status_is_1(start):
    demo = start("--once", "--estate", "tiny", launch=("-c", FAILING_CHECK))
    status, output, errors = demo.end()
    assert (status, errors) == (1, "")
    assert rows(output, "Checks")["made"] == ["made", "to", "fail", "6", "FAILED:", "empty,", "unknown"]
    assert "FAILED  made to fail (empty): on purpose\n" in output
    assert "\nFAILED: made to fail (" in output
    assert demo.left() == ({}, [])


def sourced(file: Path) -> dict[str, str]:
    """Return what a shell has after reading the file."""
    script = f'. "$1"; for name in {" ".join(NAMES)}; do eval "printf \'%s\\n\' \\"\\$$name\\""; done'
    done = subprocess.run(["/bin/sh", "-ec", script, "sh", str(file)], capture_output=True, text=True, check=True)
    return dict(zip(NAMES, done.stdout.splitlines(), strict=True))


def test_staying_up_until_ctrl_c(start, tmp_path):
    demo = start()
    demo.wait_until(demo.env_file.exists)
    assert demo.env_file.stat().st_mode & 0o777 == 0o600
    assert [path.stat().st_mode & 0o777 for path in demo.temporary.iterdir()] == [0o700]
    values = sourced(demo.env_file)
    mounts = [MountPoint(*mount.split(":")) for mount in values["VASA_MOUNTS"].split(";")]
    assert values["VASA_IQNS"] == "iqn.1998-01.com.example:esx0010,iqn.1998-01.com.example:esx0020"
    assert (values["CIM_USER"], values["CIM_PASSWORD"]) == (values["VASA_USER"], values["VASA_PASSWORD"])
    identity = create_identity(tmp_path, "another")
    initiators = tuple(map(HostInitiator, values["VASA_WWNS"].split(",")))
    context = UsageContext(host_initiators=initiators, mount_points=tuple(mounts))
    with VasaClient(values["VASA_URL"], ca_file=Path(values["VASA_CA"]), identity=identity) as client:
        register(client, identity, values["VASA_USER"], values["VASA_PASSWORD"])
        picture = synchronise(client, context)
        assert len(picture.arrays) == 3
        assert picture.luns
        assert len(picture.file_systems) == len(mounts)
    assert len(demo.children()) == 2
    exported = demo.env_file.read_text()
    status, output, errors = demo.end(signal.SIGINT)
    assert (status, errors) == (0, "")
    assert exported in output
    assert demo.left() == ({}, [])


def test_sigterm_while_it_starts(start):
    demo = start()
    demo.wait_until(demo.children)
    status, _, errors = demo.end(signal.SIGTERM)
    assert (status, errors) == (130, "")
    assert demo.left() == ({}, [])
    assert not demo.env_file.exists()


def test_a_server_that_dies_ends_the_demo_with_one_sentence(start):
    demo = start()
    demo.wait_until(demo.env_file.exists)
    (bridge,) = (pid for pid, command in demo.children().items() if "vasa_cim serve" in command)
    os.kill(bridge, signal.SIGKILL)
    status, _, errors = demo.end()
    assert status == 1
    assert errors.startswith("vasa-cim: the bridge ended with status -9")
    assert "Traceback" not in errors
    assert demo.left() == ({}, [])


def test_a_taken_port_is_named(start):
    demo = start()
    demo.wait_until(demo.env_file.exists)
    taken = urlsplit(sourced(demo.env_file)["VASA_URL"]).port
    command = [sys.executable, "-m", "vasa_cim", "demo", "--once", "--port", str(taken)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"vasa-cim: --port {taken}: Address already in use\n"
