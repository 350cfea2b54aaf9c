"""Instances fit their class or are not made."""

import pytest
import pywbem

from mock_cimom.providers.factory import InstanceFactory


@pytest.fixture
def factory(fresh_tiny):
    return InstanceFactory(fresh_tiny.cimrepository.namespace("root/mockblock"))


def test_values_get_the_types_of_the_class(factory):
    path = factory.make("CIM_StorageHardwareID", InstanceID="x", StorageID="y", IDType=2)
    instance = factory.space.instances.get(path.path)
    assert type(instance["IDType"]) is pywbem.Uint16
    assert path.path == pywbem.CIMInstanceName("CIM_StorageHardwareID", {"InstanceID": "x"}, namespace="root/mockblock")


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


WRONG = {
    "a number that is text": {"IDType": "2"},
    "a number that is true": {"IDType": True},
    "text that is a number": {"StorageID": 7},
    "an array that is none": {"OperationalStatus": 2},
    "one that is an array": {"StorageID": ["y"]},
    "a wrong item": {"OperationalStatus": [2, "x"]},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_value_of_another_type_is_an_error_that_names_the_property(factory, wrong):
    class_name = "CIM_StoragePool" if "OperationalStatus" in WRONG[wrong] else "CIM_StorageHardwareID"
    given = {"InstanceID": "x", "StorageID": "y", "IDType": 2} if class_name == "CIM_StorageHardwareID" else {
        "InstanceID": "x", "PoolID": "y", "Primordial": False, "RemainingManagedSpace": 0,
    }  # fmt: skip
    (name,) = WRONG[wrong]
    with pytest.raises(ValueError, match=f"{class_name} cannot be made: {name}"):
        factory.make(class_name, **{**given, **WRONG[wrong]})


def test_a_reference_is_taken_as_ref_and_as_path(factory):
    host = factory.make("CIM_StorageHardwareID", InstanceID="x", StorageID="y", IDType=2)
    setting = factory.make("CIM_StorageClientSettingData", InstanceID="s", ElementName="s", ClientTypes=[19])
    made = factory.make("CIM_ElementSettingData", ManagedElement=host, SettingData=setting.path)
    stored = factory.space.instances.get(made.path)
    assert (stored["ManagedElement"], stored["SettingData"]) == (host.path, setting.path)
    assert len(factory.space.instances.referring_to(host.path, None)) == 1
    with pytest.raises(ValueError, match="SettingData: 's' is no reference"):
        factory.make("CIM_ElementSettingData", ManagedElement=host, SettingData="s")


def test_a_ref_answers_its_keys_and_gives_copies_of_its_path(factory):
    host = factory.make("CIM_StorageHardwareID", InstanceID="x", StorageID="y", IDType=2)
    assert host["InstanceID"] == host["instanceid"] == "x"
    host.path.keybindings["InstanceID"] = "changed"
    assert host.path["InstanceID"] == "x"
    with pytest.raises(KeyError):
        host["StorageID"]


def test_a_path_becomes_a_ref_before_its_instance_is_made(factory):
    path = pywbem.CIMInstanceName("CIM_StorageHardwareID", {"InstanceID": "x"}, namespace="root/mockblock")
    early = factory.ref(path)
    assert early.path == path
    assert factory.make("CIM_StorageHardwareID", InstanceID="x", StorageID="y", IDType=2) is early


def test_a_path_is_taken_once(factory):
    factory.make("CIM_StorageHardwareID", InstanceID="x", StorageID="y", IDType=2)
    with pytest.raises(ValueError, match="exists already"):
        factory.make("CIM_StorageHardwareID", InstanceID="x", StorageID="y", IDType=2)


def test_dates_are_given_as_text_or_as_dates(factory):
    date = "20200102030405.000006+060"
    given = {"InstanceID": "x", "ElementName": "x", "ElementType": 8}
    for name, value in (("a", date), ("b", pywbem.CIMDateTime(date))):
        made = factory.make("CIM_BlockStorageStatisticalData", **{**given, "InstanceID": name, "StatisticTime": value})
        assert factory.space.instances.get(made.path)["StatisticTime"] == pywbem.CIMDateTime(date)
    with pytest.raises(ValueError, match="StatisticTime: 'today' is no datetime"):
        factory.make("CIM_BlockStorageStatisticalData", **{**given, "StatisticTime": "today"})
