"""Calls are counted by operation, and time since the beginning."""

from mock_cimom.call_counts import CallCounts


def test_calls_are_counted_by_operation():
    counts = CallCounts()
    for name in ("GetInstance", "EnumerateInstances", "GetInstance"):
        counts.count(name)
    assert list(counts.by_operation().items()) == [("EnumerateInstances", 1), ("GetInstance", 2)]


def test_uptime_is_told_by_the_clock():
    now = [100.0]
    counts = CallCounts(lambda: now[0])
    now[0] = 107.5
    assert counts.uptime() == 7.5
