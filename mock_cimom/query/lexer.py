"""From the text of a query to its words: names, literals and signs, each with its place in the text."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mock_cimom.query.errors import QueryError

# Far above any filter in use, and small enough that a hostile text costs nothing.
MAX_LENGTH = 65536
MAX_SHOWN = 30


class Kind(Enum):
    """What a word is."""

    NAME = "name"
    LITERAL = "literal"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True)
class Word:
    """One word. `text` is as written; `value` is what a literal stands for; `position` counts from 1."""

    kind: Kind
    text: str
    value: Any
    position: int

    def is_keyword(self, *keywords: str) -> bool:
        """Tell whether this is one of `keywords` (given in upper case), however it is written."""
        return self.kind is Kind.NAME and self.text.upper() in keywords

    def is_sign(self, *signs: str) -> bool:
        """Tell whether this is one of `signs`."""
        return self.kind is Kind.SIGN and self.text in signs

    def __str__(self) -> str:
        if self.kind is Kind.END:
            return "the end of the query"
        shown = self.text if len(self.text) <= MAX_SHOWN else self.text[:MAX_SHOWN] + "..."
        return repr(shown)


_SPACE = re.compile(r"\s*")
_WORD = re.compile(
    r"""(?P<name>[^\W\d]\w*)
      | (?P<hex>[+-]?0[xX][0-9A-Fa-f]+(?!\w))
      | (?P<binary>[+-]?[01]+[bB](?!\w))
      | (?P<real>[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\w) | [+-]?\d+[eE][+-]?\d+(?!\w))
      | (?P<integer>[+-]?\d+(?!\w))
      | (?P<string>'(?:[^'\\]|\\.|'')*' | "(?:[^"\\]|\\.|"")*")
      | (?P<sign><>|!=|<=|>=|::|[=<>(),.*\[\]])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
# DSP0004 4.1 allows U+0080 to U+FFEF in the names of classes and properties.
_NAME = re.compile("[A-Za-z_\u0080-\uffef][A-Za-z0-9_\u0080-\uffef]*")
_ESCAPE = re.compile(
    r"""\\(?:[uU](?=[0-9A-Fa-f]{4})|[xX](?=[0-9A-Fa-f]))(?P<code>[0-9A-Fa-f]{1,4})
      | \\(?P<one>.)
      | (?P<quotes>''|"")
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
# No CIM number has more digits than a real64 may be written with; int() of a long text takes quadratic time.
_MAX_DIGITS = 400


def words_of(text: str) -> list[Word]:
    """Return the words of `text`, the last one of kind END. Raises QueryError for what is no word."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"A query of {len(text)} characters is longer than the {MAX_LENGTH} that are allowed")
    found: list[Word] = []
    place = _SPACE.match(text).end()  # type: ignore[union-attr]  # it matches nothing as well
    while place < len(text):
        word, place = _word_at(text, place)
        found.append(word)
        place = _SPACE.match(text, place).end()  # type: ignore[union-attr]
    return [*found, Word(Kind.END, "", None, place + 1)]


def _word_at(text: str, place: int) -> tuple[Word, int]:
    name = _NAME.match(text, place)
    if name:
        return Word(Kind.NAME, name.group(), None, place + 1), name.end()
    match = _WORD.match(text, place)
    if match is None:
        raise QueryError(_no_word(text[place]), place + 1)
    said = match.group()
    if match.lastgroup == "sign":
        return Word(Kind.SIGN, said, None, place + 1), match.end()
    return Word(Kind.LITERAL, said, _literal(str(match.lastgroup), said, place), place + 1), match.end()


def _no_word(character: str) -> str:
    if character in "'\"":
        return "A string has no end: it starts"
    if character.isdigit():
        return "A number is malformed"
    return f"The character {character!r} is not expected"


def _literal(group: str, said: str, place: int) -> Any:
    if group == "string":
        return _unescaped(said, place)
    if len(said) > _MAX_DIGITS:
        raise QueryError("A number has too many digits", place + 1)
    if group == "hex":
        return int(said, 16)
    if group == "binary":
        return int(said[:-1], 2)
    return float(said) if group == "real" else int(said)


def _unescaped(said: str, place: int) -> str:
    """Return what a string in quotes stands for: a backslash starts an escape, and a doubled quote is one."""
    quote, inner = said[0], said[1:-1]

    def plain(match: re.Match[str]) -> str:
        if match["code"]:
            return chr(int(match["code"], 16))
        if match["quotes"]:
            return quote if match["quotes"][0] == quote else match["quotes"]
        if match["one"] not in _ESCAPED:
            raise QueryError(f"The escape {match.group()!r} is not known", place + match.start() + 2)
        return _ESCAPED[match["one"]]

    return _ESCAPE.sub(plain, inner)
