"""The two servers of `vasa-cim demo`, as child processes: the mock CIMOM and the bridge."""

import os
import secrets
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vasa_cim.cli.interrupts import Interrupts
from vasa_cim.config import ENVIRONMENT_PREFIX
from vasa_cim.errors import VasaCimError

_HOST = "127.0.0.1"
_START_DEADLINE = 60.0
_STOP_DEADLINE = 15.0
_LOOK_EVERY = 0.02
_STDERR_LINES = 10
# How the commands begin the one sentence with which they end.
_SENTENCE_MARKS = ("Error: ", "mock-cimom: ", "vasa-cim: ")


class DemoFailed(VasaCimError):
    """The demo cannot go on."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Both servers, listening. `exports` are the values of their env files; `directory` goes with them."""

    directory: Path
    exports: Mapping[str, str]
    cimom: "Child"
    bridge: "Child"

    def check(self) -> None:
        """Raise DemoFailed if one of them has ended."""
        for child in (self.bridge, self.cimom):
            child.check()


class Child:
    """One server process, in a process group of its own so that Ctrl-C reaches it through us, in our order.

    `seconds` is how long it took to listen, 0 until it does.
    """

    def __init__(self, name: str, arguments: Sequence[str], directory: Path) -> None:
        """Start `python -m` with these arguments. `directory` takes its standard error and its env file."""
        stem = name.replace(" ", "-")
        self.name = name
        self.seconds = 0.0
        self._env_file = directory / f"{stem}.env"
        self._stderr = directory / f"{stem}.err"
        self._began = time.monotonic()
        # -P: whatever lies in the user's directory is not imported in place of what is installed
        command = [sys.executable, "-P", "-m", *arguments, "--env", str(self._env_file)]
        with self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env=_environment(),
                process_group=0,
            )

    def exports(self) -> dict[str, str]:
        """Wait until it listens and return what it wrote into its env file. Raises DemoFailed."""
        while not self._env_file.exists():
            self.check()
            if time.monotonic() - self._began > _START_DEADLINE:
                raise DemoFailed(message=f"the {self.name} does not listen after {_START_DEADLINE:.0f} s{self._told()}")
            time.sleep(_LOOK_EVERY)
        self.seconds = time.monotonic() - self._began
        words = shlex.split(self._env_file.read_text("utf-8"), comments=True)
        return dict(word.split("=", 1) for word in words if "=" in word)

    def check(self) -> None:
        """Raise DemoFailed with its last words if it has ended."""
        if (status := self._process.poll()) is not None:
            raise DemoFailed(message=f"the {self.name} ended with status {status}{self._told()}")

    def stop(self) -> None:
        """End it cleanly, by force after a deadline."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_DEADLINE)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()

    def _told(self) -> str:
        """Return its last words, to be put behind a sentence: the one it made for people, or the last lines."""
        lines = self._stderr.read_text("utf-8", "replace").strip().splitlines()[-_STDERR_LINES:]
        if not lines:
            return ""
        for mark in _SENTENCE_MARKS:
            if lines[-1].startswith(mark):
                return f": {lines[-1].removeprefix(mark)}"
        return ", its last words were:\n" + "\n".join(f"  {line}" for line in lines)


@contextmanager
def running_servers(estate: str, port: int, cim_port: int, interrupts: Interrupts) -> Iterator[Servers]:
    """Run both servers on loopback ports (0: a free one) in a temporary directory, which goes with them.

    User, password, keys and certificates are made for this run only. No signal cuts the clean-up short.
    Raises DemoFailed.
    """
    for option, wanted in (("--port", port), ("--cim-port", cim_port)):
        _check_free(option, wanted)
    with tempfile.TemporaryDirectory(prefix="vasa-cim-demo-") as name:
        directory = Path(name)
        children: list[Child] = []
        try:
            yield _started(directory, estate, (port, cim_port), children, interrupts)
        finally:
            interrupts.ignore()
            for child in reversed(children):
                child.stop()


def _started(
    directory: Path, estate: str, ports: tuple[int, int], children: list[Child], interrupts: Interrupts
) -> Servers:
    """Start the mock CIMOM, then the bridge; each child is in `children` from the moment it lives."""
    user, password_file = f"demo-{secrets.token_hex(3)}", directory / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(secrets.token_urlsafe(18) + "\n", "utf-8")
    credentials = ["--user", user, "--password-file", str(password_file)]
    listen = ["--host", _HOST, "--port", str(ports[1])]
    with interrupts.held():
        cimom = Child("mock CIMOM", ["mock_cimom", "serve", "--estate", estate, *listen, *credentials], directory)
        children.append(cimom)
    exports = cimom.exports()
    arguments = ["vasa_cim", "serve", "--cimom", exports["CIM_URL"], "--host", _HOST, "--port", str(ports[0])]
    arguments += ["--cimom-user", user, "--cimom-password-file", str(password_file)]
    arguments += ["--data", str(directory / "data"), "--log-level", "warning"]
    with interrupts.held():
        bridge = Child("bridge", arguments, directory)
        children.append(bridge)
    return Servers(directory, exports | bridge.exports(), cimom, bridge)


def _check_free(option: str, port: int) -> None:
    try:
        socket.create_server((_HOST, port)).close()
    except OSError as error:
        raise DemoFailed(message=f"{option} {port}: {os.strerror(error.errno or 0)}") from error


def _environment() -> dict[str, str]:
    """Return our environment without the settings of a bridge that the user may run."""
    return {name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)}
