"""Adapters in packages that are really installed: found by their entry points, and refused by name if broken."""

from importlib.metadata import entry_points

import pytest

from vasa_cim.adapter import ENTRY_POINT_GROUP, Source
from vasa_cim.errors import AdapterBroken
from vasa_cim.framework.adapter_loading import load_adapters
from vasa_cim.framework.added_texts import check_texts

WHOLE = """\
from vasa_cim.adapter import PlatformAdapter
from vasa_cim.model.enums import Profile


class Adapter(PlatformAdapter):
    offers = frozenset({Profile.BLOCK})

    def __init__(self, source):
        self.source = source

    def read(self, reading):
        raise NotImplementedError

    def entry_set(self, entry):
        return None

    def close(self):
        pass

    def catalogs(self):
        return {"event": {"Acme.Hot": "{array} is hot"}, "de/event": {"Acme.Hot": "{array} ist warm"}}
"""
SOURCE = Source(name="lab", url="https://127.0.0.1:1")


@pytest.fixture
def installed(install, tmp_path):
    """Install a package `acme` with this module `adapter`, and return its entry points."""

    def installed(module, target="acme.adapter:Adapter"):
        project = tmp_path / "project"
        (project / "acme").mkdir(parents=True)
        (project / "acme" / "__init__.py").touch()
        (project / "acme" / "adapter.py").write_text(module, "utf-8")
        facts = ["[project]", 'name = "acme"', 'version = "1.0"', f'[project.entry-points."{ENTRY_POINT_GROUP}"]']
        facts += [f'acme = "{target}"', "[tool.setuptools]", 'packages = ["acme"]']
        (project / "pyproject.toml").write_text("\n".join(facts), "utf-8")
        install(project)
        return entry_points(group=ENTRY_POINT_GROUP, name="acme")

    return installed


def test_a_whole_one_is_loaded_and_its_texts_pass(installed):
    adapter = load_adapters(installed(WHOLE))["acme"]
    check_texts("acme", adapter(SOURCE).catalogs())


BROKEN = {
    "a module that needs another": ("import no_such_module\n" + WHOLE, "No module named 'no_such_module'"),
    "a syntax error": ("def\n" + WHOLE, "SyntaxError"),
    "an error while it is imported": (WHOLE + "\n1 / 0\n", "ZeroDivisionError"),
    "no such class": (WHOLE.replace("class Adapter", "class Other"), "cannot be imported: AttributeError"),
    "a missing method": (WHOLE.replace("def entry_set", "def entry_sets"), "it lacks entry_set"),
    "a method with other arguments": (WHOLE.replace("(self, reading)", "(self)"), "read"),
    "another version of the contract": (
        WHOLE.replace("    offers", "    contract_version = 99\n    offers"),
        "it was written for version 99 of the contract",
    ),
    "a class that is no adapter": (WHOLE.replace("(PlatformAdapter)", ""), "not a subclass"),
    "no profiles": (WHOLE.replace("frozenset({Profile.BLOCK})", "frozenset()"), "offers"),
}


@pytest.mark.parametrize(("module", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_one_is_refused_with_its_name_and_the_reason(installed, module, words):
    with pytest.raises(AdapterBroken) as raised:
        load_adapters(installed(module))
    assert str(raised.value).startswith("adapter acme cannot be used: ")
    assert words in str(raised.value)


def test_an_entry_point_to_a_module_that_is_not_there(installed):
    with pytest.raises(AdapterBroken, match=r"adapter acme cannot be used: acme\.engine:Adapter cannot be imported"):
        load_adapters(installed(WHOLE, target="acme.engine:Adapter"))


def test_texts_that_cannot_be_used_name_the_adapter(installed):
    adapter = load_adapters(installed(WHOLE.replace("{array} ist warm", "{geraet} ist warm")))["acme"]
    with pytest.raises(AdapterBroken, match=r"adapter acme cannot be used: its texts cannot be used: .*de/event"):
        check_texts("acme", adapter(SOURCE).catalogs())
