"""Message catalog files (vasa-1.0 7.2)."""

import pytest

from vasa_cim.client.catalogs import filled_in, names_in, parsed_catalog
from vasa_cim.client.failures import UnreadableAnswer
from vasa_cim.model.notices import NameValue


def test_entries_comments_blank_lines_and_quotes():
    content = '# a comment\n\nA.New = "LUN {resId} is new"\r\nB=plain = text\n  C  =  "ü"\nD = ""\n'
    assert parsed_catalog("/c", content.encode()) == {
        "A.New": "LUN {resId} is new",
        "B": "plain = text",
        "C": "ü",
        "D": "",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"A = 1\nnothing", "/c:2: is no entry"),
        (b"A = 1\nA = 2", "/c:2: repeats the key A"),
        (b"A = \xff", "/c: is not UTF-8"),
    ],
)
def test_what_is_no_catalog(content, message):
    with pytest.raises(UnreadableAnswer, match="does not fit the contract at " + message):
        parsed_catalog("/c", content)


def test_values_are_filled_in():
    text = "{a} and {b} and {c}"
    assert names_in(text) == ("a", "b", "c")
    assert filled_in(text, [NameValue("a", "1"), NameValue("b", "{a}")]) == "1 and {a} and {c}"
