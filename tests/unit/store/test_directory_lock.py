"""The data directory belongs to one process at a time."""

import signal
import stat
import subprocess
import sys

import pytest

from vasa_cim.errors import ConfigurationError
from vasa_cim.store.directory_lock import FILE_NAME, DirectoryLock

HOLDER = """
import sys
from pathlib import Path
from vasa_cim.store.directory_lock import DirectoryLock
lock = DirectoryLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_directory_that_another_process_holds_is_refused_until_that_is_killed(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ConfigurationError, match=f"^data: {tmp_path} is in use by another vasa-cim"):
            DirectoryLock(tmp_path)
        holder.send_signal(signal.SIGKILL)
    DirectoryLock(tmp_path).close()


def test_it_can_be_taken_again_after_it_was_given_back(tmp_path):
    for _ in range(2):
        DirectoryLock(tmp_path).close()
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_a_directory_that_is_none_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"^data: .*cannot be written: Not a directory"):
        DirectoryLock(tmp_path / "file")
