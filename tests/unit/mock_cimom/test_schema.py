"""The declarations are complete in themselves and carry facts only."""

from importlib import resources

import pytest
import yaml

from mock_cimom.compact_mof import KEPT
from mock_cimom.schema_tool import needed_classes

MOF = resources.files("mock_cimom.mof")


@pytest.fixture(scope="module")
def classes(tiny):
    return {one.classname: one for one in tiny.cimrepository.get_class_store("root/mockblock").iter_values()}


def test_every_class_asked_for_is_declared(classes):
    wanted = yaml.safe_load(MOF.joinpath("classes.yaml").read_text())
    assert [name for area in wanted.values() for name in area if name not in classes] == []


def test_every_class_that_is_referred_to_is_declared(classes):
    needed = {(name, other) for name, one in classes.items() for other in needed_classes(one)}
    missing = {pair for pair in needed if pair[1] not in classes}
    assert missing == set()


def test_only_the_kept_qualifiers_are_used(classes):
    used = set()
    for one in classes.values():
        elements = [one, *one.properties.values(), *one.methods.values()]
        elements += [parameter for method in one.methods.values() for parameter in method.parameters.values()]
        for element in elements:
            used |= set(element.qualifiers)
    assert used <= set(KEPT)


def test_no_description_text_is_shipped():
    for file in ("cim_schema.mof", "mock_vendor.mof"):
        text = MOF.joinpath(file).read_text()
        assert "Description (" not in text
        assert "Description(" not in text


def test_every_association_class_says_so_itself(classes):
    for name, one in classes.items():
        keys = [prop for prop in one.properties.values() if "Key" in prop.qualifiers]
        references = [prop for prop in keys if prop.type == "reference"]
        assert bool(references) == ("Association" in one.qualifiers), name


ROLES = [
    ("CIM_ElementConformsToProfile", "ConformantStandard", "CIM_RegisteredProfile"),
    ("CIM_ElementConformsToProfile", "ManagedElement", "CIM_ManagedElement"),
    ("CIM_SystemDevice", "GroupComponent", "CIM_System"),
    ("CIM_SystemDevice", "PartComponent", "CIM_LogicalDevice"),
    ("CIM_AllocatedFromStoragePool", "Antecedent", "CIM_StoragePool"),
    ("CIM_AllocatedFromStoragePool", "Dependent", "CIM_LogicalElement"),
    ("CIM_SAPAvailableForElement", "AvailableSAP", "CIM_ServiceAccessPoint"),
    ("CIM_AuthorizedSubject", "Privilege", "CIM_AuthorizedPrivilege"),
    ("CIM_AuthorizedTarget", "TargetElement", "CIM_ManagedElement"),
    ("CIM_SharedElement", "SystemElement", "CIM_LogicalElement"),
]


@pytest.mark.parametrize(("association", "role", "target"), ROLES)
def test_the_roles_of_associations_are_those_of_the_schema(classes, association, role, target):
    assert classes[association].properties[role].reference_class == target


def test_the_vendor_classes_add_nothing_but_a_world_wide_name(classes):
    vendor = [one for name, one in classes.items() if name.startswith("MOCK_")]
    assert len(vendor) >= 10
    assert all(one.superclass.startswith(("CIM_", "MOCK_")) for one in vendor)
    assert {prop.name for one in vendor for prop in one.properties.values() if not prop.propagated} == {"EMCWWN"}
