"""The provider's end of the control socket.

Who may connect is decided twice: the socket is its owner's alone (0600), and the peer must be the user that runs the
provider, or root.
"""

import contextlib
import os
import select
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog

from vasa_cim.control.address import SOCKET_NAME, socket_address
from vasa_cim.control.messages import BadMessage, receive, send
from vasa_cim.errors import ConfigurationError, VasaCimError

IsWanted = Callable[[], bool]
"""Whether somebody still waits for the answer."""
Perform = Callable[[str, Mapping[str, Any], IsWanted], Any]
"""Does a command with its arguments and returns what JSON can hold. Raises VasaCimError."""

MOST_AT_ONCE = 16
SECONDS_TO_ASK = 10.0
SECONDS_TO_CLOSE = 10.0
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid

log = structlog.get_logger()


class ControlServer:
    """Listens in a data directory and does each command in a thread of its own; `perform` may block.

    The directory must belong to this process (`store.directory_lock`). Raises ConfigurationError if the socket cannot
    be made.
    """

    def __init__(self, directory: Path, perform: Perform) -> None:
        self._perform = perform
        self._file = directory / SOCKET_NAME
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._bind(directory)
        except OSError as error:
            self._listener.close()
            reason = f"{self._file} cannot be made: {error.strerror or error}"
            raise ConfigurationError(setting="data", reason=reason) from error
        self._thread = threading.Thread(target=self._accept, name="control")
        self._thread.start()

    def _bind(self, directory: Path) -> None:
        if self._file.is_socket():
            self._file.unlink()  # of a process that was killed: the directory is ours now
        os.fchmod(self._listener.fileno(), 0o600)  # before it has a name, so that nobody finds it open
        with socket_address(directory) as address:
            self._listener.bind(address)
        self._file.chmod(0o600)  # where the line before had no effect
        self._listener.listen()

    def close(self) -> None:
        """Accept no more, tell running commands that nobody waits, and give them a little time. Idempotent."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        self._file.unlink(missing_ok=True)
        with self._lock:
            running = dict(self._connections)
        for connection, thread in running.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
            thread.join(SECONDS_TO_CLOSE)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError as error:
                if not self._closing.is_set():
                    log.warning("a command could not be received", error=str(error))
                    self._closing.wait(0.1)
                continue
            self._begin(connection)

    def _begin(self, connection: socket.socket) -> None:
        if not _is_ours(connection) or len(self._connections) >= MOST_AT_ONCE:
            connection.close()
            return
        thread = threading.Thread(target=self._serve, args=(connection,), name="command", daemon=True)
        with self._lock:
            self._connections[connection] = thread
        thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(SECONDS_TO_ASK)
            send(connection, self._answer(connection))
        except (OSError, BadMessage) as error:
            log.warning("a command got no answer", error=str(error))
        finally:
            connection.close()
            with self._lock:
                self._connections.pop(connection, None)

    def _answer(self, connection: socket.socket) -> dict[str, Any]:
        request = receive(connection)
        command, arguments = request.get("command"), request.get("arguments", {})
        if not isinstance(command, str) or not isinstance(arguments, dict):
            return {"error": "a command is a text, its arguments are an object"}
        try:
            return {"result": self._perform(command, arguments, lambda: self._is_wanted(connection))}
        except VasaCimError as error:
            return {"error": str(error)}
        except Exception:  # the thread's outermost guard: the operator shall hear of a defect
            log.exception("a defect was met in a command", command=command)
            return {"error": "internal error; the provider's log says more"}

    def _is_wanted(self, connection: socket.socket) -> bool:
        if self._closing.is_set():
            return False
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        try:
            return not poll.poll(0) or connection.recv(1, socket.MSG_PEEK) != b""
        except OSError:
            return False


def _is_ours(connection: socket.socket) -> bool:
    """Return whether the peer runs as our user or as root; True where the system cannot tell (the mode must do)."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return True
    _, user, _ = _CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, option, _CREDENTIALS.size))
    return user in (os.geteuid(), 0)
