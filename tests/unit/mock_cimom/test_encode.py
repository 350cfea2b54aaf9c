"""What the fast writer writes, pywbem reads back as the same object."""

import pytest
import pywbem
from lxml import etree
from pywbem._tupleparse import TupleParser

from mock_cimom.encode import class_xml, instance_xml, name_xml, property_xml
from mock_cimom.xml_tree import parse_xml

REFERENCE = pywbem.CIMInstanceName("CIM_X", {"K": 'a"<&>\n\r\t ä'}, namespace="root/a")


def read(text):
    return TupleParser().parse_any(parse_xml(text.encode()))


def prop(value, kind, **more):
    return pywbem.CIMProperty("P", value, type=kind, **more)


def embedded(text):
    return pywbem.CIMInstance("CIM_E", [pywbem.CIMProperty("A", text, type="string", propagated=False)])


PROPERTIES = [
    prop("plain", "string"),
    prop("", "string"),
    prop(' <tag> & "quotes" \r\n\t\' ü 漢 ]]> ', "string"),
    prop(["a", None, ""], "string"),
    prop([], "string", is_array=True),
    prop(True, "boolean"),
    prop([True, False], "boolean"),
    prop(pywbem.Uint64(2**64 - 1), "uint64"),
    prop(pywbem.Sint8(-128), "sint8"),
    prop([1, 2], "uint16"),
    prop(pywbem.Real32(1.5), "real32"),
    prop(pywbem.Real64(1e300), "real64"),
    prop("x", "char16"),
    prop(pywbem.CIMDateTime("20200102030405.000006+060"), "datetime"),
    prop(REFERENCE, "reference", reference_class="CIM_X"),
    prop(pywbem.CIMInstanceName("CIM_Y", {"R": REFERENCE, "N": 7, "B": True}), "reference"),
    prop(embedded("<&>"), "string", embedded_object="instance"),
    prop([embedded("1"), embedded("&amp;")], "string", embedded_object="instance"),
]


@pytest.mark.parametrize("given", PROPERTIES, ids=[str(number) for number in range(len(PROPERTIES))])
def test_a_property_survives_the_way_out_and_back(given):
    found = read(property_xml(given))
    assert found.value == given.value
    assert (found.name, found.type, found.is_array) == (given.name, given.type, given.is_array)
    assert (found.reference_class, found.embedded_object) == (given.reference_class, given.embedded_object)


def test_a_path_survives_the_way_out_and_back():
    path = pywbem.CIMInstanceName("CIM_X", {"S": "a<b", "N": 5, "T": True, "R": REFERENCE})
    assert read(name_xml(path)) == path


@pytest.fixture
def instance():
    null = pywbem.CIMProperty("Empty", None, type="string")
    instance = pywbem.CIMInstance("CIM_X", [("Name", "n"), null, ("Tags", ["t"])])
    instance.path = pywbem.CIMInstanceName("CIM_X", {"Name": "n"})
    return instance


def test_null_properties_are_left_out(instance):
    assert list(read(instance_xml(instance, None)).properties) == ["Name", "Tags"]


@pytest.mark.parametrize(
    ("wanted", "found"), [((), []), (("tags", "nothing"), ["Tags"]), (("empty",), []), (None, ["Name", "Tags"])]
)
def test_only_wanted_properties_are_written(instance, wanted, found):
    assert list(read(instance_xml(instance, wanted)).properties) == found


def test_the_class_of_origin_is_written_on_demand(instance):
    read_back = read(instance_xml(instance, None, {"name": "CIM_Top", "tags": "CIM_X"}))
    assert [one.class_origin for one in read_back.properties.values()] == ["CIM_Top", "CIM_X"]


@pytest.mark.parametrize("odd", ["\x00", "\x0b", "\x1f", "\ud800", "\ufffe"])
def test_characters_that_xml_does_not_have_break_no_answer(odd):
    text = property_xml(prop(f"a{odd}b", "string"))
    assert etree.fromstring(text.encode()).findtext("VALUE") == "a\ufffdb"
    described = pywbem.CIMClass("CIM_Thing", qualifiers=[pywbem.CIMQualifier("Description", f"a{odd}b")])
    assert etree.fromstring(class_xml(described).encode()).findtext("QUALIFIER/VALUE") == "a\ufffdb"
