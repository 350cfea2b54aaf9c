"""The patterns of LIKE."""

import time

import pytest

from mock_cimom.query import QueryError
from mock_cimom.query.patterns import cql_pattern, fits, wql_pattern

WQL = [
    ("abc", "abc", True),
    ("abc", "abcd", False),
    ("a%", "a", True),
    ("a%c", "abbbc", True),
    ("a%c", "abbb", False),
    ("%", "", True),
    ("_", "", False),
    ("a_c", "abc", True),
    ("[a-c]x", "bx", True),
    ("[a-c]x", "dx", False),
    ("[^a-c]x", "dx", True),
    ("[-b]", "-", True),
    ("a.c", "abc", False),
    ("%a%b%", "xxaxxbxx", True),
]
CQL = [
    ("abc", "abc", True),
    ("a.c", "abc", True),
    ("a.*", "a", True),
    (".*c", "abc", True),
    ("ab*c", "ac", True),
    ("ab*c", "abbbc", True),
    (r"a\.c", "abc", False),
    (r"a\.c", "a.c", True),
    (r"a\**", "a***", True),
    ("a%", "ab", False),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), WQL)
def test_wql_patterns(pattern, text, expected):
    assert fits(wql_pattern(pattern, 1), text) is expected


@pytest.mark.parametrize(("pattern", "text", "expected"), CQL)
def test_cql_patterns(pattern, text, expected):
    assert fits(cql_pattern(pattern, 1), text) is expected


@pytest.mark.parametrize(
    ("compiled", "pattern"),
    [(wql_pattern, "[a"), (cql_pattern, "*a"), (wql_pattern, "a" * 1001), (cql_pattern, "a" * 1001)],
)
def test_a_pattern_that_is_none_is_refused_at_its_place(compiled, pattern):
    with pytest.raises(QueryError) as caught:
        compiled(pattern, 17)
    assert caught.value.position == 17


def test_no_pattern_takes_long():
    started = time.perf_counter()
    assert not fits(wql_pattern("%a" * 50, 1), "a" * 49 + "b" * 2000)
    assert not fits(wql_pattern("[\x01-\U0010ffff]" * 200, 1), "a" * 100)
    assert time.perf_counter() - started < 5
