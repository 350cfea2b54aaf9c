"""Leaves of one XML Schema type."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from vasa_cim.client import shapes
from vasa_cim.client.failures import UnreadableAnswer


def leaf(value: str):
    element = etree.Element("leaf")
    element.text = value
    return element


@pytest.mark.parametrize(
    ("written", "value"),
    [("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63)), ("+5", 5), (" 007 ", 7)],
)
def test_integers(written, value):
    assert shapes.integer(leaf(written)) == value


@pytest.mark.parametrize("written", ["9223372036854775808", "1.0", "", "1e3", "0x1", "1_000", "٣"])
def test_texts_that_are_no_integer(written):
    with pytest.raises(UnreadableAnswer, match="leaf"):
        shapes.integer(leaf(written))


@pytest.mark.parametrize(("written", "value"), [("true", True), ("1", True), ("false", False), (" 0 ", False)])
def test_booleans(written, value):
    assert shapes.boolean(leaf(written)) is value


@pytest.mark.parametrize("written", ["True", "yes", "", "2"])
def test_texts_that_are_no_boolean(written):
    with pytest.raises(UnreadableAnswer, match="leaf"):
        shapes.boolean(leaf(written))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-02-29T12:00:00Z", datetime(2024, 2, 29, 12, tzinfo=UTC)),
        ("2024-02-29T12:00:00.1234567Z", datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2024-02-29T12:00:00-05:30", datetime(2024, 2, 29, 17, 30, tzinfo=UTC)),
    ],
)
def test_dates(written, value):
    read = shapes.date_time(leaf(written))
    assert read == value
    assert read.utcoffset() in (timedelta(0), timedelta(hours=-5, minutes=-30))


@pytest.mark.parametrize(
    "written", ["2024-02-29T12:00:00", "2023-02-29T12:00:00Z", "2024-02-29", "yesterday", "2024-02-29T12:00:00+25:00"]
)
def test_texts_that_are_no_date_with_a_zone(written):
    with pytest.raises(UnreadableAnswer, match="leaf"):
        shapes.date_time(leaf(written))
