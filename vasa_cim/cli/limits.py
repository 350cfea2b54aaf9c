"""Limits that the system sets to a process."""

import contextlib
import resource


def raise_file_limit() -> None:
    """Let this process open as many files as it may: the usual 1024 are too few for a thousand connections."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
