"""What each array is sold as, from wherever its package and its product are tied to it."""

import pytest

from vasa_cim.adapters.smis.packages import Package, read_packages
from vasa_cim.adapters.smis.systems import read_systems


@pytest.fixture
def packages_of(made, walk_over):
    def make(tops=("A",), labels=None, **classes):
        facts = (
            {"OtherIdentifyingInfo": tuple(labels), "IdentifyingDescriptions": ("id",) * len(labels)} if labels else {}
        )
        rows = [made.row(made.system(name), **facts) for name in (*tops, "A+SP")]
        walk = walk_over(ComputerSystem=rows, **classes)
        found = read_packages(walk, read_systems(walk, tops))
        return found, walk.connection.asked

    return make


@pytest.fixture
def chassis(made):
    def make(tag, vendor="V", model="M", serial=None):
        path = made.name("X_Chassis", Tag=tag, CreationClassName="X_Chassis")
        return made.row(path, Tag=tag, Manufacturer=vendor, Model=model, SerialNumber=serial)

    return make


@pytest.fixture
def packaging(made):
    def make(row, system, class_name="X_P", turned=False):
        ends = (row.name, made.system(system))
        return made.link(class_name, "Antecedent", ends[turned], "Dependent", ends[not turned])

    return make


@pytest.mark.parametrize("turned", [False, True])
def test_the_package_of_the_system_is_asked_first_whichever_role_it_has(packages_of, chassis, packaging, turned):
    own, other = chassis("1"), chassis("A", vendor="W")
    found, asked = packages_of(Chassis=[other, own], SystemPackaging=[packaging(own, "A", turned=turned)])
    assert found == {"A": Package("V", "M")}
    assert "CIM_Product" not in asked
    assert "CIM_PhysicalPackage" not in asked


def test_packages_are_joined_by_an_association_of_its_own_too(packages_of, chassis, packaging):
    own, other = chassis("1"), chassis("2", vendor="W")
    found, _ = packages_of(Chassis=[own, other], ComputerSystemPackage=[packaging(own, "A")])
    assert found == {"A": Package("V", "M")}


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ([("A", "V", "M", None), ("disks", "W", "D", "1")], None),
        ([("x", "V", "M", "SN1234"), ("disks", "W", "D", "SN99")], ["sn1234"]),
        ([("x", "V", "M", "4321"), ("disks", "W", "D", "SN99")], ["ACME:4321:x"]),
        ([("x", "V", "M", None)], None),
    ],
)
def test_without_an_association_tag_serial_number_or_being_the_only_one_tells(packages_of, chassis, rows, labels):
    found, _ = packages_of(labels=labels, Chassis=[chassis(*row) for row in rows])
    assert (found["A"].vendor, found["A"].model) == ("V", "M")


def test_several_packages_that_nothing_ties_to_an_array_are_not_guessed_at(packages_of, chassis):
    assert packages_of(Chassis=[chassis("x"), chassis("y")])[0] == {"A": Package()}
    assert packages_of(tops=("A", "B"), Chassis=[chassis("x")])[0] == {"A": Package(), "B": Package()}


def test_the_package_of_a_part_speaks_for_an_array_that_has_none(packages_of, chassis, packaging):
    own, other = chassis("1"), chassis("2", vendor="W")
    found, _ = packages_of(Chassis=[own, other], SystemPackaging=[packaging(own, "A+SP")])
    assert found == {"A": Package("V", "M")}


def test_of_several_packages_of_a_system_those_that_say_most_come_first(packages_of, chassis, packaging):
    rack, box = chassis("1", vendor=None, model=None, serial="7"), chassis("2")
    found, _ = packages_of(Chassis=[rack, box], SystemPackaging=[packaging(rack, "A"), packaging(box, "A")])
    assert found == {"A": Package("V", "M", "7")}


def test_of_several_packages_of_a_system_the_one_with_its_serial_number_comes_first(packages_of, chassis, packaging):
    disks, own = chassis("1", vendor="W", serial="99"), chassis("2", serial="SN1234")
    links = [packaging(disks, "A"), packaging(own, "A")]
    found, _ = packages_of(labels=["SN1234"], Chassis=[disks, own], SystemPackaging=links)
    assert found == {"A": Package("V", "M", "SN1234")}


def product(made, number, name="P", vendor="PV"):
    path = made.name("X_Product", Name=name, IdentifyingNumber=number, Vendor=vendor, Version="1")
    return made.row(path)


def test_a_product_is_known_by_the_serial_number(made, packages_of):
    found, _ = packages_of(labels=["SN1234"], Product=[product(made, "SN1234"), product(made, "9", vendor="W")])
    assert found == {"A": Package("PV", "P", "SN1234")}


def test_the_only_product_of_the_only_array_is_its(made, packages_of):
    assert packages_of(Product=[product(made, "9")])[0] == {"A": Package("PV", "P", "9")}
    assert packages_of(tops=("A", "B"), Product=[product(made, "9")])[0] == {"A": Package(), "B": Package()}
