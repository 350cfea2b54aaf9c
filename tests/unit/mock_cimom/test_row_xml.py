"""Rows are written as their instances are, and no writer remembers without end."""

from threading import RLock

import pytest
import pywbem

from mock_cimom.encode import instance_xml, name_xml
from mock_cimom.instance_store import InstanceStore
from mock_cimom.row_xml import RecentTexts, Texts, place_name_xml, place_xml, row_name_xml, row_xml

PATH = pywbem.CIMInstanceName("CIM_X", [("Name", "a&b"), ("Number", pywbem.Uint8(7)), ("On", True)], namespace="root/a")
FAR = pywbem.CIMInstanceName("CIM_Far", {"ID": "<far>"}, namespace="root/b")


@pytest.fixture
def store():
    found = InstanceStore("root/a", RLock())
    properties = [
        ("Name", "a&b"),
        ("Number", pywbem.Uint8(7)),
        ("On", True),
        ("Words", ["<", ">"]),
        ("Weight", pywbem.Real32(-0.0)),
        pywbem.CIMProperty("Nothing", None, type="string"),
        pywbem.CIMProperty("Far", FAR, type="reference", reference_class="CIM_Far"),
    ]
    found.create(PATH, pywbem.CIMInstance("CIM_X", properties, path=PATH))
    return found


ORIGINS = {"name": "CIM_Top", "far": "CIM_X"}


@pytest.mark.parametrize("wanted", [None, (), ("far", "words", "nothing", "unknown", "weight")])
@pytest.mark.parametrize("origins", [None, ORIGINS])
def test_a_row_is_written_as_its_instance(store, wanted, origins):
    entry = store.find(PATH)
    assert row_xml(entry.row, wanted, origins) == instance_xml(entry.instance, wanted, origins)
    assert row_name_xml(entry.row) == name_xml(PATH)


def test_a_place_is_written_whether_an_instance_stands_there_or_not(store):
    assert place_name_xml(store.place(PATH)) == name_xml(PATH)
    assert place_name_xml(store.target_place(FAR)) == name_xml(FAR)
    assert '<NAMESPACE NAME="b"/>' in place_xml(store.target_place(FAR))


def test_the_same_value_of_two_types_is_written_as_each(store):
    given = store.get(PATH)
    given.properties["Number"] = pywbem.CIMProperty("Number", True, type="boolean")
    given.path.keybindings["Number"] = True
    store.create(given.path, given)
    texts = [row_xml(entry.row, ("number",), None) for entry in store.of_classes(["cim_x"])]
    assert ["<VALUE>7</VALUE>" in text for text in texts] == [True, False]
    assert "<VALUE>true</VALUE>" in texts[1]


def test_texts_are_written_once_while_there_is_room():
    written = []
    texts = Texts(lambda value: written.append(value) or str(value), room=2)
    assert [texts[value] for value in (1, 2, 3, 1, 3)] == ["1", "2", "3", "1", "3"]
    assert written == [1, 2, 3, 3]
    assert len(texts) == 2


def test_recent_texts_make_room_for_what_comes():
    written = []
    texts = RecentTexts(lambda value: written.append(value) or str(value), room=2)
    assert [texts[value] for value in (1, 2, 2, 3, 1, 1)] == ["1", "2", "2", "3", "1", "1"]
    assert written == [1, 2, 3, 1]
    assert len(texts) <= 2
