"""Where the control socket of a data directory is, also when that path is longer than a socket's address may be."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

SOCKET_NAME = "control.sock"
_LONGEST = 100  # bytes; Linux takes 107, other systems 103


@contextlib.contextmanager
def socket_address(directory: Path) -> Iterator[str]:
    """Give the text to bind or connect to; it is good within the block only.

    Raises OSError if the directory is not there.
    """
    plain = directory / SOCKET_NAME
    if len(os.fsencode(plain)) <= _LONGEST:
        yield str(plain)
        return
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET_NAME}"
    finally:
        os.close(descriptor)
