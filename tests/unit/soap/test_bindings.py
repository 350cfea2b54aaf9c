"""Every contract type has a Python object, and every wire field a place in it."""

import dataclasses

import pytest

from vasa_cim.soap.bindings import BINDINGS, snake_case


@pytest.mark.parametrize(
    ("wire", "python"),
    [
        ("capacityInMB", "capacity_in_mb"),
        ("ipAddress", "ip_address"),
        ("esxLunIdentifier", "esx_lun_identifier"),
        ("name", "name"),
    ],
)
def test_snake_case(wire, python):
    assert snake_case(wire) == python


@pytest.mark.parametrize("contract", BINDINGS, ids=lambda contract: contract.__name__)
def test_each_field_is_in_the_object(contract):
    binding = BINDINGS[contract]
    if binding.python is str:
        return
    known = {field.name for field in dataclasses.fields(binding.python)}
    for name in contract.get_flat_type_info(contract):
        found = binding.names.get(name, snake_case(name))
        assert found is None or callable(found) or found in known


def test_every_fact_of_an_object_is_on_the_wire():
    for contract, binding in BINDINGS.items():
        if binding.python is str or contract.get_namespace().startswith("http://fault"):
            continue
        wired = {binding.names.get(name, snake_case(name)) for name in contract.get_flat_type_info(contract)}
        known = {field.name for field in dataclasses.fields(binding.python)} - {"fragment"}
        assert len(wired) == len(known), contract


def test_a_field_that_is_not_an_attribute_cannot_be_read():
    association = next(one for one in BINDINGS if one.__name__ == "VasaAssociationObject")
    with pytest.raises(TypeError, match="entityId"):
        BINDINGS[association].attribute("entityId")
