"""A whole provider over the sources of a test, asked over HTTPS as a vCenter asks; and the options of this suite.

    pytest tests/adapter_conformance --adapter NAME --source URL [--source-user U --source-password-file F]
                                     [--source-option KEY=VALUE ...]

runs the checks that need no other knowledge against one source, with that adapter alone.
"""

import contextlib
import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from vasa_cim.app import Application
from vasa_cim.client.client import VasaClient
from vasa_cim.config import load
from vasa_cim.framework.adapter_facade import VendorAdapterFacade

HERE = Path(__file__).parent
EXAMPLES = "VASA_CIM_CONFORMANCE_EXAMPLES"
READING_DEADLINE = 120.0


def pytest_addoption(parser):
    group = parser.getgroup("adapter conformance")
    group.addoption("--adapter", help="name of the adapter to check; default: the example of the guide")
    group.addoption("--source", help="URL of the source that it reads")
    group.addoption("--source-user", help="user at the source")
    group.addoption("--source-password-file", type=Path, help="file with the password of that user")
    group.addoption("--source-option", action="append", default=[], metavar="KEY=VALUE", help="option of the source")


def pytest_configure(config):
    if bool(config.getoption("--adapter", None)) != bool(config.getoption("--source", None)):
        raise pytest.UsageError("--adapter and --source are given together, or neither of them")


def pytest_collection_modifyitems(config, items):
    """With an adapter of one's own only the checks that are about it are run."""
    if config.getoption("--adapter", None):
        others = [item for item in items if item.path.parent == HERE and item.path.name != "test_adapter.py"]
        items[:] = [item for item in items if item not in others]
        config.hook.pytest_deselected(items=others)


def part(name):
    """Import a module of this folder, which is no package."""
    full = f"adapter_conformance_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, HERE / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


@dataclass(frozen=True)
class Provider:
    """A running provider: how a vCenter reaches it, and what its engines hold."""

    application: Application
    client: VasaClient

    @property
    def facade(self) -> VendorAdapterFacade:
        return self.application._facade

    def inventories(self):
        """The newest snapshot of each source, unfiltered."""
        return [adapter.inventory() for adapter in self.facade._adapters]


def toml_text(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_text, value)) + "]"
    escaped = "".join(rf"\u{ord(one):04x}" if one in '\\"' or ord(one) < 32 else one for one in str(value))
    return f'"{escaped}"'


@pytest.fixture(scope="session")
def run_provider(tmp_path_factory):
    """Run a provider over sources (each the keys of a [[source]]) until the block ends."""

    @contextlib.contextmanager
    def run(*sources, array_scope="context"):
        folder = tmp_path_factory.mktemp("provider")
        lines = ["port = 0", "require_client_certificate = false", "max_sessions = 1000", "poll_interval = 3600"]
        lines += [f'array_scope = "{array_scope}"'] if array_scope != "context" else []
        for source in sources:
            lines += ["[[source]]", *(f"{key} = {toml_text(value)}" for key, value in source.items())]
        file = folder / "vasa-cim.toml"
        file.write_text("\n".join(lines), "utf-8")
        application = Application(load(file, {}, {"data": folder / "data"}))
        try:
            application.start()
            application._facade.settled(READING_DEADLINE)
            troubles = [status.error for status in application._facade.status() if status.error]
            assert troubles == [], "a source cannot be read"
            exports = application.exports()
            with VasaClient(exports["VASA_URL"], ca_file=Path(exports["VASA_CA"])) as client:
                yield Provider(application, client)
        finally:
            application.stop(5.0)

    return run


@pytest.fixture(scope="session")
def examples():
    """How many random estates are tried."""
    return int(os.environ.get(EXAMPLES, "4"))


@pytest.fixture(scope="session")
def smis_walk():
    return part("smis_walk")


@pytest.fixture(scope="session")
def smis_blocks():
    return part("smis_blocks")


@pytest.fixture(scope="session")
def smis_files():
    return part("smis_files")


@pytest.fixture(scope="session")
def estates():
    return part("estates")


@pytest.fixture(scope="session")
def judge():
    return part("judge")
