"""The vendor adapter facade drives and joins the sources."""

import threading

import pytest

from vasa_cim.adapter import Source
from vasa_cim.errors import ConfigurationError, SourceRefused, SourceUnreachable, StorageFault
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.model.entities import VendorModel
from vasa_cim.model.enums import Profile
from vasa_cim.model.usage_context import UsageContext


def source(name):
    return Source(name=name, url="https://127.0.0.1:1")


@pytest.fixture
def engines():
    return {}


@pytest.fixture
def make_facade(engines, make_engine):
    def make(*names):
        def factory(one):
            engines[one.name] = make_engine(one.name)
            return engines[one.name]

        return VendorAdapterFacade(factory, [source(name) for name in names])

    return make


@pytest.fixture
def usage(estate):
    return UsageContext(host_initiators=(estate.host_a,))


def test_at_least_one_source_is_needed(make_facade):
    with pytest.raises(ConfigurationError):
        make_facade()


def test_two_sources_of_one_name_are_refused_and_nothing_stays_open(make_facade, engines):
    first = make_facade("one")
    kept = engines["one"]
    with pytest.raises(ConfigurationError, match="one"):
        first.create_vendor_adapter(source("one"))
    assert first.sources() == ("one",)
    assert (kept.closed, engines["one"].closed) == (0, 1)


def test_a_source_that_cannot_be_made_closes_those_made_before(make_engine):
    made = []

    def factory(one):
        if one.name == "two":
            raise ConfigurationError(setting="source two", reason="bad option")
        made.append(make_engine(one.name))
        return made[-1]

    with pytest.raises(ConfigurationError, match="bad option"):
        VendorAdapterFacade(factory, [source("one"), source("two")])
    assert [engine.closed for engine in made] == [1]


def test_open_starts_all_and_close_ends_all_even_if_one_fails(make_facade, engines, monkeypatch):
    facade = make_facade("one", "two")
    assert [engine.started for engine in engines.values()] == [0, 0]
    facade.open()
    assert [engine.started for engine in engines.values()] == [1, 1]

    def fail():
        raise RuntimeError("stuck")

    monkeypatch.setattr(engines["two"], "close", fail)
    with pytest.raises(RuntimeError):
        facade.close()
    assert engines["one"].closed == 1
    facade.close()
    assert engines["one"].closed == 1


def test_one_source_is_shown_as_it_is(make_facade, engines, estate, usage):
    facade = make_facade("one")
    engines["one"].poll(estate.inventory)
    facade.start_session_collector("s", usage, None)
    assert facade.visible("s") is engines["one"].visible("s")
    facade.stop_session_collector("s")
    assert engines["one"].sessions == {}


def test_several_sources_are_joined_and_the_whole_is_kept_while_the_parts_are_the_same(
    make_facade, engines, estate, make_estate, usage
):
    other = make_estate("B1")
    facade = make_facade("one", "two")
    engines["one"].poll(estate.inventory)
    engines["two"].poll(other.inventory)
    facade.start_session_collector("s", usage, None)
    whole = facade.visible("s")
    assert list(whole.luns) == sorted(estate.luns[:2] + other.luns[:2])
    assert facade.visible("s") is whole
    engines["two"].poll(other.made("B1", luns={}))
    assert list(facade.visible("s").luns) == estate.luns[:2]
    assert facade.vendor_models() == (VendorModel("ACME", "Model A1"), VendorModel("ACME", "Model B1"))


def test_a_late_source_is_missing_until_it_was_read(make_facade, engines, estate, make_estate, usage):
    facade = make_facade("one", "two")
    assert not facade.has_data()
    engines["one"].poll(estate.inventory)
    assert facade.has_data()
    facade.start_session_collector("s", usage, None)
    assert list(facade.visible("s").luns) == estate.luns[:2]
    other = make_estate("B1")
    engines["two"].poll(other.inventory)
    assert set(facade.visible("s").luns) == {*estate.luns[:2], *other.luns[:2]}


