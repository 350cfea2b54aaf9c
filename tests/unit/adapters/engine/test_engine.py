"""The engine joins the adapters of a source, serves its sessions, and leaves nothing behind."""

import threading
from dataclasses import replace

import pytest

from vasa_cim.adapter import Hint, PlatformAdapter
from vasa_cim.adapters.engine.engine import Engine
from vasa_cim.clock import SystemClock
from vasa_cim.errors import SourceFailed, SourceRefused, SourceUnreachable, StoreError
from vasa_cim.model.enums import EntityType, Profile

DOWN = SourceUnreachable(source="s", reason="connection refused")


def test_a_session_sees_what_its_context_reaches_and_the_same_object_until_it_changes(parts, engine_of, clock):
    first = parts.inventory(parts.lun(1))
    again = parts.inventory(parts.lun(1), at=100)
    more = parts.inventory(parts.lun(1), parts.lun(2), at=200)
    adapter = parts.Adapter(first, again, more)
    engine = engine_of(adapter)
    engine.start()
    engine.settled(parts.deadline)
    clock.until_waiting()
    engine.start_session_collector("1", parts.host, parts.Callback())
    engine.start_session_collector("2", parts.stranger, parts.Callback())
    seen = engine.visible("1")
    assert list(seen.luns) == ["V:StorageLun:a:1"]
    assert engine.visible("1") is seen
    assert not engine.visible("2").luns
    clock.advance(100)
    adapter.until_read(2)
    clock.until_waiting()
    assert engine.visible("1") is seen
    assert engine.status().read_at == again.read_at
    clock.advance(100)
    adapter.until_read(3)
    clock.until_waiting()
    after = engine.visible("1")
    assert len(after.luns) == 2
    assert after.luns["V:StorageLun:a:1"] is seen.luns["V:StorageLun:a:1"]


def test_nothing_is_visible_before_the_first_snapshot_or_without_a_session(parts, engine_of):
    engine = engine_of(parts.Adapter(DOWN))
    engine.start_session_collector("1", parts.host, parts.Callback())
    engine.start()
    engine.settled(parts.deadline)
    assert engine.visible("1") is None
    assert engine.visible("other") is None
    assert engine.inventory() is None


def test_a_stopped_session_is_forgotten(parts, engine_of):
    engine = engine_of(parts.Adapter(parts.inventory(parts.lun(1))))
    engine.start()
    engine.settled(parts.deadline)
    engine.start_session_collector("1", parts.host, parts.Callback())
    engine.stop_session_collector("1")
    engine.stop_session_collector("1")
    assert engine.visible("1") is None
    assert len(engine.sessions) == 0


def test_adapters_of_a_source_share_a_round_and_are_merged(parts, engine_of, clock):
    def with_profile(profile, *luns):
        plain = parts.inventory(*luns)
        (array,) = plain.arrays.values()
        return replace(plain, arrays={array.unique_identifier: replace(array, supported_profile=(profile,))})

    block = parts.Adapter(with_profile(Profile.BLOCK, parts.lun(1)))
    file = parts.Adapter(with_profile(Profile.FILE_SYSTEM, parts.lun(2)))
    file.offers = frozenset({Profile.FILE_SYSTEM})
    engine = engine_of(block, file)
    engine.start()
    engine.settled(parts.deadline)
    clock.until_waiting()
    whole = engine.inventory()
    assert engine.offers == {Profile.BLOCK, Profile.FILE_SYSTEM}
    assert whole.arrays["V:StorageArray:a"].supported_profile == (Profile.BLOCK, Profile.FILE_SYSTEM)
    assert list(whole.luns) == ["V:StorageLun:a:1", "V:StorageLun:a:2"]
    assert block.readings[0].shared is file.readings[0].shared
    block.hint(Hint(entity_type=EntityType.LUN, key="1"))
    while clock.until_waiting() != 1:
        pass
    clock.advance(1)
    block.until_read(2)
    assert list(block.readings[1].previous.luns) == ["V:StorageLun:a:1"]
    assert block.readings[1].shared is not block.readings[0].shared


