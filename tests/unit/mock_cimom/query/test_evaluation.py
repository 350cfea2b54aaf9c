# ruff: noqa: S608 - these queries are no SQL
"""Which instances a query chooses."""

import pytest
import pywbem

from mock_cimom.query import parse_filter, parse_query

ANCESTORS = {
    "mock_storagevolume": "cim_storagevolume",
    "cim_storagevolume": "cim_storageextent",
    "cim_storageextent": "cim_logicaldevice",
    "cim_fcport": "cim_logicaldevice",
    "cim_instmodification": "cim_instindication",
    "cim_instindication": "cim_indication",
}


def is_a(class_name, ancestor):
    current = class_name.lower()
    while current and current != ancestor.lower():
        current = ANCESTORS.get(current)
    return current is not None


def volume(**changes):
    values = {
        "Name": "it's \u00e9",
        "OperationalStatus": [pywbem.Uint16(2), pywbem.Uint16(5)],
        "NumberOfBlocks": pywbem.Uint64(2**63),
        "Load": pywbem.Real32(0.5),
        "ThinlyProvisioned": True,
        "ElementName": None,
        "Installed": pywbem.CIMDateTime("20200101120000.000000+000"),
        "Age": pywbem.CIMDateTime("00000001000000.000000:000"),
        "Names": ["a", "b"],
        "Gaps": ["a", None],
    }
    properties = [
        pywbem.CIMProperty(name, value, type="string" if value is None else None)
        for name, value in {**values, **changes}.items()
    ]
    return pywbem.CIMInstance("MOCK_StorageVolume", properties)


def modified(before, after):
    return pywbem.CIMInstance(
        "CIM_InstModification", {"SourceInstance": after, "PreviousInstance": before, "IndicationIdentifier": "7"}
    )


CONDITIONS = [
    ("NumberOfBlocks = 9223372036854775808", True),
    ("numberofblocks = 0x8000000000000000", True),
    ("NumberOfBlocks <> 1", True),
    ("NumberOfBlocks != 1", True),
    ("NumberOfBlocks > 1", True),
    ("NumberOfBlocks >= 9223372036854775808", True),
    ("NumberOfBlocks < 1", False),
    ("1 < NumberOfBlocks", True),
    ("Load <= .5", True),
    ("Load = 1", False),
    ("Name = 'it''s \u00e9'", True),
    (r"Name = 'it\'s \u00e9'", True),
    ("Name = 'IT''S \u00e9'", False),
    ("Name > 'i'", True),
    ("Name = Name", True),
    ("ThinlyProvisioned = TRUE", True),
    ("ThinlyProvisioned = false", False),
    ("ThinlyProvisioned IS TRUE", True),
    ("ThinlyProvisioned IS NOT FALSE", True),
    # NULL leaves a comparison and its opposite open.
    ("ElementName = 'x'", False),
    ("NOT ElementName = 'x'", False),
    ("ElementName <> 'x'", False),
    ("NoSuchThing = 1 OR NumberOfBlocks > 1", True),
    ("NoSuchThing = 1 AND NumberOfBlocks > 1", False),
    ("NOT (NoSuchThing = 1 AND NumberOfBlocks > 1)", False),
    ("NOT (NoSuchThing = 1 AND NumberOfBlocks = 1)", True),
    ("NOT (NoSuchThing = 1 OR NumberOfBlocks > 1)", False),
    ("ElementName IS NULL", True),
    ("ElementName IS NOT NULL", False),
    ("ElementName = NULL", True),
    ("NULL <> Name", True),
    ("NoSuchThing IS NULL", True),
    # Kinds that do not fit leave it open too.
    ("NumberOfBlocks = '9223372036854775808'", False),
    ("NumberOfBlocks <> 'x'", False),
    ("NOT NumberOfBlocks = 'x'", False),
    ("Name > 3", False),
    ("ThinlyProvisioned = 1", False),
    ("ThinlyProvisioned <> 0", False),
    # Precedence.
    ("Load = 1 AND Load = 1 OR NumberOfBlocks > 1", True),
    ("Load = 1 AND (Load = 1 OR NumberOfBlocks > 1)", False),
    ("NOT Load = 1 AND NumberOfBlocks > 1", True),
    # Arrays.
    ("OperationalStatus[0] = 2", True),
    ("OperationalStatus[1] = 2", False),
    ("OperationalStatus[2] = 2", False),
    ("OperationalStatus[2] IS NULL", True),
    ("OperationalStatus = 5", True),
    ("OperationalStatus = 6", False),
    ("OperationalStatus <> 6", True),
    ("OperationalStatus <> 5", False),
    ("OperationalStatus > 1", False),
    ("OperationalStatus = 'x'", False),
    ("OperationalStatus <> 'x'", False),
    ("ANY OperationalStatus[*] = 5", True),
    ("ANY OperationalStatus > 4", True),
    ("EVERY OperationalStatus > 4", False),
    ("EVERY OperationalStatus > 1", True),
    ("ANY NoSuchThing = 5", False),
    ("NOT ANY OperationalStatus = 6", True),
    ("ANY Names LIKE 'b.*'", True),
    ("ANY Gaps = 'b'", False),
    ("NOT ANY Gaps = 'b'", False),
    ("Gaps = Gaps", True),
    ("Names = Gaps", False),
    ("Names <> OperationalStatus", True),
    ("NumberOfBlocks[0] = 1", False),
    # Classes.
    ("CIM_StorageVolume ISA CIM_LogicalDevice", True),
    ("CIM_StorageVolume ISA cim_storagevolume", True),
    ("CIM_StorageVolume ISA CIM_FCPort", False),
    ("NOT CIM_StorageVolume ISA CIM_FCPort", True),
    ("CIM_StorageVolume.NumberOfBlocks > 1", True),
    ("CIM_StorageExtent::NumberOfBlocks > 1", True),
    ("CIM_FCPort::NumberOfBlocks > 1", False),
    ("Name ISA CIM_StorageVolume", False),
    ("Name.Length = 3", False),
    ("Name LIKE 'it.*'", True),
    ("Name NOT LIKE 'it.*'", False),
    ("NumberOfBlocks LIKE '.*'", False),
    # Times.
    ("Installed = '20200101130000.000000+060'", True),
    ("Installed < '20210101120000.000000+000'", True),
    ("Installed < 'tomorrow'", False),
    ("Age < '00000002000000.000000:000'", True),
    ("Age < '20210101120000.000000+000'", False),
    ("Installed > 5", False),
]


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_a_condition_chooses(condition, expected):
    query = parse_query(f"SELECT * FROM CIM_StorageVolume WHERE {condition}", "DMTF:CQL")
    assert query.matches(volume(), is_a) is expected


