"""When a source is read: at intervals, on hints, when asked, and ever more seldom while it fails."""

import threading

from structlog.testing import capture_logs

from vasa_cim.adapter import Hint
from vasa_cim.errors import SourceUnreachable
from vasa_cim.model.enums import EntityType

HINT = Hint(entity_type=EntityType.LUN, key="1")
DOWN = SourceUnreachable(source="s", reason="connection refused")


def test_the_first_reading_is_at_once_and_the_next_an_interval_later(parts, engine_of, clock):
    adapter = parts.Adapter(parts.inventory(parts.lun(1)))
    engine = engine_of(adapter)
    engine.start()
    assert engine.settled(parts.deadline)
    assert clock.until_waiting() == 100
    clock.advance(99)
    assert clock.until_waiting() == 1
    assert len(adapter.readings) == 1
    clock.advance(1)
    adapter.until_read(2)
    assert adapter.readings[1].hints == ()
    assert adapter.readings[1].previous is engine.inventory() or adapter.readings[1].previous.luns


def test_hints_are_gathered_for_a_moment_and_read_together(parts, engine_of, clock):
    adapter = parts.Adapter(parts.inventory(parts.lun(1)))
    engine = engine_of(adapter)
    engine.start()
    engine.settled(parts.deadline)
    clock.until_waiting()
    adapter.hint(HINT)
    while clock.until_waiting() != 1:
        pass
    adapter.hint(HINT)
    adapter.hint(Hint(entity_type=EntityType.PORT, key="2"))
    clock.advance(1)
    adapter.until_read(2)
    assert adapter.readings[1].hints == (HINT, Hint(entity_type=EntityType.PORT, key="2"))
    assert adapter.readings[1].previous is not None


def test_a_hint_at_anything_makes_a_whole_reading(parts, engine_of, clock):
    adapter = parts.Adapter(parts.inventory(parts.lun(1)))
    engine = engine_of(adapter)
    engine.start()
    engine.settled(parts.deadline)
    clock.until_waiting()
    adapter.hint(HINT)
    adapter.hint(Hint())
    while clock.until_waiting() != 1:
        pass
    clock.advance(1)
    adapter.until_read(2)
    assert adapter.readings[1].hints == ()


def test_a_slow_source_is_left_alone_as_long_as_its_reading_took(parts, engine_of, clock):
    def slow(_):
        clock._passed += 70
        return parts.inventory(parts.lun(1))

    engine = engine_of(parts.Adapter(slow))
    engine.start()
    engine.settled(parts.deadline)
    assert clock.until_waiting() == 70


def test_failures_are_retried_ever_more_seldom_and_the_last_snapshot_stays(parts, engine_of, clock):
    adapter = parts.Adapter(parts.inventory(parts.lun(1)), DOWN)
    engine = engine_of(adapter)
    engine.start()
    engine.settled(parts.deadline)
    clock.advance(100)
    waits = []
    for times in range(2, 7):
        adapter.until_read(times)
        waits.append(clock.until_waiting())
        clock.advance(waits[-1])
    assert waits == [4, 8, 16, 20, 20]
    assert engine.inventory().luns
    status = engine.status()
    assert (status.read_at, status.luns, status.arrays) == (parts.start, 1, 1)
    assert "connection refused" in status.error
    assert status.failed_at > parts.start


def test_a_source_that_comes_back_is_read_whole_and_its_error_forgotten(parts, engine_of, clock):
    adapter = parts.Adapter(DOWN, parts.inventory(parts.lun(1)))
    engine = engine_of(adapter)
    engine.start()
    assert engine.settled(parts.deadline)
    assert engine.inventory() is None
    adapter.hint(HINT)
    clock.advance(4)
    adapter.until_read(2)
    assert adapter.readings[1].hints == ()
    assert clock.until_waiting() == 100
    assert engine.status().error is None


