"""How the hosts' initiators are spelled and matched (vasa-1.0 5.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext, normalise_iscsi_name, normalise_wwn

WWN = "10000000c9abcdef"

SPELLINGS = [
    ("colons", "10:00:00:00:C9:AB:CD:EF", WWN),
    ("colons in lower case, with blanks around", " 10:00:00:00:c9:ab:cd:ef ", WWN),
    ("0x and hex", "0x10000000C9ABCDEF", WWN),
    ("0X and hex", "0X10000000c9abcdef", WWN),
    ("bare hex", "10000000C9ABCDEF", WWN),
    ("decimal", str(0x10000000C9ABCDEF), WWN),
    ("decimal above the signed range", str(0xC050760000000001), "c050760000000001"),
    ("negative decimal is two's complement", str(0xC050760000000001 - (1 << 64)), "c050760000000001"),
    ("sixteen digits are hex, never decimal", "2100000000000001", "2100000000000001"),
    ("short hex after 0x is padded", "0x1", "0000000000000001"),
    ("too few digits between colons", "10:00:00:00:c9:ab:cd", None),
    ("no hex between colons", "zz:00:00:00:c9:ab:cd:ef", None),
    ("0x and nothing", "0x", None),
    ("0x and seventeen digits", "0x10000000c9abcdef0", None),
    ("decimal beyond 64 bits", str(1 << 64), None),
    ("negative decimal beyond 64 bits", str(-(1 << 63) - 1), None),
    ("a decimal text of a million digits", "1" * 1_000_000, None),
    ("zero means none", "0", None),
    ("all-zero hex means none", "0000000000000000", None),
    ("words", "not a wwn", None),
    ("empty", "", None),
    ("null", None, None),
]


@pytest.mark.parametrize(("sentence", "text", "expected"), SPELLINGS, ids=[case[0] for case in SPELLINGS])
def test_wwn_spellings(sentence, text, expected):
    assert normalise_wwn(text) == expected


@given(st.integers(min_value=1, max_value=(1 << 64) - 1))
def test_every_spelling_of_a_wwn_is_the_same_wwn(number):
    bare = f"{number:016x}"
    pairs = ":".join(bare[i : i + 2] for i in range(0, 16, 2))
    signed = number - (1 << 64) if number >> 63 else number
    spellings = {pairs, pairs.upper(), bare, f"0x{bare}"}
    if len(str(number)) != 16:
        spellings |= {str(number)}
    if len(str(signed)) != 16:
        spellings |= {str(signed)}
    assert {normalise_wwn(text) for text in spellings} == {bare}


@given(st.text())
def test_no_text_makes_the_parser_fail(text):
    found = normalise_wwn(text)
    assert found is None or len(found) == 16


def test_iscsi_names_are_compared_trimmed_and_without_case():
    assert normalise_iscsi_name(" IQN.1998-01.com.VMware:ESX1 ") == "iqn.1998-01.com.vmware:esx1"
    assert normalise_iscsi_name("  ") is None
    assert normalise_iscsi_name(None) is None


def test_an_initiator_matches_by_each_identifier_it_has():
    initiator = HostInitiator(port_wwn=WWN, node_wwn="20000000c9abcdef", iscsi_identifier="IQN.x")
    assert initiator.keys() == ("port:10000000c9abcdef", "node:20000000c9abcdef", "iscsi:iqn.x")


def test_port_and_node_wwns_never_match_each_other():
    assert set(HostInitiator(port_wwn=WWN).keys()).isdisjoint(HostInitiator(node_wwn=WWN).keys())


def test_an_initiator_that_names_nothing_is_ignored():
    assert UsageContext(host_initiators=(HostInitiator(port_wwn="junk"), HostInitiator())).is_empty()


MOUNTS = [
    ("server and path", MountPoint("nas", "/vol/a"), True),
    ("no server", MountPoint(None, "/vol/a"), False),
    ("no path", MountPoint("nas", None), False),
    ("blank server", MountPoint(" ", "/vol/a"), False),
    ("a snapshot directory", MountPoint("nas", "/vol/a/.snapshot/x"), False),
    ("a name that only resembles a snapshot directory", MountPoint("nas", "/vol/a.snapshot"), True),
]


@pytest.mark.parametrize(("sentence", "mount", "usable"), MOUNTS, ids=[case[0] for case in MOUNTS])
def test_usable_mounts(sentence, mount, usable):
    assert mount.is_usable() is usable
    assert UsageContext(mount_points=(mount,)).is_empty() is not usable


def test_entries_come_once_each_and_initiators_first():
    one, mount = HostInitiator(port_wwn=WWN), MountPoint("nas", "/a")
    usage = UsageContext(host_initiators=(one, one), mount_points=(mount, mount))
    assert list(usage.entries()) == [one, mount]
