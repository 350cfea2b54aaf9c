"""Lets `mock_cimom` be imported straight from a checkout, where `providers/` and `mof/` lie beside the package.

An installed package has them inside, and nothing is changed.
"""

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent

if not (_PACKAGE / "providers").is_dir() and (_PACKAGE.parent / "providers" / "__init__.py").is_file():
    sys.modules["mock_cimom"].__path__.append(str(_PACKAGE.parent))
