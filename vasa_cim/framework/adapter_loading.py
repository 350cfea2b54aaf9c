"""Loading platform adapters by entry point, and checking each against the contract before anything uses it."""

import inspect
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from typing import Any

from vasa_cim.adapter import CONTRACT_VERSION, PlatformAdapter
from vasa_cim.errors import AdapterBroken
from vasa_cim.model.enums import Profile

_ARGUMENTS = {
    "__init__": 1,
    "read": 1,
    "entry_set": 1,
    "close": 0,
    "watch": 1,
    "authenticate": 2,
    "catalogs": 0,
}
"""How many arguments, besides self, the contract gives to each method of `adapter.PlatformAdapter`."""


def load_adapters(entry_points: Iterable[EntryPoint]) -> dict[str, type[PlatformAdapter]]:
    """Return the adapter classes behind these entry points (group `vasa_cim.adapters`) by their names.

    Raises AdapterBroken, with name and reason, for the first one that cannot be used.
    """
    loaded: dict[str, type[PlatformAdapter]] = {}
    for entry_point in entry_points:
        found = _loaded(entry_point)
        if loaded.setdefault(entry_point.name, found) is not found:
            raise AdapterBroken(adapter=entry_point.name, reason="two packages register an adapter of this name")
    return loaded


def check_adapter(name: str, found: Any) -> type[PlatformAdapter]:
    """Return `found` if it is a class that keeps the contract of `PlatformAdapter`. Raises AdapterBroken."""
    if reason := _fault(found):
        raise AdapterBroken(adapter=name, reason=reason)
    adapter: type[PlatformAdapter] = found
    return adapter


def _loaded(entry_point: EntryPoint) -> type[PlatformAdapter]:
    try:
        found = entry_point.load()
    except Exception as error:
        # a third party's module may raise anything at all while it is imported
        reason = f"{entry_point.value} cannot be imported: {type(error).__name__}: {error}"
        raise AdapterBroken(adapter=entry_point.name, reason=reason) from error
    return check_adapter(entry_point.name, found)


def _fault(found: Any) -> str | None:
    """Return what breaks the contract, None if nothing does."""
    if not (isinstance(found, type) and issubclass(found, PlatformAdapter)):
        return "it is not a subclass of vasa_cim.adapter.PlatformAdapter"
    if found.contract_version != CONTRACT_VERSION:
        return f"it was written for version {found.contract_version} of the contract, this is {CONTRACT_VERSION}"
    if missing := sorted(getattr(found, "__abstractmethods__", ())):
        return f"it lacks {', '.join(missing)}"
    offers = getattr(found, "offers", None)
    if not isinstance(offers, frozenset) or not offers or not all(isinstance(one, Profile) for one in offers):
        return "offers must be a frozenset of at least one Profile"
    if not isinstance(found.needs_naming, bool):
        return "needs_naming must be True or False"
    return next((reason for name, count in _ARGUMENTS.items() if (reason := _wrong_call(found, name, count))), None)


def _wrong_call(adapter: type[PlatformAdapter], name: str, count: int) -> str | None:
    """Return why the method cannot be called as the contract calls it, None if it can."""
    method = inspect.getattr_static(adapter, name)
    if not inspect.isfunction(method):
        return f"{name} must be a plain method"
    if inspect.iscoroutinefunction(method) or inspect.isgeneratorfunction(method):
        return f"{name} must be a plain method, neither async nor a generator"
    try:
        inspect.signature(method).bind(*range(count + 1))
    except TypeError as error:
        return f"{name}{inspect.signature(method)} cannot be called with {count} argument(s) besides self: {error}"
    return None
