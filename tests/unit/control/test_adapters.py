"""Loading and unloading adapters of a running provider."""

import pytest

from vasa_cim.errors import AdapterBroken, ConfigurationError, StoreError

HANG = 60


@pytest.fixture
def running(site, arrays):
    """Two sources that both adapters serve, one that only `gold` does."""
    for name in ("a", "b"):
        site.shelf.at[f"https://{name}:1"] = arrays(name)
        site.add(name)
    site.add("c", force=True, adapters=["gold"])
    assert site.facade.vendor_adapter("c").settled(HANG)
    return site


def kinds(site, name):
    found = site.facade.vendor_adapter(name).inventory()
    return None if found is None else (len(found.arrays), len(found.capabilities))


def test_what_an_unloaded_adapter_read_goes_and_the_rest_stays_without_being_read_again(running):
    assert (kinds(running, "a"), kinds(running, "c")) == ((1, 1), (0, 1))
    running.shelf.at.clear()  # nobody could be read anew now
    assert running.adapters.unload("gold") == {"name": "gold", "sources": ["a", "b", "c"]}
    assert (kinds(running, "a"), kinds(running, "b"), kinds(running, "c")) == ((1, 0), (1, 0), None)
    (idle,) = [each for each in running.sources.describe() if each["name"] == "c"]
    assert idle["error"] == "no adapter is loaded that serves it"


def test_a_loaded_adapter_reads_again(running):
    running.adapters.unload("gold")
    assert running.adapters.load("gold") == {"name": "gold", "sources": ["a", "b", "c"]}
    for name in "abc":
        assert running.facade.vendor_adapter(name).settled(HANG)
    assert (kinds(running, "a"), kinds(running, "c")) == ((1, 1), (0, 1))
    assert list(running.registry.current.by_name) == ["plain", "gold"]


def test_the_texts_of_messages_go_and_come_with_their_adapter(running):
    gold = {"event": {"Gold.Melts": "gold"}}
    running.adapters.unload("gold")
    assert gold not in running.texts[-1]
    running.adapters.load("gold")
    assert running.texts[-1].count(gold) == 3


def test_only_the_sources_concerned_are_touched(running):
    running.sources.remove("c")
    before = running.facade.vendor_adapter("a")
    running.add("d", force=True, adapters=["plain"])
    plain = running.facade.vendor_adapter("d")
    running.adapters.unload("gold")
    assert running.facade.vendor_adapter("d") is plain
    assert running.facade.vendor_adapter("a") is not before


def test_the_list_tells_state_offers_and_sources(running, make_entry_point):
    running.adapters.unload("gold")
    running.entry_points["new"] = make_entry_point("new", object)
    shown = {each["name"]: (each["state"], each["offers"], each["sources"]) for each in running.adapters.describe()}
    assert shown == {
        "gold": ("unloaded", [], []),
        "new": ("unloaded", [], []),
        "plain": ("loaded", ["BlockDeviceProfile"], ["a", "b"]),
    }


def test_an_adapter_that_was_installed_meanwhile_can_be_loaded(running, make_entry_point):
    plain = running.entry_points["plain"].found
    running.entry_points["new"] = make_entry_point("new", type("New", (plain,), {"needs_naming": True}))
    assert running.adapters.load("new") == {"name": "new", "sources": []}
    running.add("n", force=True, adapters=["new"])


REFUSED = [
    ("unloading one that is not loaded", "unload", "silver", "it is not loaded; loaded are: gold, plain"),
    ("loading one that is loaded", "load", "gold", "it is loaded already"),
    ("loading one that is not installed", "load", "silver", "it is not installed; installed are: gold, plain"),
]


@pytest.mark.parametrize(("what", "name", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_cannot_be_done_is_one_sentence(running, what, name, words):
    with pytest.raises(ConfigurationError, match=words):
        getattr(running.adapters, what)(name)


def break_import(site):
    site.entry_points["gold"].found = ImportError("no module named gold")


def break_class(site):
    site.entry_points["gold"].found = object


def break_constructor(site):
    def refuse(self, source):
        raise ConfigurationError(setting="x", reason="not for me")

    site.entry_points["gold"].found = type("Gold", (site.entry_points["gold"].found,), {"__init__": refuse})


def break_session(site):
    def fail(self, entry):
        raise RuntimeError("no set")

    site.entry_points["gold"].found = type("Gold", (site.entry_points["gold"].found,), {"entry_set": fail})


BREAKS = [(break_import, AdapterBroken), (break_class, AdapterBroken), (break_constructor, ConfigurationError)]


@pytest.mark.parametrize(("harm", "error"), BREAKS, ids=[harm.__name__ for harm, _ in BREAKS])
def test_a_broken_adapter_leaves_all_as_it_was(running, harm, error):
    running.adapters.unload("gold")
    harm(running)
    engines = [running.facade.vendor_adapter(name) for name in "abc"]
    made = len(running.shelf.adapters)
    with pytest.raises(error):
        running.adapters.load("gold")
    assert [running.facade.vendor_adapter(name) for name in "abc"] == engines
    assert all(each.ended.is_set() for each in running.shelf.adapters[made:])
    assert kinds(running, "a") == (1, 0)
    assert "gold" not in running.registry.current.by_name


def test_texts_that_cannot_be_used_leave_all_as_it_was(running, monkeypatch):
    engines = [running.facade.vendor_adapter(name) for name in "abc"]
    given = []

    def refuse(texts):
        given.append(texts)
        if len(given) == 1:
            raise StoreError(reason="full")

    monkeypatch.setattr(running.adapters, "_set_catalogs", refuse)
    with pytest.raises(StoreError):
        running.adapters.unload("gold")
    assert [running.facade.vendor_adapter(name) for name in "abc"] == engines
    assert given[-1] == running.facade.catalogs()
    assert running.registry.current.by_name.keys() == {"plain", "gold"}


def test_a_source_added_while_an_adapter_is_unloaded_does_not_use_it(running, arrays):
    """The trial began with the adapter, and ends without it."""
    running.shelf.at["https://d:1"] = arrays("d")

    def unload_first():
        if "gold" in running.registry.current.by_name:
            running.adapters.unload("gold")
        return True

    running.add("d", is_wanted=unload_first)
    assert kinds(running, "d") == (1, 0)
    assert sum(not each.ended.is_set() for each in running.shelf.adapters if each.source.name == "d") == 1
