"""One line per event, whatever its values hold, and never a failure."""

import io
import json
import sys

import pytest
import structlog

from vasa_cim import logs


@pytest.fixture
def lines(monkeypatch):
    """Set the log up on a stream of ours, as `lines(form)`; what was logged is returned by the result's getvalue."""
    before = structlog.get_config()

    def set_up(form, stream=None):
        stream = stream or io.StringIO()
        monkeypatch.setattr(sys, "stderr", stream)
        logs.set_up("info", form)
        return stream

    yield set_up
    structlog.configure(**before)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("evil", ["\n", "\r\n", "\x1b[2J", "\x9b31m", "\u2028", "\x85", "\u202e", "\ud800"])
def test_a_value_can_neither_end_the_line_nor_steer_the_terminal(lines, form, evil):
    stream = lines(form)
    structlog.get_logger().info("login refused", user=f"eve{evil}[error] all is lost")
    (line,) = stream.getvalue().splitlines()
    assert "all is lost" in line
    assert evil not in line
    assert all(character.isprintable() for character in line)


def test_a_value_is_cut_at_a_decent_length(lines):
    stream = lines("json")
    structlog.get_logger().info("session opened", vcenter="x" * 1_000_000)
    assert json.loads(stream.getvalue())["vcenter"] == "x" * 1000 + "..."


def test_a_trace_of_ours_keeps_its_lines(lines):
    stream = lines("json")
    structlog.get_logger().error("a call failed unexpectedly", trace="one\n  two\n")
    assert json.loads(stream.getvalue())["trace"] == "one\n  two\n"


class Full(io.StringIO):
    """A stream on a disk without room."""

    def write(self, text):
        raise OSError(28, "No space left on device")


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("make", [Full, closed])
def test_a_log_that_cannot_be_written_fails_nobody(lines, make):
    lines("text", make())
    structlog.get_logger().warning("nobody hears this")
