"""spyne can be imported, warns nobody, and does nothing behind our back."""

import logging
import math
import subprocess
import sys

import spyne.const

from vasa_cim.soap import spyne_compat


def test_importing_the_server_raises_no_warning_and_leaves_no_importer_behind():
    code = (
        "import sys; before = list(sys.meta_path); import vasa_cim.soap.server; "
        "print([type(one).__module__ for one in sys.meta_path if one not in before])"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert "spyne" not in done.stdout


def test_spyne_collects_no_garbage_and_logs_nothing():
    assert math.inf == spyne.const.MIN_GC_INTERVAL
    assert not logging.getLogger("spyne.protocol.xml").isEnabledFor(logging.CRITICAL)


def test_installing_again_changes_nothing():
    before = sys.modules["spyne.util.six"]
    spyne_compat.install()
    assert sys.modules["spyne.util.six"] is before
