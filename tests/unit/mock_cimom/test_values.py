"""Values are stored plain, and only if they are of their type."""

import pytest
import pywbem

from mock_cimom.values import UnfitError, checked, from_plain, to_plain

EXACT = [
    ("string", "x", "x"),
    ("char16", "x", "x"),
    ("boolean", True, True),
    ("uint8", pywbem.Uint8(255), 255),
    ("sint64", pywbem.Sint64(-(2**63)), -(2**63)),
    ("real32", pywbem.Real32(1.5), 1.5),
    ("datetime", pywbem.CIMDateTime("20200102030405.000006+060"), "20200102030405.000006+060"),
    ("uint8", None, None),
]


@pytest.mark.parametrize(("kind", "value", "plain"), EXACT)
def test_a_value_is_plain_in_store_and_typed_outside(kind, value, plain):
    stored = to_plain(value, kind)
    assert (stored, type(stored)) == (plain, type(plain))
    again = from_plain(stored, kind)
    assert (again, type(again)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "value"), [("uint8", 5), ("uint8", pywbem.Uint16(5)), ("string", 5), ("boolean", 1), ("real64", 1.5)]
)
def test_what_would_come_back_as_another_type_is_not_taken(kind, value):
    with pytest.raises(UnfitError):
        to_plain(value, kind)


def test_embedded_objects_are_copied_in_and_out():
    given = pywbem.CIMInstance("CIM_X", {"A": "first"})
    stored = to_plain(given, "string")
    given["A"] = "changed"
    from_plain(stored, "string")["A"] = "changed"
    assert from_plain(stored, "string")["A"] == "first"


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        ("uint8", pywbem.Uint16(5), 5),
        ("uint8", 255, 255),
        ("real64", 3, 3.0),
        ("boolean", False, False),
        ("datetime", pywbem.CIMDateTime("20200102030405.000006+060"), "20200102030405.000006+060"),
        ("string", None, None),
    ],
)
def test_programs_give_what_is_natural(kind, given, stored):
    found = checked(kind)(given)
    assert (found, type(found)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("kind", "given"),
    [("uint8", 256), ("uint8", -1), ("uint8", True), ("uint8", "5"), ("boolean", 0), ("string", 5), ("real32", "1.5")],
)
def test_what_is_of_another_type_is_refused(kind, given):
    with pytest.raises(UnfitError, match=f"is no {'real number' if kind == 'real32' else kind}"):
        checked(kind)(given)
