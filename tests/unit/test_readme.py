"""What the README tells a stranger to type is what the programs take."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mock_cimom.cli import main as mock_cimom
from vasa_cim.adapters.smis.switches import MaskingSwitch, SizeSwitch, switches_of
from vasa_cim.cli.main import commands as vasa_cim
from vasa_cim.config import load

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
PROGRAMS = {"vasa-cim": vasa_cim, "mock-cimom": mock_cimom}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def command_lines():
    """Return the lines of the shell examples that call our programs, continued lines joined."""
    lines = "\n".join(blocks("sh")).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.split()[:1] and line.split()[0] in PROGRAMS]


def test_the_two_commands_for_a_fresh_machine():
    lines = "\n".join(blocks("sh")).splitlines()
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/vasa-cim demo" in lines
    assert "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest" in lines


@pytest.mark.parametrize("line", command_lines())
def test_every_command_and_option_exists(line):
    program, *words = shlex.split(line)
    command, rest = PROGRAMS[program], words
    while isinstance(command, click.Group):
        command, rest = command.commands[rest[0]], rest[1:]
    shown = CliRunner().invoke(PROGRAMS[program], [*words[: len(words) - len(rest)], "--help"])
    assert shown.exit_code == 0
    assert {word for word in rest if word.startswith("--")} <= set(re.findall(r"--[a-z-]+", shown.output))


def test_the_settings_file_is_one(tmp_path):
    (example,) = blocks("toml")
    for name in ("left", "right"):
        (tmp_path / f"{name}.password").write_text("secret\n")
    file = tmp_path / "vasa-cim.toml"
    file.write_text(example, "utf-8")
    settings = load(file, {})
    assert [source.name for source in settings.sources] == ["left", "right"]
    assert settings["auth_source"] == "left"
    assert settings.sources[0].password == "secret"
    switches = switches_of(settings.sources[1])
    assert switches.of("any").masking is MaskingSwitch.GROUPS
    assert switches.of("SYMMETRIX+000195700001").size is SizeSwitch.CONSUMABLE