def test_without_any_data_it_is_a_storage_fault_that_names_the_sources(make_facade, usage):
    facade = make_facade("one", "two")
    facade.start_session_collector("s", usage, None)
    with pytest.raises(StorageFault) as raised:
        facade.visible("s")
    assert raised.value.message_id == "Fault.ArrayUnreachable"
    assert raised.value.parameters == {"arrayId": "one, two"}


def test_a_source_that_cannot_serve_a_session_leaves_none_serving_it(make_facade, engines, usage):
    facade = make_facade("one", "two")
    engines["two"].collector_error = RuntimeError("no")
    with pytest.raises(RuntimeError):
        facade.start_session_collector("s", usage, None)
    assert engines["one"].sessions == {}


def test_a_session_that_ends_while_a_source_begins_to_serve_it_is_served_by_none(
    make_facade, engines, usage, monkeypatch
):
    facade = make_facade("one", "two")
    begin = engines["two"].start_session_collector

    def end_first(*arguments):
        facade.stop_session_collector("s")
        begin(*arguments)

    monkeypatch.setattr(engines["two"], "start_session_collector", end_first)
    facade.start_session_collector("s", usage, None)
    assert [engine.sessions for engine in engines.values()] == [{}, {}]


def test_a_source_added_to_an_open_facade_is_started_and_serves_the_running_sessions(
    make_facade, engines, estate, make_estate, usage
):
    facade = make_facade("one")
    facade.open()
    engines["one"].poll(estate.inventory)
    facade.start_session_collector("s", usage, None)
    facade.create_vendor_adapter(source("two"))
    assert engines["two"].started == 1
    other = make_estate("B1")
    engines["two"].poll(other.inventory)
    assert set(facade.visible("s").luns) == {*estate.luns[:2], *other.luns[:2]}
    facade.destroy_vendor_adapter("one")
    facade.destroy_vendor_adapter("never was")
    assert engines["one"].closed == 1
    assert facade.sources() == ("two",)
    assert list(facade.visible("s").luns) == other.luns[:2]


def test_settled_waits_for_all_with_one_deadline(make_facade, engines):
    facade = make_facade("one", "two")
    engines["one"].poll()
    assert not facade.settled(0.05)
    assert 0 < engines["two"].waits[0] <= 0.05
    engines["two"].poll()
    assert facade.settled(0.5)
    assert engines["two"].error is not None  # a first failure settles as well


def test_profiles_are_the_union_and_questions_reach_every_source(make_facade, engines):
    facade = make_facade("one", "two")
    engines["one"].profiles = frozenset({Profile.BLOCK})
    engines["two"].profiles = frozenset({Profile.FILE_SYSTEM})
    assert facade.offers() == {Profile.BLOCK, Profile.FILE_SYSTEM}
    facade.refresh()
    assert [engine.refreshed for engine in engines.values()] == [1, 1]
    engines["two"].adapter.texts = {"event": {"Acme.Hot": "hot"}}
    assert facade.catalogs() == [{}, {"event": {"Acme.Hot": "hot"}}]
    engines["one"].poll(SourceUnreachable(source="one", reason="down"))
    assert [(each.source, each.error) for each in facade.status()] == [
        ("one", "one cannot be reached: down"),
        ("two", None),
    ]


def test_a_login_is_checked_at_the_named_source_only(make_facade, engines):
    facade = make_facade("one", "two")
    facade.authenticate("two", "admin", "secret")
    with pytest.raises(SourceRefused):
        facade.authenticate("two", "admin", "wrong")
    assert engines["one"].adapter.logins == []
    with pytest.raises(ConfigurationError):
        facade.authenticate("three", "admin", "secret")


def test_releasing_ends_the_wait_long_before_its_deadline(make_facade, engines):
    facade = make_facade("one")
    waiter = threading.Thread(target=facade.settled, args=(600.0,))
    waiter.start()
    facade.release()
    waiter.join(timeout=30)
    assert not waiter.is_alive()
    assert not facade.settled(600.0)
