"""Block and file adapter on one engine: one poll, one snapshot, and names that resolve sooner or later."""

import threading
import time
from dataclasses import replace

import pytest
import pywbem

import mock_cimom
from mock_cimom.estate import file_names, names
from mock_cimom.estate.description import SMALLEST, EstateDescription, Kind
from vasa_cim.adapter import Hint, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.engine.engine import Engine, EngineSettings
from vasa_cim.adapters.file.adapter import FileAdapter
from vasa_cim.adapters.file.path_register import PathRegister
from vasa_cim.adapters.file.resolver import Resolver, ResolverTimes
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.enums import Profile
from vasa_cim.model.identifiers import array_id
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

DEADLINE = 60.0
ALIAS = MountPoint("Storage.Alias.Example", "/exports/ds1")


class Callback:
    def add_event(self, session_id, event):
        raise AssertionError(event)

    def add_alarm(self, session_id, alarm):
        pass


class NameService:
    """Knows what a test tells it; `silent` questions wait until the end."""

    def __init__(self):
        self.known = {}
        self.silent = threading.Event()
        self.silent.set()

    def __call__(self, name):
        assert self.silent.wait(DEADLINE)
        if name not in self.known:
            raise OSError("nobody knows it")
        return [self.known[name]]


@pytest.fixture(scope="module")
def unified():
    described = replace(SMALLEST[Kind.UNIFIED], volumes=20, hosts=4, irregular=False)
    with mock_cimom.running(EstateDescription((described,))) as cimom:
        cimom.connection.default_namespace = "root/mockunified"
        yield cimom


@pytest.fixture
def service():
    made = NameService()
    yield made
    made.silent.set()


@pytest.fixture
def engine(unified, service):
    source = Source(name="array", url=unified.url, user=unified.user, password=unified.password)
    resolver = Resolver(service, times=ResolverTimes(timeout=0.5, good=0.0, bad=0.0))
    adapters = [BlockAdapter(source), FileAdapter(source, resolver=resolver, register=PathRegister())]
    made = Engine(source, adapters, visible_inventory, EngineSettings(settle=0.0))
    made.start()
    assert made.settled(DEADLINE)
    yield made
    made.close()


@pytest.fixture
def session(engine):
    """Return a function that makes a session and returns its id."""
    numbers = iter(range(100))

    def make(*mounts, hosts=()):
        identifier = f"session {next(numbers)}"
        usage = UsageContext(mount_points=mounts, host_initiators=hosts)
        engine.start_session_collector(identifier, usage, Callback())
        return identifier

    return make


def read_anew(engine):
    """Have the source read anew and wait for it."""
    before = engine.inventory().read_at
    engine._queue.offer(Hint())  # what an indication of a change would do
    deadline = time.monotonic() + DEADLINE
    while engine.inventory().read_at == before:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def shown(engine, identifier):
    return [one.rpartition("%2F")[2] for one in engine.visible(identifier).file_systems]


def test_one_array_tells_one_story(engine):
    whole = engine.inventory()
    (array,) = whole.arrays.values()
    assert array.unique_identifier == array_id(names.array_name(1))
    assert set(array.supported_profile) == set(Profile)
    assert (len(array.supported_block), len(array.supported_file_system)) == (2, 1)
    assert len(array.alternate_name) == len(set(array.alternate_name))
    assert len(whole.processors_of_array[array.unique_identifier]) == len(whole.processors) == 2
    assert set(whole.ports_of_processor) <= set(whole.processors)
    assert len(whole.luns_of_array[array.unique_identifier]) == 20
    assert len(whole.file_systems_of_array[array.unique_identifier]) == 12
    assert engine.status().arrays == 1


def test_a_context_of_both_sees_luns_and_shares(engine, session):
    host = HostInitiator(port_wwn=names.host_wwn(1, 1))
    mount = MountPoint(file_names.server_host_name(1, 1), "/exports/ds1")
    visible = engine.visible(session(mount, hosts=(host,)))
    assert visible.luns
    assert len(visible.file_systems) == 1
    assert engine.visible(session(mount)).luns == {}
    assert engine.visible(session(hosts=(host,))).file_systems == {}


def test_unchanged_readings_keep_what_a_session_sees(engine, session):
    mount = MountPoint(file_names.server_host_name(1, 1).upper(), "/exports/ds1/")
    identifier = session(mount)
    before = engine.visible(identifier)
    read_anew(engine)
    assert engine.visible(identifier) is before


def test_a_name_that_resolves_later_shows_its_share_with_the_next_reading(engine, session, service):
    service.known["storage.alias.example"] = "10.99.0.1"
    identifier = session(ALIAS)
    assert shown(engine, identifier) == []
    service.known["storage.alias.example"] = file_names.server_address(1, 2)
    read_anew(engine)
    assert shown(engine, identifier) == ["ds1"]
    service.known["storage.alias.example"] = "10.99.0.1"
    read_anew(engine)
    assert shown(engine, identifier) == []


def test_a_silent_name_service_holds_up_no_session_for_long_and_no_query(engine, session, service):
    service.silent.clear()
    began = time.monotonic()
    identifier = session(*(MountPoint(f"nas{number}.example", "/exports/ds1") for number in range(50)))
    assert time.monotonic() - began < 10.0
    began = time.monotonic()
    assert len(engine.visible(identifier).arrays) == 1
    assert time.monotonic() - began < 0.4


def test_a_changed_share_reaches_the_session_with_its_own_text(unified, engine, session):
    mount = MountPoint(file_names.server_host_name(1, 2).upper(), "/exports/ds2")
    identifier = session(mount)
    (before,) = engine.visible(identifier).file_systems.values()
    assert before.file_system_info[-1].file_server_name == mount.server_name
    (share,) = [one for one in unified.connection.EnumerateInstances("MOCK_NFSShare") if one["Name"] == mount.file_path]
    for state, count in ((3, 0), (2, 1)):
        share["EnabledState"] = pywbem.Uint16(state)
        unified.connection.ModifyInstance(share, PropertyList=["EnabledState"])
        read_anew(engine)
        assert len(engine.visible(identifier).file_systems) == count
    assert list(engine.visible(identifier).file_systems.values()) == [before]