def test_one_adapter_that_fails_keeps_the_last_snapshot_of_all(parts, engine_of, clock):
    block = parts.Adapter(parts.inventory(parts.lun(1)), parts.inventory(parts.lun(2)))
    file = parts.Adapter(parts.inventory(), DOWN)
    engine = engine_of(block, file)
    engine.start()
    engine.settled(parts.deadline)
    clock.advance(100)
    file.until_read(2)
    clock.until_waiting()
    assert list(engine.inventory().luns) == ["V:StorageLun:a:1"]


def test_observers_hear_the_hints_that_are_taken(parts, engine_of, clock):
    heard = []

    class Observer:
        def observe(self, hints):
            heard.append(tuple(hints))

    adapter = parts.Adapter(parts.inventory())
    engine = engine_of(adapter)
    observer = Observer()
    engine.observers.register(observer)
    engine.observers.register(observer)
    engine.start()
    engine.settled(parts.deadline)
    clock.until_waiting()
    hint = Hint(entity_type=EntityType.LUN, key="1")
    adapter.hint(hint)
    while clock.until_waiting() != 1:
        pass
    clock.advance(1)
    adapter.until_read(2)
    assert heard == [(hint,)]
    engine.observers.deregister(observer)
    engine.observers.notify((hint,))
    assert len(heard) == 1


# --- logins ---


class Door:
    def __init__(self, outcome):
        self.outcome = outcome

    def authenticate(self, user, password):
        if self.outcome is not None:
            raise self.outcome


UNDECIDED = SourceFailed(source="s", reason="cannot", status=None)
REFUSED = SourceRefused(source="s", reason="401")


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((None,), None),
        ((REFUSED,), SourceRefused),
        ((UNDECIDED, None), None),
        ((UNDECIDED, REFUSED), SourceRefused),
        ((REFUSED, None), SourceRefused),
        ((UNDECIDED,), SourceFailed),
    ],
)
def test_the_first_adapter_that_can_decides_about_a_login(parts, engine_of, outcomes, expected):
    adapters = []
    for outcome in outcomes:
        adapter = parts.Adapter(parts.inventory())
        adapter.authenticate = Door(outcome).authenticate
        adapters.append(adapter)
    engine = engine_of(*adapters)
    if expected is None:
        engine.authenticate("u", "p")
    else:
        with pytest.raises(expected):
            engine.authenticate("u", "p")


# --- the end ---


def test_closing_ends_a_reading_that_hangs(parts, engine_of):
    begun = threading.Event()
    adapter = parts.Adapter(None)

    def hang(_):
        begun.set()
        assert adapter.closed.wait(parts.deadline)
        raise DOWN

    adapter.outcomes = [hang]
    engine = engine_of(adapter)
    engine.start()
    assert begun.wait(parts.deadline)
    engine.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "poll s"]
    assert engine.status().error is None


def test_a_hundred_rounds_leave_no_thread(parts, engine_of):
    for _ in range(100):
        engine = engine_of(parts.Adapter(parts.inventory(parts.lun(1))))
        engine.start_session_collector("1", parts.host, parts.Callback())
        engine.start()
        engine.close()
        engine.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "poll s"]


def test_an_engine_may_be_closed_without_having_been_started_and_stays_closed(parts, engine_of):
    adapter = parts.Adapter(parts.inventory())
    engine = engine_of(adapter)
    engine.close()
    engine.start()
    assert adapter.closed.is_set()
    assert adapter.readings == []
    engine.start_session_collector("1", parts.host, parts.Callback())
    assert engine.visible("1") is None


def test_an_adapter_that_cannot_be_closed_does_not_keep_the_others_open(parts, engine_of):
    class Stuck(parts.Adapter):
        def close(self):
            raise RuntimeError("stuck")

    good = parts.Adapter(parts.inventory())
    engine = engine_of(Stuck(parts.inventory()), good)
    engine.start()
    with pytest.raises(RuntimeError, match="stuck"):
        engine.close()
    assert good.closed.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "poll s"]


