"""Queries of requests: understood or refused with the CIM error DSP0200 names, and the filters of Open operations.

Filters are in the Filter Query Language (DMTF:FQL, DSP0212), as DSP0200 5.4.2.24 has it.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pywbem

from mock_cimom import reads
from mock_cimom.entry import Entry
from mock_cimom.parameters import invalid
from mock_cimom.place import Place
from mock_cimom.query import Filter, QueryError, UnknownLanguageError, parse_filter
from mock_cimom.query.evaluation import IsAncestor
from mock_cimom.repository import IndexedRepository, Namespace

Parsed = TypeVar("Parsed")


def understood(parse: Callable[[str, str], Parsed], text: str, language: str) -> Parsed:
    """Return what `parse` makes of a query.

    Raises CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED, and CIM_ERR_INVALID_QUERY with the place and the reason.
    """
    try:
        return parse(text, language)
    except UnknownLanguageError as error:
        raise pywbem.CIMError(pywbem.CIM_ERR_QUERY_LANGUAGE_NOT_SUPPORTED, str(error)) from error
    except QueryError as error:
        raise pywbem.CIMError(pywbem.CIM_ERR_INVALID_QUERY, str(error)) from error


def is_a(space: Namespace) -> IsAncestor:
    """Return the test whether a class is or descends from another, by the declarations of this namespace."""
    return lambda class_name, ancestor: class_name.lower() in space.classes.family(ancestor)


def filter_of(values: Mapping[str, Any]) -> Filter | None:
    """Return the filter of an Open operation, None if it has none. Raises as `understood`.

    Raises CIM_ERR_INVALID_PARAMETER for half a filter.
    """
    text, language = values["FilterQuery"], values["FilterQueryLanguage"]
    if text is None and language is None:
        return None
    if text is None or language is None:
        raise invalid("FilterQuery and FilterQueryLanguage are given together or not at all")
    return understood(parse_filter, text, language)


def kept(values: Mapping[str, Any], space: Namespace, found: list[Entry]) -> list[Entry]:
    """Return those entries of one namespace that the operation's filter lets through. Raises as `filter_of`."""
    wanted = filter_of(values)
    if wanted is None:
        return found
    test = is_a(space)
    return [entry for entry in found if wanted.matches(entry, test)]


def kept_pairs(values: Mapping[str, Any], found: list[tuple[Namespace, Entry]]) -> list[tuple[Namespace, Entry]]:
    """Return those entries, each with its namespace, that the filter lets through. Raises as `filter_of`."""
    wanted = filter_of(values)
    if wanted is None:
        return found
    return [(space, entry) for space, entry in found if wanted.matches(entry, is_a(space))]


def kept_places(values: Mapping[str, Any], repository: IndexedRepository, places: list[Place]) -> list[Place]:
    """Return those of `places` whose instances the filter lets through. Raises as `filter_of`."""
    wanted = filter_of(values)
    if wanted is None:
        return places
    return [
        place
        for place in places
        if any(wanted.matches(one, is_a(space)) for space, one in reads.associated(repository, [place]))
    ]
