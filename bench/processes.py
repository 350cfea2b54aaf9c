"""Child processes: servers that say on their first line where they listen, and the load generator."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load import Load, as_json, parsed_report
from bench.tls import Credentials

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_END = 5.0
LAST_LINES = 3
USER_TICKS, SYSTEM_TICKS = 11, 12  # places in /proc/<pid>/stat, counted behind the name


class ChildFailed(Exception):
    """A server did not start, or the load generator gave up."""


@dataclass(frozen=True)
class Server:
    """A running server, its process, and the session that its client has (None where it knows no sessions)."""

    port: int
    cookie: str | None
    process: int


@contextmanager
def server(module: str, credentials: Credentials, luns: int, document: Path | None = None) -> Iterator[Server]:
    """Run `bench.servers.<module>` over a synthetic array until the block ends. Raises ChildFailed."""
    arguments = ["--directory", str(credentials.directory), "--luns", str(luns)]
    if document is not None:
        arguments += ["--document", str(document)]
    with started(module, credentials, arguments) as running:
        yield running


@contextmanager
def started(module: str, credentials: Credentials, arguments: Sequence[str]) -> Iterator[Server]:
    """Run `bench.servers.<module>` with these arguments until the block ends. Raises ChildFailed."""
    command = [sys.executable, "-W", "ignore", "-m", f"bench.servers.{module}", *arguments]
    complaints = credentials.directory / f"{module}.log"
    with complaints.open("wb") as log:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT)
        try:
            line = child.stdout.readline() if child.stdout else b""
            if not line:
                raise ChildFailed(f"server {module} did not start: {_last_words(complaints)}")
            yield Server(**json.loads(line), process=child.pid)
        finally:
            end(child)


def cpu_seconds(process: int) -> float | None:
    """Return what a process has spent on a processor so far; None where the system has no /proc."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[USER_TICKS]) + int(fields[SYSTEM_TICKS])) / os.sysconf("SC_CLK_TCK")


def measured(load: Load) -> dict[str, Any]:
    """Run the load generator; return its report, with the server's CPU seconds per request. Raises ChildFailed."""
    command = [sys.executable, "-m", "bench.load"]
    before = cpu_seconds(load.process)
    done = subprocess.run(command, input=as_json(load), capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise ChildFailed(" | ".join(done.stderr.strip().splitlines()[-1:]))
    report = parsed_report(done.stdout)
    after = cpu_seconds(load.process)
    if before is not None and after is not None:
        report["cpu"] = (after - before) / (report["requests"] + load.warm_up * load.connections)
    return report


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
