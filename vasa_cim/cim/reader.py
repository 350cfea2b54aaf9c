"""Bulk reading: the instances of a class, or their names, decoded while the answer arrives.

By pulled enumerations where the server has them (DSP0200 5.4.2.24), else by EnumerateInstances with a PropertyList
and EnumerateInstanceNames (DSP0200 5.4.2.11, 5.4.2.12). Either way memory does not grow with the answer.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from vasa_cim.cim import calls
from vasa_cim.cim.calls import Caller
from vasa_cim.cim.decoder import NAMES, PULLED_PATHS, Form, decode, instances_form, pulled_instances_form
from vasa_cim.cim.endpoint import Endpoint
from vasa_cim.cim.errors import is_busy
from vasa_cim.cim.pull_support import PullSupport
from vasa_cim.cim.pulls import Batch, Pulled, Puller, cut_short
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.cim.transport import Transport
from vasa_cim.errors import SourceFailed

BUSY_PAUSES = (5.0, 5.0, 10.0)
"""Seconds to wait before asking again a server that says it is busy."""

_Result = TypeVar("_Result")


class Reader:
    """Reads whole classes from one CIMOM over a transport that it does not own."""

    def __init__(self, endpoint: Endpoint, transport: Transport) -> None:
        self._source = endpoint.source
        self._transport = transport
        self._caller = Caller(endpoint, transport)
        self._puller = Puller(self._caller, endpoint.pull_size)
        self._support = PullSupport(endpoint.pull)

    @property
    def has_pulls(self) -> bool | None:
        """Whether the server has pulled enumerations; None if that was not found out."""
        return self._support.is_offered

    def instances(self, namespace: str, class_name: str, properties: Sequence[str]) -> Iterator[Row]:
        """Yield the instances of a class and its subclasses, with these properties where they have them.

        Raises SourceError, also in the middle: what came before it must then not be used.
        """
        named = calls.class_name(class_name)
        listed = calls.texts("PropertyList", properties)
        depth = calls.boolean("DeepInheritance", True)
        origin = calls.boolean("IncludeClassOrigin", False)
        pulled = Pulled(
            "OpenEnumerateInstances",
            "PullInstancesWithPath",
            namespace,
            class_name,
            named + depth + origin + listed,
            pulled_instances_form(properties),
        )
        parameters = named + calls.boolean("LocalOnly", False) + depth + origin + listed
        return self._read(pulled, "EnumerateInstances", parameters, instances_form(properties))

    def names(self, namespace: str, class_name: str) -> Iterator[ObjectName]:
        """Yield the names of the instances of a class and its subclasses. Raises as `instances`."""
        named = calls.class_name(class_name)
        pulled = Pulled("OpenEnumerateInstancePaths", "PullInstancePaths", namespace, class_name, named, PULLED_PATHS)
        return self._read(pulled, "EnumerateInstanceNames", named, NAMES)

    def _read(self, pulled: Pulled[_Result], operation: str, parameters: str, form: Form[_Result]) -> Iterator[_Result]:
        first = self._opened(pulled)
        if first is not None:
            yield from self._puller.results(pulled, first)
            return
        yield from self._patiently(lambda: self._classic(pulled, operation, parameters, form))
        self._support.did_without(pulled.opening)

    def _opened(self, pulled: Pulled[_Result]) -> Batch[_Result] | None:
        """Return the beginning of a pulled enumeration, None if the class is to be read by a classic operation."""
        if not self._support.is_worth_trying(pulled.opening):
            return None
        try:
            first = self._puller.open(pulled)
        except SourceFailed as error:
            if not self._support.is_refused(pulled.opening, error):
                raise
            return None
        self._support.succeeded(pulled.opening)
        return first

    def _classic(
        self, pulled: Pulled[_Result], operation: str, parameters: str, form: Form[_Result]
    ) -> Iterator[_Result]:
        with self._caller.call(operation, pulled.namespace, parameters) as answer:
            yield from decode(self._source, f"{operation} of {pulled.class_name}", answer.chunks(), form)

    def _patiently(self, ask: Callable[[], Iterator[_Result]]) -> Iterator[_Result]:
        """Yield what a request gives, asking again while the server says that it is busy."""
        pauses = iter(BUSY_PAUSES)
        while True:
            begun = False
            try:
                for result in ask():
                    begun = True
                    yield result
            except SourceFailed as error:
                if begun:
                    raise cut_short(error) from error
                pause = next(pauses, None) if is_busy(error) else None
                if pause is None:
                    raise
            else:
                return
            self._transport.pause(pause)
