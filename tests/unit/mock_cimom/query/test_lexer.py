"""The words of a query."""

import pytest

from mock_cimom.query import QueryError
from mock_cimom.query.lexer import MAX_LENGTH, Kind, words_of

LITERALS = [
    ("12", 12),
    ("-12", -12),
    ("+7", 7),
    ("0x1F", 31),
    ("-0X10", -16),
    ("101B", 5),
    ("1.5", 1.5),
    (".5e1", 5.0),
    ("2E3", 2000.0),
    ("'a b'", "a b"),
    ("\"a 'b'\"", "a 'b'"),
    ("'it''s'", "it's"),
    ("'two \"\" inside'", 'two "" inside'),
    (r"'a\'b\\c\"d'", "a'b\\c\"d"),
    (r"'\t\u00e9\xe9'", "\t\u00e9\u00e9"),
    (r"'\\\''", "\\'"),
    ("''", ""),
]


@pytest.mark.parametrize(("text", "value"), LITERALS)
def test_a_literal_stands_for_its_value(text, value):
    word, end = words_of(f"  {text} ")
    assert (word.kind, word.value, word.text, word.position) == (Kind.LITERAL, value, text, 3)
    assert type(word.value) is type(value)
    assert end.kind is Kind.END


def test_names_and_signs_are_told_apart_with_their_places():
    words = words_of("a::B_1[0]<>\u00e9.c")
    assert [one.text for one in words] == ["a", "::", "B_1", "[", "0", "]", "<>", "\u00e9", ".", "c", ""]
    assert [one.position for one in words] == [1, 2, 4, 7, 8, 9, 10, 12, 13, 14, 15]


NO_WORDS = [
    ("a = 'no end", 5, "no end"),
    ('a = "no end\\"', 5, "no end"),
    ("a = 12x", 5, "number"),
    ("a = 0xZZ", 5, "number"),
    ("a ; b", 3, "';'"),
    ("a = 'x\\q'", 7, "escape"),
    ("a # b", 3, "'#'"),
    ("a = " + "9" * 5000, 5, "digits"),
    ("a \x00", 3, "'\\x00'"),
]


@pytest.mark.parametrize(("text", "position", "reason"), NO_WORDS)
def test_what_is_no_word_is_told_with_its_place(text, position, reason):
    with pytest.raises(QueryError, match=f"at position {position}$") as caught:
        words_of(text)
    assert caught.value.position == position
    assert reason in caught.value.reason


def test_a_text_that_is_too_long_is_not_looked_at():
    with pytest.raises(QueryError, match="longer than"):
        words_of("a" * (MAX_LENGTH + 1))
    assert len(words_of("a" * MAX_LENGTH)) == 2
