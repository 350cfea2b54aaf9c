"""The store isolates what it holds and keeps its three indexes in step with it."""

import threading
from threading import RLock

import pytest
import pywbem

from mock_cimom.instance_store import InstanceStore
from mock_cimom.row_xml import row_name_xml, row_xml


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


def test_many_associations_of_one_object_are_found_and_deleted_one_by_one(store):
    hub = thing("hub")
    store.create(hub.path, hub)
    others = [thing(str(number)) for number in range(40)]
    for number, one in enumerate(others):
        store.create(one.path, one)
        made = link(hub, one, "CIM_Link" if number % 2 else "CIM_OtherLink")
        store.create(made.path, made)
    assert len(store.referring_to(hub.path, None)) == 40
    assert names(store.referring_to(hub.path, frozenset(["cim_link"]))) == ["CIM_Link"] * 20
    for left, one in enumerate(reversed(others)):
        number = len(others) - 1 - left
        store.delete(link(hub, one, "CIM_Link" if number % 2 else "CIM_OtherLink").path)
        assert len(store.referring_to(hub.path, None)) == number
        assert store.referring_to(one.path, None) == []


def test_an_entry_tells_a_value_without_its_instance(store):
    given = thing("x", Tags=["a"], Size=pywbem.Uint8(3))
    store.create(given.path, given)
    entry = store.find(given.path)
    assert (entry.value("NAME"), entry.value("Tags"), entry.value("nothing")) == ("x", ["a"], None)
    assert type(entry.value("size")) is pywbem.Uint8
    entry.value("Tags").append("b")
    assert entry.value("Tags") == ["a"]
    assert entry.path == given.path


def test_changes_are_told_with_what_was_before_and_after():
    told = []
    store = InstanceStore("root/a", RLock(), changed=lambda *change: told.append(change), observed=["somebody"])
    given = thing("x", Note="first")
    store.create(given.path, given)
    store.update(given.path, thing("x", Note="second"))
    store.delete(given.path)
    notes = [tuple(entry and entry.instance["Note"] for entry in change) for change in told]
    assert notes == [(None, "first"), ("first", "second"), ("second", None)]


def test_a_change_that_fails_leaves_nothing_behind(store):
    broken = thing("x")
    broken.properties["Name"] = "no property at all"
    with pytest.raises(AttributeError):
        store.create(broken.path, broken)
    assert store.target_place(broken.path) is None
    assert store.len() == 0


class Churn:
    """Threads that read all the time, and what they met that was not whole."""

    def __init__(self, *reads):
        self._stop = threading.Event()
        self.wrong = []
        self._threads = [threading.Thread(target=self._run, args=(read,)) for read in reads]

    def _run(self, read):
        while not self._stop.is_set():
            try:
                self.wrong.extend(read())
            except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
                self.wrong.append(error)

    def __enter__(self):
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for one in self._threads:
            one.join()


def test_readers_meet_whole_instances_whatever_is_changed(store):
    hub = thing("hub", First="0", Second="0")
    store.create(hub.path, hub)

    def halves():
        return [entry for entry in store.of_classes(["cim_thing"]) if entry.value("First") != entry.value("Second")]

    def strangers():
        found = store.referring_to(hub.path, None)
        return [entry for entry in found if entry.instance["Source"] != hub.path or not written(entry)]

    def written(entry):
        return row_name_xml(entry.row).count("KEYBINDING") and "VALUE.REFERENCE" in row_xml(entry.row, None, None)

    def unnamed():
        places = [
            place for entry in store.referring_to(hub.path, None) for _, place in entry.row[0].references(entry.row)
        ]
        return [place for place in places if place.path.classname != "CIM_Thing"]

    with Churn(halves, strangers, unnamed) as readers:
        for round_ in range(30):
            others = [thing(f"{number}", First=str(round_), Second=str(round_)) for number in range(12)]
            for one in others:
                made = link(hub, one)
                store.create(made.path, made)
                store.create(one.path, one)
                store.update(hub.path, thing("hub", First=str(round_), Second=str(round_)))
            for one in others:
                store.delete(one.path)
                store.delete(link(hub, one).path)
    assert readers.wrong == []
    assert store.len() == 1


def test_an_instance_is_stored_under_the_name_it_is_given(store):
    name = thing("x").path
    without_path = pywbem.CIMInstance("CIM_Thing", {"Name": "x", "Note": "first"})
    store.create(name, without_path)
    assert without_path.path is None
    assert (store.get(name)["Note"], store.get(name).path) == ("first", name)
    elsewhere = thing("x", Note="second")
    elsewhere.path = thing("other").path
    store.update(name, elsewhere)
    assert store.get(name)["Note"] == "second"
    assert not store.object_exists(elsewhere.path)
    with pytest.raises(ValueError, match="exists already"):
        store.create(name, elsewhere)
