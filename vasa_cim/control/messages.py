"""What goes over the control socket: one JSON object in a line to the provider, one back.

Request: `{"command": "array add", "arguments": {...}}`. Answer: `{"result": ...}`, or `{"error": "a sentence"}`.
"""

import json
import socket
from collections.abc import Mapping
from typing import Any

LONGEST = 1 << 20
"""Bytes of a line, its end included."""


class BadMessage(Exception):
    """The other side sent no such line, or none at all."""


def send(connection: socket.socket, message: Mapping[str, Any]) -> None:
    """Send one message. Raises OSError."""
    connection.sendall(json.dumps(message).encode("ascii") + b"\n")


def receive(connection: socket.socket) -> dict[str, Any]:
    """Return the next message. Raises BadMessage, OSError; the connection is of no use after that."""
    line = bytearray()
    while not line.endswith(b"\n"):
        piece = connection.recv(65536)
        if not piece:
            raise BadMessage("it ended too soon" if line else "nothing came")
        line += piece
        if len(line) > LONGEST:
            raise BadMessage("it is too long")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadMessage("it is not JSON") from error
    if not isinstance(found, dict):
        raise BadMessage("it is no JSON object")
    return found
