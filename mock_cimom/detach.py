"""`serve --detach`: the server in a process of its own, and back to the shell as soon as it listens."""

import subprocess
import sys
import time
from pathlib import Path

SECONDS_TO_START = 300.0
SECONDS_BETWEEN_LOOKS = 0.05


class NotStartedError(Exception):
    """The detached server ended before it listened, or did not listen in time."""


def detached(arguments: list[str], env_file: Path, log_file: Path) -> int:
    """Run `mock-cimom` with `arguments` and return its process id once it has written `env_file`.

    What it prints goes to `log_file`. Raises NotStartedError with the last line of it. Who interrupts the waiting ends
    the server as well.
    """
    env_file.unlink(missing_ok=True)
    with log_file.open("wb") as log:
        command = [sys.executable, "-m", "mock_cimom", *arguments]
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(child, env_file, log_file)
    except BaseException:
        child.kill()
        child.wait()
        raise
    return child.pid


def _wait(child: "subprocess.Popen[bytes]", env_file: Path, log_file: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not env_file.exists():
        if child.poll() is not None:
            raise NotStartedError(_last_line(log_file) or f"the server ended with status {child.returncode}")
        if time.monotonic() > deadline:
            raise NotStartedError(f"the server did not listen within {SECONDS_TO_START:.0f} seconds")
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _last_line(file: Path) -> str:
    lines = file.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("mock-cimom: ") if lines else ""
