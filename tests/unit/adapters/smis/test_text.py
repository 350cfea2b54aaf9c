"""Texts as CIM spells them."""

import pytest

from vasa_cim.adapters.smis.text import distinct_texts, first_text, iscsi_name_of, labelled, wwn_of

WWN = "21000024ff3a1b2c"


@pytest.mark.parametrize(
    ("text", "wwn"),
    [
        ("21000024FF3A1B2C", WWN),
        ("21:00:00:24:ff:3a:1b:2c", WWN),
        ("0x21000024FF3A1B2C", WWN),
        ("0X21000024FF3A1B2C", WWN),
        ("2100.0024.ff3a.1b2c", WWN),
        (" 21-00-00-24-ff-3a-1b-2c ", WWN),
        ("0000000000000000", None),
        ("21000024ff3a1b2", None),
        ("21000024ff3a1b2c21000024ff3a1b2c", None),
        ("21000024ff3a1b2g", None),
        ("", None),
        (None, None),
    ],
)
def test_a_wwn_is_sixteen_hex_digits_however_spelled(text, wwn):
    assert wwn_of(text) == wwn


@pytest.mark.parametrize(
    ("text", "iscsi"),
    [
        ("iqn.2015-01.com.x:a,t,0x0001", "iqn.2015-01.com.x:a"),
        (" IQN.2015-01.com.X:A ", "iqn.2015-01.com.x:a"),
        (",t,0x0001", None),
        ("", None),
        (None, None),
    ],
)
def test_an_iscsi_name_is_cut_at_the_comma(text, iscsi):
    assert iscsi_name_of(text) == iscsi


def test_blanks_are_no_text():
    assert first_text(None, "", "  ", " a ", "b") == "a"
    assert first_text(None) is None
    assert distinct_texts((" a", None, "b", "a ", "c", " "), without=("c",)) == ("a", "b")


def test_labels_are_zipped_to_the_shorter():
    assert labelled(("v1", None, "v3", "v4"), ("Node WWN", "L2", None)) == (("node wwn", "v1"),)