def test_a_failing_source_is_not_asked_sooner_for_a_refresh_or_a_hint(parts, engine_of, clock):
    adapter = parts.Adapter(DOWN)
    engine = engine_of(adapter)
    engine.start()
    engine.settled(parts.deadline)
    clock.until_waiting()
    engine.refresh()
    adapter.hint(HINT)
    clock.advance(1)
    assert clock.until_waiting() == 3
    assert len(adapter.readings) == 1


def test_only_a_change_of_state_is_logged(parts, engine_of, clock):
    other = SourceUnreachable(source="s", reason="no route")
    adapter = parts.Adapter(DOWN, DOWN, DOWN, other, other, parts.inventory(), parts.inventory())
    with capture_logs() as lines:
        engine = engine_of(adapter)
        engine.start()
        for times in range(1, 7):
            adapter.until_read(times)
            clock.advance(clock.until_waiting())
        adapter.until_read(7)
    logged = [(line["log_level"], line.get("reason")) for line in lines]
    assert logged == [("warning", str(DOWN)), ("warning", str(other)), ("info", None)]


def test_a_failure_that_lasts_is_mentioned_again_from_time_to_time(parts, engine_of, clock):
    adapter = parts.Adapter(DOWN)
    with capture_logs() as lines:
        engine = engine_of(adapter)
        engine.start()
        waited = 0.0
        while waited < 2 * 3600:
            pause = clock.until_waiting()
            waited += pause
            clock.advance(pause)
        clock.until_waiting()
    assert [line["log_level"] for line in lines] == ["warning"] * 3


def test_a_defect_that_lasts_is_told_once(parts, engine_of, clock):
    adapter = parts.Adapter(ZeroDivisionError("oops"))
    with capture_logs() as lines:
        engine = engine_of(adapter)
        engine.start()
        for times in range(1, 6):
            adapter.until_read(times)
            clock.advance(clock.until_waiting())
    assert [line["log_level"] for line in lines] == ["error", "warning"]


def test_a_refresh_wakes_the_thread_only_when_data_are_late(parts, engine_of, clock):
    adapter = parts.Adapter(parts.inventory())
    engine = engine_of(adapter)
    engine.start()
    engine.settled(parts.deadline)
    clock.until_waiting()
    engine.refresh()
    clock.advance(1)
    assert clock.until_waiting() == 99
    clock._passed += 500
    engine.refresh()
    adapter.until_read(2)


def test_a_refresh_during_a_reading_does_not_cause_another(parts, engine_of, clock):
    begun, go_on = threading.Event(), threading.Event()

    def reading(_):
        begun.set()
        assert go_on.wait(parts.deadline)
        return parts.inventory()

    adapter = parts.Adapter(reading)
    engine = engine_of(adapter)
    engine.start()
    assert begun.wait(parts.deadline)
    engine.refresh()
    go_on.set()
    assert clock.until_waiting() == 100
    assert len(adapter.readings) == 1


def test_a_defect_does_not_end_the_thread(parts, engine_of, clock):
    adapter = parts.Adapter(ZeroDivisionError("oops"), parts.inventory(parts.lun(1)))
    engine = engine_of(adapter)
    with capture_logs() as lines:
        engine.start()
        assert engine.settled(parts.deadline)
        clock.advance(4)
        adapter.until_read(2)
        clock.until_waiting()
    assert engine.inventory().luns
    assert lines[0]["log_level"] == "error"


def test_a_source_that_cannot_be_watched_is_polled(parts, engine_of, clock):
    adapter = parts.Adapter(parts.inventory(parts.lun(1)))
    adapter.watch_error = SourceUnreachable(source="s", reason="no indications")
    engine = engine_of(adapter)
    engine.start()
    clock.until_waiting()
    assert engine.inventory().luns
    assert engine.status().error is None


def test_watching_begins_before_the_first_reading(parts, engine_of):
    seen = []
    adapter = parts.Adapter(lambda _: seen.append(adapter.hint) or parts.inventory())
    engine = engine_of(adapter)
    engine.start()
    engine.settled(parts.deadline)
    assert seen[0] is not None
