"""Enumeration contexts of the pull operations (DSP0200 5.4.2.24)."""

import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock

import pywbem

DEFAULT_TIMEOUT = 60
MAX_TIMEOUT = 600
MAX_CONTEXTS = 1000


@dataclass
class Context:
    """An open enumeration: what is left of it, and how long it may lie unused.

    `pull` is the name of the operation that continues it. `elements` yields functions that write one CIM-XML element
    each, so that nothing is written before it is pulled and sent.
    """

    namespace: str
    pull: str
    elements: Iterator[Callable[[], str]]
    left: int
    timeout: int
    deadline: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def take(self, count: int) -> list[Callable[[], str]]:
        """Return the next elements, at most `count`."""
        taken = list(itertools.islice(self.elements, count))
        # A sequence that ended early, because one of its elements could not be made, has nothing left.
        self.left = self.left - count if len(taken) == count else 0
        return taken


class EnumerationContexts:
    """The open contexts. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[str, Context] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        """Return the number of contexts that are open and not expired."""
        self._expire()
        return len(self._open)

    def open(self, context: Context) -> str:
        """Keep a context; return its id. Raises CIM_ERR_SERVER_LIMITS_EXCEEDED if too many are open."""
        self._expire()
        with self._lock:
            if len(self._open) >= MAX_CONTEXTS:
                raise pywbem.CIMError(pywbem.CIM_ERR_SERVER_LIMITS_EXCEEDED, "Too many open enumerations")
            context_id = secrets.token_hex(16)
            context.deadline = self._clock() + context.timeout
            self._open[context_id] = context
        return context_id

    def find(self, context_id: str, namespace: str, pull: str | None) -> Context:
        """Return an open context and restart its timeout; `pull` None means any kind.

        Raises CIM_ERR_INVALID_ENUMERATION_CONTEXT if there is none of this id, namespace and kind.
        """
        self._expire()
        with self._lock:
            context = self._open.get(context_id)
            if context is None or context.namespace != namespace or pull not in (None, context.pull):
                raise pywbem.CIMError(pywbem.CIM_ERR_INVALID_ENUMERATION_CONTEXT, "No such enumeration context")
            context.deadline = self._clock() + context.timeout
            return context

    def close(self, context_id: str) -> None:
        """Forget a context, if it is open."""
        with self._lock:
            self._open.pop(context_id, None)

    def forget_all(self) -> None:
        """Forget all contexts, as a server that restarts does."""
        with self._lock:
            self._open.clear()

    def _expire(self) -> None:
        now = self._clock()
        with self._lock:
            for context_id in [one for one, context in self._open.items() if context.deadline <= now]:
                del self._open[context_id]
