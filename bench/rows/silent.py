"""A new client while two hundred others are connected and say nothing."""

import socket
import ssl
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bench import messages
from bench.http_stream import HttpStream
from bench.load import OK, Load
from bench.processes import ChildFailed
from bench.report import Peer, Row, Target, Unit
from bench.rows.compare import MILLI, OURS, Bench, sentence
from bench.rows.over_tls import SPYNE, Question, running
from bench.tls import HOST, Credentials

SILENT = 200
TIMEOUT = 5.0
MOST_MS = 100.0


def new_client_among_silent_ones(bench: Bench) -> list[Row]:
    """Connect, shake hands, ask and get the answer, while half of the silent ones have not even greeted."""
    question = Question("getEvents", messages.get_events(), b"")
    found: dict[str, Peer] = {}
    with running(bench, question, (OURS, SPYNE)) as servers:
        for name, load in servers.items():
            found[name] = Peer(name, None, load) if isinstance(load, str) else _measured(bench, name, load)
    own = found.pop(OURS)
    name = f"a new client's time to its answer behind {SILENT} silent connections"
    target = Target(MOST_MS)
    return [Row(name, Unit.MILLISECONDS, own.value, list(found.values()), target, own.error, own.details)]


def _measured(bench: Bench, name: str, load: Load) -> Peer:
    try:
        with _silent_connections(bench.credentials, load.port):
            times = [_first_answer(bench, load) * MILLI for _ in range(bench.effort.rounds)]
    except (OSError, ValueError, ChildFailed) as error:
        return Peer(name, None, sentence(error))
    return Peer(name, statistics.median(times), details={"worst": max(times)})


@contextmanager
def _silent_connections(credentials: Credentials, port: int) -> Iterator[None]:
    context = credentials.client_context()
    with ExitStack() as stack:
        for number in range(SILENT):
            plain = stack.enter_context(socket.create_connection((HOST, port), TIMEOUT))
            if number % 2:
                stack.enter_context(context.wrap_socket(plain, server_hostname=HOST))
        yield


def _first_answer(bench: Bench, load: Load) -> float:
    """Return the seconds from connecting to the answer. Raises OSError, or ValueError for another answer."""
    request = bench.directory.joinpath(f"request-{load.port}").read_bytes()
    context: ssl.SSLContext = bench.credentials.client_context()
    start = time.perf_counter()
    with (
        socket.create_connection((HOST, load.port), TIMEOUT) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secured,
    ):
        secured.sendall(request)
        message = HttpStream(secured).read_message()
        spent = time.perf_counter() - start
    if message is None or message.status != OK:
        raise ValueError("the answer was not 200")
    return spent
