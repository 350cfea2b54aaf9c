"""Which requests may be parsed on a thread that stays, so that nobody can fill the memory with names.

libxml2 keeps every element name, attribute name, prefix and namespace that a thread has ever parsed until that thread
ends. Requests of the usual toolkits repeat a small set of tags; what brings tags of its own is parsed on a thread of
its own, and its names go with that thread.
"""

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

_TAGS = re.compile(rb"""<(?:[^>"']++|"[^"]*+"|'[^']*+')*+>?|&[^;<]*+;?|(?<=>)[ \t\r\n]{16,}+(?=<)""")
"""What libxml2 takes its names from: tags, references, and runs of white space, which it keeps as well."""
_MOST_TAGS = 4096
_MOST_BYTES = 256 * 1024
_MOST_BODIES = 256
_SMALL_BODY = 1024


class Vocabulary:
    """The tags seen so far, up to a bound; not for use by several threads at once."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._size = 0
        self._bodies: set[int] = set()  # hashes of small covered requests: a client polls with the same bytes

    def covers(self, body: bytes, *, learn: bool = True) -> bool:
        """Return whether parsing `body` adds nothing beyond the bound to what a thread must remember.

        `learn` says whether new tags may be added to it; tags of strangers are not, or they would soon leave no room
        for those of clients.
        Comments, CDATA sections and processing instructions, inside of which a tag is no tag, count as unusual.
        """
        if hash(body) in self._bodies:
            return True
        if b"<!" in body or body.rfind(b"<?") > 0:
            return False
        new = set(_TAGS.findall(body)) - self._known
        if not new:
            if len(body) <= _SMALL_BODY and len(self._bodies) < _MOST_BODIES:
                self._bodies.add(hash(body))
            return True
        if not learn:
            return False
        size = sum(map(len, new))
        if len(self._known) + len(new) > _MOST_TAGS or self._size + size > _MOST_BYTES:
            return False
        self._known |= new
        self._size += size
        return True


class PassingThreads:
    """Runs jobs each on a new thread, `most` at a time; to be used on one event loop."""

    def __init__(self, most: int) -> None:
        self._room = asyncio.Semaphore(most)

    async def run(self, job: Callable[[], Result]) -> Result:
        """Return what `job` returns; `job` must not raise."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()

        def deliver(result: Result) -> None:
            if not done.done():
                done.set_result(result)

        def work() -> None:
            result = job()
            # The loop is closed when the server was stopped meanwhile: nobody waits for the result.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(deliver, result)

        async with self._room:
            threading.Thread(target=work, name="soap-passing", daemon=True).start()
            return await done
