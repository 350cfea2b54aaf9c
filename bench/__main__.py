"""`python -m bench`: measure everything, print a table, and say by the exit status whether every row stands."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.measure import QUICK, THOROUGH
from bench.report import Row, Unit, table
from bench.rows import (
    array_reading,
    array_serving,
    first_snapshot,
    large_answer,
    mock_cimom,
    over_tls,
    silent,
    usage_context,
)
from bench.rows.compare import Bench, sentence
from bench.tls import Credentials
from vasa_cim import logs

Benchmark = Callable[[Bench], list[Row]]

BENCHMARKS: Mapping[str, Benchmark] = {
    "whole-call": large_answer.whole_call,
    "body": large_answer.body,
    "fragments": large_answer.fragments,
    "reading": large_answer.reading,
    "set-context": usage_context.set_context,
    "large-answer": over_tls.large_answer,
    "small-request": over_tls.small_request,
    "silent": silent.new_client_among_silent_ones,
    "first-snapshot": first_snapshot.first_snapshot,
    "array-volumes": array_reading.volumes,
    "array-snapshot": array_reading.snapshot,
    "array-requests": array_reading.requests,
    "array-events": array_serving.events_while_reading,
    "array-memory": array_serving.memory,
    "mock-start": mock_cimom.start,
    "mock-enumeration": mock_cimom.enumeration,
    "mock-traversals": mock_cimom.traversals,
    "mock-clients": mock_cimom.clients,
}
LIBRARIES = ("spyne", "lxml", "aiohttp", "pyOpenSSL", "pywbem")


def main() -> int:
    """Run what the command line names; return the exit status, 1 if any row or peer failed."""
    arguments = _arguments()
    logs.set_up("error", "text")
    rows: list[Row] = []
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as directory:
        credentials = Credentials(Path(directory))
        credentials.create()
        bench = Bench(QUICK if arguments.quick else THOROUGH, Path(directory), credentials)
        for name in arguments.only or BENCHMARKS:
            print(f"{name} ...", file=sys.stderr, flush=True)
            rows += _rows(name, bench)
    print(table(rows))
    print(f"\n{_where()}")
    if arguments.json:
        arguments.json.write_text(json.dumps(_report(rows, time.perf_counter() - start), indent=1) + "\n", "utf-8")
    failed = [row.name for row in rows if row.failed]
    for name in failed:
        print(f"failed: {name}", file=sys.stderr)
    return 1 if failed else 0


def _rows(name: str, bench: Bench) -> list[Row]:
    try:
        return BENCHMARKS[name](bench)
    except Exception as error:  # noqa: BLE001 - a benchmark that fails is a failed row, and the others still run
        return [Row(name, Unit.MILLISECONDS, None, error=sentence(error))]


def _report(rows: list[Row], seconds: float) -> dict[str, Any]:
    libraries = {name: version(name) for name in LIBRARIES}
    return {
        "where": _where(),
        "libraries": libraries,
        "seconds": round(seconds, 1),
        "rows": [row.as_json() for row in rows],
    }


def _where() -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, load averages at the end {load}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks of vasa-cim with their peers.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: figures to look at, not to quote")
    parser.add_argument("--only", action="append", choices=list(BENCHMARKS), metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
