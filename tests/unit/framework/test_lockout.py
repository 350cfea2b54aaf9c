"""Counting failed logins (vasa-1.0 4.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasa_cim.framework import lockout as module
from vasa_cim.framework.lockout import Lockout


@pytest.fixture
def lockout(clock):
    return Lockout(clock)


def fail(lockout, times, user="admin", address="a"):
    return [lockout.try_begin(user, address) for _ in range(times)]


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
        assert lockout.try_begin(f"user{number}", "b")
    assert len(lockout) <= 50
    assert not lockout.try_begin("admin", "a")


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
            failures.setdefault((user, address), []).append(hand.at)
            recent = [at for at in failures[user, address][-4:] if hand.at - at < 300]
            assert len(recent) <= 3
