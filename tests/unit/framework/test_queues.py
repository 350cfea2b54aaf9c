"""Ids, polls, loss and recovery of the event and alarm queues (vasa-1.0 6.1 to 6.3)."""

import threading
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasa_cim.errors import InvalidArgument, LostAlarm, LostEvent
from vasa_cim.framework.queues import AlarmQueue, EventQueue, NoticeQueue


class NumberQueue(NoticeQueue[int]):
    """Holds the bare ids: what is tested is the queue."""

    lost = LostEvent
    argument = "lastEventId"


def queue_of(posted: int, size: int = 10, batch: int = 100) -> NumberQueue:
    queue = NumberQueue(size, batch)
    post(queue, posted)
    return queue


def post(queue: NumberQueue, count: int) -> None:
    for _ in range(count):
        queue.post(lambda number: number)


LOST, INVALID = LostEvent, InvalidArgument
# (sentence, size, steps); a step is "+n" (post n) or (last id, expected ids or fault)
CASES = [
    ("an empty queue polled from 0 answers nothing", 10, [(0, [])]),
    ("an empty queue polled from -1 answers nothing", 10, [(-1, [])]),
    ("ids start at 1 and 0 means from the beginning", 10, ["+3", (0, [1, 2, 3])]),
    ("-1 means from the beginning too", 10, ["+3", (-1, [1, 2, 3])]),
    ("below -1 is no id", 10, ["+3", (-2, INVALID), (0, [1, 2, 3])]),
    ("a poll with a bad id is not the first poll", 10, ["+3", (-2, INVALID), (2, LOST)]),
    ("the newest id answers nothing", 10, ["+3", (0, [1, 2, 3]), (3, [])]),
    ("an id between answers what follows", 10, ["+3", (0, [1, 2, 3]), (1, [2, 3])]),
    ("delivering removes nothing: the same poll gets the same answer", 10, ["+3", (0, [1, 2, 3]), (0, [1, 2, 3])]),
    ("a repeated poll after a lost answer gets it again", 10, ["+2", (0, [1, 2]), "+2", (2, [3, 4]), (2, [3, 4])]),
    (
        "what is acknowledged may be gone: from the beginning gives the rest",
        10,
        ["+3", (0, [1, 2, 3]), (2, [3]), (0, [3])],
    ),
    ("ahead of the newest is InvalidArgument", 10, ["+3", (0, [1, 2, 3]), (4, INVALID), (3, [])]),
    ("ahead of an empty queue is InvalidArgument", 10, [(0, []), (1, INVALID)]),
    ("the first poll of a session with an id ahead is Lost", 10, ["+3", (99, LOST)]),
    ("the first poll of a session with any id above 0 is Lost: it is of a former session", 10, ["+3", (2, LOST)]),
    ("after Lost, 0 counts from the beginning", 10, ["+3", (99, LOST), (0, [1, 2, 3])]),
    ("after Lost, -1 counts from the beginning", 10, ["+3", (99, LOST), (-1, [1, 2, 3])]),
    ("after Lost, the old id counts from the beginning", 10, ["+3", (99, LOST), (99, [1, 2, 3]), (99, [1, 2, 3])]),
    ("after Lost, an old id that happens to be queued acknowledges nothing", 10, ["+3", (2, LOST), (2, [1, 2, 3])]),
    (
        "after Lost and a valid id, ahead is InvalidArgument again",
        10,
        ["+3", (9, LOST), (9, [1, 2, 3]), (3, []), (9, INVALID)],
    ),
    (
        "after Lost, what was given since and then dropped lacks nothing",
        3,
        ["+3", (9, LOST), (9, [1, 2, 3]), "+3", (3, [4, 5, 6])],
    ),
    (
        "an acknowledged id that is gone is Lost once, then from the beginning",
        10,
        ["+3", (0, [1, 2, 3]), (2, [3]), (1, LOST), (1, [3]), (3, [])],
    ),
    ("overflow drops the oldest; from the beginning is Lost once, then the rest", 3, ["+5", (0, LOST), (0, [3, 4, 5])]),
    ("overflow below the client's id is Lost once", 3, ["+1", (0, [1]), "+4", (1, LOST), (1, [3, 4, 5]), (5, [])]),
    ("the highest dropped id itself lacks nothing", 3, ["+2", (0, [1, 2]), "+3", (2, [3, 4, 5])]),
    (
        "an id above the dropped ones lacks nothing, and 0 afterwards is fine",
        3,
        ["+3", (0, [1, 2, 3]), "+2", (3, [4, 5]), (0, [4, 5])],
    ),
    ("a second overflow is Lost a second time", 3, ["+5", (0, LOST), "+4", (0, LOST), (0, [7, 8, 9])]),
    ("a second overflow is Lost for an old id too", 3, ["+5", (7, LOST), "+4", (7, LOST), (7, [7, 8, 9])]),
    ("one Lost tells of all that was dropped before it", 3, ["+9", (5, LOST), (0, [7, 8, 9])]),
    ("ids go on after a loss", 3, ["+5", (0, LOST), (0, [3, 4, 5]), (5, []), "+1", (5, [6])]),
]


