"""The store isolates what it holds and keeps its three indexes in step with it."""

import threading
from threading import RLock

import pytest
import pywbem

from mock_cimom.instance_store import InstanceStore


def thing(name, class_name="CIM_Thing", **values):
    instance = pywbem.CIMInstance(class_name, {"Name": name, **values})
    instance.path = pywbem.CIMInstanceName(class_name, {"Name": name}, namespace="root/a")
    return instance


def link(source, target, class_name="CIM_Link"):
    instance = pywbem.CIMInstance(class_name, {"Source": source.path, "Target": target.path})
    instance.path = pywbem.CIMInstanceName(
        class_name, {"Source": source.path, "Target": target.path}, namespace="root/a"
    )
    return instance


@pytest.fixture
def store():
    return InstanceStore("root/a", RLock())


def names(entries):
    return sorted(str(entry.instance.path.classname) for entry in entries)


def test_a_stored_instance_is_found_by_any_spelling_of_its_path(store):
    store.create(thing("x").path, thing("x"))
    spelling = pywbem.CIMInstanceName("cim_thing", {"NAME": "x"}, host="h", namespace="ROOT/a")
    assert store.object_exists(spelling)
    assert store.get(spelling)["Name"] == "x"


def test_what_goes_in_and_comes_out_is_never_the_stored_object(store):
    given = thing("x", Note="first")
    store.create(given.path, given)
    given["Note"] = "changed by the giver"
    taken = store.get(given.path)
    taken["Note"] = "changed by the taker"
    for listed in store.iter_values():
        listed["Note"] = "changed by the lister"
    for path in store.iter_names():
        path.classname = "CIM_Other"
    assert store.get(thing("x").path)["Note"] == "first"


def test_an_update_stores_a_copy(store):
    store.create(thing("x").path, thing("x"))
    changed = thing("x", Note="new")
    store.update(changed.path, changed)
    changed["Note"] = "changed later"
    assert store.get(changed.path)["Note"] == "new"


def test_a_path_can_be_taken_only_once(store):
    store.create(thing("x").path, thing("x"))
    with pytest.raises(ValueError, match="exists already"):
        store.create(thing("x").path, thing("x"))


@pytest.mark.parametrize("change", ["get", "delete"])
def test_what_is_not_there_is_a_key_error(store, change):
    with pytest.raises(KeyError):
        getattr(store, change)(thing("x").path)
    with pytest.raises(KeyError):
        store.update(thing("x").path, thing("x"))


def test_instances_are_listed_by_class(store):
    for one in (thing("x"), thing("y"), thing("z", "CIM_Other")):
        store.create(one.path, one)
    assert names(store.of_classes(["cim_thing"])) == ["CIM_Thing", "CIM_Thing"]
    assert names(store.of_classes(["cim_thing", "cim_other", "cim_nothing"])) == ["CIM_Other", "CIM_Thing", "CIM_Thing"]
    store.delete(thing("y").path)
    assert [entry.instance["Name"] for entry in store.of_classes(["cim_thing"])] == ["x"]


def test_associations_are_listed_by_what_they_refer_to(store):
    x, y, z = thing("x"), thing("y"), thing("z")
    for one in (x, y, z, link(x, y), link(x, z), link(z, y, "CIM_OtherLink")):
        store.create(one.path, one)
    assert names(store.referring_to(x.path, None)) == ["CIM_Link", "CIM_Link"]
    assert names(store.referring_to(y.path, None)) == ["CIM_Link", "CIM_OtherLink"]
    assert names(store.referring_to(y.path, frozenset(["cim_otherlink"]))) == ["CIM_OtherLink"]


def test_a_deleted_association_is_no_longer_found(store):
    x, y = thing("x"), thing("y")
    for one in (x, y, link(x, y)):
        store.create(one.path, one)
    store.delete(link(x, y).path)
    assert store.referring_to(x.path, None) == store.referring_to(y.path, None) == []


def test_an_association_that_is_changed_moves_to_its_new_target(store):
    x, y, z = thing("x"), thing("y"), thing("z")
    loose = thing("link", "CIM_Loose", Source=x.path, Target=y.path)
    for one in (x, y, z, loose):
        store.create(one.path, one)
    moved = thing("link", "CIM_Loose", Source=x.path, Target=z.path)
    store.update(moved.path, moved)
    assert store.referring_to(y.path, None) == []
    assert [entry.instance["Target"]["Name"] for entry in store.referring_to(x.path, None)] == ["z"]
    assert len(store.referring_to(z.path, None)) == 1


def test_references_get_the_namespace_of_the_store(store):
    x = thing("x")
    bare = link(x, x)
    for role in ("Source", "Target"):
        bare[role].namespace = None
        bare[role].host = "elsewhere"
    store.create(bare.path, bare)
    assert len(store.referring_to(x.path, None)) == 1
    assert store.get(link(x, x).path)["Source"].host is None


def test_readers_meet_whole_objects_while_a_writer_works(store):
    x, y = thing("x"), thing("y")
    store.create(x.path, x)
    stop = threading.Event()
    wrong = []

    def read():
        while not stop.is_set():
            for entry in store.of_classes(["cim_link"]) + store.referring_to(x.path, None):
                if entry.instance["Source"]["Name"] != "x":
                    wrong.append(entry)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(200):
            store.create(link(x, y).path, link(x, y))
            store.update(link(x, y).path, link(x, y))
            store.delete(link(x, y).path)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert not wrong
    assert store.len() == 1
