"""Threads that work, and hold up nobody at the end."""

import threading
from concurrent.futures import CancelledError

import pytest

from mock_cimom.workers import Workers


@pytest.fixture
def workers():
    made = Workers(3, "test-worker")
    yield made
    made.shutdown()


def test_work_is_done_and_its_result_or_error_told(workers):
    assert workers.submit(divmod, 7, 2).result(10) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        workers.submit(divmod, 7, 0).result(10)
    assert workers.submit(int, "ff", base=16).result(10) == 255


def test_no_more_threads_work_than_allowed_and_idle_ones_are_used_again(workers):
    gate, begun = threading.Event(), threading.Semaphore(0)
    names = set()

    def work():
        names.add(threading.current_thread().name)
        begun.release()
        assert gate.wait(10)

    waiting = [workers.submit(work) for _ in range(5)]
    for _ in range(3):
        assert begun.acquire(timeout=10)
    assert not begun.acquire(blocking=False)
    gate.set()
    for one in waiting:
        one.result(10)
    assert len(names) == 3
    for _ in range(50):
        workers.submit(work).result(10)
    assert len(names) == 3


def test_the_threads_are_daemons(workers):
    assert workers.submit(lambda: threading.current_thread().daemon).result(10)


def test_the_end_waits_for_nobody_and_drops_what_has_not_begun(workers):
    gate, begun = threading.Event(), threading.Semaphore(0)

    def work():
        begun.release()
        assert gate.wait(10)
        return "done"

    running = [workers.submit(work) for _ in range(3)]
    for _ in running:
        assert begun.acquire(timeout=10)
    waiting = workers.submit(work)
    workers.shutdown()
    with pytest.raises(CancelledError):
        waiting.result(10)
    with pytest.raises(RuntimeError):
        workers.submit(work)
    gate.set()
    assert [one.result(10) for one in running] == ["done"] * 3
    workers.shutdown()
