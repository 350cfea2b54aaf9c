"""Where log lines go: standard error, as text or JSON, through structlog."""

import logging
import sys

import structlog


def set_up(level: str, form: str) -> None:
    """Send everything at or above `level` (debug, info, warning, error) to standard error.

    `form` is `text` or `json`. Libraries that log by the standard library are heard from warnings on.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    render: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(least, logging.WARNING), stream=sys.stderr)
