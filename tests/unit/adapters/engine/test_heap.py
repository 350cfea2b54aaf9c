"""Freed memory goes back to the system."""

import platform
import subprocess
import sys

import pytest

from vasa_cim.adapters.engine.heap import give_back

MEASURED = """
from pathlib import Path
from vasa_cim.adapters.engine.heap import give_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])

kept = []
freed = []
for number in range(100_000):
    freed.append(bytes(700))
    if number % 50 == 0:
        kept.append(bytes(700))
del freed
before = resident()
give_back()
print(before, resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives memory back on request")
def test_what_was_freed_between_kept_objects_goes_back():
    done = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split())
    assert after < before * 0.7


def test_it_may_be_called_at_any_time():
    give_back()
    give_back()
