"""Adapter sessions: one view of each snapshot, announced once, freed with the last reference."""

import threading

import pytest

from vasa_cim.adapters.engine.cache import CommonCacheManager
from vasa_cim.adapters.engine.monitors import MONITORS, ContextLunMonitor
from vasa_cim.adapters.engine.sessions import AdapterSessionManager, VasaUsageContext
from vasa_cim.model.entities import ENTITY_CLASSES, FileSystemInfo
from vasa_cim.model.enums import EntityType
from vasa_cim.model.inventory import AccessView, Export, Reach
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext


@pytest.fixture
def cache():
    return CommonCacheManager()


@pytest.fixture
def counted(parts):
    """A filter that counts its calls."""

    def counting(*arguments):
        counting.calls += 1
        return parts.filter(*arguments)

    counting.calls = 0
    return counting


@pytest.fixture
def manager(parts, cache, counted):
    return AdapterSessionManager([parts.Adapter(None)], cache, counted)


@pytest.fixture
def told(monkeypatch):
    """What LUN monitors were told: (session, ids before, ids after)."""
    heard = []

    def changed(self, before, after, at):
        heard.append((self.session_id, [i[-1] for i in before.luns], [i[-1] for i in after.luns]))

    monkeypatch.setattr(ContextLunMonitor, "changed", changed)
    monkeypatch.setattr(ContextLunMonitor, "began", lambda self, visible, at: None)
    return heard


def visible(manager, session_id):
    with manager.reference(session_id) as session:
        return session.visible()


def test_visibility_is_worked_out_once_for_a_session_and_a_snapshot(parts, cache, manager, counted):
    cache.publish(parts.inventory(parts.lun(1)))
    manager.start("1", parts.host, parts.Callback())
    assert visible(manager, "1") is visible(manager, "1")
    assert counted.calls == 1
    cache.publish(parts.inventory(parts.lun(1), at=5))
    visible(manager, "1")
    assert counted.calls == 1
    cache.publish(parts.inventory(parts.lun(2)))
    assert list(visible(manager, "1").luns) == ["V:StorageLun:a:2"]
    assert counted.calls == 2


def test_each_change_is_announced_once_in_order(parts, cache, manager, told):
    cache.publish(parts.inventory(parts.lun(1)))
    manager.start("1", parts.host, parts.Callback())
    manager.announce()
    cache.publish(parts.inventory(parts.lun(1), parts.lun(2)))
    visible(manager, "1")  # a query that comes first takes nothing away
    manager.announce()
    manager.announce()
    cache.publish(parts.inventory(parts.lun(2)))
    manager.announce()
    assert told == [("1", ["1"], ["1", "2"]), ("1", ["1", "2"], ["2"])]


def test_a_session_older_than_the_first_snapshot_hears_of_it_as_news(parts, cache, manager, told):
    manager.start("1", parts.host, parts.Callback())
    cache.publish(parts.inventory(parts.lun(1)))
    manager.announce()
    assert told == [("1", [], ["1"])]


def test_a_snapshot_published_while_a_session_begins_is_announced(parts, cache, told, counted):
    def slow_filter(*arguments):
        seen = counted(*arguments)
        if counted.calls == 1:
            cache.publish(parts.inventory(parts.lun(1), parts.lun(2)))
        return seen

    manager = AdapterSessionManager([parts.Adapter(None)], cache, slow_filter)
    cache.publish(parts.inventory(parts.lun(1)))
    manager.start("1", parts.host, parts.Callback())
    assert told == [("1", ["1"], ["1", "2"])]


def test_a_session_is_freed_with_its_last_reference(parts, cache, manager, told):
    cache.publish(parts.inventory(parts.lun(1)))
    manager.start("1", parts.host, parts.Callback())
    with manager.reference("1") as held:
        assert held.references == 1
        manager.stop("1")
        assert held.visible().luns
        assert held.monitor(EntityType.LUN).entities()
        cache.publish(parts.inventory(parts.lun(2)))
        held.announce()
    assert told == []
    with pytest.raises(KeyError):
        held.monitor(EntityType.LUN)
    with manager.reference("1") as gone:
        assert gone is None


def test_a_session_of_the_same_id_replaces_the_one_before(parts, cache, manager):
    cache.publish(parts.inventory(parts.lun(1)))
    manager.start("1", parts.host, parts.Callback())
    manager.start("1", parts.stranger, parts.Callback())
    assert not visible(manager, "1").luns
    assert len(manager) == 1


def test_there_is_one_entry_set_for_each_usable_entry(parts, manager):
    entries = (HostInitiator(port_wwn="1000000000000001"), HostInitiator(port_wwn="nonsense"))
    usage = UsageContext(host_initiators=entries, mount_points=(MountPoint("s", "/p"),))
    manager.start("1", usage, parts.Callback())
    with manager.reference("1") as session:
        sets = session.session.context.entry_sets
    assert [len(one) for one in sets] == [1, 0]


def test_one_slow_session_does_not_keep_another_waiting(parts, cache):
    entered, go_on = threading.Event(), threading.Event()

    def usage_filter(inventory, usage, reaches):
        if usage is parts.stranger:
            entered.set()
            assert go_on.wait(parts.deadline)
        return parts.filter(inventory, usage, reaches)

    manager = AdapterSessionManager([parts.Adapter(None)], cache, usage_filter)
    manager.start("quick", parts.host, parts.Callback())
    manager.start("slow", parts.stranger, parts.Callback())
    cache.publish(parts.inventory(parts.lun(1)))
    slow = threading.Thread(target=visible, args=(manager, "slow"))
    slow.start()
    assert entered.wait(parts.deadline)
    assert visible(manager, "quick").luns
    go_on.set()
    slow.join()


def test_there_is_a_monitor_for_each_kind_and_it_serves_that_kind(parts, cache, manager):
    assert {made.entity_type for made in MONITORS} == set(ENTITY_CLASSES)
    manager.start("1", parts.host, parts.Callback())
    with manager.reference("1") as session:
        assert session.monitor(EntityType.LUN).entities() == {}
        cache.publish(parts.inventory(parts.lun(1)))
        for entity_type, entity_class in ENTITY_CLASSES.items():
            served = session.monitor(entity_type).entities()
            assert all(isinstance(one, entity_class) for one in served.values())
        assert session.monitor(EntityType.LUN).entities() is visible(manager, "1").luns


def test_closing_ends_all_sessions(parts, manager):
    manager.start("1", parts.host, parts.Callback())
    manager.close()
    assert len(manager) == 0


def test_an_entry_that_several_adapters_match_reaches_what_each_of_them_says(parts):
    class Says:
        def __init__(self, reach):
            self._reach = reach

        def reach(self, inventory):
            return self._reach

    view, export = AccessView("v", frozenset(), (), ()), Export("f", ("/f",))
    mounted = ("f", FileSystemInfo("nas", "/f"))
    sets = (Says(Reach(views=(view,), mounted=(mounted,))), Says(Reach(exports=(export,), mounted=(mounted,))))
    context = VasaUsageContext(UsageContext(), (sets,))
    assert context.reaches(parts.inventory()) == [Reach((view,), (export,), (mounted,))]
