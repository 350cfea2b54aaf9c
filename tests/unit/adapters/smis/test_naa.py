"""The name by which ESX knows a volume: rules 1 to 9 (`smis-mapping 2.5`)."""

import pytest

from vasa_cim.adapters.smis.naa import esx_lun_identifier
from vasa_cim.adapters.smis.quirks import Quirks

NAA6 = "60000970000197900046533030334239"
NAA5 = "50002ac000010001"
NAA = f"naa.{NAA6}"

CASES = [
    ("rule 1: NAA in VPD83Type3", {"Name": NAA6, "NameFormat": 9, "NameNamespace": 2}, NAA),
    (
        "rule 1: upper case and colons",
        {"Name": "60:00:09:70" + NAA6[8:].upper(), "NameFormat": 9, "NameNamespace": 2},
        NAA,
    ),
    ("rule 1: with 0x", {"Name": "0x" + NAA6, "NameFormat": 9, "NameNamespace": 2}, NAA),
    ("rule 1: with naa.", {"Name": "naa." + NAA6, "NameFormat": 9, "NameNamespace": 2}, NAA),
    ("rule 1: 16 digits", {"Name": NAA5, "NameFormat": 9, "NameNamespace": 2}, f"naa.{NAA5}"),
    ("rule 1: 32 digits must begin with 6", {"Name": "5" + NAA6[1:], "NameFormat": 9, "NameNamespace": 2}, None),
    (
        "rule 1: 16 digits must begin with 2, 3 or 5",
        {"Name": "1" + NAA5[1:], "NameFormat": 9, "NameNamespace": 2},
        None,
    ),
    ("rule 2: VPD83NAA6", {"Name": NAA6, "NameFormat": 2}, NAA),
    ("rule 2: VPD83NAA5", {"Name": NAA5, "NameFormat": 3}, f"naa.{NAA5}"),
    (
        "rule 3: described as NAA",
        {"Name": "vol1", "OtherIdentifyingInfo": ("x", NAA6), "IdentifyingDescriptions": ("SN", "NAA;VPD83Type3")},
        NAA,
    ),
    (
        "rule 4: other name format",
        {
            "Name": "/vol/1",
            "OtherNameFormat": "NAA",
            "OtherNameNamespace": "VPD83Type3",
            "OtherIdentifyingInfo": (NAA6,),
        },
        NAA,
    ),
    (
        "rule 4: two infos leave it open",
        {
            "Name": "v",
            "OtherNameFormat": "NAA",
            "OtherNameNamespace": "VPD83Type3",
            "OtherIdentifyingInfo": (NAA6, "x"),
        },
        None,
    ),
    ("rule 6: a vendor's property", {"Name": "v", "EMCWWN": NAA6.upper()}, NAA),
    ("rule 7: EUI64", {"Name": "0011223344556677", "NameFormat": 10, "NameNamespace": 3}, "eui.0011223344556677"),
    ("rule 8: T10", {"Name": "VEND disk 1", "NameFormat": 11, "NameNamespace": 4}, "t10.VEND disk 1"),
    ("rule 9: the name alone looks like an NAA", {"Name": NAA6}, NAA),
    ("rule 9: a node WWN space of no known class", {"Name": NAA6, "NameFormat": 9, "NameNamespace": 6}, NAA),
    ("SNVM is no use", {"Name": "VENDOR  PRODUCT         SERIAL", "NameFormat": 7}, None),
    ("nothing at all", {}, None),
    ("a label that is missing", {"OtherIdentifyingInfo": (NAA6,), "IdentifyingDescriptions": (None,)}, None),
]


@pytest.mark.parametrize(("what", "properties", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_first_rule_that_hits_wins(made, what, properties, expected):
    assert esx_lun_identifier(made.row(made.device("X_Volume", "1"), **properties), Quirks()) == expected


def test_rule_5_is_for_one_class(made):
    volume = made.row(made.device("IBMTSDS_SEVolume", "1"), Name=NAA6, NameFormat=9, NameNamespace=6)
    assert esx_lun_identifier(volume, Quirks()) == NAA


def test_rule_6_is_a_row_that_can_be_switched_off(made):
    volume = made.row(made.device("X_Volume", "1"), Name="v", EMCWWN=NAA6)
    assert esx_lun_identifier(volume, Quirks({"wwn-property": False})) is None
