"""Two paths are the same object exactly when their keys are equal."""

import pytest
import pywbem

from mock_cimom.keys import instance_key, settle_path, settle_references, target_key


def path(class_name="CIM_Thing", namespace="root/a", host=None, **keys):
    return pywbem.CIMInstanceName(class_name, keybindings=list(keys.items()), namespace=namespace, host=host)


SAME = [
    ("class names compare without case", path(Name="x"), path("cim_thing", Name="x")),
    ("key names compare without case", path(Name="x"), path(NAME="x")),
    ("the order of keys does not matter", path(A="1", B="2"), path(B="2", A="1")),
    ("the host plays no part", path(Name="x"), path(Name="x", host="h:5988")),
    ("namespaces compare without case and slashes", path(Name="x"), path(Name="x", namespace="ROOT/A")),
    ("numbers of different CIM types are one number", path(N=pywbem.Uint8(3)), path(N=pywbem.Uint64(3))),
    ("a reference to nowhere else is one to here", path(R=path(Name="x")), path(R=path(Name="x", namespace=None))),
    (
        "a date is its text",
        path(D=pywbem.CIMDateTime("20200101000000.000000+000")),
        path(D="20200101000000.000000+000"),
    ),
]
DIFFERENT = [
    ("string values compare with case", path(Name="x"), path(Name="X")),
    ("another class is another object", path(Name="x"), path("CIM_Other", Name="x")),
    ("another namespace is another object", path(Name="x"), path(Name="x", namespace="root/b")),
    ("true is not the number 1", path(N=True), path(N=1)),
    ("text is not a number", path(N="1"), path(N=1)),
    ("a missing key makes a difference", path(A="1", B="2"), path(A="1")),
    ("a reference to another object", path(R=path(Name="x")), path(R=path(Name="y"))),
]


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_paths_of_one_object_have_one_key(one, other):
    assert target_key(one, "root/a") == target_key(other, "root/a")
    assert hash(target_key(one, "root/a")) == hash(target_key(other, "root/a"))


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in DIFFERENT], ids=[case[0] for case in DIFFERENT])
def test_paths_of_two_objects_have_two_keys(one, other):
    assert target_key(one, "root/a") != target_key(other, "root/a")


def test_the_key_inside_a_namespace_leaves_the_namespace_out():
    assert instance_key(path(Name="x", namespace="root/b"), "root/a") == instance_key(path(Name="x"), "root/a")


def test_references_are_settled_to_any_depth():
    inner = path(Name="x", namespace=None, host="h")
    outer = path(R=inner, namespace=None)
    instance = pywbem.CIMInstance("CIM_Link", {"Ref": outer, "Refs": [path(Name="y", namespace="root/z")]})
    settle_references(instance, "root/a")
    assert instance["Ref"].namespace == "root/a"
    assert (instance["Ref"]["R"].namespace, instance["Ref"]["R"].host) == ("root/a", None)
    assert instance["Refs"][0].namespace == "root/z"


def test_a_path_in_a_key_is_settled_in_the_namespace_of_the_path_it_stands_in():
    inner = path(Name="x", namespace=None)
    found = path("CIM_Link", namespace="root/b", host="h", End=inner)
    before = target_key(found, "root/a")
    settle_path(found, "root/a")
    assert (found.namespace, found.host, found["End"].namespace) == ("root/b", None, "root/b")
    assert target_key(found, "root/a") == before
