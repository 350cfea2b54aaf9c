"""Hand-made exports, inventories and a resolver that knows what a test tells it."""

import socket
from datetime import UTC, datetime

import pytest

from vasa_cim.adapters.file.resolver import Resolver, ResolverTimes
from vasa_cim.model.inventory import Export, Inventory

READ_AT = datetime(2026, 1, 1, tzinfo=UTC)


def export(number, *paths, names=(), addresses=()):
    return Export(f"V:StorageFileSystem:a:{number}", paths, frozenset(names), tuple(addresses))


def inventory(*exports, **fields):
    return Inventory(read_at=READ_AT, exports=exports, **fields)


class Names:
    """A name service: names it does not know do not exist; those in `silent` are answered when `answer` is set."""

    def __init__(self, **known):
        self.known = {name.replace("_", "."): addresses for name, addresses in known.items()}
        self.asked = []

    def __call__(self, name):
        self.asked.append(name)
        found = self.known.get(name)
        if isinstance(found, Exception):
            raise found
        if callable(found):
            return found()
        if found is None:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return found


@pytest.fixture
def made():
    class Made:
        pass

    for maker in (export, inventory):
        setattr(Made, maker.__name__, staticmethod(maker))
    return Made


@pytest.fixture
def names():
    """Make a name service: `names(nas_example_com=["10.0.0.1"])`."""
    return Names


@pytest.fixture
def resolver_of():
    """Return a function that makes a resolver over a name service; it is closed with the test."""
    made = []

    def make(lookup=None, clock=None, **times):
        options = {} if clock is None else {"clock": clock}
        made.append(Resolver(lookup or Names(), times=ResolverTimes(**times), **options))
        return made[-1]

    yield make
    for resolver in made:
        resolver.close()
