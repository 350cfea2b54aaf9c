"""Instances fit their class or are not made."""

import pytest
import pywbem

from mock_cimom.providers.factory import InstanceFactory


@pytest.fixture
def factory(fresh_tiny):
    return InstanceFactory(fresh_tiny.cimrepository.namespace("root/mockblock"))


def test_values_get_the_types_of_the_class(factory):
    path = factory.make("CIM_StorageHardwareID", InstanceID="x", StorageID="y", IDType=2)
    instance = factory.space.instances.get(path)
    assert type(instance["IDType"]) is pywbem.Uint16
    assert path == pywbem.CIMInstanceName("CIM_StorageHardwareID", {"InstanceID": "x"}, namespace="root/mockblock")


def test_keys_and_required_properties_must_be_given(factory):
    with pytest.raises(ValueError, match="InstanceID"):
        factory.make("CIM_StorageHardwareID", StorageID="y", IDType=2)
    with pytest.raises(ValueError, match="IDType"):
        factory.make("CIM_StorageHardwareID", InstanceID="x", StorageID="y")


def test_a_property_the_class_does_not_have_is_an_error(factory):
    with pytest.raises(KeyError):
        factory.make("CIM_Location", Name="x", PhysicalPosition="y", Colour="red")


def test_a_value_out_of_range_is_an_error(factory):
    with pytest.raises(ValueError, match="70000"):
        factory.make("CIM_StorageHardwareID", InstanceID="x", StorageID="y", IDType=70000)
