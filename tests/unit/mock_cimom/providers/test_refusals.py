"""What clients may not write, they are told so."""

import pytest
import pywbem

SYSTEM = {"SystemCreationClassName": "CIM_ComputerSystem", "SystemName": "mock-cimom"}
NEW = {
    "CIM_IndicationFilter": {**SYSTEM, "Name": "n", "Query": "SELECT * FROM CIM_InstCreation", "QueryLanguage": "CQL"},
    "CIM_ListenerDestinationCIMXML": {**SYSTEM, "Name": "n", "Destination": "http://127.0.0.1:1"},
    "CIM_FilterCollection": {"InstanceID": "mine"},
}


def status(call):
    with pytest.raises(pywbem.CIMError) as caught:
        call()
    return caught.value.status_code


@pytest.mark.parametrize("class_name", NEW)
@pytest.mark.parametrize("namespace", ["interop", "root/mockblock"])
def test_nothing_that_would_wait_for_indications_can_be_created(fresh_tiny, class_name, namespace):
    values = {"CreationClassName": class_name, **NEW[class_name]}
    if class_name == "CIM_FilterCollection":
        del values["CreationClassName"]
    new = pywbem.CIMInstance(class_name, values)
    before = len(fresh_tiny.EnumerateInstanceNames(class_name, namespace))
    assert status(lambda: fresh_tiny.CreateInstance(new, namespace)) == pywbem.CIM_ERR_NOT_SUPPORTED
    assert len(fresh_tiny.EnumerateInstanceNames(class_name, namespace)) == before


def test_a_subscription_to_a_static_filter_is_refused(fresh_tiny):
    path = fresh_tiny.EnumerateInstanceNames("CIM_IndicationFilter", "interop")[0]
    destination = pywbem.CIMInstanceName("CIM_ListenerDestinationCIMXML", {"Name": "n"}, namespace="interop")
    new = pywbem.CIMInstance("CIM_IndicationSubscription", {"Filter": path, "Handler": destination})
    assert status(lambda: fresh_tiny.CreateInstance(new, "interop")) == pywbem.CIM_ERR_NOT_SUPPORTED


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