@pytest.mark.parametrize(("size", "steps"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_polls(size, steps):
    queue = NumberQueue(size, 100)
    for step in steps:
        if isinstance(step, str):
            post(queue, int(step))
            continue
        last_id, expected = step
        if isinstance(expected, list):
            assert queue.poll(last_id) == expected
        else:
            with pytest.raises(expected):
                queue.poll(last_id)


def test_a_batch_is_limited_and_the_client_polls_on():
    queue = queue_of(250, size=1000)
    first = queue.poll(0)
    second = queue.poll(first[-1])
    third = queue.poll(second[-1])
    assert [len(first), len(second), len(third)] == [100, 100, 50]
    assert [*first, *second, *third] == list(range(1, 251))


def test_acknowledged_elements_free_their_place():
    queue = queue_of(10, size=10)
    queue.poll(0)
    queue.poll(10)
    assert len(queue) == 0
    post(queue, 10)
    assert queue.poll(10) == list(range(11, 21))


def test_the_alarm_queue_has_its_own_fault_and_argument():
    queue = AlarmQueue(3, 100)
    with pytest.raises(LostAlarm):
        queue.poll(7)
    with pytest.raises(InvalidArgument, match="lastAlarmId"):
        queue.poll(-2)
    with pytest.raises(InvalidArgument, match="lastEventId"):
        EventQueue(3, 100).poll(-2)


def test_posting_from_many_threads_gives_each_id_once_and_in_order():
    queue = NumberQueue(10_000, 10_000)
    threads = [threading.Thread(target=post, args=(queue, 500)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert queue.poll(0) == list(range(1, 4001))


@dataclass
class Client:
    """A correct client: after a Lost fault it reads everything (knows all posted so far) and polls from 0."""

    last: int = 0
    known: set[int] = field(default_factory=set)


@given(
    size=st.integers(1, 6),
    batch=st.integers(1, 4),
    steps=st.lists(st.one_of(st.integers(1, 9), st.sampled_from(["poll", "lost answer"])), max_size=60),
)
def test_a_correct_client_ends_up_knowing_everything(size, batch, steps):
    """Whatever is posted, dropped or lost on the way: polling on until nothing comes, nothing is missed."""
    queue, client = NumberQueue(size, batch), Client()

    def poll(delivered=True):
        try:
            answer = queue.poll(client.last)
        except LostEvent:
            client.last, client.known = 0, set(range(1, queue.newest + 1))
            return True
        assert len(answer) <= batch
        assert list(answer) == list(range(answer[0], answer[0] + len(answer))) if answer else True
        if delivered and answer:
            client.known.update(answer)
            client.last = answer[-1]
        return bool(answer)

    for step in steps:
        if isinstance(step, int):
            post(queue, step)
        else:
            poll(delivered=step == "poll")
        assert len(queue) <= size
    while poll():
        pass
    assert client.known == set(range(1, queue.newest + 1))


@given(
    size=st.integers(1, 5),
    steps=st.lists(
        st.one_of(st.integers(1, 6).map(lambda n: ("post", n)), st.integers(-3, 30).map(lambda n: ("poll", n)))
    ),
)
def test_any_client_gets_ascending_ids_or_a_declared_fault(size, steps):
    queue = NumberQueue(size, 3)
    losses = 0
    posted_since_loss = True
    for kind, number in steps:
        if kind == "post":
            post(queue, number)
            posted_since_loss = True
            continue
        try:
            answer = queue.poll(number)
        except InvalidArgument:
            assert number < -1 or number > queue.newest
        except LostEvent:
            assert number >= -1
            losses += 1
            if not posted_since_loss:
                # a second fault without a new drop needs a client that went backwards after having been in step
                assert 0 < number < queue.newest - len(queue)
            posted_since_loss = False
        else:
            assert list(answer) == sorted(answer)
            assert all(queue.newest - len(queue) < each <= queue.newest for each in answer)
