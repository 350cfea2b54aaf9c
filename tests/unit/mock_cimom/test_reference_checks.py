"""References lead to instances of the class that is declared for them."""

import pytest
import pywbem

from mock_cimom.reference_checks import check_references

BLOCK = "root/mockblock"


def association(**ends):
    return pywbem.CIMInstance(
        "CIM_ElementSettingData",
        [pywbem.CIMProperty(role, path, type="reference") for role, path in ends.items()],
    )


def path(class_name, namespace=BLOCK):
    return pywbem.CIMInstanceName(class_name, {"InstanceID": "x"}, namespace=namespace)


GOOD = [
    association(ManagedElement=path("MOCK_StorageVolume"), SettingData=path("CIM_StorageSetting")),
    association(ManagedElement=path("mock_storagevolume"), SettingData=None),
    association(ManagedElement=path("CIM_ManagedElement", "interop")),
    association(Unknown=path("CIM_Nothing")),
    pywbem.CIMInstance("CIM_Nothing", {"A": path("CIM_Nothing")}),
]
BAD = [
    (association(SettingData=path("MOCK_StorageVolume")), "SettingData refers to .* which is no CIM_SettingData"),
    (association(ManagedElement=path("CIM_Nothing")), "class 'CIM_Nothing', which does not exist"),
    (association(ManagedElement=path("MOCK_StorageVolume", "root/none")), "'root/none', which does not exist"),
]


@pytest.mark.parametrize("given", GOOD, ids=range(len(GOOD)))
def test_references_that_fit_pass(tiny, given):
    check_references(tiny.cimrepository, tiny.cimrepository.namespace(BLOCK), given)


@pytest.mark.parametrize(("given", "reason"), BAD, ids=range(len(BAD)))
def test_references_that_do_not_fit_are_refused(tiny, given, reason):
    with pytest.raises(pywbem.CIMError, match=reason) as raised:
        check_references(tiny.cimrepository, tiny.cimrepository.namespace(BLOCK), given)
    assert raised.value.status_code == pywbem.CIM_ERR_INVALID_PARAMETER
