"""A failure that lasts is told once in a while, and numbers in its reason make no news."""

import pytest

from vasa_cim.adapters.engine.failure_log import FailureLog


@pytest.fixture
def log():
    return FailureLog(reminder=100)


def test_each_reason_is_news_once_until_the_reminder(log):
    said = [log.is_news(reason, now) for now, reason in enumerate(["a", "b", "a", "b"])]
    assert said == [True, True, False, False]
    assert not log.is_news("a", 99)
    assert log.is_news("a", 100)
    assert not log.is_news("a", 101)


def test_numbers_make_no_news(log):
    assert log.is_news("not XML, line 1, column 77", 0)
    assert not log.is_news("not XML, line 1, column 1234", 1)


def test_after_a_success_everything_is_news(log):
    log.is_news("a", 0)
    log.clear()
    assert log.is_news("a", 1)


def test_reasons_that_never_end_are_cut_off(log):
    told = sum(log.is_news("x" * length, 0) for length in range(1, 1000))
    assert 1 < told < 50
    assert log.is_news("y", 100)
