"""Short answers are one text; long ones come in pieces that are written when they are asked for."""

import pytest

from mock_cimom.pieces import WHOLE, in_pieces


def test_a_short_answer_is_one_text():
    assert in_pieces(["a", "b"]) == "ab"
    assert in_pieces([]) == ""


def test_a_long_answer_is_written_while_it_is_read():
    written = []

    def elements():
        for number in range(10_000):
            written.append(number)
            yield f"{number:>100}"

    pieces = in_pieces(elements())
    begun = len(written)
    assert WHOLE / 100 <= begun < 10_000
    found = list(pieces)
    assert len(found) > 2
    assert "".join(found) == "".join(f"{number:>100}" for number in range(10_000))


def test_what_goes_wrong_at_the_start_is_raised_before_the_answer():
    def elements():
        yield "a"
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        in_pieces(elements())
