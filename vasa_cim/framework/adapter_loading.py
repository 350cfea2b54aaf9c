"""Loading platform adapters by entry point, and checking each against the contract before anything uses it."""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import invalidate_caches
from importlib.metadata import EntryPoint
from typing import Any

from vasa_cim.adapter import CONTRACT_VERSION, PlatformAdapter, Source
from vasa_cim.errors import AdapterBroken, ConfigurationError, VasaCimError
from vasa_cim.framework.added_texts import check_texts
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


@dataclass(frozen=True, slots=True)
class LoadedAdapters:
    """The adapters in use by name, and the names of those that were unloaded since the start."""

    by_name: Mapping[str, type[PlatformAdapter]]
    unloaded: frozenset[str] = frozenset()

    def chosen(self, source: Source) -> tuple[type[PlatformAdapter], ...]:
        """Return the adapters that serve a source; none if all that could are unloaded.

        Raises ConfigurationError if the source names an adapter that does not exist, or none.
        """
        if source.adapters is None:
            return tuple(adapter for adapter in self.by_name.values() if not adapter.needs_naming)
        unknown = [name for name in source.adapters if name not in self.by_name and name not in self.unloaded]
        if unknown or not source.adapters:
            known = ", ".join(sorted(self.by_name))
            raise ConfigurationError(
                setting=f"source {source.name!r}, adapters",
                reason=f"{', '.join(unknown) or 'none'} is not among {known}",
            )
        return tuple(self.by_name[name] for name in source.adapters if name in self.by_name)

    def made_for(self, source: Source) -> list[PlatformAdapter]:
        """Make the adapters that serve a source, all or none, and check the texts that they add.

        Raises ConfigurationError, AdapterBroken.
        """
        names = {adapter: name for name, adapter in self.by_name.items()}
        made: list[PlatformAdapter] = []
        with ExitStack() as undo:
            for adapter in self.chosen(source):
                with _blamed(names[adapter], f"for source {source.name!r}"):
                    made.append(adapter(source))
                undo.callback(made[-1].close)
                with _blamed(names[adapter], "its catalogs"):
                    texts = made[-1].catalogs()
                check_texts(names[adapter], texts)
            undo.pop_all()
        return made


@contextmanager
def _blamed(adapter: str, what: str) -> Iterator[None]:
    """Turn whatever an adapter raises by mistake into AdapterBroken with its name; errors of ours pass."""
    try:
        yield
    except VasaCimError:
        raise
    except Exception as error:
        # a third party's code may raise anything at all
        raise AdapterBroken(adapter=adapter, reason=f"{what}: {type(error).__name__}: {error}") from error


class AdapterRegistry:
    """The adapters of this process. `scan` returns the entry points that are installed at the time.

    The constructor loads all of them; raises AdapterBroken. What `loaded` and `unloaded` return holds only when it is
    given to `use`. For one thread at a time; `current` may be read by any.
    """

    def __init__(self, scan: Callable[[], Iterable[EntryPoint]]) -> None:
        self._scan = scan
        self._current = LoadedAdapters(load_adapters(scan()))

    @property
    def current(self) -> LoadedAdapters:
        """What is in use now."""
        return self._current

    def use(self, adapters: LoadedAdapters) -> None:
        """Make this what is in use from now on."""
        self._current = adapters

    def installed(self) -> list[str]:
        """Return the names of all adapters that are in use or could be loaded, in order."""
        return sorted({entry_point.name for entry_point in self._scan()} | set(self._current.by_name))

    def unloaded(self, name: str) -> LoadedAdapters:
        """Return what is in use without this adapter. Raises ConfigurationError if it is not in use."""
        if name not in self._current.by_name:
            known = ", ".join(sorted(self._current.by_name)) or "none"
            raise ConfigurationError(setting=f"adapter {name!r}", reason=f"it is not loaded; loaded are: {known}")
        rest = {each: found for each, found in self._current.by_name.items() if each != name}
        return LoadedAdapters(rest, self._current.unloaded | {name})

    def loaded(self, name: str) -> LoadedAdapters:
        """Return what is in use and this adapter, its code read from disk again unless it is part of this program.

        Raises ConfigurationError if it is in use already or is not installed, AdapterBroken if it cannot be used.
        """
        current = self._current
        if name in current.by_name:
            raise ConfigurationError(setting=f"adapter {name!r}", reason="it is loaded already")
        invalidate_caches()
        entry_points = list(self._scan())
        found = [entry_point for entry_point in entry_points if entry_point.name == name]
        if not found:
            known = ", ".join(sorted({entry_point.name for entry_point in entry_points})) or "none"
            raise ConfigurationError(setting=f"adapter {name!r}", reason=f"it is not installed; installed are: {known}")
        with _imported_anew(found[0].module, current.by_name.values()):
            fresh = load_adapters(found)
        order = [entry_point.name for entry_point in entry_points]
        by_name = {**current.by_name, **fresh}
        by_name = dict(
            sorted(by_name.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))
        )
        return LoadedAdapters(by_name, current.unloaded - {name})


@contextmanager
def _imported_anew(module: str, in_use: Iterable[type[PlatformAdapter]]) -> Iterator[None]:
    """Have the top-level package of a module imported afresh within the block; if that fails, the old one is back.

    A package that holds an adapter in use, and this program's own, stay as they are.
    """
    package = module.partition(".")[0]
    kept = {__name__.partition(".")[0], *(adapter.__module__.partition(".")[0] for adapter in in_use)}
    before = {} if package in kept else _modules_of(package)
    for name in before:
        del sys.modules[name]
    try:
        yield
    except BaseException:
        if before:
            for name in _modules_of(package):
                del sys.modules[name]
            sys.modules.update(before)
        raise


def _modules_of(package: str) -> dict[str, Any]:
    return {name: found for name, found in sys.modules.items() if name.partition(".")[0] == package}


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
