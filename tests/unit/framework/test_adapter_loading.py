"""Adapters are checked against the contract when they are loaded (style 9)."""

from dataclasses import dataclass
from typing import Any

import pytest

from vasa_cim.adapter import CONTRACT_VERSION, PlatformAdapter
from vasa_cim.errors import AdapterBroken
from vasa_cim.framework.adapter_loading import load_adapters
from vasa_cim.model.enums import Profile


@dataclass
class FakeEntryPoint:
    """Like importlib.metadata.EntryPoint: `load` returns the thing or raises it."""

    name: str
    found: Any
    value: str = "acme.adapter:Adapter"

    def load(self):
        if isinstance(self.found, BaseException):
            raise self.found
        return self.found


def changed(base, **members):
    return type("Adapter", (base,), members)


def test_a_good_adapter_is_returned_by_its_name(fake_platform_adapter):
    other = changed(fake_platform_adapter)
    entry_points = [FakeEntryPoint("fake", fake_platform_adapter), FakeEntryPoint("other", other)]
    assert load_adapters(entry_points) == {"fake": fake_platform_adapter, "other": other}


def test_the_same_adapter_found_twice_is_one(fake_platform_adapter):
    twice = [FakeEntryPoint("fake", fake_platform_adapter)] * 2
    assert list(load_adapters(twice)) == ["fake"]


def test_other_names_and_further_defaults_are_allowed(fake_platform_adapter):
    def read(self, what, deep=True):
        return what, deep

    assert load_adapters([FakeEntryPoint("x", changed(fake_platform_adapter, read=read))])


class Lacking(PlatformAdapter):
    """Implements only a part."""

    offers = frozenset({Profile.BLOCK})

    def __init__(self, source):
        pass

    def close(self):
        pass


async def read_async(self, reading):
    return reading


def read_lazily(self, reading):
    yield reading


BROKEN = [
    ("a module that cannot be imported", ImportError("no module named acme"), "no module named acme"),
    ("a module with an error of any kind in it", ZeroDivisionError("division"), "ZeroDivisionError: division"),
    ("an attribute that is not there", AttributeError("Adapter"), "cannot be imported"),
    ("something that is no class", 42, "not a subclass"),
    ("a class of its own", object, "not a subclass"),
    ("missing methods are named", Lacking, "it lacks entry_set, read"),
    ("another version of the contract", {"contract_version": CONTRACT_VERSION + 1}, "version 2 of the contract"),
    ("no profiles", {"offers": frozenset()}, "offers"),
    ("profiles in a list", {"offers": [Profile.BLOCK]}, "offers"),
    ("profiles as text", {"offers": frozenset({"Block"})}, "offers"),
    ("needs_naming that is no truth value", {"needs_naming": "yes"}, "needs_naming"),
    ("read without its argument", {"read": lambda self: None}, "read"),
    ("read with one argument too many", {"read": lambda self, reading, more: None}, "more"),
    ("an async read", {"read": read_async}, "async"),
    ("a generator as read", {"read": read_lazily}, "generator"),
    ("a static close", {"close": staticmethod(lambda: None)}, "close must be a plain method"),
    ("a constructor without source", {"__init__": lambda self: None}, "__init__"),
    ("authenticate with one argument only", {"authenticate": lambda self, user: None}, "authenticate"),
]


@pytest.mark.parametrize(("found", "words"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_adapter_stops_with_its_name_and_reason(fake_platform_adapter, found, words):
    thing = changed(fake_platform_adapter, **found) if isinstance(found, dict) else found
    with pytest.raises(AdapterBroken) as raised:
        load_adapters([FakeEntryPoint("acme", thing)])
    assert raised.value.facts["adapter"] == "acme"
    assert words in raised.value.facts["reason"]


def test_two_adapters_of_one_name_are_refused(fake_platform_adapter):
    two = [FakeEntryPoint("acme", fake_platform_adapter), FakeEntryPoint("acme", changed(fake_platform_adapter))]
    with pytest.raises(AdapterBroken, match="two packages"):
        load_adapters(two)
