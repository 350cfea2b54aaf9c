"""Files for a shell to source."""

import stat
import subprocess

import pytest

from vasa_cim.cli.env_file import check_env_file, write_env_file
from vasa_cim.errors import ConfigurationError

AWKWARD = "a b'c\"$HOME`x`\\"


def test_a_shell_reads_back_what_was_written(tmp_path):
    file = tmp_path / "env"
    write_env_file(file, {"VASA_URL": "https://127.0.0.1:1/x", "VASA_CA": AWKWARD})
    shown = subprocess.run(
        ["sh", "-c", f'. {file}; printf %s "$VASA_CA"'], capture_output=True, text=True, check=True
    ).stdout
    assert shown == AWKWARD
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_old_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it(tmp_path):
    file = tmp_path / "env"
    file.write_text("export OLD=1\n")
    file.chmod(0o644)
    write_env_file(file, {"NEW": "1"})
    assert file.read_text() == "export NEW=1\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["env"]


def test_a_directory_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write_env_file(tmp_path / "none" / "env", {})


def test_what_cannot_be_written_is_found_out_before_there_is_anything_to_write(tmp_path):
    check_env_file(tmp_path / "env")
    assert list(tmp_path.iterdir()) == []
    for file, reason in ((tmp_path / "none" / "env", "no such directory"), (tmp_path, "it is a directory")):
        with pytest.raises(ConfigurationError, match=f"^--env: .* cannot be written: .*{reason}"):
            check_env_file(file)
