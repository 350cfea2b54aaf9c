"""What is pulled is written as it is sent, and belongs to one pull alone."""

import threading

import pytest
import pywbem

from mock_cimom.cimom import Cimom
from mock_cimom.pulls import opened, pulled

MANY = 10_000
ELEMENT = f"<A>{'a' * 100}</A>"
PULL = "PullInstancePaths"


@pytest.fixture
def cimom(tiny):
    return Cimom(tiny, "cimom.example:5988")


@pytest.fixture
def space(cimom):
    return cimom.repository.namespace("root/mockblock")


class Elements:
    """Elements that count how many of them were written."""

    def __init__(self, count):
        self.count = count
        self.written = 0

    def write(self):
        self.written += 1
        return ELEMENT

    def open(self, cimom, space, at_once=0):
        """Open an enumeration; return the id of its context."""
        values = {"ContinueOnError": None, "OperationTimeout": None, "MaxObjectCount": at_once}
        answer = opened(cimom, space, values, PULL, iter([self.write] * self.count), self.count)
        return "".join(answer).rpartition("</VALUE>")[0].rpartition(">")[2]


def pull(cimom, space, context_id, count):
    return pulled(cimom, space, {"EnumerationContext": context_id, "MaxObjectCount": count}, PULL)


def test_a_long_answer_is_written_as_it_is_sent(cimom, space):
    elements = Elements(MANY)
    answer = pull(cimom, space, elements.open(cimom, space), 2**32 - 1)
    assert 0 < elements.written < MANY / 2
    text = "".join(answer)
    assert (elements.written, text.count(ELEMENT)) == (MANY, MANY)
    assert text.startswith("<IRETURNVALUE><A>")
    assert '<PARAMVALUE NAME="EndOfSequence" PARAMTYPE="boolean"><VALUE>true</VALUE>' in text


def test_what_is_not_yet_sent_is_not_pulled_twice(cimom, space):
    elements = Elements(MANY)
    context_id = elements.open(cimom, space)
    first = pull(cimom, space, context_id, MANY - 3)
    assert "".join(pull(cimom, space, context_id, 10)).count(ELEMENT) == 3
    assert "".join(first).count(ELEMENT) == MANY - 3


def test_a_pull_that_comes_after_the_last_one_finds_nothing_to_continue(cimom, space):
    context_id = Elements(3).open(cimom, space)
    context = cimom.contexts.find(context_id, space.name, PULL)
    failures = []

    def late():
        try:
            pull(cimom, space, context_id, 1)
        except pywbem.CIMError as error:
            failures.append(error.status_code)

    with context.lock:
        second = threading.Thread(target=late)
        second.start()
        context.take(3)
    second.join(10)
    assert failures == [pywbem.CIM_ERR_INVALID_ENUMERATION_CONTEXT]
