"""Child processes: servers that say on their first line where they listen, and the load generator."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load import Load, as_json, parsed_report
from bench.tls import Credentials

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_END = 5.0
LAST_LINES = 3


class ChildFailed(Exception):
    """A server did not start, or the load generator gave up."""


@dataclass(frozen=True)
class Server:
    """A running server, and the session that its client has (None where it knows no sessions)."""

    port: int
    cookie: str | None


@contextmanager
def server(module: str, credentials: Credentials, luns: int, document: Path | None = None) -> Iterator[Server]:
    """Run `bench.servers.<module>` until the block ends. Raises ChildFailed."""
    command = [sys.executable, "-W", "ignore", "-m", f"bench.servers.{module}"]
    command += ["--directory", str(credentials.directory), "--luns", str(luns)]
    if document is not None:
        command += ["--document", str(document)]
    complaints = credentials.directory / f"{module}.log"
    with complaints.open("wb") as log:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT)
        try:
            line = child.stdout.readline() if child.stdout else b""
            if not line:
                raise ChildFailed(f"server {module} did not start: {_last_words(complaints)}")
            yield Server(**json.loads(line))
        finally:
            end(child)


def measured(load: Load) -> dict[str, Any]:
    """Run the load generator; return its report. Raises ChildFailed."""
    command = [sys.executable, "-m", "bench.load"]
    done = subprocess.run(command, input=as_json(load), capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise ChildFailed(" | ".join(done.stderr.strip().splitlines()[-1:]))
    return parsed_report(done.stdout)


def end(child: subprocess.Popen[bytes]) -> None:
    """End a child process, by force if it does not go by itself."""
    child.terminate()
    try:
        child.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout:
        child.stdout.close()


def _last_words(log: Path) -> str:
    return " | ".join(log.read_text("utf-8", "replace").strip().splitlines()[-LAST_LINES:])
