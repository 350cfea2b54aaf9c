"""Worker threads that never hold up the end of the process.

The pools of `concurrent.futures` are waited for when the interpreter exits; a provider's method that does not return
would keep the process alive. These threads are daemons, and end with it.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import Any


@dataclass(frozen=True)
class _Job:
    future: Future[Any]
    work: Callable[[], Any]

    def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.work()
        except BaseException as error:  # noqa: BLE001 - whatever ends the work is told to the one who waits for it
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class Workers(Executor):
    """At most `most` threads, started when there is work for them."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._idle = Semaphore(0)
        self._lock = Lock()
        self._started = 0
        self._ended = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have `fn` called on a thread. Raises RuntimeError after `shutdown`."""
        future: Future[Any] = Future()
        with self._lock:
            if self._ended:
                raise RuntimeError("the workers have ended")
            self._jobs.put(_Job(future, lambda: fn(*args, **kwargs)))
            if not self._idle.acquire(blocking=False) and self._started < self._most:
                self._started += 1
                Thread(target=self._work, name=f"{self._name}-{self._started}", daemon=True).start()
        return future

    def shutdown(self, wait: bool = False, *, cancel_futures: bool = True) -> None:
        """Take no more work and drop what has not begun. Nobody is waited for, whatever `wait` says."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
            if cancel_futures:
                self._drop_waiting()
            for _ in range(self._started):
                self._jobs.put(None)

    def _drop_waiting(self) -> None:
        with suppress(Empty):
            while (job := self._jobs.get_nowait()) is not None:
                job.future.cancel()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()
            del job  # or the thread would keep the last result alive while it has nothing to do
            self._idle.release()
