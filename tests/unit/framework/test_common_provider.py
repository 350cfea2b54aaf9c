"""The common provider, discovery and status: each operation end to end over fake sources."""

import threading
from dataclasses import replace

import pytest

from vasa_cim.errors import (
    ConfigurationError,
    InvalidArgument,
    LostEvent,
    NotFound,
)
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.catalogs import Catalogs
from vasa_cim.framework.certificates import fingerprint_of
from vasa_cim.model.entities import Association
from vasa_cim.model.enums import EntityType, EventConfigType, EventType, Profile
from vasa_cim.model.notices import StorageEvent
from vasa_cim.model.usage_context import UsageContext
from vasa_cim.store.sessions import MemorySessionStore


@pytest.fixture
def call(site, usage):
    """Calls an operation in a session that sees all but LUN 3 and file system 1."""
    session_id = site.set_context(usage)
    return lambda operation, *arguments: getattr(site.provider, operation)(site.admit(session_id), *arguments)


@pytest.fixture
def call_empty(site):
    """Calls an operation in a session with an empty usage context."""
    session_id = site.set_context(UsageContext())
    return lambda operation, *arguments: getattr(site.provider, operation)(site.admit(session_id), *arguments)


# --- discovery ---


def ids_of(entities):
    return [each.unique_identifier for each in entities]


def test_details_of_all_kinds(call, estate):
    assert ids_of(call("query_arrays", None)) == [estate.array]
    assert ids_of(call("query_storage_processors", None)) == estate.sps
    assert ids_of(call("query_storage_ports", None)) == estate.ports
    assert ids_of(call("query_storage_luns", estate.luns)) == estate.luns[:3]
    assert ids_of(call("query_storage_file_systems", estate.shares)) == estate.shares[:1]
    assert ids_of(call("query_storage_capabilities", None)) == [estate.capability]


def test_an_answer_is_the_very_object_of_the_snapshot(call, estate):
    assert call("query_storage_luns", [estate.luns[0]])[0] is estate.inventory.luns[estate.luns[0]]


@pytest.mark.parametrize(
    ("operation", "argument"),
    [
        ("query_arrays", "arrayUniqueId"),
        ("query_storage_processors", "spUniqueId"),
        ("query_storage_ports", "portUniqueId"),
        ("query_storage_luns", "lunUniqueId"),
        ("query_storage_file_systems", "fsUniqueId"),
        ("query_storage_capabilities", "capabilityUniqueId"),
        ("query_associated_processors_for_array", "arrayUniqueId"),
        ("query_associated_ports_for_processor", "spUniqueId"),
        ("query_associated_luns_for_port", "portUniqueId"),
        ("query_associated_capability_for_lun", "lunUniqueId"),
        ("query_associated_capability_for_file_system", "fsUniqueId"),
    ],
)
def test_a_malformed_id_is_refused_by_every_list_call_in_any_context(call, call_empty, operation, argument):
    for ask in (call, call_empty):
        for bad in (["x"], [None, None], ["VasaCim:StoragePool:A1:0"]):
            with pytest.raises(InvalidArgument, match=argument):
                ask(operation, bad)


@pytest.mark.parametrize("operation", ["query_storage_luns", "query_storage_file_systems"])
@pytest.mark.parametrize("ids", [None, [], [None], [""], ["null"]], ids=str)
def test_luns_and_file_systems_must_be_named(call, operation, ids):
    with pytest.raises(InvalidArgument):
        call(operation, ids)


def test_relations(call, estate):
    assert call("query_associated_processors_for_array", None) == [Association(estate.array, tuple(estate.sps))]
    pairs = list(zip(estate.sps, estate.ports, strict=True))
    assert call("query_associated_ports_for_processor", None) == [Association(sp, (port,)) for sp, port in pairs]
    assert call("query_associated_luns_for_port", [estate.ports[1]]) == [
        Association(estate.ports[1], (estate.luns[2],))
    ]
    gold = [Association(estate.luns[0], (estate.capability,))]
    assert call("query_associated_capability_for_lun", None) == gold
    shared = [Association(estate.shares[0], (estate.capability,))]
    assert call("query_associated_capability_for_file_system", [""]) == shared


def test_children_of_an_array(call, estate):
    assert list(call("query_unique_identifiers_for_luns", estate.array)) == estate.luns[:3]
    assert list(call("query_unique_identifiers_for_file_systems", estate.array)) == estate.shares[:1]
    for operation, argument in (
        ("query_unique_identifiers_for_luns", "arrayUniqueId"),
        ("query_unique_identifiers_for_file_systems", "fsUniqueId"),
    ):
        with pytest.raises(NotFound):
            call(operation, "VasaCim:StorageArray:none")
        with pytest.raises(InvalidArgument, match=argument):
            call(operation, None)


def test_counts_ids_and_details_agree(call):
    for kind in EntityType:
        ids = call("query_unique_identifiers_for_entity", kind.value)
        assert call("get_number_of_entities", kind.value) == len(ids) > 0
    assert call("query_unique_identifiers_for_entity", "StorageLun") == list(
        call("query_unique_identifiers_for_luns", call("query_unique_identifiers_for_entity", "StorageArray")[0])
    )


