"""The store of classes knows the tree of subclasses."""

import pytest
import pywbem

from mock_cimom.class_store import ClassStore


@pytest.fixture
def store():
    store = ClassStore()
    for name, superclass in (("A", None), ("B", "A"), ("C", "B"), ("D", "A"), ("Z", None)):
        store.create(name, pywbem.CIMClass(name, superclass=superclass))
    return store


def test_a_family_is_the_class_and_all_below_it(store):
    assert store.family("a") == {"a", "b", "c", "d"}
    assert store.family("C") == {"c"}
    assert store.family("Nothing") == frozenset()


def test_children_are_one_level_only(store):
    assert store.children("A") == ["B", "D"]
    assert store.children(None) == ["A", "Z"]


def test_ancestry_goes_up_to_the_top(store):
    assert store.ancestry("C") == ["c", "b", "a"]


def test_a_new_class_joins_the_families_asked_for_before(store):
    before = store.family("A")
    store.create("E", pywbem.CIMClass("E", superclass="D"))
    assert store.family("A") == before | {"e"}


def test_a_deleted_class_leaves_its_family(store):
    assert "c" in store.family("A")
    store.delete("c")
    assert "c" not in store.family("A")
    with pytest.raises(KeyError):
        store.get("C")


def test_each_change_raises_the_generation(store):
    seen = {store.generation}
    store.create("E", pywbem.CIMClass("E"))
    seen.add(store.generation)
    store.update("E", pywbem.CIMClass("E"))
    seen.add(store.generation)
    store.delete("E")
    seen.add(store.generation)
    assert len(seen) == 4


def test_a_class_taken_out_is_a_copy(store):
    store.get("B").superclass = "Z"
    assert store.get("B").superclass == "A"


def test_a_class_is_declared_only_once(store):
    with pytest.raises(ValueError, match="declared already"):
        store.create("a", pywbem.CIMClass("a"))


def test_no_two_stores_have_one_generation(store):
    assert ClassStore().generation != ClassStore().generation
    other = ClassStore()
    for name in "ABCDZ":
        other.create(name, pywbem.CIMClass(name))
    assert other.generation != store.generation
