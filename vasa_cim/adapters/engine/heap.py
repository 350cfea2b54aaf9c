"""Giving memory back to the system after a reading, whose tables are several times the size of what is kept."""

import ctypes
from collections.abc import Callable


def _trimmer() -> Callable[[], object] | None:
    """Return glibc's malloc_trim, None where the C library has none."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # another C library, or a system without one to open
        return None
    trim.argtypes, trim.restype = (ctypes.c_size_t,), ctypes.c_int
    return lambda: trim(0)


_TRIM = _trimmer()


def give_back() -> None:
    """Give freed memory back to the system as far as the C library can; other threads go on meanwhile."""
    if _TRIM is not None:
        _TRIM()
