"""Where a CIMOM keeps its profiles, and which namespaces it has (`smis-mapping 1.1`)."""

import pytest

from vasa_cim.cim.interop import Namespaces, distinct, find_interop
from vasa_cim.errors import SourceFailed, SourceRefused

EIN, EI = "EnumerateInstanceNames", "EnumerateInstances"


@pytest.mark.parametrize("space", ["interop", "root/interop", "root/PG_Interop"])
def test_the_interop_namespace_is_the_first_that_exists(connection_to, space):
    assert find_interop(connection_to({(space, EIN, "CIM_Namespace"): ""})) == space


def test_a_given_namespace_comes_first(connection_to):
    told = {(space, EIN, "CIM_Namespace"): "" for space in ("interop", "root/own")}
    assert find_interop(connection_to(told, namespace="root/own")) == "root/own"


def test_a_namespace_without_cim_namespace_is_the_second_choice(connection_to):
    weak = {("root/own", EIN, "X"): ""}
    assert find_interop(connection_to(weak, namespace="root/own")) == "root/own"
    strong = weak | {("root/interop", EIN, "CIM_Namespace"): ""}
    assert find_interop(connection_to(strong, namespace="root/own")) == "root/interop"


def test_no_namespace_at_all_is_a_failure_that_names_them(connection_to):
    with pytest.raises(SourceFailed, match="root/PG_Interop"):
        find_interop(connection_to({("other", EIN, "X"): ""}))


def test_a_refusal_ends_the_search(connection_to, cim_xml):
    with pytest.raises(SourceRefused):
        find_interop(connection_to({("interop", EIN, "CIM_Namespace"): cim_xml.error.format(2)}))


def test_a_namespace_that_fails_does_not_hide_the_next(connection_to, cim_xml):
    failing = {("interop", EIN, "CIM_Namespace"): cim_xml.error.format(1)}
    assert find_interop(connection_to(failing | {("root/interop", EIN, "CIM_Namespace"): ""})) == "root/interop"
    with pytest.raises(SourceFailed, match="CIM_ERR_FAILED"):
        find_interop(connection_to(failing))


def namespaces(cim_xml, *names, class_name="CIM_Namespace"):
    return "".join(cim_xml.instance(cim_xml.keyed(class_name, Name=name), Name=name) for name in names)


def test_implementation_namespaces_are_those_told_of_and_those_given(connection_to, cim_xml):
    told = {("interop", EI, "CIM_Namespace"): namespaces(cim_xml, "interop", "/root/b/", "root/a", "ROOT/A")}
    connection = connection_to(told, namespace="root/own")
    assert Namespaces(connection, ["interop"], ["root/c"]).others() == ["root/c", "root/own", "root/a", "root/b"]


def test_without_cim_namespace_the_older_class_tells_the_namespaces(connection_to, cim_xml):
    told = {
        ("interop", EIN, "X"): "",
        ("root", EI, "__Namespace"): namespaces(cim_xml, "b", "PG_Interop", class_name="__Namespace"),
    }
    connection = connection_to(told)
    assert Namespaces(connection, ["interop", "root/PG_Interop"]).others() == ["root/b"]
    assert Namespaces(connection_to({("interop", EIN, "X"): ""}), ["interop"]).others() == []


def test_namespaces_are_the_same_whatever_their_case_and_slashes():
    assert distinct(["root/A", "/root/a/", "b", " ", "c"], without=["C"]) == ["root/A", "b"]