@pytest.mark.parametrize("language", ["WQL", "DMTF:CQL"])
def test_a_query_without_where_chooses_all(language):
    assert parse_query("SELECT * FROM CIM_StorageVolume", language).matches(volume(), is_a)


def test_wql_has_its_own_patterns():
    text = "SELECT * FROM CIM_StorageVolume WHERE Name LIKE 'it%'"
    assert parse_query(text, "WQL").matches(volume(), is_a)
    assert not parse_query(text, "DMTF:CQL").matches(volume(), is_a)


OK, DEGRADED = [pywbem.Uint16(2)], [pywbem.Uint16(3)]
MODIFICATIONS = [
    ("SourceInstance ISA CIM_StorageVolume", OK, OK, True),
    ("SourceInstance ISA CIM_FCPort", OK, OK, False),
    ("SourceInstance = CIM_StorageVolume", OK, OK, True),
    ("SourceInstance = CIM_FCPort", OK, OK, False),
    ("SourceInstance <> CIM_FCPort", OK, OK, True),
    ("SourceInstance = IndicationIdentifier", OK, OK, False),
    ("SourceInstance <> PreviousInstance", OK, DEGRADED, True),
    ("SourceInstance <> PreviousInstance", OK, OK, False),
    ("SourceInstance < PreviousInstance", OK, OK, False),
    (
        "SourceInstance.CIM_StorageVolume::OperationalStatus <> PreviousInstance.CIM_StorageVolume::OperationalStatus",
        OK,
        DEGRADED,
        True,
    ),
    (
        "SourceInstance.CIM_StorageVolume::OperationalStatus <> PreviousInstance.CIM_StorageVolume::OperationalStatus",
        OK,
        OK,
        False,
    ),
    ("SourceInstance.CIM_FCPort::OperationalStatus <> PreviousInstance.OperationalStatus", OK, DEGRADED, False),
    ("SourceInstance.OperationalStatus <> PreviousInstance.OperationalStatus", OK, OK + DEGRADED, True),
    ("CIM_InstModification.SourceInstance.OperationalStatus[0] = 3", OK, DEGRADED, True),
    ("CIM_InstModification::SourceInstance ISA CIM_StorageExtent AND i.SourceInstance IS NOT NULL", OK, OK, True),
    ("SourceInstance.OperationalStatus[*] = PreviousInstance.OperationalStatus[*]", OK, OK, True),
]


@pytest.mark.parametrize(("condition", "before", "after", "expected"), MODIFICATIONS)
def test_indications_are_chosen_by_what_they_speak_of(condition, before, after, expected):
    query = parse_query(f"SELECT * FROM CIM_InstModification AS i WHERE {condition}", "WQL")
    indication = modified(volume(OperationalStatus=before), volume(OperationalStatus=after))
    assert query.matches(indication, is_a) is expected


def test_a_filter_chooses_by_its_condition():
    found = parse_filter('Name LIKE "it.*" AND ANY OperationalStatus = 5', "dmtf:fql")
    assert found.matches(volume(), is_a)
    assert not found.matches(volume(Name="other"), is_a)
