"""Parts by whole, also where the roles are swapped."""

import pytest

from vasa_cim.cim.wholes import parts_by_whole


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (["AB", "AC"], {"A": ["B", "C"]}),
        (["AB", "AB"], {"A": ["B"]}),
        (["AB", "BC"], {"A": ["B"], "B": ["C"]}),
        (["BA", "CA"], {"A": ["B", "C"]}),
        (["BA", "CA", "DC"], {"B": ["A"], "C": ["A"], "D": ["C"]}),
        (["BA", "CA", "CD"], {"B": ["A"], "C": ["A", "D"]}),
        (["AB", "BA"], {"A": ["B"], "B": ["A"]}),
        ([], {}),
    ],
)
def test_parts_are_with_their_whole(pairs, expected):
    assert parts_by_whole((whole, part) for whole, part in pairs) == expected
