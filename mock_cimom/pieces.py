"""Long answers in pieces: each is written when it is asked for, short answers are one text."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

WHOLE = 2**18  # characters up to which an answer is one text
AT_ONCE = 64  # elements that are written one after another before their length is looked at


def in_pieces(elements: Iterable[str]) -> str | Iterator[str]:
    """Return the text of all `elements`, or an iterator of pieces of it if it is longer than WHOLE characters.

    The first WHOLE characters are written before this returns.
    """
    remaining = iter(elements)
    begun: list[str] = []
    length = 0
    while length <= WHOLE:
        piece = "".join(islice(remaining, AT_ONCE))
        if not piece:
            return "".join(begun)
        begun.append(piece)
        length += len(piece)
    return chain(["".join(begun)], _pieces(remaining))


def _pieces(remaining: Iterator[str]) -> Iterator[str]:
    while piece := "".join(islice(remaining, AT_ONCE)):
        yield piece
