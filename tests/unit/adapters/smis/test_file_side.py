"""Which arrays have a file side, and what is asked to know it (smis-mapping 1.2, 4.2)."""

import pytest

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.file_side import file_sides
from vasa_cim.adapters.smis.tables import Tables


@pytest.fixture
def found(made, walk_over):
    """Return a function that makes a round over one namespace: names by kind, and the arrays' Dedicated."""

    class Found:
        def __init__(self, blocks, files, heads, dedicated):
            names = sorted({*blocks, *files})
            rows = [made.row(made.system(name), Dedicated=dedicated.get(name, ())) for name in names]
            self.walk = walk_over(ComputerSystem=rows)
            self.by_kind = {v.BLOCK_PROFILES: blocks, v.FILE_PROFILES: files, ("NAS Head",): heads}
            self.made = {}

        def tops(self, profiles, dedications):
            names = self.by_kind[profiles]
            return {"root/x": frozenset(names)} if names else {}

        def tables(self, profiles, dedications):
            names = tuple(sorted(self.by_kind[profiles]))
            return [self.made.setdefault(names, Tables(self.walk, names, frozenset()))] if names else []

    return lambda blocks=(), files=(), heads=(), **dedicated: Found(blocks, files, heads, dedicated)


def sides(round_):
    return [
        (sorted(one.arrays), sorted(one.heads), sorted(one.blocks), one.alone, list(one.systems))
        for one in file_sides(round_)
    ]


def test_block_arrays_alone_have_no_file_side_and_only_their_systems_are_read(found):
    round_ = found(blocks=["A", "B"])
    assert sides(round_) == []
    assert set(round_.walk.connection.asked) <= {"CIM_ComputerSystem", "CIM_ComponentCS", "CIM_RedundancySet"}


def test_nas_systems_alone(found):
    assert sides(found(files=["N", "H"], heads=["H"])) == [(["H", "N"], ["H"], [], True, ["H", "N"])]


def test_a_unified_array_shares_the_tables_of_blocks(found):
    round_ = found(blocks=["A", "U-+-1"], files=["U-+-1"])
    assert sides(round_) == [(["U+1"], [], ["U+1"], False, ["U+1"])]
    assert len(round_.made) == 1


def test_nas_and_block_arrays_in_one_namespace(found):
    assert sides(found(blocks=["A"], files=["N"])) == [(["N"], [], [], False, ["N"])]


def test_a_block_array_that_is_dedicated_to_files_has_a_file_side_without_a_profile(found):
    round_ = found(blocks=["A", "U"], U=(15, 25))
    assert sides(round_) == [(["U"], [], ["U"], False, ["U"])]


def test_a_head_is_known_by_what_it_is_dedicated_to_too(found):
    assert sides(found(files=["N"], N=(24, 16))) == [(["N"], ["N"], [], True, ["N"])]
