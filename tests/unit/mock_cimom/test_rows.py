"""Every instance comes back as it was given: from the store, over the wire, and from a saved form."""

from copy import deepcopy
from threading import RLock

import pytest
import pywbem
from hypothesis import given, settings
from hypothesis import strategies as st
from pywbem._tupleparse import TupleParser

from mock_cimom.connection import CimomConnection
from mock_cimom.instance_store import InstanceStore
from mock_cimom.layout import Layout
from mock_cimom.row_xml import row_name_xml, row_xml
from mock_cimom.saved import load, save
from mock_cimom.xml_tree import parse_xml

SPACE = "root/a"

text = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n\r"))
dates = st.sampled_from(
    ["20200102030405.000006+060", "20200102030405.000***-300", "00000012030405.000006:000", "2020010203****.******+000"]
).map(pywbem.CIMDateTime)


def integers(cim_type):
    return st.integers(int(cim_type.minvalue), int(cim_type.maxvalue)).map(cim_type)


TYPES = {
    "string": text,
    "char16": st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), max_codepoint=0xFFFF),
    "boolean": st.booleans(),
    "datetime": dates,
    # The nine digits that are written tell any two of its values apart, and here are those values themselves.
    "real32": st.floats(width=32, allow_nan=False).map(lambda number: pywbem.Real32(f"{number:.8e}")),
    "real64": st.floats(allow_nan=False).map(pywbem.Real64),
    **{
        one.cimtype: integers(one)
        for one in (
            pywbem.Uint8, pywbem.Uint16, pywbem.Uint32, pywbem.Uint64,
            pywbem.Sint8, pywbem.Sint16, pywbem.Sint32, pywbem.Sint64,
        )
    },
}  # fmt: skip


@st.composite
def properties(draw, name):
    kind = draw(st.sampled_from([*TYPES, "reference", "embedded"]))
    if kind == "reference":
        target = pywbem.CIMInstanceName(
            "T_Thing", {"Name": draw(text)}, namespace=draw(st.sampled_from([SPACE, "root/other"]))
        )
        return pywbem.CIMProperty(name, draw(st.sampled_from([None, target])), type=kind, reference_class="T_Thing")
    if kind == "embedded":
        inner = pywbem.CIMInstance("T_Inner", [pywbem.CIMProperty("A", draw(text), type="string", propagated=False)])
        value = draw(st.sampled_from([inner, [inner, inner]]))
        return pywbem.CIMProperty(name, value, type="string", embedded_object="instance")
    single = TYPES[kind]
    value = draw(st.none() | single | st.lists(st.none() | single))
    return pywbem.CIMProperty(name, value, type=kind, is_array=isinstance(value, list))


@st.composite
def instances(draw):
    found = pywbem.CIMInstance("T_Thing", [draw(properties(name)) for name in "ABCD"[: draw(st.integers(0, 4))]])
    keys = {}
    for name in ("K", "L")[: draw(st.integers(1, 2))]:
        kind = draw(st.sampled_from(["string", "boolean", "uint16", "sint64", "datetime"]))
        value = draw(TYPES[kind])
        found.properties[name] = pywbem.CIMProperty(name, value, type=kind)
        keys[name] = draw(st.sampled_from([value, as_parsed(value)]))
    found.path = pywbem.CIMInstanceName("T_Thing", keys, namespace=SPACE)
    return found


def as_parsed(value):
    """Return a key as a parser that does not know the class has it."""
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, pywbem.CIMDateTime) else int(value) if isinstance(value, int) else value


def types_of(instance):
    values = [one.value for one in instance.properties.values()] + list(instance.path.keybindings.values())
    return [[type(one) for one in value] if isinstance(value, list) else type(value) for value in values]


def agree(found, given_instance):
    assert found == given_instance
    assert types_of(found) == types_of(given_instance)
    assert list(found.properties) == list(given_instance.properties)
    assert [one.name for one in found.properties.values()] == [one.name for one in given_instance.properties.values()]


@settings(deadline=None)
@given(instances())
def test_the_store_gives_back_what_it_was_given(instance):
    store = InstanceStore(SPACE, RLock())
    before = deepcopy(instance)
    store.create(instance.path, instance)
    agree(store.get(instance.path), before)
    assert isinstance(store.find(instance.path).row[0], Layout)


