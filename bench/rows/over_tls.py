"""Whole servers over loopback TLS with keep-alive and a client certificate, driven from another process."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from bench import messages
from bench.load import Load
from bench.processes import ChildFailed, Server, measured, server
from bench.report import Peer, Row, Target, Unit
from bench.rows.compare import MILLI, OURS, Bench
from bench.rows.large_answer import prepared

MOST_LARGE_MS = 25.0
LEAST_RATE = 4_000.0
CONNECTIONS = (1, 8)
SPYNE = "plain spyne application, aiohttp, stdlib ssl"
DOCUMENT = "sendall of the ready answer, stdlib ssl"
MODULES = {OURS: "ours", SPYNE: "plain", DOCUMENT: "document"}


@dataclass(frozen=True)
class Question:
    """A request to load servers with, and our answer to it, which the server of a ready document sends."""

    operation: str
    body: bytes
    answer: bytes


@dataclass(frozen=True)
class Outcome:
    """What the load generator reported of a contender, or why it could not."""

    report: Mapping[str, float] | None
    error: str | None = None

    def peer(self, name: str, unit: Unit) -> Peer:
        """Return rate or median latency as a peer's figure, with the percentiles beside it."""
        if self.report is None:
            return Peer(name, None, self.error)
        figure = "rate" if unit.rate else "p50"
        details = {f"{part} ms": self.report[part] * MILLI for part in ("p50", "p99") if part != figure}
        if "cpu" in self.report:
            details["CPU ms"] = self.report["cpu"] * MILLI
        details["best rate"] = self.report["best"]
        details["generator"] = self.report["busy"]
        return Peer(name, self.report[figure] * (1.0 if unit.rate else MILLI), details=details)


def large_answer(bench: Bench) -> list[Row]:
    """An answer of about 6 MB, request included, over one connection."""
    with prepared(bench) as call:
        question = Question("queryStorageLuns", call.request, call.answer())
    with running(bench, question, (OURS, DOCUMENT)) as servers:
        outcomes = loaded_in_turns(bench, servers, 1)
    name = f"queryStorageLuns, {bench.effort.luns:,} ids over TLS ({len(question.answer) / 1e6:.1f} MB): latency"
    return [row(name, Unit.MILLISECONDS, outcomes, Target(MOST_LARGE_MS))]


def small_request(bench: Bench) -> list[Row]:
    """getEvents with nothing to tell."""
    body = messages.get_events()
    with prepared(bench) as call:
        question = Question("getEvents", body, call.answer_to("getEvents", body))
    rows = []
    with running(bench, question, tuple(MODULES)) as servers:
        for connections in CONNECTIONS:
            outcomes = loaded_in_turns(bench, servers, connections)
            target = Target(LEAST_RATE) if connections == max(CONNECTIONS) else None
            name = f"getEvents over TLS, {connections} kept connection{'s' if connections > 1 else ''}"
            rows.append(row(name, Unit.PER_SECOND, outcomes, target))
    return rows


def row(name: str, unit: Unit, outcomes: Mapping[str, Outcome], target: Target | None) -> Row:
    """Return the row of our outcome and the others."""
    own = outcomes[OURS].peer(OURS, unit)
    peers = [outcome.peer(peer, unit) for peer, outcome in outcomes.items() if peer != OURS]
    return Row(name, unit, own.value, peers, target, own.error, own.details)


@contextmanager
def running(bench: Bench, question: Question, names: Sequence[str]) -> Iterator[Mapping[str, Load | str]]:
    """Run the servers of these contenders side by side; the idle ones cost nothing.

    Yields the load of one connection to each, or the sentence that says why it does not run.
    """
    document = bench.directory / "document"
    document.write_bytes(question.answer)
    with ExitStack() as stack:
        contenders: dict[str, Load | str] = {}
        for name in names:
            opened = server(MODULES[name], bench.credentials, bench.effort.luns, document)
            try:
                contenders[name] = load_of(bench, question, stack.enter_context(opened))
            except ChildFailed as error:
                contenders[name] = str(error)
        yield contenders


def load_of(bench: Bench, question: Question, running_server: Server) -> Load:
    """Return the load of one connection to a server."""
    request = bench.directory / f"request-{running_server.port}"
    request.write_bytes(messages.http_request(question.operation, question.body, running_server.cookie))
    return Load(
        directory=str(bench.directory),
        port=running_server.port,
        process=running_server.process,
        request=str(request),
        expected=f"{question.operation}Response",
        connections=1,
        seconds=bench.effort.load_seconds,
    )


def loaded_in_turns(bench: Bench, servers: Mapping[str, Load | str], connections: int) -> dict[str, Outcome]:
    """Load one server after the other, several times; return of each the report with the median rate."""
    reports: dict[str, list[dict[str, Any]]] = {name: [] for name in servers}
    errors = {name: load for name, load in servers.items() if isinstance(load, str)}
    for _ in range(bench.effort.load_rounds):
        for name, load in servers.items():
            if isinstance(load, str) or name in errors:
                continue
            try:
                reports[name].append(measured(replace(load, connections=connections)))
            except ChildFailed as error:
                errors[name] = str(error)
    return {name: Outcome(None, errors[name]) if name in errors else _median(reports[name]) for name in servers}


def _median(reports: list[dict[str, Any]]) -> Outcome:
    rates = [report["rate"] for report in reports]
    middle = reports[rates.index(statistics.median_low(rates))]
    return Outcome({**middle, "best": max(rates)})
