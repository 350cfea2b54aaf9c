"""Vendor, model and firmware, from wherever an array says them."""

import pytest

from vasa_cim.adapters.smis.identity import Identity, read_identities
from vasa_cim.adapters.smis.systems import read_systems


@pytest.fixture
def identity_of(made, walk_over):
    def make(system=None, class_name="CIM_ComputerSystem", **classes):
        top = made.row(made.system("A", class_name), **(system or {}))
        part = made.row(made.system("A+SP"))
        walk = walk_over(ComputerSystem=[top, part], **classes)
        return read_identities(walk, read_systems(walk, ["A"]))["A"]

    return make


@pytest.fixture
def chassis(made):
    path = made.name("CIM_Chassis", Tag="t", CreationClassName="CIM_Chassis")
    facts = {"Manufacturer": "VEND ", "Model": "M1", "SerialNumber": "007"}
    return {
        "Chassis": [made.row(path, **facts)],
        "SystemPackaging": [made.link("X_P", "Antecedent", path, "Dependent", made.system("A"))],
    }


def software(made, key, version, classes, **facts):
    return made.row(made.instance(key), VersionString=version, Classifications=classes, **facts)


def installed(made, key, system="A"):
    return made.link("X_I", "System", made.system(system), "InstalledSoftware", made.instance(key))


def test_the_chassis_says_who_made_the_array(identity_of, chassis):
    assert identity_of(**chassis) == Identity("VEND", "M1", "007")


def test_a_package_named_like_the_system_needs_no_association(made, identity_of):
    path = made.name("X_Chassis", Tag="A", CreationClassName="X_Chassis")
    assert identity_of(PhysicalPackage=[made.row(path, Manufacturer="V", Model="M")]) == Identity("V", "M")


def test_a_product_fills_what_the_chassis_leaves_open(made, identity_of, chassis):
    package = chassis["Chassis"][0].name
    product = made.name("X_Product", Name="P", Vendor="PV", IdentifyingNumber="9", Version="1")
    found = identity_of(
        Chassis=[made.row(package)],
        SystemPackaging=chassis["SystemPackaging"],
        Product=[made.row(product)],
        ProductPhysicalComponent=[made.link("X", "GroupComponent", product, "PartComponent", package)],
    )
    assert found == Identity("PV", "P", "9")


def test_the_class_name_is_the_last_word_about_the_vendor(identity_of):
    assert identity_of(class_name="TPD_StorageSystem").vendor == "3PARdata"
    assert identity_of(class_name="ACME_System").vendor == "ACME"
    assert identity_of() == Identity("Unknown", "Unknown")


def test_a_description_may_begin_with_the_model(identity_of):
    assert identity_of({"Description": "InServ E200, ID: 7, Serial"}).model == "InServ E200"


@pytest.mark.parametrize(
    ("description", "firmware"),
    [
        ("InServ E200, ID: 7, Serial number: 1404, InForm OS version: 2.3.1 (MU5)", "2.3.1 (MU5)"),
        ("an array with firmware version 07.10", "07.10"),
        ("an array of SMI-S version 1.4", None),
        (None, None),
    ],
)
def test_a_description_may_hold_the_firmware(identity_of, description, firmware):
    assert identity_of({"Description": description} if description else None).firmware == firmware


def test_what_a_system_says_of_itself_comes_before_guesses(identity_of):
    facts = {"Manufacturer": "HP", "Model": "HSV300", "FirmwareVersion": "10"}
    assert identity_of(facts, class_name="HPEVA_System") == Identity("HP", "HSV300", None, "10")


def test_a_label_may_tell_the_serial_number(identity_of):
    labels = {"OtherIdentifyingInfo": ("x", "007"), "IdentifyingDescriptions": ("Node WWN", "Serial Number")}
    assert identity_of(labels).serial_number == "007"


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([("1.0", (8,)), ("2.0", (10,)), ("3.0", (6,))], "2.0"),
        ([("1.0", (8,)), ("3.0", (6,))], "3.0"),
        ([("5.10", (10,)), ("5.9", (10,))], "5.9"),
        ([("1.0", ())], "1.0"),
        ([(None, (10,)), ("1.0", ())], "1.0"),
        ([], None),
    ],
)
def test_firmware_is_the_software_that_is_firmware(made, identity_of, versions, expected):
    rows = [software(made, str(at), version, classes) for at, (version, classes) in enumerate(versions)]
    links = [installed(made, str(at)) for at in range(len(rows))]
    assert identity_of(SoftwareIdentity=rows, InstalledSoftwareIdentity=links).firmware == expected


def test_firmware_of_processors_counts_where_the_array_has_none(made, identity_of):
    rows = [software(made, "1", "5.2", (10,)), software(made, "2", "5.1", (10,))]
    links = [installed(made, "1", "A+SP"), installed(made, "2", "A+SP"), installed(made, "gone", "A")]
    assert identity_of(SoftwareIdentity=rows, InstalledSoftwareIdentity=links).firmware == "5.1"


def test_the_other_association_of_software_is_turned(made, identity_of):
    link = made.link("X", "Antecedent", made.instance("1"), "Dependent", made.system("A"))
    rows = [software(made, "1", None, (10,), MajorVersion=3, MinorVersion=1, Manufacturer="SV")]
    found = identity_of(SoftwareIdentity=rows, ElementSoftwareIdentity=[link])
    assert (found.firmware, found.vendor) == ("3.1", "SV")
