"""The guide to adapters shows the code that the tests run, and says what is true of the contract."""

import inspect
import re
import tomllib
from pathlib import Path

import pytest

from vasa_cim import adapter, errors
from vasa_cim.cli.main import commands
from vasa_cim.config import load

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "adapters.md").read_text("utf-8")
PROJECT = ROOT / "tests" / "json_adapter"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("language", "position", "file"),
    [
        ("python", 0, "acme_json/adapter.py"),
        ("python", 1, "acme_json/messages.py"),
        ("toml", 0, "pyproject.toml"),
        ("json", 0, "array.json"),
    ],
)
def test_a_shown_file_is_the_one_under_test(language, position, file):
    assert blocks(language)[position] == (PROJECT / file).read_text("utf-8")


def test_the_adapter_is_about_a_hundred_lines():
    lines = (PROJECT / "acme_json" / "adapter.py").read_text("utf-8").splitlines()
    code = [line for line in lines if line.strip() and not line.startswith(("import ", "from "))]
    assert len(code) < 120


def test_the_table_of_the_contract_is_complete():
    shown = set(re.findall(r"^\| `(\w+)[`(]", GUIDE, re.MULTILINE))
    members = {name for name in vars(adapter.PlatformAdapter) if not name.startswith("_")} | {"__init__"}
    assert members - {"contract_version"} <= shown | {"offers", "needs_naming"}
    for name in shown & members:
        method = getattr(adapter.PlatformAdapter, name)
        if inspect.isfunction(method):
            arguments = ", ".join(list(inspect.signature(method).parameters)[1:])
            assert f"| `{name}({arguments})` |" in GUIDE


def test_the_errors_are_ours():
    rows = re.findall(r"^\| `(Source\w+|ConfigurationError)` \|", GUIDE, re.MULTILINE)
    assert len(rows) == 5
    assert all(issubclass(getattr(errors, name), errors.VasaCimError) for name in rows)


def test_the_source_is_configured_as_shown(tmp_path):
    file = tmp_path / "vasa-cim.toml"
    file.write_text(blocks("toml")[1], "utf-8")
    (tmp_path / "lab.password").write_text("secret\n", "utf-8")
    (source,) = load(file, {}).sources
    assert (source.name, source.adapters, source.options) == ("lab", ("json",), {"check_seconds": 5})


def test_the_entry_point_group_is_that_of_the_contract():
    facts = tomllib.loads(blocks("toml")[0])
    assert list(facts["project"]["entry-points"]) == [adapter.ENTRY_POINT_GROUP]


@pytest.mark.parametrize("words", [("adapter", "list"), ("adapter", "unload"), ("adapter", "load")])
def test_the_commands_exist(words):
    group, command = words
    assert command in commands.commands[group].commands
    assert f"vasa-cim {group} {command}" in GUIDE
