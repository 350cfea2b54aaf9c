"""ExecQuery, and OpenQueryInstances with PullInstances (DSP0200 5.4.2.13, 5.4.2.24).

The results are instances without paths. Neither operation knows CIM_ERR_INVALID_CLASS: a query of a class that does
not exist is an invalid query.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pywbem

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.encode import class_xml, embedded_xml
from mock_cimom.entry import Entry
from mock_cimom.filters import is_a, understood
from mock_cimom.pieces import in_pieces
from mock_cimom.pulls import opened, pulled
from mock_cimom.query import Query, parse_query
from mock_cimom.query.tree import Column
from mock_cimom.repository import Namespace
from mock_cimom.shapes import InstanceShape

Values = dict[str, Any]

PULL = "PullInstances"


def exec_query(_cimom: Cimom, space: Namespace, values: Values) -> str | Iterator[str]:
    """Answer ExecQuery."""
    query = understood(parse_query, values["Query"], values["QueryLanguage"])
    found = _selected(space, query)
    written = _writer(space, query)
    return in_pieces(f"<VALUE.OBJECT>{written(entry)}</VALUE.OBJECT>" for entry in found)


def open_query_instances(cimom: Cimom, space: Namespace, values: Values) -> str | Iterator[str]:
    """Answer OpenQueryInstances."""
    query = understood(parse_query, values["FilterQuery"], values["FilterQueryLanguage"])
    found = _selected(space, query)
    described = ""
    if values["ReturnQueryResultClass"]:
        described = f'<PARAMVALUE NAME="QueryResultClass">{class_xml(result_class(space, query))}</PARAMVALUE>'
    written = _writer(space, query)
    rows = (partial(written, entry) for entry in found)
    return opened(cimom, space, values, PULL, rows, len(found), described)


def pull_instances(cimom: Cimom, space: Namespace, values: Values) -> str | Iterator[str]:
    """Answer PullInstances."""
    return pulled(cimom, space, values, PULL)


def result_class(space: Namespace, query: Query) -> pywbem.CIMClass:
    """Return the class that describes the rows of a query, without a superclass.

    What a path leads to inside of an embedded instance is described only where the path names the class of that.
    """
    queried = space.classes.get(query.class_name)
    described = queried.copy()
    described.superclass = None
    described.methods = {}
    if query.tree.columns is not None:
        described.properties = {}
        for column in query.tree.columns:
            _describe(space, queried, column, described)
    return described


def _describe(space: Namespace, queried: pywbem.CIMClass, column: Column, described: pywbem.CIMClass) -> None:
    if column.name is None:
        if not column.path.steps:
            described.properties.update(queried.properties)
        return
    last = column.path.steps[-1]
    holder = queried if len(column.path.steps) == 1 else None
    if last.scope is not None and space.classes.object_exists(last.scope):
        holder = space.classes.get(last.scope)
    declared = holder.properties.get(last.name) if holder is not None else None
    if declared is None:
        return
    shown = declared.copy()
    shown.name = column.name
    if last.index is not None:
        shown.is_array = False
    described.properties[column.name] = shown


def _selected(space: Namespace, query: Query) -> list[Entry]:
    reads.family_of(space.classes, query.class_name, pywbem.CIM_ERR_INVALID_QUERY)
    test = is_a(space)
    return [entry for entry in reads.instances_of(space, query.class_name) if query.matches(entry, test)]


def _writer(space: Namespace, query: Query) -> Callable[[Entry], str]:
    """Return what writes an entry as INSTANCE, cut to the select list."""
    if query.own_properties():
        shape = InstanceShape(query.properties, include_class_origin=False)
        return partial(shape.instance, space)
    return lambda entry: embedded_xml(query.project(entry.row[0].instance(entry.row)))
