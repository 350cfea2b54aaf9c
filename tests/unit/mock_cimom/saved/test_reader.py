"""A repository that was saved and loaded answers as before."""

import gc
import json

import pytest
import pywbem

from mock_cimom import reads
from mock_cimom.connection import CimomConnection
from mock_cimom.saved import SavedFormError, load, save
from mock_cimom.shapes import InstanceShape, place_path

BLOCK = "root/mockblock"
MOF = """
Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);
Qualifier Description : string = null, Scope(any), Flavor(EnableOverride, ToSubclass, Translatable);
[Description("a thing")] class T_Thing {
  [Key] string Name; uint32 Size = 3; string Notes[] = {"a", "b"}; datetime Since; real32 Weight = 1.5;
  uint32 Weigh([Description("how")] string How, T_Thing REF Other);
};
class T_Big : T_Thing { boolean Heavy; };
[Association] class T_Link { [Key] T_Thing REF Source; [Key] T_Thing REF Target; };
instance of T_Big { Name = "x"; Heavy = true; };
"""


@pytest.fixture
def small():
    connection = CimomConnection("root/a")
    connection.compile_mof_string(MOF)
    return connection


def link(*names, namespace="root/a"):
    ends = {
        role: pywbem.CIMInstanceName("T_Thing", {"Name": name}, namespace=namespace)
        for role, name in zip(("Source", "Target"), names, strict=True)
    }
    found = pywbem.CIMInstance("T_Link", ends)
    found.path = pywbem.CIMInstanceName("T_Link", ends, namespace="root/a")
    return found


def answers(connection):
    """Return what a client could read of every instance of every class."""
    found = []
    repository = connection.cimrepository
    for name in repository.namespaces:
        space = repository.namespace(name)
        for class_name in space.classes.iter_names():
            if space.classes.get(class_name, copy=False).superclass is not None:
                continue
            for entry in reads.instances_of(space, class_name):
                found.append(InstanceShape(None, True).with_path("h", space, entry, "X"))
                path = entry.path
                found += [one.path.to_wbem_uri() for one in reads.references_of(space, path, None, None)]
                places = reads.associated_places(space, path, None, None, None, None)
                found += [place_path("h", place) for place in places]
    return found


def test_an_estate_answers_as_before(tiny, tmp_path):
    save(tiny.cimrepository, tmp_path / "tiny.json.gz", {"estate": "tiny"})
    again, header = load(tmp_path / "tiny.json.gz")
    assert header == {"estate": "tiny"}
    assert list(again.cimrepository.namespaces) == list(tiny.cimrepository.namespaces)
    assert sorted(answers(again)) == sorted(answers(tiny))
    for name in tiny.cimrepository.namespaces:
        ours, theirs = (one.cimrepository.namespace(name) for one in (again, tiny))
        assert list(ours.classes.iter_values()) == list(theirs.classes.iter_values())
        assert list(ours.qualifiers.iter_values()) == list(theirs.qualifiers.iter_values())
        assert [one.path for one in ours.instances.iter_values()] == [
            one.path for one in theirs.instances.iter_values()
        ]


def test_declarations_of_its_own_are_in_the_saved_form(small, tmp_path):
    save(small.cimrepository, tmp_path / "small.json", {})
    ours = load(tmp_path / "small.json")[0].cimrepository.namespace("root/a")
    theirs = small.cimrepository.namespace("root/a")
    for name in theirs.classes.iter_names():
        assert ours.classes.get(name) == theirs.classes.get(name)
        assert ours.classes.get(name).tomof() == theirs.classes.get(name).tomof()
    assert list(ours.qualifiers.iter_values()) == list(theirs.qualifiers.iter_values())
    assert json.loads((tmp_path / "small.json").read_text().splitlines()[0])["schema"] is None


def test_references_to_nothing_and_to_other_namespaces_are_kept(small, tmp_path):
    store = small.cimrepository.namespace("root/a").instances
    for one in (link("x", "nothing"), link("y", "y"), link("far", "away", namespace="root/nowhere")):
        store.create(one.path, one)
    meta = pywbem.CIMInstance("T_Thing", {"Name": "m", "About": link("not", "stored").path})
    meta.path = pywbem.CIMInstanceName("T_Thing", {"Name": "m"}, namespace="root/a")
    store.create(meta.path, meta)
    save(small.cimrepository, tmp_path / "small.json", {})
    again = load(tmp_path / "small.json")[0]
    assert sorted(answers(again)) == sorted(answers(small))
    loaded = again.cimrepository.namespace("root/a").instances
    assert [one.instance for one in loaded.referring_to(link("not", "stored").path, None)] == [meta]
    # What is changed after loading finds its old places.
    loaded.create(link("not", "stored").path, link("not", "stored"))
    assert len(loaded.referring_to(link("not", "stored").path, None)) == 1
    loaded.delete(link("y", "y").path)
    assert loaded.target_place(link("y", "y")["Source"]) is None


def test_instances_keep_their_order_of_creation(small, tmp_path):
    store = small.cimrepository.namespace("root/a").instances
    for number in range(20):
        path = pywbem.CIMInstanceName("T_Thing", {"Name": str(number)}, namespace="root/a")
        values = {"Name": str(number)} | ({"Heavy": True} if number % 3 else {})
        store.create(path, pywbem.CIMInstance("T_Thing", values, path=path))
    save(small.cimrepository, tmp_path / "small.json", {})
    loaded = load(tmp_path / "small.json")[0].cimrepository.namespace("root/a").instances
    assert [one.value("Name") for one in loaded.of_classes(["t_thing"])] == [str(number) for number in range(20)]


def test_the_garbage_collector_is_as_it_was(small, tmp_path):
    save(small.cimrepository, tmp_path / "small.json", {})
    load(tmp_path / "small.json")
    assert gc.isenabled()
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.json")
    assert gc.isenabled()


def test_another_schema_is_refused(tiny, tmp_path, monkeypatch):
    save(tiny.cimrepository, tmp_path / "tiny.json", {})
    monkeypatch.setattr("mock_cimom.saved.reader.schema_fingerprint", lambda: "another")
    with pytest.raises(SavedFormError, match="another version of the built-in classes"):
        load(tmp_path / "tiny.json")
