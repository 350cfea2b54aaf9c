"""Where log lines go: standard error, as text or JSON, through structlog.

One line is one event, whatever its values hold: many of them were sent by clients. A log that cannot be written, on a
full disk for instance, costs the line and nothing else.
"""

import contextlib
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_LONGEST = 1000
_TRACES = frozenset({"trace", "exception"})
"""Made by us, of several lines."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What ends a line or steers a terminal."""


def set_up(level: str, form: str) -> None:
    """Send everything at or above `level` (debug, info, warning, error) to standard error.

    `form` is `text` or `json`. Libraries that log by the standard library are heard from warnings on.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    render: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    stream = ForgivingStream(sys.stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            clean,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(stream),  # type: ignore[arg-type]  # it writes and flushes
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(least, logging.WARNING), stream=stream)


class ForgivingStream:
    """A text stream whose failures nobody notices: no request may fail because its log line does."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write, if that is possible."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        """Flush, if that is possible."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


def clean(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Escape what would end a line or steer a terminal, and cut texts that are too long (a structlog processor)."""
    for name, value in event.items():
        if isinstance(value, str) and name not in _TRACES:
            shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}..."
            event[name] = _CONTROLS.sub(_escaped, shown)
    return event


def _escaped(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape", "surrogatepass").decode("ascii")
