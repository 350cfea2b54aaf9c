"""What clients may not write, they are told so."""

import pytest
import pywbem


def status(call):
    with pytest.raises(pywbem.CIMError) as caught:
        call()
    return caught.value.status_code


STATIC = ["CIM_IndicationFilter", "CIM_FilterCollection", "CIM_IndicationService", "CIM_IndicationServiceCapabilities"]


@pytest.mark.parametrize("class_name", STATIC)
def test_what_is_always_there_is_neither_changed_nor_deleted(fresh_tiny, class_name):
    kept = fresh_tiny.EnumerateInstances(class_name, "interop")[0]
    changed = kept.copy()
    changed["ElementName"] = "mine"
    assert status(lambda: fresh_tiny.ModifyInstance(changed)) == pywbem.CIM_ERR_NOT_SUPPORTED
    assert status(lambda: fresh_tiny.DeleteInstance(kept.path)) == pywbem.CIM_ERR_NOT_SUPPORTED
    assert fresh_tiny.GetInstance(kept.path) == kept


@pytest.mark.parametrize("name", ["", "  ", "/", "root//new", "root/a b", "root:new"])
def test_a_namespace_needs_a_name_that_a_path_can_hold(fresh_tiny, name):
    (shown, _) = fresh_tiny.EnumerateInstances("CIM_Namespace", "interop")
    new = pywbem.CIMInstance("CIM_Namespace", {**{key: shown[key] for key in shown}, "Name": name})
    assert status(lambda: fresh_tiny.CreateInstance(new, "interop")) == pywbem.CIM_ERR_INVALID_PARAMETER
    assert len(fresh_tiny.EnumerateInstances("CIM_Namespace", "interop")) == 2
