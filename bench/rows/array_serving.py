"""The bridge while it reads a large array: how fast it answers, and how much memory it takes."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from bench import messages
from bench.cimom import Cimom, cimom
from bench.processes import ROOT, ChildFailed, Server, measured, started
from bench.report import Peer, Row, Target, Unit
from bench.rows.compare import MILLI, Bench
from bench.rows.over_tls import Question, load_of

MOST_P99_MS = 100.0
MOST_KB = 2.5
SESSIONS = 16
IDLE = 86_400.0
BUSY = 0.001
SECONDS = 20.0
KILO, MEGA = 1e3, 1e6


def events_while_reading(bench: Bench) -> list[Row]:
    """Latency of getEvents over TLS while `large` is read without a pause; the peer is the same server at rest."""
    with cimom(bench.directory, "--estate", "large") as array:
        resting = _loaded(bench, array, IDLE)
        reading = _loaded(bench, array, BUSY)
    if not reading["readings"]:
        raise ChildFailed(f"the array was not read once in {SECONDS:g} s")
    name = f"getEvents over TLS while large is re-read ({reading['readings']:.0f} times): p99"
    peer = Peer("the same at rest", resting["p99"] * MILLI, details=_latencies(resting))
    target = Target(MOST_P99_MS)
    return [Row(name, Unit.MILLISECONDS, reading["p99"] * MILLI, [peer], target, details=_latencies(reading))]


def _latencies(report: Mapping[str, float]) -> dict[str, float]:
    return {"p50 ms": report["p50"] * MILLI, "worst": report["worst"] * MILLI}


def memory(bench: Bench) -> list[Row]:
    """What a bridge over `huge` with sixteen sessions takes for each LUN, on top of what it takes without data."""
    with cimom(bench.directory, "--estate", "huge") as array:
        command = [sys.executable, "-W", "ignore", "-m", "bench.servers.memory", "--share", str(SESSIONS)]
        command += _where(bench, array)
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise ChildFailed(done.stderr.strip()[-300:])
    found = json.loads(done.stdout)
    luns = found.pop("luns")
    name = (
        f"memory for a LUN of huge ({luns:,}), {SESSIONS} sessions that see {found.pop('seen'):,}, fragments included"
    )
    details = {"peak MB": found["peak of a re-read"] / MEGA} | {f"{key} MB": each / MEGA for key, each in found.items()}
    used = (found["sessions"] - found["empty"]) / luns / KILO
    return [Row(name, Unit.KILOBYTES, used, (), Target(MOST_KB), details=details)]


def _loaded(bench: Bench, array: Cimom, interval: float) -> dict[str, float]:
    question = Question("getEvents", messages.get_events(), b"")
    with _bridge(bench, array, interval) as server:
        load = load_of(bench, question, server)
        before = _readings(bench, server)
        report = measured(replace(load, seconds=SECONDS))
        return {**report, "readings": _readings(bench, server) - before}


def _readings(bench: Bench, server: Server) -> int:
    """Return how many snapshots the bridge has published so far."""
    context = bench.credentials.client_context()
    with urllib.request.urlopen(f"https://127.0.0.1:{server.port}/healthz", context=context) as answer:
        return int(json.load(answer)["readings"])


@contextmanager
def _bridge(bench: Bench, array: Cimom, interval: float) -> Iterator[Server]:
    with started("array", bench.credentials, [*_where(bench, array), "--interval", str(interval)]) as server:
        yield server


def _where(bench: Bench, array: Cimom) -> list[str]:
    directory = str(bench.credentials.directory)
    return ["--directory", directory, "--url", array.url, "--user", array.user, "--password", array.password]
