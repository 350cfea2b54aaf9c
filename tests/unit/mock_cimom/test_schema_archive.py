"""The declarations in `mof/` are what the schema tool writes from the archive of the schema, where that is at hand.

The variable CIM_SCHEMA_ARCHIVE has the path of the archive.
"""

import os
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_cimom.schema_tool import main

ARCHIVE = os.environ.get("CIM_SCHEMA_ARCHIVE")


@pytest.mark.skipif(ARCHIVE is None, reason="CIM_SCHEMA_ARCHIVE names no archive of the CIM schema")
def test_the_declarations_are_those_of_the_archive(tmp_path):
    result = CliRunner().invoke(main, [str(Path(ARCHIVE)), "-o", str(tmp_path)])
    assert result.exit_code == 0, result.output
    written = (tmp_path / "cim_schema.mof").read_text(encoding="utf-8")
    assert written == resources.files("mock_cimom.mof").joinpath("cim_schema.mof").read_text(encoding="utf-8")
