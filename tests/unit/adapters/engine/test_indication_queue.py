"""Hints wait in order, equal ones once, and never without bound."""

import threading

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapter import Hint
from vasa_cim.adapters.engine.indication_queue import EVERYTHING, IndicationQueue
from vasa_cim.clock import SystemClock
from vasa_cim.model.enums import EntityType


def lun_hint(key):
    return Hint(entity_type=EntityType.LUN, key=key)


@pytest.fixture
def queue():
    return IndicationQueue("s", 3, SystemClock())


def test_hints_come_out_once_in_order_of_arrival(queue):
    for key in ("2", "1", "2"):
        queue.offer(lun_hint(key))
    assert queue.take() == (lun_hint("2"), lun_hint("1"))
    assert queue.take() == ()


def test_a_hint_at_everything_swallows_all_others(queue):
    queue.offer(lun_hint("1"))
    queue.offer(EVERYTHING)
    queue.offer(lun_hint("2"))
    assert queue.take() == (EVERYTHING,)


def test_a_full_queue_becomes_one_hint_at_everything_and_says_so_once(queue):
    with capture_logs() as lines:
        for number in range(1000):
            queue.offer(lun_hint(str(number)))
        assert queue.take() == (EVERYTHING,)
        queue.offer(lun_hint("1"))
        assert queue.take() == (lun_hint("1"),)
    assert [line["log_level"] for line in lines] == ["warning", "info"]


def test_a_closed_queue_takes_nothing_and_keeps_nobody_waiting(queue):
    queue.offer(lun_hint("1"))
    queue.close()
    queue.offer(lun_hint("2"))
    queue.wait(float("inf"))
    assert queue.take() == ()
    assert queue.closed


def test_an_offer_wakes_who_waits(queue):
    waiter = threading.Thread(target=queue.wait, args=(SystemClock().monotonic() + 60,))
    waiter.start()
    queue.offer(lun_hint("1"))
    waiter.join(20)
    assert not waiter.is_alive()


def test_waiting_ends_with_its_time(clock, queue):
    timed = IndicationQueue("s", 3, clock)
    waiter = threading.Thread(target=timed.wait, args=(10.0,))
    waiter.start()
    clock.advance(9)
    assert clock.until_waiting() == 1
    clock.advance(1)
    waiter.join(20)
    assert not waiter.is_alive()
