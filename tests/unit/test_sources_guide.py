"""docs/sources.md names every key of a source, every value, and every quirk."""

import re
from pathlib import Path

from vasa_cim import config
from vasa_cim.adapters.smis import switches
from vasa_cim.adapters.smis.quirk_table import QUIRKS
from vasa_cim.cim import endpoint

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text("utf-8")


def rows(heading):
    """Return the cells of the table rows below a heading."""
    part = GUIDE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


def test_every_key_by_which_a_source_is_reached_is_there():
    told = {name for row in rows("How it is reached") for name in names(row[0])}
    assert told == config.SOURCE_KEYS | endpoint.OPTIONS


def test_every_switch_is_there_with_its_values():
    told = {name: set(names(row[1])) for row in rows("What is decided instead of observed") for name in names(row[0])}
    assert set(told) == switches.OPTIONS
    for name, kind in switches.KINDS.items():
        assert told[name] == {str(value) for value in kind}


def test_every_quirk_is_there_as_it_is_in_the_code():
    assert rows("Quirks") == [[f"`{one.name}`", one.observed, one.effect, one.source] for one in QUIRKS]
