"""Counting failed logins (vasa-1.0 4.6)."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasa_cim.framework import lockout as module
from vasa_cim.framework.lockout import Lockout


@pytest.fixture
def lockout(clock):
    return Lockout(clock)


def fail(lockout, times, user="admin", address="a"):
    begun = []
    for _ in range(times):
        begun.append(lockout.try_begin(user, address))
        if begun[-1]:
            lockout.failed(user, address)
    return begun


def test_three_failures_lock_for_300_seconds_after_the_last(lockout, clock):
    assert fail(lockout, 4) == [True, True, True, False]
    clock.turn(299)
    assert fail(lockout, 1) == [False]  # and this attempt does not count
    clock.turn(1)
    assert fail(lockout, 4) == [True, True, True, False]


def test_a_count_is_forgotten_300_seconds_after_its_last_failure(lockout, clock):
    fail(lockout, 2)
    clock.turn(300)
    assert fail(lockout, 4) == [True, True, True, False]


def test_other_users_and_other_addresses_are_not_locked(lockout):
    fail(lockout, 3)
    assert lockout.try_begin("admin", "b")
    assert lockout.try_begin("other", "a")


def test_the_spelling_of_the_user_does_not_get_around_it(lockout):
    fail(lockout, 3, user="Admin")
    assert not lockout.try_begin(" aDMIN ", "a")


def test_thirty_failures_lock_the_user_from_every_address(lockout):
    for number in range(10):
        assert fail(lockout, 3, address=f"a{number}") == [True] * 3
    assert not lockout.try_begin("admin", "elsewhere")
    assert lockout.try_begin("other", "elsewhere")


def test_success_forgets_the_failures_from_there_but_not_those_from_elsewhere(lockout):
    fail(lockout, 3, address="elsewhere")
    fail(lockout, 2)
    assert lockout.try_begin("admin", "a")
    lockout.succeeded("admin", "a")
    assert fail(lockout, 4) == [True, True, True, False]
    assert not lockout.try_begin("admin", "elsewhere")


def test_a_login_that_nobody_could_decide_does_not_count(lockout):
    for _ in range(50):
        assert lockout.try_begin("admin", "a")
        lockout.undecided("admin", "a")
    assert len(lockout) == 0


def test_memory_is_bounded_and_locks_outlive_a_flood_of_other_names(lockout, monkeypatch):
    monkeypatch.setattr(module, "MOST_COUNTERS", 50)
    fail(lockout, 3)
    for number in range(500):
        assert fail(lockout, 1, f"user{number}", f"b{number}") == [True]
    assert len(lockout) <= 50
    assert not lockout.try_begin("admin", "a")


def test_a_hundred_failures_lock_the_address_for_every_user(lockout, clock):
    for number in range(100):
        assert fail(lockout, 1, f"user{number}") == [True]
    assert not lockout.try_begin("admin", "a")
    assert lockout.try_begin("admin", "b")
    clock.turn(300)
    assert lockout.try_begin("admin", "a")


def test_logins_at_the_same_time_with_the_right_password_all_succeed(lockout):
    begun, together = [], threading.Barrier(8)

    def log_in():
        together.wait(10)
        begun.append(lockout.try_begin("admin", "a"))
        lockout.succeeded("admin", "a")

    threads = [threading.Thread(target=log_in) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert begun == [True] * 8
    assert len(lockout) == 0


def test_guesses_at_the_same_time_are_no_more_than_one_after_the_other(lockout):
    begun = []
    assert all(lockout.try_begin("admin", "a") for _ in range(3))
    threads = [threading.Thread(target=lambda: begun.append(lockout.try_begin("admin", "a"))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        assert begun == []
        lockout.failed("admin", "a")
    for thread in threads:
        thread.join(10)
    assert begun == [False] * 5


def test_who_waits_for_an_attempt_that_does_not_end_is_refused_after_a_while(lockout, monkeypatch):
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.01)
    assert all(lockout.try_begin("admin", "a") for _ in range(3))
    assert not lockout.try_begin("admin", "a")


def test_an_attempt_that_lasts_longer_than_the_lock_is_still_counted(lockout, clock):
    assert lockout.try_begin("admin", "a")
    clock.turn(301)
    assert lockout.try_begin("admin", "a")
    lockout.failed("admin", "a")
    lockout.succeeded("admin", "a")
    assert fail(lockout, 4) == [True, True, True, False]


@given(st.lists(st.tuples(st.sampled_from("uv"), st.sampled_from("ab"), st.sampled_from("fs?"), st.integers(0, 200))))
def test_nobody_fails_a_fourth_time_within_the_lock(steps):
    """Whatever the order: at most three counted failures of a user from an address within any 300 seconds."""

    class Hand:
        at = 0.0

        def monotonic(self):
            return self.at

        def now(self):
            raise AssertionError("wall time can jump")

    hand = Hand()
    lockout, failures = Lockout(hand), {}
    for user, address, outcome, pause in steps:
        hand.at += pause
        if not lockout.try_begin(user, address):
            assert failures.get((user, address)), "locked without a failure"
            continue
        if outcome == "s":
            lockout.succeeded(user, address)
            failures.pop((user, address), None)
        elif outcome == "?":
            lockout.undecided(user, address)
        else:
            lockout.failed(user, address)
            failures.setdefault((user, address), []).append(hand.at)
            recent = [at for at in failures[user, address][-4:] if hand.at - at < 300]
            assert len(recent) <= 3
