"""GetProperty and SetProperty work on one property and refuse what is none."""

import pytest
from lxml import etree

from mock_cimom.cimom import Cimom

SETTING = (
    '<INSTANCENAME CLASSNAME="CIM_StorageSetting"><KEYBINDING NAME="InstanceID">'
    '<KEYVALUE VALUETYPE="string">MOCK+000000000001:pool1:setting</KEYVALUE></KEYBINDING></INSTANCENAME>'
)
SYSTEM = (
    '<INSTANCENAME CLASSNAME="MOCK_StorageSystem"><KEYBINDING NAME="CreationClassName">'
    '<KEYVALUE VALUETYPE="string">MOCK_StorageSystem</KEYVALUE></KEYBINDING><KEYBINDING NAME="Name">'
    '<KEYVALUE VALUETYPE="string">MOCK+000000000001</KEYVALUE></KEYBINDING></INSTANCENAME>'
)


@pytest.fixture
def fresh(fresh_tiny):
    return Cimom(fresh_tiny, "cimom.example:5988")


def value(text):
    return f"<VALUE>{text}</VALUE>"


def returned(done):
    """Return the name and the text of the elements returned, or the code of the error."""
    tree = etree.fromstring(done.body)
    error = tree.find(".//ERROR")
    if error is not None:
        return int(error.get("CODE"))
    return [(one.tag, "".join(one.itertext())) for one in tree.findall(".//IRETURNVALUE/*")]


def test_a_property_is_read(cimom, ask):
    def read(name):
        return returned(ask(cimom, "GetProperty", InstanceName=SYSTEM, PropertyName=value(name)))

    assert read("nameformat") == [("VALUE", "Other")]
    assert read("Dedicated") == [("VALUE.ARRAY", "315")]
    assert read("Roles") == []
    assert read("Colour") == 12


def test_a_reference_is_read_as_a_path(cimom, ask):
    edge = cimom.connection.EnumerateInstances("CIM_ComponentCS", "root/mockblock")[0]
    keys = "".join(
        f'<KEYBINDING NAME="{name}"><VALUE.REFERENCE>{path.tocimxmlstr()}</VALUE.REFERENCE></KEYBINDING>'
        for name, path in edge.path.keybindings.items()
    )
    name = f'<INSTANCENAME CLASSNAME="CIM_ComponentCS">{keys}</INSTANCENAME>'
    done = ask(cimom, "GetProperty", InstanceName=name, PropertyName=value("GroupComponent"))
    assert [tag for tag, _ in returned(done)] == ["VALUE.REFERENCE"]


def test_a_property_is_set_alone(fresh, ask, fresh_tiny):
    before = fresh_tiny.EnumerateInstances("CIM_StorageSetting", "root/mockblock")[0]
    options = {"InstanceName": SETTING, "PropertyName": value("PackageRedundancyGoal")}
    assert returned(ask(fresh, "SetProperty", NewValue=value("7"), **options)) == []
    after = fresh_tiny.GetInstance(before.path)
    assert after["PackageRedundancyGoal"] == 7
    after["PackageRedundancyGoal"] = before["PackageRedundancyGoal"]
    assert after == before


def test_a_property_set_to_nothing_is_null(fresh, ask):
    options = {"InstanceName": SETTING, "PropertyName": value("PackageRedundancyGoal")}
    assert returned(ask(fresh, "SetProperty", **options)) == []
    assert returned(ask(fresh, "GetProperty", **options)) == []


WRONG = [
    ("text for a number", "PackageRedundancyGoal", value("many"), 13),
    ("a number out of range", "PackageRedundancyGoal", value("70000"), 13),
    ("an array for a scalar", "ElementName", f"<VALUE.ARRAY>{value('x')}</VALUE.ARRAY>", 13),
    ("no such property", "Colour", value("red"), 12),
]


@pytest.mark.parametrize(("name", "new", "code"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_value_is_refused(fresh, ask, name, new, code):
    done = ask(fresh, "SetProperty", InstanceName=SETTING, PropertyName=value(name), NewValue=new)
    assert returned(done) == code


def test_what_is_read_only_is_not_set_this_way_either(fresh, ask):
    name = (
        '<INSTANCENAME CLASSNAME="CIM_FilterCollection"><KEYBINDING NAME="InstanceID">'
        '<KEYVALUE VALUETYPE="string">MOCK:Array</KEYVALUE></KEYBINDING></INSTANCENAME>'
    )
    options = {"InstanceName": name, "PropertyName": value("CollectionName"), "NewValue": value("x")}
    assert returned(ask(fresh, "SetProperty", namespace="interop", **options)) == 7
