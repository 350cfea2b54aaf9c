"""How much and how long clients may take."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

MAX_REQUEST_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Limits:
    """Times in seconds, and the waiting itself.

    `head`: from the beginning of a connection or request to the end of its head, TLS included. `body`: between two
    parts of a request's body. `write`: until a client has taken the next piece of its answer. `idle`: between two
    requests. `shutdown`: for running calls, when the server stops. `sleep` is what delays of fault rules use.
    """

    head: float = 30.0
    body: float = 60.0
    write: float = 300.0
    idle: float = 600.0
    shutdown: float = 2.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
