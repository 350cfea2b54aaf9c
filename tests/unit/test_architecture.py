"""The layout: imports point down, each foreign library has one home, and each part of the patent has a name."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Lower numbers stand higher. A module imports from homes with a higher number, or from its own home.
LEVELS = {
    "vasa_cim.cli": 0,
    "vasa_cim.app": 1,
    "vasa_cim.control": 2,
    "vasa_cim.soap": 2,
    "vasa_cim.framework": 3,
    "vasa_cim.adapters": 3,
    "vasa_cim.client": 4,
    "vasa_cim.store": 4,
    "vasa_cim.cim": 4,
    "vasa_cim.config": 5,
    "vasa_cim.adapter": 6,
    "vasa_cim.errors": 7,
    "vasa_cim.logs": 7,
    "vasa_cim.clock": 7,
    "vasa_cim.model": 7,
}
CLIENT_MAY_USE = {"vasa_cim.model", "vasa_cim.errors"}
ADAPTERS = {"engine": 2, "smis": 1, "block": 0, "file": 0}  # inside adapters/, again downwards
HOMES = {
    "spyne": ("vasa_cim.soap",),
    "aiohttp": ("vasa_cim.soap", "mock_cimom"),
    "OpenSSL": ("vasa_cim.soap",),
    "pywbem": ("vasa_cim.cim", "mock_cimom", "providers"),
    "pywbem_mock": ("mock_cimom", "providers"),
    "sqlalchemy": ("vasa_cim.store",),
    "alembic": ("vasa_cim.store",),
    "click": ("vasa_cim.cli", "mock_cimom"),
    "rich": ("vasa_cim.cli", "mock_cimom"),
}
PARTS = {
    "protocol adapter": "vasa_cim.soap.server.SoapServer",
    "VASA service class": "vasa_cim.framework.vasa_service.VasaService",
    "common provider": "vasa_cim.framework.common_provider.CommonProvider",
    "adapter callback service": "vasa_cim.framework.callback.AdapterCallbackService",
    "session context manager": "vasa_cim.framework.sessions.SessionContextManager",
    "session context": "vasa_cim.framework.sessions.SessionContext",
    "session timeout thread": "vasa_cim.framework.sessions.SessionTimeoutThread",
    "startup and shutdown hooks": "vasa_cim.app.Application",
    "vendor adapter facade": "vasa_cim.framework.adapter_facade.VendorAdapterFacade",
    "CreateVendorAdapter": "vasa_cim.framework.adapter_facade.VendorAdapterFacade.create_vendor_adapter",
    "DestroyVendorAdapter": "vasa_cim.framework.adapter_facade.VendorAdapterFacade.destroy_vendor_adapter",
    "event queue": "vasa_cim.framework.queues.EventQueue",
    "alarm queue": "vasa_cim.framework.queues.AlarmQueue",
    "certificate validation and storing": "vasa_cim.framework.certificates.CertificateRegistry",
    "block adapter": "vasa_cim.adapters.block.adapter.BlockAdapter",
    "file adapter": "vasa_cim.adapters.file.adapter.FileAdapter",
    "block session manager": "vasa_cim.adapters.engine.sessions.AdapterSessionManager",
    "block session": "vasa_cim.adapters.engine.sessions.AdapterSession",
    "VASAsession": "vasa_cim.adapters.engine.sessions.VasaSession",
    "VASAusagecontext": "vasa_cim.adapters.engine.sessions.VasaUsageContext",
    "array monitor": "vasa_cim.adapters.engine.monitors.ArrayMonitor",
    "SP monitor": "vasa_cim.adapters.engine.monitors.SPMonitor",
    "context LUN monitor": "vasa_cim.adapters.engine.monitors.ContextLunMonitor",
    "context port monitor": "vasa_cim.adapters.engine.monitors.ContextPortMonitor",
    "capability monitor": "vasa_cim.adapters.engine.monitors.CapabilityMonitor",
    "usage-context initiator set": "vasa_cim.adapters.block.initiator_set.InitiatorSet",
    "common cache manager": "vasa_cim.adapters.engine.cache.CommonCacheManager",
    "poll thread": "vasa_cim.adapters.engine.poll_thread.PollThread",
    "indication monitor": "vasa_cim.adapters.engine.indication_monitor.IndicationMonitor",
    "indication observer": "vasa_cim.adapters.engine.observers.IndicationObservers",
    "indication receiver": "vasa_cim.adapter.PlatformAdapter.watch",  # each adapter receives in its source's way
    "indication queue": "vasa_cim.adapters.engine.indication_queue.IndicationQueue",
    "usage context filter": "vasa_cim.framework.usage_filter.visible_inventory",
    "storage provider and alert provider": "mock_cimom.providers",
    "VASA client": "vasa_cim.client.client.VasaClient",
}


def modules(package):
    """Yield (module name, tree) of every file of a top-level package."""
    for file in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        yield name, ast.parse(file.read_text("utf-8"))


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def edges(package):
    return [(name, target) for name, tree in modules(package) for target in imports(tree)]


def home(name):
    return next((place for place in LEVELS if name == place or name.startswith(place + ".")), None)


def in_package(name, package):
    return name == package or name.startswith(package + ".")


def test_every_module_has_a_level():
    homeless = [
        name for name, _ in modules("vasa_cim") if name not in ("vasa_cim", "vasa_cim.__main__") and not home(name)
    ]
    assert homeless == []


def test_imports_point_down():
    wrong = [
        (source, target)
        for source, target in edges("vasa_cim")
        if home(source)
        and home(target)
        and home(source) != home(target)
        and LEVELS[home(source)] >= LEVELS[home(target)]
    ]
    assert wrong == []


def test_inside_adapters_imports_point_down_and_the_engine_knows_no_cim():
    def place(name):
        parts = name.split(".")
        return parts[2] if parts[:2] == ["vasa_cim", "adapters"] and len(parts) > 2 else None

    found = edges("vasa_cim/adapters")
    wrong = [
        (source, target)
        for source, target in found
        if place(source)
        and place(target)
        and place(source) != place(target)
        and ADAPTERS[place(source)] >= ADAPTERS[place(target)]
    ]
    assert wrong == []
    assert [edge for edge in found if place(edge[0]) == "engine" and in_package(edge[1], "vasa_cim.cim")] == []


def test_the_client_stands_on_model_and_errors_only():
    used = {home(target) for _, target in edges("vasa_cim/client") if home(target)} - {"vasa_cim.client"}
    assert used <= CLIENT_MAY_USE


def test_the_model_needs_the_standard_library_only():
    import sys

    foreign = {target.split(".")[0] for _, target in edges("vasa_cim/model")} - set(sys.stdlib_module_names)
    assert foreign == {"vasa_cim"}


def test_the_bridge_and_the_mock_never_import_each_other():
    wrong = [edge for edge in edges("vasa_cim") if in_package(edge[1], "mock_cimom")]
    for package in ("mock_cimom", "providers", "mof"):
        wrong += [edge for edge in edges(package) if in_package(edge[1], "vasa_cim")]
    assert wrong == []


def test_providers_and_mof_are_imported_by_their_installed_names():
    places = ("vasa_cim", "mock_cimom", "providers", "mof", "tests", "bench")
    wrong = [
        edge
        for place in places
        for edge in edges(place)
        if in_package(edge[1], "providers") or in_package(edge[1], "mof")
    ]
    assert wrong == []


def test_each_library_has_its_home():
    wrong = [
        (source, target)
        for package in ("vasa_cim", "mock_cimom", "providers")
        for source, target in edges(package)
        if (places := HOMES.get(target.split(".")[0])) and not any(in_package(source, place) for place in places)
    ]
    assert wrong == []


def test_no_property_holds_a_lock_that_is_common_to_all_sources():
    """On Python 3.11 `functools.cached_property` does: one source that hangs would stop the readings of all."""
    assert [edge for edge in edges("vasa_cim") if edge[1] == "functools.cached_property"] == []


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_the_patent_has_an_importable_name(part):
    parts = PARTS[part].split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[cut:]:
            found = getattr(found, attribute)
        assert found is not None
        return
    pytest.fail(f"{PARTS[part]} cannot be imported")
