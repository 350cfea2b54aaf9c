"""Rows give typed properties, and one key for one object however it is named."""

import pytest

from vasa_cim.cim.rows import ObjectName, Row


def volume(class_name, namespace=None):
    keys = {"systemcreationclassname": class_name, "systemname": "a", "creationclassname": class_name, "deviceid": "1"}
    return ObjectName(class_name, keys, namespace)


def test_class_names_and_namespaces_do_not_matter_to_a_key():
    assert volume("X_Volume", "root/x").key == volume("CIM_StorageVolume").key == ("1", "a")


def test_an_association_that_lacks_an_end_has_no_ends():
    name = ObjectName("X_A", {"antecedent": volume("X")})
    assert name.ends("Antecedent", "Dependent") is None
    assert name.reference("Dependent") is None


def test_typed_accessors_give_none_for_other_types():
    row = Row(ObjectName("X", {"size": "12"}), {"T": "t", "N": 5, "B": True, "A": (1, None, "x", True), "S": 7})
    assert (row.text("T"), row.text("N"), row.text("None")) == ("t", None, None)
    assert (row.number("N"), row.number("B"), row.number("T"), row.number("Size")) == (5, None, None, 12)
    assert (row.flag("B"), row.flag("N")) == (True, None)
    assert (row.numbers("A"), row.numbers("S"), row.numbers("None")) == ((1,), (7,), ())
    assert row.texts("A") == (None, None, "x", None)


def test_an_end_without_keys_names_nothing():
    whole, bare = ObjectName("X", {"id": "1"}), ObjectName("X", {"creationclassname": "X"})
    assert ObjectName("A", {"one": whole, "two": whole}).ends("One", "Two") == (("1",), ("1",))
    assert ObjectName("A", {"one": whole, "two": bare}).ends("One", "Two") is None


@pytest.mark.parametrize(("text", "number"), [("10", 10), ("\u0663", None), ("-1", None), ("", None)])
def test_a_text_is_a_number_only_in_plain_digits(text, number):
    assert Row(ObjectName("X", {}), {"Count": text}).number("Count") == number
