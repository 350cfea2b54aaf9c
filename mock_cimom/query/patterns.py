"""The patterns of LIKE, matched in time proportional to pattern and text, whatever they are.

WQL has `%` (any text), `_` (any character) and sets as `[a-f]` and `[^a-f]`. CQL and FQL (DSP0202, DSP0212) have `.`
(any character) and `*` (any number of the character before); a backslash takes the meaning of the next character away.
"""

from dataclasses import replace

from mock_cimom.query.errors import QueryError
from mock_cimom.query.tree import Pattern, Piece

MAX_PATTERN = 1000
ANYTHING = Piece(None, repeated=True)


def wql_pattern(text: str, position: int) -> Pattern:
    """Return a pattern of WQL. Raises QueryError for a set without an end and for a pattern that is too long."""
    _check_length(text, position)
    pieces: list[Piece] = []
    place = 0
    while place < len(text):
        character = text[place]
        place += 1
        if character == "[":
            end = text.find("]", place + 1)
            if end < 0:
                raise QueryError("A set of characters has no end in the pattern", position)
            pieces.append(_set(text[place:end]))
            place = end + 1
        else:
            pieces.append({"%": ANYTHING, "_": Piece(None)}.get(character) or _one(character))
    return tuple(pieces)


def cql_pattern(text: str, position: int) -> Pattern:
    """Return a pattern of CQL or FQL. Raises QueryError for a `*` after nothing and for one that is too long."""
    _check_length(text, position)
    pieces: list[Piece] = []
    literal = False
    for character in text:
        if literal:
            pieces.append(_one(character))
            literal = False
        elif character == "\\":
            literal = True
        elif character == "*":
            if not pieces:
                raise QueryError("A pattern starts with '*'", position)
            pieces[-1] = replace(pieces[-1], repeated=True)
        else:
            pieces.append(Piece(None) if character == "." else _one(character))
    return tuple(pieces)


def fits(pattern: Pattern, text: str) -> bool:
    """Tell whether the whole of `text` fits the pattern."""
    places = _skipped(pattern, {0})
    for character in text:
        reached = set()
        for place in places:
            if place < len(pattern) and pattern[place].fits(character):
                reached.add(place if pattern[place].repeated else place + 1)
        places = _skipped(pattern, reached)
        if not places:
            return False
    return len(pattern) in places


def _skipped(pattern: Pattern, places: set[int]) -> set[int]:
    """Return the places with those that are reached by taking repeated pieces as nothing."""
    found = set(places)
    for start in places:
        place = start
        while place < len(pattern) and pattern[place].repeated:
            place += 1
            if place in found:
                break
            found.add(place)
    return found


def _set(inner: str) -> Piece:
    inverted = inner.startswith("^")
    inner = inner.removeprefix("^")
    ranges: list[tuple[str, str]] = []
    place = 0
    while place < len(inner):
        if inner[place + 1 : place + 2] == "-" and place + 2 < len(inner):
            ranges.append((inner[place], inner[place + 2]))
            place += 3
        else:
            ranges.append((inner[place], inner[place]))
            place += 1
    return Piece(tuple(ranges), inverted)


def _one(character: str) -> Piece:
    return Piece(((character, character),))


def _check_length(text: str, position: int) -> None:
    if len(text) > MAX_PATTERN:
        raise QueryError(f"A pattern is longer than {MAX_PATTERN} characters", position)