def test_sessions_are_served_while_snapshots_are_published(parts, engine_of):
    """Readers in many threads never see an error or a mixture: each answer is one snapshot's."""
    inventories = [parts.inventory(*(parts.lun(n) for n in range(1, count + 1))) for count in (1, 2, 3)]
    adapter = parts.Adapter(lambda _: inventories[len(adapter.readings) % 3])
    engine = engine_of(adapter)
    engine._poll._clock = engine._queue._clock = SystemClock()
    wrong = []
    stop = threading.Event()
    engine.start()
    assert engine.settled(parts.deadline)

    def ask(number):
        while not stop.is_set():
            engine.start_session_collector(str(number), parts.host, parts.Callback())
            seen = engine.visible(str(number))
            if seen is None or set(seen.luns) != set(seen.views[0].luns):
                wrong.append(seen)
            engine.stop_session_collector(str(number))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for inventory in inventories * 20:
        engine._cache.publish(inventory)
        engine.sessions.announce()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_engine_names_no_adapter(parts, engine_of):
    assert issubclass(parts.Adapter, PlatformAdapter)
    engine = engine_of(parts.Adapter(parts.inventory()))
    assert isinstance(engine, Engine)
    assert engine.source == "s"
    assert list(engine.catalogs()) == [{}]


# --- taking the place of another engine ---


def test_an_engine_in_the_place_of_another_shows_what_the_same_adapters_read_there_until_it_has_read_itself(
    parts, engine_of, clock
):
    class Leaving(parts.Adapter):
        """Another kind of adapter, which the new engine lacks."""

    kept, left = parts.inventory(parts.lun(1), parts.lun(2)), parts.inventory(parts.lun(3))
    old = engine_of(parts.Adapter(kept), Leaving(left))
    old.start()
    old.settled(parts.deadline)
    clock.until_waiting()
    old.start_session_collector("1", parts.host, parts.Callback())
    assert len(old.inventory().luns) == 3
    new = engine_of(parts.Adapter(DOWN, parts.inventory(parts.lun(2))), before=old)
    new.start_session_collector("1", parts.host, parts.Callback())
    assert list(new.visible("1").luns) == ["V:StorageLun:a:1", "V:StorageLun:a:2"]
    assert new.visible("1").luns["V:StorageLun:a:1"] is kept.luns["V:StorageLun:a:1"]
    old.close()
    new.start()
    new.settled(parts.deadline)
    clock.until_waiting()
    assert len(new.visible("1").luns) == 2  # it cannot be read yet
    clock.advance(4)
    clock.until_waiting()
    assert list(new.visible("1").luns) == ["V:StorageLun:a:2"]


def test_an_engine_with_nothing_in_common_with_the_one_before_begins_empty(parts, engine_of, clock):
    class Other(parts.Adapter):
        """Another kind of adapter."""

    old = engine_of(parts.Adapter(parts.inventory(parts.lun(1))))
    old.start()
    old.settled(parts.deadline)
    clock.until_waiting()
    assert engine_of(Other(DOWN), before=old).inventory() is None
    assert engine_of(Other(DOWN), before=engine_of(Other(DOWN))).inventory() is None


def test_notes_that_are_not_at_hand_fail_the_reading_and_the_last_snapshot_stays(parts, engine_of, clock):
    adapter = parts.Adapter(parts.inventory(parts.lun(1)), StoreError(reason="the disk is gone"))
    engine = engine_of(adapter)
    engine.start()
    engine.settled(parts.deadline)
    clock.until_waiting()
    clock.advance(100)
    adapter.until_read(2)
    clock.until_waiting()
    assert engine.status().error == "s failed: the store failed: the disk is gone"
    assert list(engine.inventory().luns) == ["V:StorageLun:a:1"]
