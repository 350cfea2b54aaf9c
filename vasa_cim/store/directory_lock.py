"""The data directory belongs to one process at a time.

A second one would not see which certificates the first registers or removes, and both would make the server's key.
"""

import errno
import fcntl
import os
from pathlib import Path

from vasa_cim.errors import ConfigurationError

FILE_NAME = "vasa-cim.lock"


class DirectoryLock:
    """Holds a directory for this process until `close`, or until the process ends, however it ends.

    Raises ConfigurationError if another process holds it, or if nothing can be written there.
    """

    def __init__(self, directory: Path) -> None:
        file = directory / FILE_NAME
        try:
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigurationError(setting="data", reason=f"{file} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            in_use = error.errno in (errno.EWOULDBLOCK, errno.EACCES)
            reason = "is in use by another vasa-cim" if in_use else f"cannot be locked: {error.strerror}"
            raise ConfigurationError(setting="data", reason=f"{directory} {reason}") from error

    def close(self) -> None:
        """Give the directory back. Once only. The file stays: removing it would let two processes in."""
        os.close(self._descriptor)
