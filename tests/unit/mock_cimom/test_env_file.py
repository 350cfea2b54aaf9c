"""What a shell is told about a running server."""

import os
import shlex
import stat
import subprocess

import pytest

from mock_cimom.credentials import Credentials
from mock_cimom.env_file import access, export_lines, paste_line, write_private
from mock_cimom.estate.description import ESTATES
from mock_cimom.estate.environment import environment

NASTY = 'a\'b "c" $(d) `e` \\ü'


def test_a_shell_reads_the_env_file_as_it_was_meant(tmp_path):
    file = tmp_path / "cim.env"
    urls = {"http": "http://127.0.0.1:1", "https": "https://127.0.0.1:2"}
    values = access(urls, Credentials(NASTY, NASTY)) | environment(ESTATES["tiny"])
    write_private(file, export_lines(values))
    script = f". {shlex.quote(str(file))}; env -0"
    shown = subprocess.run(["sh", "-c", script], capture_output=True, check=True, env={"PATH": os.environ["PATH"]})
    values = dict(line.split("=", 1) for line in shown.stdout.decode().split("\0") if "=" in line)
    assert values["CIM_URL"] == values["CIM_HTTP_URL"] == "http://127.0.0.1:1"
    assert values["CIM_HTTPS_URL"] == "https://127.0.0.1:2"
    assert values["CIM_USER"] == values["CIM_PASSWORD"] == NASTY
    assert values["CIM_WWNS"].split(",") == ["10000000C9000101", "10000000C9000102", "10000000C9000201"]
    assert values["CIM_IQNS"].split(",") == ["iqn.1998-01.com.example:esx0002"]
    assert values["CIM_HOSTS"].split(";") == [
        "esx0001=10000000C9000101,10000000C9000102",
        "esx0002=10000000C9000201,iqn.1998-01.com.example:esx0002",
    ]


def test_the_env_file_is_for_its_owner_only_and_replaces_an_older_one(tmp_path):
    file = tmp_path / "cim.env"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "new\n")
    assert file.read_text() == "new\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OSError, match="folder"):
        write_private(target, "text")
    assert list(tmp_path.iterdir()) == [target]


def test_a_generated_password_is_shown_and_a_given_one_is_not(tmp_path):
    assert " -p shown " in paste_line("http://h:1", Credentials("u", "shown", generated=True), None, "namespace list")
    file = tmp_path / "pass word"
    line = paste_line("http://h:1", Credentials("u", "hidden"), file, "namespace list")
    assert "hidden" not in line
    file.write_text("hidden\n")
    words = subprocess.run(["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, check=True, text=True)
    assert words.stdout.splitlines()[:7] == ["pywbemcli", "-s", "http://h:1", "-u", "u", "-p", "hidden"]
    assert words.stdout.splitlines()[7:] == ["namespace", "list"]


def test_a_self_made_certificate_is_not_verified_by_the_line_to_paste():
    assert " --no-verify " in paste_line("https://h:1", Credentials("u", "p"), None, "namespace list")
