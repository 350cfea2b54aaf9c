"""A socket on which every wait ends: at a time of silence, and at a deadline for the whole exchange.

A time-out alone bounds only the pauses; a server that sends one byte a minute would hold its reader for ever.
"""

import io
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER = 256 * 1024


class Overdue(TimeoutError):
    """The deadline of an exchange has passed, though bytes may still be coming."""


class TimedSocket:
    """What `http.client` needs of a socket: `sendall`, `makefile` and `close`. It owns the socket that it is given."""

    def __init__(self, opened: socket.socket) -> None:
        self._opened = opened
        self._silence = 0.0
        self._end = 0.0

    def allow(self, silence: float, whole: float) -> None:
        """Begin an exchange: `silence` seconds for each wait, `whole` seconds for all of it."""
        self._silence = silence
        self._end = time.monotonic() + whole

    def wait(self) -> None:
        """Set the socket's time-out for the next wait. Raises Overdue."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Overdue("the answer took too long")
        self._opened.settimeout(min(self._silence, left))

    def sendall(self, data: bytes) -> None:
        """Send all of it. Raises OSError."""
        self.wait()
        self._opened.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a file that reads, as `socket.makefile` does; it outlives `close`."""
        del mode
        return io.BufferedReader(_TimedReads(self, self._opened.makefile("rb", buffering=0)), _BUFFER)

    def close(self) -> None:
        """Close the socket, once its files are closed too."""
        self._opened.close()


class _TimedReads(io.RawIOBase):
    def __init__(self, timed: TimedSocket, raw: io.RawIOBase) -> None:
        self._timed = timed
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int | None:
        self._timed.wait()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
