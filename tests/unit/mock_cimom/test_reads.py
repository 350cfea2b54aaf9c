"""What is read after any sequence of changes is what a search through plain instances finds."""

from copy import deepcopy

import pytest
import pywbem
from hypothesis import given, settings
from hypothesis import strategies as st
from pywbem._tupleparse import TupleParser

from mock_cimom import reads
from mock_cimom.connection import CimomConnection
from mock_cimom.entry import Entry
from mock_cimom.row_xml import place_name_xml, row_name_xml
from mock_cimom.shapes import InstanceShape
from mock_cimom.xml_tree import parse_xml

MOF = """
Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);
class T_Thing { [Key] string Name; uint32 Size; string Notes[]; };
class T_Big : T_Thing { boolean Heavy; };
[Association] class T_Link { [Key] T_Thing REF Source; [Key] T_Thing REF Target; };
[Association] class T_Near : T_Link { uint8 Distance; };
[Association] class T_Loose { [Key] string ID; T_Thing REF Source; T_Thing REF Target; };
[Association] class T_Meta { [Key] T_Link REF Link; [Key] T_Thing REF Thing; };
"""
SPACES = ("root/a", "root/b")
CLASSES = {
    "T_Thing": {"T_Thing", "T_Big"},
    "T_Big": {"T_Big"},
    "T_Link": {"T_Link", "T_Near"},
    "T_Near": {"T_Near"},
    "T_Loose": {"T_Loose"},
    "T_Meta": {"T_Meta"},
}
ROLES = (None, "Source", "target", "Link", "Thing")


@pytest.fixture(scope="module")
def declared():
    connection = CimomConnection(SPACES[0])
    connection.compile_mof_string(MOF)
    return list(connection.cimrepository.namespace(SPACES[0]).classes.iter_values())


@st.composite
def things(draw):
    name = pywbem.CIMInstanceName(
        draw(st.sampled_from(["T_Thing", "T_Big"])), {"Name": draw(st.sampled_from("xyz"))}, namespace=draw(spaces)
    )
    properties = [("Name", name["Name"]), ("Size", pywbem.Uint32(draw(st.integers(0, 3))))]
    if draw(st.booleans()):
        properties.append(pywbem.CIMProperty("Notes", draw(st.lists(st.sampled_from("ab"))), type="string"))
    return pywbem.CIMInstance(name.classname, properties, path=name)


@st.composite
def links(draw):
    source, target = draw(things()).path, draw(things()).path
    class_name = draw(st.sampled_from(["T_Link", "T_Near"]))
    return keyed(class_name, {"Source": source, "Target": target}, draw(spaces))


@st.composite
def loose_links(draw):
    found = keyed("T_Loose", {"ID": draw(st.sampled_from("12"))}, draw(spaces))
    for role in ("Source", "Target"):
        target = draw(st.none() | things())
        path = None if target is None else target.path
        found.properties[role] = pywbem.CIMProperty(role, path, type="reference", reference_class="T_Thing")
    if draw(st.booleans()):
        found.qualifiers["Odd"] = pywbem.CIMQualifier("Odd", True)  # no layout has room for it
    return found


@st.composite
def metas(draw):
    return keyed("T_Meta", {"Link": draw(links()).path, "Thing": draw(things()).path}, draw(spaces))


def keyed(class_name, keys, namespace):
    path = pywbem.CIMInstanceName(class_name, keys, namespace=namespace)
    properties = [
        pywbem.CIMProperty(name, value, type="string" if isinstance(value, str) else "reference")
        for name, value in keys.items()
    ]
    return pywbem.CIMInstance(class_name, properties, path=path.copy())


spaces = st.sampled_from(SPACES)
changes = st.lists(
    st.tuples(st.sampled_from(["put", "put", "put", "delete"]), things() | links() | loose_links() | metas()),
    max_size=25,
)


class Oracle(list):
    """All instances, searched from end to end."""

    def at(self, path):
        return next((one for one in self if one.path == path), None)

    def of_class(self, space, class_name):
        return [one for one in self if one.path.namespace == space and one.classname in CLASSES[class_name]]

    def references(self, space, path, result_class, role):
        return [
            one
            for one in self
            if one.path.namespace == space
            and (result_class is None or one.classname in CLASSES[result_class])
            and any(value == path for name, value in ends(one) if same_role(name, role))
        ]

    def associated(self, space, path, assoc_class, result_class, role, result_role):
        found = []
        for one in self.references(space, path, assoc_class, role):
            own = next(name for name, value in ends(one) if value == path and same_role(name, role))
            found += [
                value
                for name, value in ends(one)
                if name != own
                and same_role(name, result_role)
                and (result_class is None or value.classname in CLASSES[result_class])
            ]
        return found


def same_role(name, role):
    return role is None or name.lower() == role.lower()


def ends(instance):
    return [(one.name, one.value) for one in instance.properties.values() if one.type == "reference" and one.value]


def apply_changes(repository, all_changes):
    oracle = Oracle()
    for change, instance in all_changes:
        store = repository.namespace(instance.path.namespace).instances
        known = oracle.at(instance.path)
        if change == "delete":
            if known is not None:
                store.delete(instance.path)
                oracle.remove(known)
        elif known is None:
            store.create(instance.path, instance)
            oracle.append(instance)
        else:
            store.update(instance.path, instance)
            oracle[oracle.index(known)] = instance
    return oracle


