"""Classes as CIMOMs tell them, made fit for the repository."""

import pytest
import pywbem

from mock_cimom.record.class_tree import is_indication, superclasses_first


@pytest.fixture
def problems():
    return []


def told(name, superclass=None, *properties, methods=()):
    found = pywbem.CIMClass(name, superclass=superclass, properties=properties, methods=methods)
    found.path = pywbem.CIMClassName(name, host="array.example", namespace="root/x")
    return found


def prop(name, origin=None, propagated=None):
    return pywbem.CIMProperty(name, None, type="string", class_origin=origin, propagated=propagated)


def ordered(classes, problems):
    return {one.classname: one for one in superclasses_first(classes, problems.append)}


def test_superclasses_come_first_whatever_the_order(problems):
    found = ordered([told("C", "b"), told("A"), told("B", "A"), told("D", "C")], problems)
    assert (list(found), problems) == (["A", "B", "C", "D"], [])
    assert all(one.path is None for one in found.values())


def test_what_a_cimom_tells_is_kept(problems):
    top = told("A", None, prop("P", "A", False))
    below = told("B", "A", prop("P", "A", False), prop("Q", "B", False))
    found = ordered([top, below], problems)["B"]
    assert [(one.name, one.class_origin, one.propagated) for one in found.properties.values()] == [
        ("P", "A", False),
        ("Q", "B", False),
    ]


def test_what_a_cimom_leaves_out_is_filled_in(problems):
    method = pywbem.CIMMethod("M", return_type="uint32")
    top = told("A", None, prop("P"), methods=[method])
    found = ordered([told("C", "B", prop("Q"), prop("p")), told("B", "A", prop("Q")), top], problems)
    assert {one.name: (one.class_origin, one.propagated) for one in found["C"].properties.values()} == {
        "Q": ("B", True),
        "p": ("A", True),
    }
    assert {one.name: (one.class_origin, one.propagated) for one in found["B"].properties.values()} == {
        "Q": ("B", False),
        "P": ("A", True),
    }
    assert (found["C"].methods["M"].class_origin, found["C"].methods["M"].propagated) == ("A", True)
    assert found["A"].methods["M"].propagated is False


def test_a_missing_superclass_is_reported_and_taken_away(problems):
    found = ordered([told("B", "Gone"), told("C", "B")], problems)
    assert (found["B"].superclass, found["C"].superclass) == (None, "B")
    assert problems == ["B: its superclass Gone is missing"]


def test_a_circle_of_classes_is_cut_open(problems):
    found = ordered([told("A", "B"), told("B", "A")], problems)
    assert {found["A"].superclass, found["B"].superclass} in ({None, "A"}, {None, "B"})
    assert len(problems) == 1


def test_a_deep_tree_takes_no_recursion(problems):
    classes = [told(f"C{level}", f"C{level - 1}" if level else None) for level in range(3000, -1, -1)]
    assert list(ordered(classes, problems))[:2] == ["C0", "C1"]


def test_indications_are_known_by_their_qualifier():
    assert is_indication(pywbem.CIMClass("X", qualifiers=[pywbem.CIMQualifier("Indication", True)]))
    assert is_indication(pywbem.CIMClass("cim_Indication"))
    assert not is_indication(pywbem.CIMClass("X", qualifiers=[pywbem.CIMQualifier("Indication", False)]))
    assert not is_indication(pywbem.CIMClass("X"))
