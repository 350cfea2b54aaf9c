"""Which adapters are in use, and what unloading and loading make of it; with a package that is really installed."""

import sys
from importlib.metadata import entry_points

import pytest

from vasa_cim.adapter import ENTRY_POINT_GROUP, Source
from vasa_cim.errors import AdapterBroken, ConfigurationError
from vasa_cim.framework.adapter_loading import AdapterRegistry

MODULE = """\
from acme.facts import EDITION
from vasa_cim.adapter import PlatformAdapter
from vasa_cim.model.enums import Profile


class Adapter(PlatformAdapter):
    offers = frozenset({Profile.BLOCK})
    edition = EDITION
    closed = 0

    def __init__(self, source):
        if source.options.get("bad"):
            raise ValueError("bad")

    def read(self, reading):
        raise NotImplementedError

    def entry_set(self, entry):
        return None

    def close(self):
        type(self).closed += 1

    def catalogs(self):
        return TEXTS


class Other(Adapter):
    needs_naming = True


TEXTS = {}
"""


def installed():
    return [one for one in entry_points(group=ENTRY_POINT_GROUP) if one.module.startswith("acme")]


@pytest.fixture
def package(install, tmp_path):
    """Install the package `acme` with two adapters; return its folder, where it can be upgraded."""
    project = tmp_path / "project"
    (project / "acme").mkdir(parents=True)
    (project / "acme" / "__init__.py").touch()
    (project / "acme" / "adapter.py").write_text(MODULE, "utf-8")
    (project / "acme" / "facts.py").write_text("EDITION = 'first'", "utf-8")
    facts = ["[project]", 'name = "acme"', 'version = "1.0"', f'[project.entry-points."{ENTRY_POINT_GROUP}"]']
    facts += ['acme = "acme.adapter:Adapter"', 'other = "acme.adapter:Other"']
    facts += ["[tool.setuptools]", 'packages = ["acme"]']
    (project / "pyproject.toml").write_text("\n".join(facts), "utf-8")
    return install(project) / "acme"


@pytest.fixture
def registry(package):
    return AdapterRegistry(installed)


def source(**changes):
    return Source(name="lab", url="https://h:1", **changes)


def unload(registry, *names):
    for name in names:
        registry.use(registry.unloaded(name))


def test_a_source_is_served_by_all_that_need_no_naming_or_by_those_it_names(registry):
    current = registry.current
    adapter, other = current.by_name["acme"], current.by_name["other"]
    assert current.chosen(source()) == (adapter,)
    assert current.chosen(source(adapters=("other", "acme"))) == (other, adapter)
    for wrong in ((), ("none",)):
        with pytest.raises(ConfigurationError, match="is not among acme, other"):
            current.chosen(source(adapters=wrong))


def test_an_unloaded_adapter_serves_nobody_and_is_no_wrong_name(registry):
    unload(registry, "acme")
    assert registry.current.chosen(source()) == ()
    assert registry.current.chosen(source(adapters=("acme",))) == ()
    assert registry.installed() == ["acme", "other"]


def test_what_is_not_given_to_use_changes_nothing(registry):
    before = registry.current
    registry.unloaded("acme")
    assert registry.current is before


def test_an_adapter_that_is_loaded_again_is_the_one_on_disk_now_with_all_its_modules(registry, package):
    old = registry.current.by_name["acme"]
    (package / "facts.py").write_text("EDITION = 'second edition'", "utf-8")
    unload(registry, "acme", "other")
    registry.use(registry.loaded("acme"))
    fresh = registry.current.by_name["acme"]
    assert (old.edition, fresh.edition) == ("first", "second edition")
    registry.use(registry.loaded("other"))
    assert list(registry.current.by_name) == ["acme", "other"]
    assert registry.current.unloaded == frozenset()


def test_a_package_that_serves_another_adapter_stays_as_it_is(registry, package):
    old = registry.current.by_name["acme"]
    (package / "facts.py").write_text("EDITION = 'second edition'", "utf-8")
    unload(registry, "acme")
    assert registry.loaded("acme").by_name["acme"] is old


def test_an_upgrade_that_is_broken_leaves_the_old_code_in_place(registry, package):
    unload(registry, "acme", "other")
    modules = {name: sys.modules[name] for name in ("acme", "acme.adapter", "acme.facts")}
    (package / "facts.py").write_text("EDITION = 1 / 0", "utf-8")
    with pytest.raises(AdapterBroken, match="ZeroDivisionError"):
        registry.loaded("acme")
    assert {name: sys.modules[name] for name in modules} == modules
    (package / "facts.py").write_text("EDITION = 'repaired once more'", "utf-8")
    assert registry.loaded("acme").by_name["acme"].edition == "repaired once more"


def test_adapters_of_a_source_are_made_all_or_none(registry):
    current = registry.current
    made = current.made_for(source(adapters=("acme", "other")))
    assert [type(each) for each in made] == [current.by_name["acme"], current.by_name["other"]]
    adapter = current.by_name["acme"]

    def refuse(self, source):
        raise ConfigurationError(setting="x", reason="not for me")

    current.by_name["other"].__init__ = refuse
    with pytest.raises(ConfigurationError, match="not for me"):
        current.made_for(source(adapters=("acme", "other")))
    assert adapter.closed == 1


def test_texts_that_are_no_catalog_name_their_adapter(registry):
    sys.modules["acme.adapter"].TEXTS["event"] = {"Acme.Hot": 3}
    with pytest.raises(AdapterBroken, match="acme"):
        registry.current.made_for(source())
    assert registry.current.by_name["acme"].closed == 1


def test_whatever_an_adapter_raises_by_mistake_names_it(registry):
    with pytest.raises(AdapterBroken, match="acme cannot be used: for source 'lab': ValueError: bad"):
        registry.current.made_for(source(options={"bad": True}))
    registry.current.by_name["acme"].catalogs = lambda self: 1 / 0
    with pytest.raises(AdapterBroken, match="acme cannot be used: its catalogs: ZeroDivisionError"):
        registry.current.made_for(source())
    assert registry.current.by_name["acme"].closed == 1
