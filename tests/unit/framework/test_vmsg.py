"""The format of message files (vasa-1.0 7.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasa_cim.errors import ConfigurationError
from vasa_cim.framework import vmsg

LINES = [
    ("a quoted text", 'A.b = "some text"', {"A.b": "some text"}),
    ("no quotes", "A.b = some text", {"A.b": "some text"}),
    ("no blanks", 'A.b="t"', {"A.b": "t"}),
    ("blanks everywhere", '  A.b  =   " t "  ', {"A.b": " t "}),
    ("a comment", "# A.b = no", {}),
    ("a comment after blanks", "   # A.b = no", {}),
    ("a blank line", "   ", {}),
    ("an equals sign in the text", 'A.b = "x = y"', {"A.b": "x = y"}),
    ("an empty text", 'A.b = ""', {"A.b": ""}),
    ("any language", 'A.b = "größer 大"', {"A.b": "größer 大"}),
    ("no equals sign", "A.b", None),
    ("no key", '= "t"', None),
    ("a key with a blank", 'A b = "t"', None),
    ("a key that is not ASCII", 'Ä.b = "t"', None),
    ("a quote that is not closed", 'A.b = "t', None),
    ("a quote inside", 'A.b = "t"t"', None),
    ("a key twice", 'A.b = "t"\nA.b = "u"', None),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in LINES], ids=[case[0] for case in LINES])
def test_lines(text, expected):
    if expected is None:
        with pytest.raises(ConfigurationError, match="line"):
            vmsg.parse(text, "here")
    else:
        assert vmsg.parse(text, "here") == expected


def test_parameters_are_the_names_in_braces():
    assert vmsg.parameters("LUN {lun} of {array}, {lun}") == {"lun", "array"}
    assert vmsg.parameters("none") == frozenset()


@pytest.mark.parametrize(
    "texts", [{"a b": "t"}, {"": "t"}, {"a": 'say "x"'}, {"a": "two\nlines"}, {"a": "two\u2028lines"}], ids=str
)
def test_what_cannot_be_written_is_refused(texts):
    with pytest.raises(ConfigurationError):
        vmsg.render(texts, "here")


KEYS = st.from_regex(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,3}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters='"'), max_size=20)


@given(st.dictionaries(KEYS, TEXTS, max_size=5))
def test_what_is_written_is_read_again(texts):
    assert vmsg.parse(vmsg.render(texts, "here"), "here") == texts
