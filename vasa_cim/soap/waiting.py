"""Threads for calls that may wait for a source: those of trusted clients apart from those of anybody else.

A login is checked at a source that may be slow or silent, and whoever reaches the port may ask for one. So strangers
have threads of their own, few enough not to flood the source, and a bound on how many of them may queue.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class WaitingRoom:
    """Runs jobs on at most `threads` threads, and holds at most `most` of them, running ones included.

    To be used on one event loop.
    """

    def __init__(self, name: str, threads: int, most: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = most
        self._inside = 0

    @property
    def is_full(self) -> bool:
        """Whether one more job has to be turned away."""
        return self._inside >= self._most

    async def run(self, job: Callable[[], Result]) -> Result:
        """Return what `job` returns. It counts until it has ended, even if nobody waits for it any more."""
        self._inside += 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, job)
        running.add_done_callback(self._left)
        return await running

    def close(self) -> None:
        """Start no more jobs. Those that run end on their own; nobody waits for them."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _left(self, _ended: "asyncio.Future[Result]") -> None:
        self._inside -= 1
