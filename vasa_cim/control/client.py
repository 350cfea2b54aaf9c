"""The operator's end of the control socket."""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vasa_cim.control.address import socket_address
from vasa_cim.control.messages import BadMessage, receive, send
from vasa_cim.errors import CommandRefused, NoProvider


def perform(directory: Path, command: str, arguments: Mapping[str, Any]) -> Any:
    """Have the provider that runs with this data directory do a command, and return its result; waits for it.

    Raises NoProvider if none runs, CommandRefused with the provider's sentence if it did not do it.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            with socket_address(directory) as address:
                connection.connect(address)
        except PermissionError as error:
            raise CommandRefused(reason=f"the data directory {directory} belongs to another user") from error
        except OSError as error:
            raise NoProvider(data=directory) from error
        try:
            send(connection, {"command": command, "arguments": dict(arguments)})
            answer = receive(connection)
        except (OSError, BadMessage) as error:
            raise CommandRefused(reason="the provider ended the connection without an answer; see its log") from error
    if "error" in answer:
        raise CommandRefused(reason=str(answer["error"]))
    return answer.get("result")
