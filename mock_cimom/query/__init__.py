"""Queries: the subset of WQL and CQL that the indication filters of SMI-S clients use (smis-mapping 7.1), and FQL."""

from mock_cimom.query.errors import QueryError, UnknownLanguageError
from mock_cimom.query.query import Filter, Query, parse_filter, parse_query

__all__ = ["Filter", "Query", "QueryError", "UnknownLanguageError", "parse_filter", "parse_query"]
