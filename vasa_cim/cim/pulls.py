"""Pulled enumerations: Open, Pull and Close (DSP0200 5.4.2.24), a limited number of objects in each answer.

The server keeps the rest in an enumeration context, which it may lose: then the enumeration is an error as a whole.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from vasa_cim.cim.calls import Caller, text
from vasa_cim.cim.decoder import Form, Outputs, decode
from vasa_cim.cim.transport import BULK_PATIENCE
from vasa_cim.errors import SourceError, SourceFailed, SourceUnreachable, SourceUnreadable

OPERATION_TIMEOUT = 40
"""Seconds that the server is asked to keep a context between two pulls: the most that every server takes."""
_PAUSES = (0.05, 0.2, 1.0)
"""Seconds to wait between empty answers; the last for all further ones."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Pulled(Generic[_Result]):
    """An enumeration to be pulled: the operations that open and continue it, and the form of their results."""

    opening: str
    pulling: str
    namespace: str
    class_name: str
    parameters: str
    form: Form[_Result]


@dataclass(frozen=True, slots=True)
class Batch(Generic[_Result]):
    """The results of one answer. `context` continues the enumeration, None at its end."""

    results: list[_Result]
    context: str | None


class Puller:
    """Asks one CIMOM for `size` objects at a time. `clock` gives seconds that only grow."""

    def __init__(self, caller: Caller, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._caller = caller
        self._size = size
        self._clock = clock
        self._source = caller.endpoint.source

    def open(self, asked: Pulled[_Result]) -> Batch[_Result]:
        """Open an enumeration; return the first of its objects. Raises SourceError."""
        parameters = asked.parameters + text("OperationTimeout", OPERATION_TIMEOUT) + text("MaxObjectCount", self._size)
        return self._batch(asked, asked.opening, parameters)

    def results(self, asked: Pulled[_Result], batch: Batch[_Result]) -> Iterator[_Result]:
        """Yield all objects of an enumeration, from its first answer on.

        Raises SourceError, never one that says the server lacks something. What the caller leaves in the middle is
        closed at the server.
        """
        end = self._clock() + self._caller.endpoint.bulk_timeout * BULK_PATIENCE
        owner = threading.get_ident()
        empty = 0
        try:
            while True:
                yield from batch.results
                if batch.context is None:
                    return
                empty = 0 if batch.results else empty + 1
                self._wait(empty, end)
                batch = self._pull(asked, batch.context)
        except GeneratorExit:
            # Thrown away by the garbage collector it may be in any thread, which must not wait for a server.
            if batch.context is not None and threading.get_ident() == owner:
                self._close(asked.namespace, batch.context)
            raise

    def _pull(self, asked: Pulled[_Result], context: str) -> Batch[_Result]:
        parameters = text("EnumerationContext", context) + text("MaxObjectCount", self._size)
        try:
            return self._batch(asked, asked.pulling, parameters)
        except SourceFailed as error:
            raise cut_short(error) from error

    def _batch(self, asked: Pulled[_Result], operation: str, parameters: str) -> Batch[_Result]:
        outputs: Outputs = {}
        name = f"{operation} of {asked.class_name}"
        with self._caller.call(operation, asked.namespace, parameters) as answer:
            results = list(decode(self._source, name, answer.chunks(), asked.form, outputs))
        return Batch(results, self._context(name, outputs))

    def _context(self, name: str, outputs: Outputs) -> str | None:
        """Return the context that an answer leaves, None if it was the last."""
        ended = outputs.get("endofsequence", "false" if "enumerationcontext" in outputs else "").strip().lower()
        context = outputs.get("enumerationcontext")
        if ended not in ("true", "false") or (ended == "false" and not context):
            raise SourceUnreadable(source=self._source, reason=f"{name}: it does not say whether there is more")
        return context if ended == "false" else None

    def _wait(self, empty: int, end: float) -> None:
        """Wait a little before asking again a server that had nothing ready; give up at the end of patience."""
        if self._clock() > end:
            raise SourceUnreachable(source=self._source, reason="its enumeration takes too long")
        if empty > 1:
            self._caller.transport.pause(_PAUSES[min(empty - 2, len(_PAUSES) - 1)])

    def _close(self, namespace: str, context: str) -> None:
        """Give up a context; a server that does not take it forgets it by itself after OPERATION_TIMEOUT."""
        if self._caller.transport.busy:
            return
        name = "CloseEnumeration"
        closed: Form[None] = Form("", lambda element: None)
        with (
            suppress(SourceError),
            self._caller.call(name, namespace, text("EnumerationContext", context), small=True) as answer,
        ):
            list(decode(self._source, name, answer.chunks(), closed))


def cut_short(error: SourceFailed) -> SourceFailed:
    """Return the error of an enumeration that failed after its beginning: it never means that a class is absent."""
    return SourceFailed(source=error.facts["source"], reason=f"in the middle: {error.facts['reason']}", status=None)
