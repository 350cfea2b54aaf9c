"""Makes spyne 2.14 importable on Python 3.11 to 3.13 and keeps its side effects out of the process.

spyne carries a copy of `six` whose importer is unknown to Python 3.12 and makes every later import warn on 3.11.
The copy is loaded here under its own name, its importer is taken away again, and what it would have imported
lazily is registered from the installed `six`.
"""

import importlib
import importlib.util
import logging
import math
import sys
from pathlib import Path

_BUNDLED_SIX = "spyne.util.six"
_MOVES = (
    "moves",
    "moves.collections_abc",
    "moves.http_cookies",
    "moves.urllib",
    "moves.urllib.error",
    "moves.urllib.parse",
    "moves.urllib.request",
)


def install() -> None:
    """Prepare the import of spyne; does nothing when spyne was imported before."""
    if _BUNDLED_SIX not in sys.modules:
        _load_bundled_six()
        for name in _MOVES:
            sys.modules[f"{_BUNDLED_SIX}.{name}"] = importlib.import_module(f"six.{name}")
    _tame()


def _load_bundled_six() -> None:
    package = importlib.util.find_spec("spyne")
    if package is None or package.origin is None:
        raise ImportError("spyne is not installed")
    source = Path(package.origin).parent / "util" / "six.py"
    spec = importlib.util.spec_from_file_location(_BUNDLED_SIX, source)
    if spec is None or spec.loader is None:
        raise ImportError(f"{source} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[_BUNDLED_SIX] = module
    spec.loader.exec_module(module)
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != _BUNDLED_SIX]


def _tame() -> None:
    """Switch off what spyne does on its own at run time.

    It collects garbage once a second while it closes a call, and it logs whole requests, passwords included.
    """
    importlib.import_module("spyne.const").MIN_GC_INTERVAL = math.inf  # type: ignore[attr-defined]
    logger = logging.getLogger("spyne")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False


install()
