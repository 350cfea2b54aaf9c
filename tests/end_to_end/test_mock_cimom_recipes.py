"""The recipes of docs/mock-cimom.md, run as they stand: shell in one shell, Python as a file, in an empty directory."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "mock-cimom.md").read_text("utf-8")
DEADLINE = 120.0
# What a recipe left running ends with its shell.
END = 'trap \'[ -z "${CIM_PID:-}" ] || kill "$CIM_PID" 2>/dev/null || true\' EXIT\n'


def recipes():
    for title, body in re.findall(r"^## (Recipe \d+: [^\n]*)\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL):
        for language, text in re.findall(r"^```(sh|python)\n(.*?)^```", body, re.MULTILINE | re.DOTALL):
            yield pytest.param(language, text, id=title)


RECIPES = list(recipes())


def test_there_are_five():
    assert len({one.id for one in RECIPES}) == 5


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
