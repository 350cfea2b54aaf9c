# ruff: noqa: S608 - these queries are no SQL
"""What a query shows of the instances it chose."""

import pytest
import pywbem

from mock_cimom.query import parse_query


@pytest.fixture
def indication():
    volume = pywbem.CIMInstance("CIM_StorageVolume", {"Name": "v", "Status": [pywbem.Uint16(2), pywbem.Uint16(3)]})
    path = pywbem.CIMInstanceName("CIM_InstCreation", {"X": "y"})
    return pywbem.CIMInstance("CIM_InstCreation", {"SourceInstance": volume, "Time": "now", "Who": "me"}, path=path)


def shown(select, indication):
    return dict(parse_query(f"SELECT {select} FROM CIM_InstCreation AS i", "CQL").project(indication))


def test_a_star_shows_all_without_the_path(indication):
    found = parse_query("SELECT * FROM CIM_Indication", "WQL").project(indication)
    assert (found.classname, found.path) == ("CIM_InstCreation", None)
    assert dict(found) == dict(indication)


def test_a_list_shows_what_it_names_and_is_there(indication):
    assert shown("time, Nothing, CIM_InstCreation.Who", indication) == {"Time": "now", "Who": "me"}
    assert shown("i.*", indication) == dict(indication)


def test_a_list_reaches_into_embedded_instances(indication):
    assert shown("SourceInstance.Name AS VolumeName, Time AS T", indication) == {"VolumeName": "v", "T": "now"}
    assert shown("SourceInstance.Status[1]", indication) == {"Status": 3}
    assert shown("SourceInstance.Status[9]", indication) == {"Status": None}
    assert shown("SourceInstance.*", indication) == {"Name": "v", "Status": [2, 3]}
    assert shown("Who.Name, Nothing.*, Time[0]", indication) == {"Time": None}


def test_what_is_shown_is_no_part_of_the_original(indication):
    found = parse_query("SELECT * FROM CIM_Indication", "WQL").project(indication)
    found["Who"] = "other"
    found.properties["Time"].value = "never"
    assert (indication["Who"], indication["Time"]) == ("me", "now")