def test_an_empty_context_sees_capabilities_only(call_empty, estate):
    for kind in EntityType:
        expected = 1 if kind is EntityType.CAPABILITY else 0
        assert call_empty("get_number_of_entities", kind.value) == expected
        assert len(call_empty("query_unique_identifiers_for_entity", kind.value)) == expected
    assert call_empty("query_arrays", [estate.array]) == []
    assert call_empty("query_storage_luns", estate.luns) == []
    assert list(call_empty("query_unique_identifiers_for_luns", estate.array)) == []
    assert list(call_empty("query_unique_identifiers_for_file_systems", estate.array)) == []
    assert call_empty("query_associated_luns_for_port", None) == []
    assert ids_of(call_empty("query_storage_capabilities", None)) == [estate.capability]
    with pytest.raises(NotFound):
        call_empty("query_drs_migration_capability_for_performance", estate.luns[0], estate.luns[2], "StorageLun")


def test_asking_for_the_ids_of_arrays_refreshes_and_nothing_else_does(call, site):
    for kind in EntityType:
        call("get_number_of_entities", kind.value)
        if kind is not EntityType.ARRAY:
            call("query_unique_identifiers_for_entity", kind.value)
    assert site.engines["one"].refreshed == 0
    call("query_unique_identifiers_for_entity", "StorageArray")
    assert site.engines["one"].refreshed == 1


def test_kinds_of_a_missing_profile_are_invalid_arguments(site, call, estate):
    array = replace(estate.inventory.arrays[estate.array], supported_profile=(Profile.FILE_SYSTEM,))
    site.engines["one"].poll(replace(estate.inventory, arrays={estate.array: array}))
    assert site.provider.offers() == {Profile.FILE_SYSTEM}
    for operation in ("query_unique_identifiers_for_entity", "get_number_of_entities"):
        for kind in ("StorageProcessor", "StoragePort", "StorageLun", "StorageCapability"):
            with pytest.raises(InvalidArgument):
                call(operation, kind)
        call(operation, "StorageFileSystem")
        call(operation, "StorageArray")
    with pytest.raises(InvalidArgument):
        call("query_drs_migration_capability_for_performance", *estate.luns[:2], "StorageLun")


def test_drs(call, estate):
    ask = "query_drs_migration_capability_for_performance"
    assert call(ask, estate.luns[0], estate.luns[2], "StorageLun") is True
    assert call(ask, estate.luns[0], estate.luns[1], "StorageLun") is False
    with pytest.raises(NotFound):
        call(ask, estate.luns[0], estate.luns[3], "StorageLun")
    for kind in (None, "", "StoragePort", "lun"):
        with pytest.raises(InvalidArgument):
            call(ask, estate.luns[0], estate.luns[2], kind)


# --- status ---


def test_events_posted_by_a_source_reach_the_session(site, usage, clock):
    session_id = site.set_context(usage)
    _, callback, _ = site.engines["one"].sessions[session_id]
    event = StorageEvent(
        event_type=EventType.CONFIG,
        config_type=EventConfigType.NEW,
        object_type=EntityType.LUN,
        object_id="x",
        message_id="VasaCim.StorageLunNew",
        timestamp=clock.now(),
    )
    callback.add_event(session_id, event)
    assert [each.event_id for each in site.provider.get_events(site.admit(session_id), 0)] == [1]
    assert site.provider.get_alarms(site.admit(session_id), 0) == []
    with pytest.raises(InvalidArgument):
        site.provider.get_events(site.admit(session_id), 2)
    fresh = site.set_context(usage, cookies=[session_id])
    with pytest.raises(LostEvent):
        site.provider.get_events(site.admit(fresh), 1)


def test_catalogs_are_listed_and_served(call, site):
    entries = call("query_catalog")
    assert {entry.catalog_name.value for entry in entries} == {"Event", "Alarm", "Fault"}
    assert all(site.provider.catalog_file(entry.catalog_uri).content for entry in entries)
    assert site.provider.catalog_file("/etc/passwd") is None


# --- start and end ---


def test_close_ends_sources_and_can_be_repeated(build):
    site = build("one", "two")
    site.provider.close()
    site.provider.close()
    assert [engine.closed for engine in site.engines.values()] == [1, 1]


def test_trust_outlives_the_provider_and_sessions_do_not(build, estate, usage):
    first = build()
    first.engines["one"].poll(estate.inventory)
    mine, session_id = first.trusted, first.set_context(usage)
    first.provider.close()
    second = build()
    second.engines["one"].poll(estate.inventory)
    assert second.registry.trusted(second.certificates.der(mine)).fingerprint == fingerprint_of(
        second.certificates.der(mine)
    )
    assert not second.lives(session_id, mine)
    assert second.lives(second.set_context(usage, mine), mine)


def test_sessions_of_a_store_that_outlives_the_process_are_served_again(build, estate, usage):
    store = MemorySessionStore()
    first = build(store=store)
    first.engines["one"].poll(estate.inventory)
    mine, session_id = first.trusted, first.set_context(usage)
    first.provider.close()
    second = build(store=store)
    second.engines["one"].poll(estate.inventory)
    assert second.lives(session_id, mine)
    found = second.provider.query_storage_luns(second.admit(session_id, mine), estate.luns)
    assert ids_of(found) == estate.luns[:3]
    with pytest.raises(LostEvent):  # its queue is new, and the client must know
        second.provider.get_events(second.admit(session_id, mine), 5)


def test_a_start_that_fails_closes_everything_again(build, monkeypatch, make_engine):
    closed = []
    monkeypatch.setattr(VendorAdapterFacade, "close", lambda self: closed.append(self))

    def fail(self):
        raise ConfigurationError(setting="catalog", reason="incomplete")

    monkeypatch.setattr(Catalogs, "check_catalogs", fail)
    with pytest.raises(ConfigurationError, match="incomplete"):
        build()
    assert len(closed) == 1
    assert "session-timeout" not in {thread.name for thread in threading.enumerate()}
