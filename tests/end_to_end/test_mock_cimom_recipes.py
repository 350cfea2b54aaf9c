"""The recipes of docs/mock-cimom.md, run as they stand: shell in one shell, Python as a file, in an empty directory.

Its other examples are run or read as well.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mock_cimom.estate.description import ESTATES
from mock_cimom.estate.yaml_file import read_estate
from mock_cimom.faults import read_fault_file

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "mock-cimom.md").read_text("utf-8")
DEADLINE = 120.0
# What a recipe left running ends with its shell.
END = 'trap \'[ -z "${CIM_PID:-}" ] || kill "$CIM_PID" 2>/dev/null || true\' EXIT\n'


def recipes():
    for title, body in re.findall(r"^## ([^\n]*)\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL):
        for language, text in re.findall(r"^```(sh|python)\n(.*?)^```", body, re.MULTILINE | re.DOTALL):
            yield pytest.param(language, text, id=title)


RECIPES = list(recipes())


def test_there_are_five():
    assert len({one.id for one in RECIPES if one.id.startswith("Recipe ")}) == 5


@pytest.mark.parametrize(("language", "text"), RECIPES)
def test_recipe_runs(language, text, tmp_path):
    file = tmp_path / ("recipe.py" if language == "python" else "recipe.sh")
    file.write_text(text if language == "python" else f"set -euo pipefail\n{END}{text}", "utf-8")
    command = [sys.executable, "-W", "ignore"] if language == "python" else ["bash"]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIM_")} | {"PATH": path}
    done = subprocess.run(
        [*command, str(file)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr


def test_the_files_shown_are_an_estate_and_fault_rules(tmp_path):
    estate, faults = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    (tmp_path / "lab.yaml").write_text(estate, "utf-8")
    (tmp_path / "bad-day.yaml").write_text(faults, "utf-8")
    lab = read_estate(tmp_path / "lab.yaml")
    assert [array.kind.value for array in lab.arrays] == ["block", "block", "nas"]
    assert not lab.pulls
    assert len(read_fault_file(tmp_path / "bad-day.yaml")) == 2


def test_the_table_of_estates_is_true():
    rows = re.findall(r"^\| `(\w+)` \| .* \| ([\d,]+) \| ([\d,]+) \|$", GUIDE, re.MULTILINE)
    counted = {
        name: (sum(array.volumes for array in estate.arrays), max(array.hosts for array in estate.arrays))
        for name, estate in ESTATES.items()
    }
    assert {name: (number(volumes), number(hosts)) for name, volumes, hosts in rows} == counted


def number(text):
    return int(text.replace(",", ""))
