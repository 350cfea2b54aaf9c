"""The pull operations: Open*, Pull* and CloseEnumeration (DSP0200 5.4.2.24)."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

import pywbem

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.contexts import DEFAULT_TIMEOUT, MAX_TIMEOUT, Context
from mock_cimom.entry import Entry
from mock_cimom.filters import kept, kept_pairs, kept_places
from mock_cimom.instance_operations import enumeration_shape
from mock_cimom.pieces import in_pieces
from mock_cimom.repository import Namespace
from mock_cimom.shapes import InstanceShape, entry_path, place_path
from mock_cimom.traversals import associated_places

Values = dict[str, Any]
Content = str | Iterator[str]
Element = Callable[[], str]

WITH_PATH, PATHS = "PullInstancesWithPath", "PullInstancePaths"


def open_enumerate_instances(cimom: Cimom, space: Namespace, values: Values) -> Content:
    """Answer OpenEnumerateInstances."""
    found = kept(values, space, reads.instances_of(space, values["ClassName"]))
    shape = enumeration_shape(space, values)
    elements = _instances(cimom, shape, ((space, one) for one in found))
    return opened(cimom, space, values, WITH_PATH, elements, len(found))


def open_enumerate_instance_paths(cimom: Cimom, space: Namespace, values: Values) -> Content:
    """Answer OpenEnumerateInstancePaths."""
    found = kept(values, space, reads.instances_of(space, values["ClassName"]))
    return opened(cimom, space, values, PATHS, _paths(cimom, space, found), len(found))


def open_reference_instances(cimom: Cimom, space: Namespace, values: Values) -> Content:
    """Answer OpenReferenceInstances."""
    found = reads.references_of(space, values["InstanceName"], values["ResultClass"], values["Role"])
    found = kept(values, space, found)
    shape = InstanceShape(values["PropertyList"], values["IncludeClassOrigin"])
    elements = _instances(cimom, shape, ((space, one) for one in found))
    return opened(cimom, space, values, WITH_PATH, elements, len(found))


def open_reference_instance_paths(cimom: Cimom, space: Namespace, values: Values) -> Content:
    """Answer OpenReferenceInstancePaths."""
    found = reads.references_of(space, values["InstanceName"], values["ResultClass"], values["Role"])
    found = kept(values, space, found)
    return opened(cimom, space, values, PATHS, _paths(cimom, space, found), len(found))


def open_associator_instances(cimom: Cimom, space: Namespace, values: Values) -> Content:
    """Answer OpenAssociatorInstances."""
    found = kept_pairs(values, reads.associated(cimom.repository, associated_places(space, values)))
    shape = InstanceShape(values["PropertyList"], values["IncludeClassOrigin"])
    return opened(cimom, space, values, WITH_PATH, _instances(cimom, shape, found), len(found))


def open_associator_instance_paths(cimom: Cimom, space: Namespace, values: Values) -> Content:
    """Answer OpenAssociatorInstancePaths."""
    found = kept_places(values, cimom.repository, associated_places(space, values))
    elements = (partial(place_path, cimom.host, one) for one in found)
    return opened(cimom, space, values, PATHS, elements, len(found))


def pull_instances_with_path(cimom: Cimom, space: Namespace, values: Values) -> Content:
    """Answer PullInstancesWithPath."""
    return pulled(cimom, space, values, WITH_PATH)


def pull_instance_paths(cimom: Cimom, space: Namespace, values: Values) -> Content:
    """Answer PullInstancePaths."""
    return pulled(cimom, space, values, PATHS)


def enumeration_count(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer EnumerationCount: how many elements are still to be pulled."""
    context = cimom.contexts.find(values["EnumerationContext"], space.name, None)
    return f"<VALUE>{context.left}</VALUE>"


def close_enumeration(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer CloseEnumeration."""
    context_id = values["EnumerationContext"]
    cimom.contexts.find(context_id, space.name, None)
    cimom.contexts.close(context_id)
    return ""


def _instances(cimom: Cimom, shape: InstanceShape, found: Iterable[tuple[Namespace, Entry]]) -> Iterator[Element]:
    for space, entry in found:
        yield partial(shape.with_path, cimom.host, space, entry, "VALUE.INSTANCEWITHPATH")


def _paths(cimom: Cimom, space: Namespace, found: Iterable[Entry]) -> Iterator[Element]:
    for entry in found:
        yield partial(entry_path, cimom.host, space, entry)


def opened(
    cimom: Cimom,
    space: Namespace,
    values: Values,
    pull: str,
    elements: Iterator[Element],
    count: int,
    more: str = "",
) -> Content:
    """Open a context of `count` elements that `pull` continues; answer with the first of them, then `more`."""
    timeout = checked_options(values)
    context = Context(space.name, pull, elements, count, timeout)
    batch = context.take(values["MaxObjectCount"] or 0)
    context_id = cimom.contexts.open(context) if context.left else ""
    return _answer(batch, context_id, more)


def pulled(cimom: Cimom, space: Namespace, values: Values, pull: str) -> Content:
    """Answer the operation `pull` with the next elements of its context."""
    context_id = values["EnumerationContext"]
    context = cimom.contexts.find(context_id, space.name, pull)
    with context.lock:
        if not context.left:  # another pull took the last of them in the meantime
            raise pywbem.CIMError(pywbem.CIM_ERR_INVALID_ENUMERATION_CONTEXT, "No such enumeration context")
        batch = context.take(values["MaxObjectCount"])
        if not context.left:
            cimom.contexts.close(context_id)
            context_id = ""
    return _answer(batch, context_id)


def checked_options(values: Values) -> int:
    """Return the timeout in seconds; raise the CIM error of an option this server does not offer."""
    if values["ContinueOnError"]:
        raise pywbem.CIMError(
            pywbem.CIM_ERR_CONTINUATION_ON_ERROR_NOT_SUPPORTED, "Continuation on error is not supported"
        )
    timeout = DEFAULT_TIMEOUT if values["OperationTimeout"] is None else values["OperationTimeout"]
    if not 0 < timeout <= MAX_TIMEOUT:
        raise pywbem.CIMError(
            pywbem.CIM_ERR_INVALID_OPERATION_TIMEOUT, f"OperationTimeout must be 1 to {MAX_TIMEOUT} seconds"
        )
    return int(timeout)


def _answer(batch: list[Element], context_id: str, more: str = "") -> Content:
    """Return the return value and the two output parameters; an empty `context_id` ends the sequence."""
    end = "false" if context_id else "true"
    outputs = (
        "</IRETURNVALUE>"
        f'<PARAMVALUE NAME="EndOfSequence" PARAMTYPE="boolean"><VALUE>{end}</VALUE></PARAMVALUE>'
        f'<PARAMVALUE NAME="EnumerationContext" PARAMTYPE="string"><VALUE>{context_id}</VALUE></PARAMVALUE>'
        f"{more}"
    )
    return in_pieces(chain(["<IRETURNVALUE>"], (write() for write in batch), [outputs]))
