"""A property that is worked out once for each object."""

import threading

import pytest

from vasa_cim.model.lazy import cached_property

HANG = 60


class Thing:
    def __init__(self, make):
        self.make = make

    @cached_property
    def value(self):
        """What it says of itself."""
        return self.make()


def test_it_is_worked_out_at_the_first_access_and_only_then():
    made = []
    thing = Thing(lambda: made.append("x") or object())
    assert made == []
    assert thing.value is thing.value
    assert made == ["x"]
    assert Thing(object).value is not thing.value


def test_an_error_keeps_nothing():
    outcomes = iter([ZeroDivisionError, 3])

    def make():
        found = next(outcomes)
        if found is ZeroDivisionError:
            raise ZeroDivisionError
        return found

    thing = Thing(make)
    with pytest.raises(ZeroDivisionError):
        _ = thing.value
    assert thing.value == 3


def test_the_class_tells_what_it_is():
    assert Thing.value.__doc__ == "What it says of itself."


def test_one_object_that_hangs_keeps_no_other_of_its_class_waiting():
    began, release = threading.Event(), threading.Event()

    def hang():
        began.set()
        return release.wait(HANG)

    slow = Thing(hang)
    thread = threading.Thread(target=lambda: slow.value)
    thread.start()
    assert began.wait(HANG)
    quick = []
    other = threading.Thread(target=lambda: quick.append(Thing(lambda: "quick").value))
    other.start()
    other.join(HANG)
    assert quick == ["quick"]
    assert thread.is_alive()
    release.set()
    thread.join(HANG)


def test_two_threads_that_come_first_get_the_same_value():
    both = threading.Barrier(2)

    def make():
        both.wait(HANG)
        return object()

    thing, found = Thing(make), []
    threads = [threading.Thread(target=lambda: found.append(thing.value)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG)
    assert found[0] is found[1]
