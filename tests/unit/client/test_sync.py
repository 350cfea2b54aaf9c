"""The first synchronisation (vasa-1.0 8.1)."""

from itertools import count

import pytest

from vasa_cim.client.sync import batches, register, synchronise
from vasa_cim.errors import InvalidSession
from vasa_cim.model.enums import AlarmStatus, CatalogName, EntityType, Profile
from vasa_cim.model.usage_context import HostInitiator, UsageContext

BOTH = UsageContext(host_initiators=(HostInitiator("1000000000000001"), HostInitiator("1000000000000002")))


@pytest.fixture
def registered(small, vcenter, identity):
    register(vcenter, identity, "user", "password")
    return vcenter


def test_registering_ends_the_connection(small, vcenter, identity, provider):
    with pytest.raises(InvalidSession):
        vcenter.set_context(BOTH)
    assert register(vcenter, identity, "user", "password").session_id == "0"
    vcenter.set_context(BOTH)
    first, second, third = (one.connection for one in provider.requests)
    assert first == second
    assert second != third


def test_everything_is_read(registered):
    picture = synchronise(registered, BOTH)
    assert picture.profiles == {Profile.BLOCK, Profile.CAPABILITY}
    assert picture.session_id == picture.info.session_id == "s1"
    assert picture.counts[EntityType.LUN] == 4
    assert [lun.display_name for lun in picture.luns] == ["L1", "L2", "L3", "L4"]
    assert [port.unique_identifier for port in picture.ports] == ["port:a", "port:b"]
    assert picture.luns_of_array == {"array:1": ("lun:1", "lun:2", "lun:3", "lun:4")}
    assert [alarm.status for alarm in picture.alarms] == [AlarmStatus.RED]
    assert picture.texts["en", CatalogName.ALARM] == {"Alarm.ThinProvisioned": "{state}"}
    assert picture.details(EntityType.CAPABILITY) == picture.capabilities != ()


def test_luns_are_asked_for_in_batches(registered, small):
    assert len(synchronise(registered, BOTH, batch=3).luns) == 4
    assert small.asked.count("queryStorageLuns") == 2
    assert list(batches(["a", "b", "c"], 2)) == [["a", "b"], ["c"]]


def test_only_the_operations_of_the_profiles_are_called(registered, small):
    synchronise(registered, BOTH, profiles=frozenset({Profile.CAPABILITY}))
    assert "queryStorageCapabilities" in small.asked
    assert "queryStoragePorts" not in small.asked
    assert "queryUniqueIdentifiersForFileSystems" not in small.asked


def test_an_empty_context_with_given_profiles_asks_all_the_same(registered, small):
    picture = synchronise(registered, UsageContext(), profiles=frozenset({Profile.BLOCK, Profile.CAPABILITY}))
    assert picture.counts[EntityType.PORT] == 0
    assert len(picture.capabilities) == 1
    assert "queryStoragePorts" in small.asked


def test_steps_tell_calls_objects_and_time(registered, small):
    ticks = count()
    picture = synchronise(registered, BOTH, clock=lambda: next(ticks))
    steps = {step.name: step for step in picture.steps}
    assert (steps["LUNs"].calls, steps["LUNs"].items, steps["LUNs"].seconds) == (1, 4, 1)
    assert (steps["processors"].calls, steps["processors"].items) == (4, 5)
    # Besides the SOAP calls, each catalog file is one; registering came before.
    assert sum(step.calls for step in picture.steps) == len(small.asked) - 1 + len(picture.catalogs)


def test_polling_ends_even_if_the_provider_repeats_itself(registered, small):
    small.spoiled["getAlarms"] = lambda _session, _right: f"<v:return>{small._alarm()}</v:return>"
    assert len(synchronise(registered, BOTH).alarms) == 2
