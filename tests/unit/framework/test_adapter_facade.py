"""The vendor adapter facade drives and joins the sources."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapter import Source
from vasa_cim.errors import ConfigurationError, SourceRefused, SourceUnreachable, StorageFault
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.model.entities import VendorModel
from vasa_cim.model.enums import AlarmStatus, AlarmType, EntityType, EventType, Profile
from vasa_cim.model.notices import StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import UsageContext

START = datetime(2026, 3, 1, tzinfo=UTC)


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


def test_without_any_source_it_waits_for_one(make_facade, usage):
    """Data are missing then, not profiles: a client is told to come again, not that nothing is supported."""
    facade = make_facade()
    assert facade.settled(600.0)
    assert not facade.has_data()
    assert facade.offers() == frozenset(Profile)
    facade.start_session_collector("s", usage, None)
    with pytest.raises(StorageFault, match="no array has been added yet"):
        facade.visible("s")


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
    assert all(wait <= 0.05 for wait in engines["two"].waits)
    engines["two"].poll()
    assert facade.settled(0.5)
    assert engines["two"].error is not None  # a first failure settles as well


def test_profiles_are_those_of_the_arrays_read_and_before_what_the_adapters_offer(
    make_facade, engines, estate, make_estate
):
    facade = make_facade("one", "two")
    engines["one"].profiles = frozenset({Profile.BLOCK})
    engines["two"].profiles = frozenset({Profile.FILE_SYSTEM})
    assert facade.offers() == {Profile.BLOCK, Profile.FILE_SYSTEM}
    engines["one"].poll(estate.made("A1", arrays={}))
    assert facade.offers() == {Profile.BLOCK, Profile.FILE_SYSTEM}  # no array tells otherwise
    engines["one"].poll(with_profiles(estate, Profile.BLOCK))
    assert facade.offers() == {Profile.BLOCK}
    engines["two"].poll(with_profiles(make_estate("B1"), Profile.CAPABILITY))
    assert facade.offers() == {Profile.BLOCK, Profile.CAPABILITY}
    facade.destroy_vendor_adapter("one")
    assert facade.offers() == {Profile.CAPABILITY}


def with_profiles(estate, *profiles):
    array = replace(estate.inventory.arrays[estate.array], supported_profile=profiles)
    return replace(estate.inventory, arrays={estate.array: array})


def test_questions_reach_every_source(make_facade, engines):
    facade = make_facade("one", "two")
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


def test_releasing_ends_the_wait_long_before_its_deadline(make_facade):
    facade = make_facade("one")
    waiter = threading.Thread(target=facade.settled, args=(600.0,))
    waiter.start()
    facade.release()
    waiter.join(timeout=30)
    assert not waiter.is_alive()
    assert not facade.settled(600.0)


def test_only_the_first_wait_is_for_a_source_that_hangs(make_facade, engines, estate):
    facade = make_facade("one", "hung")
    engines["one"].poll(estate.inventory)
    assert not facade.settled(0.05)
    began = time.monotonic()
    assert not facade.settled(600.0)
    assert time.monotonic() - began < 60


def test_while_nothing_at_all_is_read_every_call_waits(make_facade, engines, estate):
    facade = make_facade("one")
    assert not facade.settled(0.0)
    waiting = threading.Event()
    wait = engines["one"].first.wait

    def noted(timeout):
        if timeout > 0:
            waiting.set()
        return wait(timeout)

    engines["one"].first.wait = noted
    outcome = []
    waiter = threading.Thread(target=lambda: outcome.append(facade.settled(600.0)))
    waiter.start()
    assert waiting.wait(30)
    engines["one"].poll(estate.inventory)
    waiter.join(30)
    assert outcome == [True]


# --- one array, two sources ---


def test_an_array_that_two_sources_claim_is_the_first_ones_with_all_that_is_its(make_facade, engines, estate, usage):
    facade = make_facade("one", "liar")
    engines["one"].poll(estate.inventory)
    facade.start_session_collector("s", usage, None)
    honest = facade.visible("s")
    lied = {estate.luns[0]: estate.lun(0, display_name="lie"), estate.luns[2]: estate.lun(2)}
    engines["liar"].poll(estate.made("A1", luns=lied, views=claimed_views(estate)))
    seen = facade.visible("s")
    for name in ("arrays", "processors", "ports", "luns", "luns_of_array", "capability_of", "pool_of"):
        assert dict(getattr(seen, name)) == dict(getattr(honest, name)), name
    assert seen.luns_of_port == honest.luns_of_port
    assert facade.left_out("one") == []
    assert facade.left_out("liar") == [estate.array]
    assert facade.vendor_models() == (VendorModel("ACME", "Model A1"),)


def claimed_views(estate):
    return tuple(
        replace(view, key=f"liar {view.key}", luns=(estate.luns[0], estate.luns[2])) for view in estate.inventory.views
    )


def test_what_is_left_out_is_logged_once_and_shown_when_the_first_source_goes(make_facade, engines, estate, usage):
    facade = make_facade("one", "two")
    facade.start_session_collector("s", usage, None)
    with capture_logs() as logs:
        engines["two"].poll(estate.inventory)
        assert list(facade.visible("s").luns) == estate.luns[:2]
        assert logs == []
        for _ in range(3):
            engines["one"].poll(estate.made("A1", luns={}))
            engines["two"].poll(estate.made("A1"))
            assert list(facade.visible("s").luns) == []
        facade.destroy_vendor_adapter("one")
        assert list(facade.visible("s").luns) == estate.luns[:2]
    assert [(each["event"], each["source"], each["names"]) for each in logs] == [("not shown", "two", [estate.array])]


def test_what_a_source_posts_about_arrays_of_another_is_heard_by_nobody(make_facade, engines, estate, usage):
    heard = []

    class Callback:
        def add_event(self, session_id, event):
            heard.append(event.object_id)

        def add_alarm(self, session_id, alarm):
            heard.append(alarm.object_id)

    facade = make_facade("one", "liar")
    engines["liar"].poll(estate.inventory)
    facade.start_session_collector("s", usage, Callback())
    ids = [estate.array, estate.luns[3], estate.ports[0], estate.sps[0], estate.shares[1], estate.capability]

    def post(name):
        heard.clear()
        _, callback, _ = engines[name].sessions["s"]
        for each in ids:
            facts = {"object_type": EntityType.LUN, "object_id": each, "message_id": "m", "timestamp": START}
            callback.add_event("s", StorageEvent(event_type=EventType.CONFIG, **facts))
            callback.add_alarm("s", StorageAlarm(alarm_type=AlarmType.OBJECT, status=AlarmStatus.RED, **facts))
        return list(dict.fromkeys(heard))

    assert post("liar") == ids  # it is the only one that has the array
    engines["one"].poll(estate.inventory)
    assert post("one") == ids
    assert post("liar") == [estate.capability]


# --- other engines in the same places ---


def test_replacing_keeps_the_order_and_the_sessions(make_facade, engines, make_engine, estate, make_estate, usage):
    facade = make_facade("one", "two")
    facade.open()
    old = engines["one"]
    for name, each in zip(("one", "two"), (estate, make_estate("B1")), strict=True):
        engines[name].poll(each.inventory)
    facade.start_session_collector("s", usage, None)
    fresh = make_engine("one")
    fresh.snapshot = estate.made("A1", luns={})
    facade.replace_vendor_adapters([fresh])
    assert facade.sources() == ("one", "two")
    assert (old.closed, fresh.started, fresh.closed, list(fresh.sessions)) == (1, 1, 0, ["s"])
    assert list(facade.visible("s").luns) == make_estate("B1").luns[:2]


def test_a_new_engine_that_cannot_serve_a_session_leaves_all_as_it_was(
    make_facade, engines, make_engine, estate, usage
):
    facade = make_facade("one", "two")
    facade.open()
    engines["one"].poll(estate.inventory)
    facade.start_session_collector("s", usage, None)
    good, broken = make_engine("one"), make_engine("two")
    broken.collector_error = RuntimeError("no")
    with pytest.raises(RuntimeError):
        facade.replace_vendor_adapters([good, broken])
    assert (good.closed, broken.closed, good.started) == (1, 1, 0)
    assert [engine.closed for engine in engines.values()] == [0, 0]
    assert list(facade.visible("s").luns) == estate.luns[:2]


def test_replacing_a_source_that_was_removed_meanwhile_is_refused(make_facade, make_engine):
    facade = make_facade("one")
    facade.destroy_vendor_adapter("one")
    fresh = make_engine("one")
    with pytest.raises(ConfigurationError, match="removed meanwhile"):
        facade.replace_vendor_adapters([fresh])
    assert fresh.closed == 1


def test_sessions_that_come_and_go_while_engines_are_replaced_are_served_exactly_while_they_live(
    make_facade, make_engine, usage
):
    """The new engine meets one more session, and the end of another, just when it is told of the first ones."""
    facade = make_facade("one")
    facade.open()
    for name in ("stays", "ends"):
        facade.start_session_collector(name, usage, None)
    fresh = make_engine("one")
    begin = fresh.start_session_collector

    def meddle(session_id, *arguments):
        begin(session_id, *arguments)
        if session_id == "ends":
            facade.stop_session_collector("ends")
            facade.start_session_collector("comes", usage, None)

    fresh.start_session_collector = meddle
    facade.replace_vendor_adapters([fresh])
    assert set(fresh.sessions) == {"stays", "comes"}


def test_sources_that_are_added_and_removed_while_sessions_are_opened_serve_every_session(make_facade, usage):
    """Many threads at once; at the end every remaining source serves exactly the sessions that are there."""
    facade = make_facade("first")
    facade.open()

    def sessions(thread):
        for number in range(20):
            facade.start_session_collector(f"{thread}/{number}", usage, None)
            if number % 2:
                facade.stop_session_collector(f"{thread}/{number}")

    def sources(thread):
        for number in range(20):
            facade.create_vendor_adapter(source(f"{thread}/{number}"))
            if number % 2:
                facade.destroy_vendor_adapter(f"{thread}/{number}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3) for work in (sessions, sources)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    living = {f"{thread}/{number}" for thread in range(3) for number in range(0, 20, 2)}
    assert set(facade.sources()) == living | {"first"}
    for name in facade.sources():
        assert set(facade.vendor_adapter(name).sessions) == living


def test_nothing_is_added_to_a_facade_that_was_closed(make_facade, engines):
    facade = make_facade("one")
    facade.close()
    with pytest.raises(ConfigurationError, match="about to stop"):
        facade.create_vendor_adapter(source("two"))
    assert engines["two"].closed == 1


def test_a_source_that_cannot_serve_the_sessions_that_are_there_is_not_added(make_facade, make_engine, usage):
    facade = make_facade("one")
    facade.start_session_collector("s", usage, None)
    broken = make_engine("two")
    broken.collector_error = RuntimeError("no")
    with pytest.raises(RuntimeError):
        facade.attach(broken)
    assert (facade.sources(), broken.closed) == (("one",), 1)
