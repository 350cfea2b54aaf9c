"""Registered profiles: whose they are, in which version, and by which names they go (`smis-mapping 1.2`, `1.3`)."""

import pytest

from vasa_cim.cim.profiles import fold_profile_name, known_names, read_profiles
from vasa_cim.errors import SourceFailed

EI, CLASS = "EnumerateInstances", "CIM_RegisteredProfile"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FC Target Ports", "FC Target Port"),
        ("FCoE Target Ports", " fcoe  target port "),
        ("SAS Target Ports", "Serial Attached SCSI Target Port"),
        ("FileSystem Quotas", "Filesystem quota"),
        ("Filesystem Manipulation", "File System Manipulation"),
        ("Self-contained NAS System", " Self-contained  NAS System "),
        ("Self-contained NAS System", "Self Contained NAS Systems"),
        ("Self-contained NAS System", "SCNAS"),
        ("Masking and Mapping", "Masking & Mapping"),
    ],
)
def test_misspelled_profile_names_are_equal(one, other):
    assert fold_profile_name(one) == fold_profile_name(other)


def test_different_profiles_stay_different():
    names = ["Array", "NAS Head", "Self-contained NAS System", "Storage Virtualizer", "Masking and Mapping"]
    names += ["Group Masking and Mapping", "FC Target Ports", "FCoE Target Ports", "SAS Target Ports"]
    assert len(set(map(fold_profile_name, names))) == len(names)


def profile_of(connection_to, cim_xml, **facts):
    values = {"InstanceID": "SNIA:Array:1", "RegisteredName": "Array"} | facts
    name = cim_xml.keyed("X_Profile", InstanceID=values["InstanceID"])
    return read_profiles(connection_to({("interop", EI, CLASS): cim_xml.instance(name, **values)}), "interop")


@pytest.mark.parametrize(
    ("facts", "is_known"),
    [
        ({"RegisteredOrganization": 11}, True),
        ({"RegisteredOrganization": 2}, True),
        ({"RegisteredOrganization": 3}, False),
        ({"RegisteredOrganization": 1, "OtherRegisteredOrganization": " snia "}, True),
        ({"RegisteredOrganization": 1, "OtherRegisteredOrganization": "ACME"}, False),
        ({}, True),
        ({"InstanceID": "ACME:Array"}, False),
    ],
)
def test_profiles_count_that_snia_or_dmtf_defined(connection_to, cim_xml, facts, is_known):
    (found,) = profile_of(connection_to, cim_xml, **facts)
    assert known_names([found]) == ({"array"} if is_known else set())


@pytest.mark.parametrize(
    ("text", "version"), [("1.6.0", (1, 6, 0)), (" 1.10 ", (1, 10)), ("none", ()), ("", ()), ("v1.4.0rc", (1, 4, 0))]
)
def test_versions_are_numbers(connection_to, cim_xml, text, version):
    (found,) = profile_of(connection_to, cim_xml, RegisteredVersion=text)
    assert found.version == version


def test_what_has_no_name_is_no_profile(connection_to, cim_xml):
    assert profile_of(connection_to, cim_xml, RegisteredName=" ") == []


def test_a_server_without_profiles_has_none_and_one_that_fails_is_an_error(connection_to, cim_xml):
    assert read_profiles(connection_to({("interop", EI, "X"): ""}), "interop") == []
    with pytest.raises(SourceFailed):
        read_profiles(connection_to({("interop", EI, CLASS): cim_xml.error.format(1)}), "interop")
