"""The firmware of an array, in the many ways in which servers tie software to it."""

import pytest

from vasa_cim.adapters.smis.firmware import read_firmware, version_of
from vasa_cim.adapters.smis.systems import read_systems

FIRMWARE, OS = (10,), (8,)


@pytest.fixture
def firmware_of(made, walk_over):
    """Return a function: software by InstanceID -> facts, links, tops -> version by array."""

    def make(software, tops=("A",), **links):
        rows = [made.row(made.instance(key), InstanceID=key, **facts) for key, facts in software.items()]
        systems = [made.row(made.system(name)) for name in (*tops, "A+SP")]
        walk = walk_over(ComputerSystem=systems, SoftwareIdentity=rows, **links)
        found = read_firmware(walk, read_systems(walk, tops))
        return {array: version_of(row) for array, row in found.items()}

    return make


def facts(version, classes=FIRMWARE, **more):
    return {"VersionString": version, "Classifications": classes} | more


@pytest.fixture
def installed(made):
    def make(key, element=None, turned=False, roles=("System", "InstalledSoftware")):
        ends = (element or made.system("A"), made.instance(key))
        return made.link("X_I", roles[0], ends[turned], roles[1], ends[not turned])

    return make


@pytest.mark.parametrize("turned", [False, True])
def test_installed_software_counts_whichever_role_it_has(firmware_of, installed, turned):
    software = {"1": facts("2.0"), "A": facts("1.0")}
    assert firmware_of(software, InstalledSoftwareIdentity=[installed("1", turned=turned)]) == {"A": "2.0"}


@pytest.mark.parametrize("key", ["A", "A-+-x", "ACME:A"])
def test_software_that_is_named_after_the_array_needs_no_association(firmware_of, key):
    assert firmware_of({key: facts("1.0", OS), "other": facts("0.5", OS)}) == {"A": "1.0"}


def test_of_several_arrays_the_longest_name_within_counts(firmware_of):
    software = {"x:A1": facts("1.0"), "x:A": facts("2.0")}
    assert firmware_of(software, tops=("A", "A1")) == {"A": "2.0", "A1": "1.0"}


def test_software_of_a_part_or_of_its_device_counts_where_the_array_has_none(made, firmware_of, installed):
    software = {"1": facts("5.2"), "2": facts("5.1")}
    links = [installed("1", made.system("A+SP")), installed("2", made.device("X_Controller", "c", "A+SP"))]
    assert firmware_of(software, InstalledSoftwareIdentity=links) == {"A": "5.1"}


def test_a_tie_of_which_nothing_tells_a_version_is_passed_over(made, firmware_of, installed):
    links = [installed("1"), installed("2", made.system("A+SP"))]
    software = {"1": facts(None), "2": facts("3.0")}
    assert firmware_of(software, InstalledSoftwareIdentity=links) == {"A": "3.0"}


def test_software_that_names_its_system_is_that_systems(firmware_of):
    software = {"1": facts("1.0", StorageSystem_Name="A"), "2": facts("0.1", StorageSystem_Name="B")}
    assert firmware_of(software) == {"A": "1.0"}


def test_the_only_firmware_of_the_only_array_is_its_but_no_other_software(firmware_of):
    assert firmware_of({"x": facts("1.0"), "provider": facts("0.1", OS)}) == {"A": "1.0"}
    assert firmware_of({"x": facts("1.0")}, tops=("A", "B")) == {}


@pytest.mark.parametrize(
    ("values", "version"),
    [
        ({"MajorVersion": 6, "MinorVersion": 5, "RevisionNumber": 20, "BuildNumber": 19}, "6.5.20.19"),
        ({"MajorVersion": 6, "MinorVersion": 0}, "6.0"),
        ({"MajorVersion": 6, "BuildNumber": 1, "LargeBuildNumber": 99999, "IsLargeBuildNumber": True}, "6.99999"),
        ({"VersionString": " 5.2 ", "MajorVersion": 6}, "5.2"),
        ({"VersionString": " "}, None),
        ({}, None),
    ],
)
def test_a_version_is_a_text_or_made_of_numbers(made, values, version):
    assert version_of(made.row(made.instance("1"), **values)) == version
