"""What follows from what was found at a source, as sentences for people."""

import pytest

from vasa_cim.adapters.smis.probe_report import (
    ArrayFound,
    Claim,
    ClaimedProfile,
    Failure,
    LeftOut,
    MaskingFound,
    ProbeReport,
)
from vasa_cim.adapters.smis.probe_verdict import consequences_of, fallbacks_of

MASKED = MaskingFound("masked", "a masking profile is registered", ("privileges",), ("endpoints",), 3)


def block(**facts):
    known = {"vendor": "V", "model": "M", "firmware": "1", "processors": ("SP",), "pools": 1, "luns": 2}
    known |= {"ports": {"FC": 1}, "masking": MASKED, "luns_in_no_view": 0}
    return ArrayFound("A", "root/x", ("block",), **(known | facts))


def files(**facts):
    known = {"vendor": "V", "model": "M", "firmware": "1", "pools": 1, "file_servers": 1, "shares": 2}
    return ArrayFound("A", "root/x", ("file",), **(known | {"shares_without_address": 0} | facts))


def consequences(array, **facts):
    return list(consequences_of(ProbeReport("http://h", arrays=[array], **facts)))


def test_a_whole_array_leaves_nothing_to_say():
    for array in (block(), files()):
        assert consequences(array) == []
        assert list(fallbacks_of(ProbeReport("http://h", interop="interop", found_by="profiles", arrays=[array]))) == []


def masking(state, views=0):
    return MaskingFound(state, "REASON", (), (), views)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"vendor": None}, "its vendor (shown as Unknown)"),
        ({"vendor": None, "model": None}, "its vendor and model"),
        ({"firmware": None}, "firmware"),
        ({"pools": 0}, "on which pools"),
        ({"luns": 0}, "any LUN; it has no volume"),
        ({"ports": {}}, "any port"),
        ({"luns_in_no_view": 1}, "1 of 2 LUNs"),
        ({"masking": masking("masked")}, "no view leads to a LUN and a port"),
        ({"masking": masking("closed")}, "any LUN to anybody, as REASON"),
    ],
)
def test_what_a_block_array_does_not_tell_is_not_shown(facts, words):
    (only,) = consequences(block(**facts))
    assert words in only
    assert only.startswith("A")


def test_what_was_not_read_is_no_finding():
    unread = dict.fromkeys(("vendor", "model", "firmware", "pools", "luns", "ports", "masking"))
    assert consequences(block(**unread)) == []


def test_files_need_shares_and_addresses():
    assert "exports nothing" in consequences(files(shares=0))[0]
    assert "1 of 2 shares" in consequences(files(shares_without_address=1))[0]


def test_what_is_left_out_is_told_with_its_reason():
    left_out = (LeftOut("volumes in root/x", "they have no NAA", 4, ("1", "2", "3")),)
    assert consequences(block(), left_out=left_out) == ["volumes in root/x: 4 (1, 2, 3, ...), as they have no NAA."]


def test_a_failure_means_that_nothing_new_is_shown():
    failures = [Failure("reading the volumes", "CIM_ERR_FAILED")]
    assert "half inventory" in consequences(block(), failures=failures)[0]
    assert list(consequences_of(ProbeReport("http://h", failures=failures))) == [
        "Nothing, as long as the reading fails."
    ]
    assert list(consequences_of(ProbeReport("http://h"))) == ["Nothing: no array was found."]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"found_by": "dedicated", "interop": "interop"}, "dedicated to storage"),
        ({"found_by": "pools", "interop": "interop"}, "host pools"),
        ({"found_by": "dedicated"}, "no Interop namespace"),
        ({"pulls": False}, "no pulled enumerations"),
        ({"arrays": [block(masking=masking("open", 1))]}, "every LUN is shown to everyone, as REASON"),
        ({"arrays": [block(processors=())]}, "no processors of its own"),
        ({"arrays": [block(masking=MaskingFound("masked", "", ("rows",), (), 1))]}, "MaskingMappingView"),
    ],
)
def test_what_is_done_without_is_told(facts, words):
    assert [line for line in fallbacks_of(ProbeReport("http://h", **facts)) if words in line]


@pytest.mark.parametrize(("claim", "is_told"), [(Claim.THERE, False), (Claim.MISSING, True), (Claim.EMPTY, True)])
def test_a_masking_profile_without_its_class_is_told_of(claim, is_told):
    profile = ClaimedProfile("Group Masking and Mapping", "SNIA", ("1.5.0",), claim, "CIM_GroupMaskingMappingService")
    assert bool(list(fallbacks_of(ProbeReport("http://h", profiles=(profile,))))) == is_told
