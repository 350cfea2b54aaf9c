"""The load generator, a process of its own: kept TLS connections, each with one request under way at any time.

`python -m bench.load` reads a `Load` as JSON from standard input and prints what it measured as JSON.
"""

import json
import selectors
import socket
import ssl
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.http_stream import PIECE, HttpStream, Message
from bench.measure import percentile
from bench.tls import HOST, Credentials

TIMEOUT = 30.0
OK = b"200"


@dataclass(frozen=True)
class Load:
    """What to send, where, over how many connections and for how many seconds. `request` is a file with the bytes,
    `process` the server's.

    Every answer must have status 200 and contain `expected`. `warm_up` is how many requests of each connection are
    not counted; `least` is how many are counted at least, however long they take.
    """

    directory: str
    port: int
    process: int
    request: str
    expected: str
    connections: int
    seconds: float
    warm_up: int = 3
    least: int = 1


class Wrong(Exception):
    """An answer that was not the expected one."""


def main() -> None:
    """Do what standard input says."""
    load = Load(**json.load(sys.stdin))
    request = Path(load.request).read_bytes()
    context = Credentials(Path(load.directory)).client_context()
    secured = [_connected(context, load.port) for _ in range(load.connections)]
    work = _one_by_one if load.connections == 1 else _all_at_once
    start_cpu = time.process_time()
    seconds, latencies, size = work(secured, request, load)
    report = {
        "requests": len(latencies),
        "seconds": seconds,
        "rate": len(latencies) / seconds,
        "p50": percentile(latencies, 0.5),
        "p99": percentile(latencies, 0.99),
        "worst": max(latencies),
        "bytes": size,
        "busy": (time.process_time() - start_cpu) / seconds,
    }
    print(json.dumps(report), flush=True)


def as_json(load: Load) -> str:
    """Return what `main` reads."""
    return json.dumps(asdict(load))


def _connected(context: ssl.SSLContext, port: int) -> ssl.SSLSocket:
    plain = socket.create_connection((HOST, port), TIMEOUT)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(plain, server_hostname=HOST)


def _check(message: Message | None, expected: bytes) -> int:
    """Return the size of an answer. Raises Wrong."""
    if message is None:
        raise Wrong("the server closed the connection")
    if message.status != OK or expected not in message.body:
        raise Wrong(f"{message.head[:60]!r} {bytes(message.body[:300])!r}")
    return len(message.body)


def _one_by_one(secured: list[ssl.SSLSocket], request: bytes, load: Load) -> tuple[float, list[float], int]:
    """Send over one blocking connection; return seconds, the latencies, and the size of an answer."""
    stream = HttpStream(secured[0])
    expected = load.expected.encode()

    def exchange() -> Message | None:
        secured[0].sendall(request)
        return stream.read_message()

    for _ in range(load.warm_up):
        size = _check(exchange(), expected)
    latencies: list[float] = []
    spent = 0.0  # the look at the answer stands outside
    while spent < load.seconds or len(latencies) < load.least:
        start = time.perf_counter()
        message = exchange()
        latencies.append(time.perf_counter() - start)
        spent += latencies[-1]
        size = _check(message, expected)
    return spent, latencies, size


class _Client:
    """One connection of many, driven by a selector; requests are small enough for the socket's buffer."""

    def __init__(self, secured: ssl.SSLSocket, request: bytes) -> None:
        secured.setblocking(False)
        self.secured = secured
        self._request = request
        self._message = Message()
        self._sent = 0.0

    def send(self) -> None:
        """Send the request."""
        self._message = Message()
        self._sent = time.perf_counter()
        if self.secured.send(self._request) != len(self._request):
            raise Wrong("the request did not fit into the socket's buffer")

    def receive(self) -> tuple[float, Message] | None:
        """Return latency and answer once it is complete."""
        while True:
            try:
                piece = self.secured.recv(PIECE)
            except ssl.SSLWantReadError:
                return None
            if not piece:
                raise Wrong("the server closed the connection")
            if self._message.feed(piece):
                return time.perf_counter() - self._sent, self._message


def _all_at_once(secured: list[ssl.SSLSocket], request: bytes, load: Load) -> tuple[float, list[float], int]:
    """Send over several connections; return seconds, the latencies, and the size of an answer."""
    expected = load.expected.encode()
    selector = selectors.DefaultSelector()
    for one in secured:
        client = _Client(one, request)
        selector.register(one, selectors.EVENT_READ, client)
        client.send()
    uncounted = load.warm_up * len(secured)
    latencies: list[float] = []
    start = end = time.perf_counter()
    while end - start < load.seconds or len(latencies) < load.least:
        ready = selector.select(TIMEOUT)
        if not ready:
            raise Wrong(f"no answer in {TIMEOUT:g} s")
        size = 0
        for key, _ in ready:
            client = key.data
            if done := client.receive():
                size = _check(done[1], expected) or size
                latencies.append(done[0])
                client.send()
        end = time.perf_counter()
        if uncounted and len(latencies) >= uncounted:
            uncounted, start = 0, end
            latencies.clear()
    return end - start, latencies, size


def parsed_report(text: str) -> dict[str, Any]:
    """Return what `main` printed."""
    report: dict[str, Any] = json.loads(text)
    return report


if __name__ == "__main__":
    main()
