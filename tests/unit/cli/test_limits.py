"""Limits that the system sets to a process."""

import resource
import subprocess
import sys

PROGRAM = """
import resource
from vasa_cim.cli.limits import raise_file_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 200))
raise_file_limit()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_as_many_files_as_the_system_allows():
    shown = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
    assert shown == "200 200\n"
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] != 200
