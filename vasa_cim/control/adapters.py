"""Loading and unloading platform adapters of a running provider."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import structlog

from vasa_cim.adapter import Source, VendorAdapter
from vasa_cim.control.sources import EngineFactory, SetCatalogs, SourceControl
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.adapter_loading import AdapterRegistry, LoadedAdapters

log = structlog.get_logger()


class AdapterControl:
    """The platform adapters of a running provider. What is unloaded is back at the next start.

    The engines of the sources concerned are made anew; sessions go on, with what the other adapters of such a source
    read last. If anything fails, all stays as it was. Safe for any thread.
    """

    def __init__(
        self,
        registry: AdapterRegistry,
        sources: SourceControl,
        facade: VendorAdapterFacade,
        make_engine: EngineFactory,
        set_catalogs: SetCatalogs,
    ) -> None:
        self._registry = registry
        self._sources = sources
        self._facade = facade
        self._make_engine = make_engine
        self._set_catalogs = set_catalogs

    def describe(self) -> list[dict[str, Any]]:
        """Return every adapter, loaded or only installed, with what it offers and the sources that it serves."""
        with self._sources.lock:
            current, sources = self._registry.current, self._sources.sources
            names = self._registry.installed()
        served = {source.name: current.chosen(source) for source in sources}
        return [_described(name, current, served) for name in names]

    def unload(self, name: str) -> dict[str, Any]:
        """Stop using an adapter; return its name and the sources that it served.

        Raises ConfigurationError if it is not loaded.
        """
        with self._sources.lock:
            return self._change(name, self._registry.unloaded(name), "an adapter was unloaded")

    def load(self, name: str) -> dict[str, Any]:
        """Use an installed adapter, its code read from disk anew; return its name and the sources that it serves.

        Raises ConfigurationError if it is loaded or not installed, or refuses a source; AdapterBroken.
        """
        with self._sources.lock:
            return self._change(name, self._registry.loaded(name), "an adapter was loaded")

    def _change(self, name: str, adapters: LoadedAdapters, sentence: str) -> dict[str, Any]:
        before = self._registry.current
        concerned = [each for each in self._sources.sources if before.chosen(each) != adapters.chosen(each)]
        with ExitStack() as undo:
            made = [self._made(source, adapters, undo) for source in concerned]
            undo.callback(self._set_catalogs, self._facade.catalogs())
            self._set_catalogs(self._catalogs_with(made))
            self._facade.replace_vendor_adapters(made)
            undo.pop_all()
        self._registry.use(adapters)
        names = [source.name for source in concerned]
        log.info(sentence, adapter=name, sources=names)
        return {"name": name, "sources": names}

    def _made(self, source: Source, adapters: LoadedAdapters, undo: ExitStack) -> VendorAdapter:
        made = self._make_engine(source, adapters, self._facade.vendor_adapter(source.name))
        undo.callback(made.close)
        return made

    def _catalogs_with(self, made: Sequence[VendorAdapter]) -> list[Mapping[str, Mapping[str, str]]]:
        """Return the texts of all adapters as they will be."""
        fresh = {adapter.source: adapter for adapter in made}
        kept = [self._facade.vendor_adapter(name) for name in self._facade.sources()]
        used = [fresh.get(adapter.source, adapter) for adapter in kept if adapter is not None]
        return [texts for adapter in used for texts in adapter.catalogs()]


def _described(name: str, current: LoadedAdapters, served: Mapping[str, Sequence[type[Any]]]) -> dict[str, Any]:
    adapter = current.by_name.get(name)
    if adapter is None:
        return {"name": name, "state": "unloaded", "class": None, "offers": [], "sources": []}
    return {
        "name": name,
        "state": "loaded",
        "class": f"{adapter.__module__}:{adapter.__qualname__}",
        "offers": sorted(profile.value for profile in adapter.offers),
        "sources": [source for source, chosen in served.items() if adapter in chosen],
    }