def parser_reads(prop):
    """Tell whether pywbem's parser can read the property: it knows NULL in few arrays."""
    return prop.type == "string" or not isinstance(prop.value, list) or None not in prop.value


@settings(deadline=None)
@given(instances().filter(lambda one: all(map(parser_reads, one.properties.values()))))
def test_what_is_written_is_read_as_the_same(instance):
    store = InstanceStore(SPACE, RLock())
    store.create(instance.path, instance)
    row = store.find(instance.path).row
    expected = pywbem.CIMInstance("T_Thing", [one for one in instance.properties.values() if one.value is not None])
    for one in expected.properties.values():
        one.propagated = False  # as pywbem's parser has it
    assert TupleParser().parse_any(parse_xml(row_xml(row, None, None).encode())) == expected
    read = TupleParser().parse_any(parse_xml(row_name_xml(row).encode()))
    keys = {name: as_parsed(value) for name, value in instance.path.keybindings.items()}
    assert read == pywbem.CIMInstanceName("T_Thing", keys)


@settings(deadline=None, max_examples=30)
@given(st.lists(instances(), unique_by=lambda one: str(one.path), max_size=6))
def test_a_saved_form_gives_back_what_was_saved(tmp_path_factory, given_instances):
    connection = CimomConnection(SPACE)
    store = connection.cimrepository.namespace(SPACE).instances
    kept = [one for one in given_instances if not store.object_exists(one.path) and not store.create(one.path, one)]
    file = tmp_path_factory.mktemp("saved") / "all.json"
    save(connection.cimrepository, file, {})
    again, _ = load(file)
    loaded = again.cimrepository.namespace(SPACE).instances
    assert loaded.len() == len(kept)
    for one in kept:
        agree(loaded.get(one.path), one)


def thing(**more):
    path = pywbem.CIMInstanceName("T_Thing", {"Name": "x"}, namespace=SPACE)
    return pywbem.CIMInstance("T_Thing", {"Name": "x", **more}, path=path)


def with_qualifier(found):
    found.qualifiers["Q"] = pywbem.CIMQualifier("Q", "v")
    return found


def with_property_qualifier(found):
    found.properties["Name"].qualifiers["Key"] = pywbem.CIMQualifier("Key", True)
    return found


def with_other_key(found):
    found.path.keybindings["Name"] = "y"
    return found


def with_key_beside(found):
    found.path.keybindings["Other"] = pywbem.CIMInstanceName("T_Far", {"Name": "z"}, namespace="root/b")
    return found


ODD = {
    "qualifiers": lambda: with_qualifier(thing()),
    "qualifiers of a property": lambda: with_property_qualifier(thing()),
    "a key that differs from its property": lambda: with_other_key(thing()),
    "a key that is no property": lambda: with_key_beside(thing()),
    "an array of references": lambda: thing(Refs=[pywbem.CIMInstanceName("T_Far", {"Name": "z"}, namespace=SPACE)]),
    "a reference to a class": lambda: thing(
        Ref=pywbem.CIMProperty("Ref", pywbem.CIMClassName("T_Far", namespace=SPACE), type="reference")
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_instance_is_held_as_it_is(odd, tmp_path):
    instance = ODD[odd]()
    connection = CimomConnection(SPACE)
    store = connection.cimrepository.namespace(SPACE).instances
    store.create(instance.path, instance)
    assert not isinstance(store.find(instance.path).row[0], Layout)
    agree(store.get(instance.path), instance)
    store.get(instance.path).properties["Name"].value = "changed by the taker"
    agree(store.get(instance.path), instance)
    save(connection.cimrepository, tmp_path / "odd.json", {})
    again, _ = load(tmp_path / "odd.json")
    agree(again.cimrepository.namespace(SPACE).instances.get(instance.path), instance)
    store.delete(instance.path)
    assert not store.object_exists(instance.path)


def test_layouts_are_shared_and_go_with_the_last_row():
    store = InstanceStore(SPACE, RLock())
    first, second = thing(), thing()
    second.path.keybindings["Name"] = "y"
    second.properties["Name"].value = "y"
    for one in (first, second):
        store.create(one.path, one)
    layouts = {id(entry.row[0]) for entry in store.of_classes(["t_thing"])}
    assert len(layouts) == 1
    group = store.table.groups["t_thing"]
    for one in (first, second):
        store.delete(one.path)
    assert len(group.layouts) == 0
