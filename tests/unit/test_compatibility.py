"""docs/compatibility.md names every simulated estate of others, and no estate or test that is not there."""

import re
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "compatibility.md").read_text("utf-8")
ESTATES = {file.stem for file in (ROOT / "tests" / "estates").glob("*.py")} - {"estate_builder"}


def test_the_estates_of_the_page_are_those_that_there_are():
    rows = [line.split(" | ")[1] for line in PAGE.splitlines() if line.startswith("| ") and line.count(" | ") == 3]
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert all(any(fnmatch(estate, name) for name in named) for estate in ESTATES)
    assert all(any(fnmatch(estate, name) for estate in ESTATES) for name in named)


def test_the_files_of_the_page_are_there():
    named = re.findall(r"`((?:tests|docs|vasa_cim)/[^`]+)`", PAGE)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
