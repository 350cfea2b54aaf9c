"""Enumeration contexts live as long as they are used, and no longer."""

import pytest
import pywbem

from mock_cimom.contexts import MAX_CONTEXTS, Context, EnumerationContexts


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def context(count=5, timeout=30):
    return Context("root/a", "PullInstancePaths", iter("abcdefgh"[:count]), count, timeout)


def test_a_context_is_taken_in_parts():
    one = context(5)
    assert (one.take(2), one.left) == (["a", "b"], 3)
    assert (one.take(0), one.left) == ([], 3)
    assert (one.take(9), one.left) == (["c", "d", "e"], 0)


def test_a_sequence_that_breaks_off_ends():
    def broken():
        yield "a"
        raise RuntimeError("cannot be written")

    one = Context("root/a", "PullInstancePaths", broken(), 5, 30)
    assert one.take(1) == ["a"]
    with pytest.raises(RuntimeError):
        one.take(2)
    assert (one.take(2), one.left) == ([], 0)


def test_a_context_is_found_by_id_namespace_and_kind(clock):
    contexts = EnumerationContexts(clock)
    kept = context()
    context_id = contexts.open(kept)
    assert contexts.find(context_id, "root/a", "PullInstancePaths") is kept
    assert contexts.find(context_id, "root/a", None) is kept
    for wrong in (
        ("nothing", "root/a", None),
        (context_id, "root/b", None),
        (context_id, "root/a", "PullInstancesWithPath"),
    ):
        with pytest.raises(pywbem.CIMError) as caught:
            contexts.find(*wrong)
        assert caught.value.status_code == pywbem.CIM_ERR_INVALID_ENUMERATION_CONTEXT


def test_a_context_expires_when_it_is_not_used(clock):
    contexts = EnumerationContexts(clock)
    context_id = contexts.open(context(timeout=30))
    clock.now += 29
    contexts.find(context_id, "root/a", None)
    clock.now += 29
    contexts.find(context_id, "root/a", None)
    clock.now += 30
    assert len(contexts) == 0
    with pytest.raises(pywbem.CIMError):
        contexts.find(context_id, "root/a", None)


def test_a_closed_context_is_gone(clock):
    contexts = EnumerationContexts(clock)
    context_id = contexts.open(context())
    contexts.close(context_id)
    contexts.close(context_id)
    assert len(contexts) == 0


def test_the_number_of_contexts_is_limited_until_some_expire(clock):
    contexts = EnumerationContexts(clock)
    for _ in range(MAX_CONTEXTS):
        contexts.open(context(timeout=30))
    with pytest.raises(pywbem.CIMError) as caught:
        contexts.open(context())
    assert caught.value.status_code == pywbem.CIM_ERR_SERVER_LIMITS_EXCEEDED
    clock.now += 31
    contexts.open(context())
    assert len(contexts) == 1