def same(found, expected):
    assert len(found) == len(expected)
    left = list(expected)
    for one in found:
        left.remove(one)


def read(text):
    return TupleParser().parse_any(parse_xml(text.encode()))


def written(space, entry):
    found = read(InstanceShape(None, None).instance(space, entry))
    found.path = read(row_name_xml(entry.row))
    return found


def without_nulls(instance):
    found = deepcopy(instance)
    found.qualifiers = {}
    found.path.namespace = None
    for name in [one.name for one in instance.properties.values() if one.value is None]:
        del found.properties[name]
    for one in found.properties.values():
        one.propagated = False  # as pywbem's parser has it
    return found


@settings(deadline=None, max_examples=60)
@given(all_changes=changes, asked=st.tuples(spaces, things() | links(), *[st.sampled_from(ROLES)] * 2))
def test_reads_agree_with_a_search(declared, all_changes, asked):
    connection = CimomConnection(SPACES[0])
    repository = connection.cimrepository
    repository.add_namespace(SPACES[1])
    for space in SPACES:
        for one in declared:
            repository.namespace(space).classes.adopt(one)
    oracle = apply_changes(repository, all_changes)
    for name in SPACES:
        space = repository.namespace(name)
        for class_name in CLASSES:
            entries = reads.instances_of(space, class_name)
            expected = oracle.of_class(name, class_name)
            same([entry.instance for entry in entries], expected)
            same([written(space, entry) for entry in entries], list(map(without_nulls, expected)))
    space_name, source, role, result_role = asked
    traversals_agree(repository.namespace(space_name), oracle, source.path, role, result_role)
    for instance in oracle:
        assert reads.instance_at(repository.namespace(instance.path.namespace), instance.path).instance == instance
        traversals_agree(repository.namespace(instance.path.namespace), oracle, instance.path, role, result_role)
        for _, target in ends(instance):
            traversals_agree(repository.namespace(space_name), oracle, target, None, None)


def traversals_agree(space, oracle, path, role, result_role):
    for result_class in (None, "T_Link", "T_Loose"):
        found = reads.references_of(space, path, result_class, role)
        same([entry.instance for entry in found], oracle.references(space.name, path, result_class, role))
    for assoc_class, result_class in ((None, None), ("T_Link", "T_Thing"), ("T_Meta", None)):
        expected = oracle.associated(space.name, path, assoc_class, result_class, role, result_role)
        places = reads.associated_places(space, path, assoc_class, result_class, role, result_role)
        assert {place.path for place in places} == set(expected)
        assert len(places) == len(set(expected))
        names = [read(place_name_xml(place)) for place in places]
        same(names, [pywbem.CIMInstanceName(one.classname, one.keybindings) for one in map(at_home, set(expected))])


def at_home(path):
    """Return a path as INSTANCENAME has it: without its own namespace."""
    found = path.copy()
    found.namespace = None
    return found


def test_nothing_is_left_of_what_was_deleted_and_is_not_referred_to(declared):
    repository = CimomConnection(SPACES[0]).cimrepository
    store = repository.namespace(SPACES[0]).instances
    x = keyed("T_Thing", {"Name": "x"}, SPACES[0])
    link = keyed("T_Link", {"Source": x.path, "Target": x.path}, SPACES[0])
    for one in (x, link):
        store.create(one.path, one)
    store.delete(x.path)
    assert store.target_place(x.path) is not None
    store.delete(link.path)
    assert store.target_place(x.path) is None
    assert store.target_place(link.path) is None


def test_an_entry_stays_as_it_was_read(declared):
    repository = CimomConnection(SPACES[0]).cimrepository
    store = repository.namespace(SPACES[0]).instances
    x, y = (keyed("T_Thing", {"Name": name}, SPACES[0]) for name in "xy")
    link = keyed("T_Link", {"Source": x.path, "Target": y.path}, SPACES[0])
    for one in (x, y, link):
        store.create(one.path, one)
    entry = store.find(link.path)
    place = store.target_place(y.path)
    for one in (link, x, y):
        store.delete(one.path)
    assert entry.instance == link
    assert place.path == y.path
    assert isinstance(entry, Entry)


def test_a_result_class_is_looked_up_where_the_result_is():
    connection = CimomConnection("root/a")
    connection.add_namespace("root/b")
    for name in SPACES:
        connection.compile_mof_string(MOF, namespace=name)
    connection.compile_mof_string("class V_Thing : T_Thing { string Vendor; };", namespace="root/b")
    here = pywbem.CIMInstanceName("T_Thing", {"Name": "x"}, namespace="root/a")
    there = pywbem.CIMInstanceName("V_Thing", {"Name": "y"}, namespace="root/b")
    space = connection.cimrepository.namespace("root/a")
    link = pywbem.CIMInstance("T_Link", {"Source": here, "Target": there})
    link.path = pywbem.CIMInstanceName("T_Link", {"Source": here, "Target": there}, namespace="root/a")
    space.instances.adopt(link)
    assert reads.associated_names(space, here, None, "T_Thing", None, None) == [there]
    assert reads.associated_names(space, here, None, "T_Big", None, None) == []
