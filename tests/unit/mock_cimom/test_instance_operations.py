"""What changes of instances are let through, and how long answers leave."""

import pytest
import pywbem

from mock_cimom.cimom import Cimom
from mock_cimom.instance_operations import create_instance, enumerate_instance_names, enumerate_instances
from mock_cimom.pieces import WHOLE
from mock_cimom.providers.factory import InstanceFactory

BLOCK = "root/mockblock"


@pytest.fixture
def fresh(fresh_tiny):
    return Cimom(fresh_tiny, "cimom.example:5988")


@pytest.fixture
def space(fresh):
    return fresh.repository.namespace(BLOCK)


def setting_of(volume, setting):
    ends = {"ManagedElement": volume, "SettingData": setting}
    return pywbem.CIMInstance("CIM_ElementSettingData", ends)


def test_an_association_of_objects_that_do_not_fit_is_refused(fresh, space):
    volume = space.instances.of_classes(sorted(space.classes.family("CIM_StorageVolume")))[0].path
    before = space.instances.len()
    with pytest.raises(pywbem.CIMError, match="is no CIM_SettingData") as raised:
        create_instance(fresh, space, {"NewInstance": setting_of(volume, volume)})
    assert raised.value.status_code == pywbem.CIM_ERR_INVALID_PARAMETER
    assert space.instances.len() == before


def test_a_created_association_is_found_from_both_ends(fresh, space):
    volume = space.instances.of_classes(sorted(space.classes.family("CIM_StorageVolume")))[0].path
    factory = InstanceFactory(space)
    setting = factory.make("CIM_StorageClientSettingData", InstanceID="s", ElementName="s", ClientTypes=[19]).path
    create_instance(fresh, space, {"NewInstance": setting_of(volume, setting)})
    for end in (volume, setting):
        found = [entry.instance for entry in space.instances.referring_to(end, frozenset(["cim_elementsettingdata"]))]
        assert (volume, setting) in [(one["ManagedElement"], one["SettingData"]) for one in found]


def test_a_long_answer_comes_in_pieces_that_later_changes_do_not_touch(fresh, space):
    factory = InstanceFactory(space)
    made = [
        factory.make("CIM_StorageHardwareID", InstanceID=f"i{number}", StorageID=f"{number:016x}", IDType=2)
        for number in range(1500)
    ]
    asked = {
        "ClassName": "CIM_StorageHardwareID",
        "PropertyList": None,
        "IncludeClassOrigin": None,
        "DeepInheritance": None,
    }
    pieces = enumerate_instances(fresh, space, asked)
    assert not isinstance(pieces, str)
    for one in made:
        space.instances.delete(one.path)
    text = "".join(pieces)
    assert len(text) > WHOLE
    assert all(f"<VALUE>{number:016x}</VALUE>" in text for number in range(1500))
    assert isinstance(enumerate_instance_names(fresh, space, asked), str)
