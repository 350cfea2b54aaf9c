"""Methods are found through the class, their parameters typed by its declaration, their answers by it too."""

import pytest
import pywbem
import pywbem_mock
from lxml import etree

from mock_cimom.cimom import Cimom
from mock_cimom.methods import invoke_method, typed_parameters
from mock_cimom.request import MethodCall
from mock_cimom.xml_tree import parse_xml

BLOCK = "root/mockblock"


class Echo(pywbem_mock.MethodProvider):
    """Gives back what it was called with."""

    provider_classnames = "CIM_ControllerConfigurationService"
    seen = None

    def InvokeMethod(self, methodname, localobject, params):  # noqa: N802
        Echo.seen = (methodname, localobject, {name: one.value for name, one in params.items()})
        return 0, {"ProtocolControllers": [localobject]}


@pytest.fixture
def cimom(fresh_tiny):
    fresh_tiny.register_provider(Echo(fresh_tiny.cimrepository), namespaces=BLOCK)
    return Cimom(fresh_tiny, "h")


@pytest.fixture
def service(cimom):
    return cimom.connection.EnumerateInstanceNames("CIM_ControllerConfigurationService", BLOCK)[0]


def call(name, target, *parameters):
    return MethodCall("1", name, target, [parse_xml(one.encode()) for one in parameters])


def code(cimom, request):
    with pytest.raises(pywbem.CIMError) as caught:
        invoke_method(cimom, request)
    return caught.value.status_code


def test_a_provided_method_gets_typed_parameters_and_its_answer_is_typed(cimom, service):
    names = '<PARAMVALUE NAME="luNAMES"><VALUE.ARRAY><VALUE>a</VALUE></VALUE.ARRAY></PARAMVALUE>'
    accesses = '<PARAMVALUE NAME="DeviceAccesses"><VALUE.ARRAY><VALUE> 2 </VALUE></VALUE.ARRAY></PARAMVALUE>'
    text = invoke_method(cimom, call("exposepaths", service, names, accesses))
    name, target, given = Echo.seen
    assert (name, target) == ("ExposePaths", service)
    assert given == {"LUNames": ["a"], "DeviceAccesses": [pywbem.Uint16(2)]}
    assert type(given["DeviceAccesses"][0]) is pywbem.Uint16
    answer = etree.fromstring(f"<M>{text}</M>")
    assert (answer.find("RETURNVALUE").get("PARAMTYPE"), answer.findtext("RETURNVALUE/VALUE")) == ("uint32", "0")
    assert answer.find("PARAMVALUE").get("PARAMTYPE") == "reference"
    assert answer.find("PARAMVALUE/VALUE.REFARRAY/VALUE.REFERENCE/LOCALINSTANCEPATH") is not None


def test_a_method_the_class_does_not_have_is_not_available(cimom, service):
    assert code(cimom, call("MakeCoffee", service)) == pywbem.CIM_ERR_METHOD_NOT_AVAILABLE


def test_a_method_nobody_provides_is_not_available(cimom):
    volume = cimom.connection.EnumerateInstanceNames("CIM_StorageVolume", BLOCK)[0]
    assert code(cimom, call("Reset", volume)) == pywbem.CIM_ERR_METHOD_NOT_AVAILABLE


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        (pywbem.CIMInstanceName("CIM_Service", {"Name": "x"}, namespace="root/none"), 3),
        (pywbem.CIMInstanceName("CIM_None", {"Name": "x"}, namespace=BLOCK), 5),
        (pywbem.CIMClassName("CIM_None", namespace=BLOCK), 5),
        (pywbem.CIMInstanceName("CIM_Service", {"Name": "x"}, namespace=BLOCK), 6),
    ],
)
def test_a_wrong_target_has_its_cim_error(cimom, target, wanted):
    assert code(cimom, call("StartService", target)) == wanted


def test_a_method_that_is_not_static_needs_an_instance(cimom):
    target = pywbem.CIMClassName("CIM_ControllerConfigurationService", namespace=BLOCK)
    assert code(cimom, call("ExposePaths", target)) == pywbem.CIM_ERR_INVALID_PARAMETER


WRONG = [
    "<PARAMVALUE NAME='Nothing'><VALUE>1</VALUE></PARAMVALUE>",
    "<PARAMVALUE NAME='LUNames'><VALUE>not an array</VALUE></PARAMVALUE>",
    "<PARAMVALUE NAME='DeviceAccesses'><VALUE.ARRAY><VALUE>many</VALUE></VALUE.ARRAY></PARAMVALUE>",
    "<PARAMVALUE NAME='DeviceAccesses'><VALUE.ARRAY><VALUE>70000</VALUE></VALUE.ARRAY></PARAMVALUE>",
    "<PARAMVALUE NAME='ProtocolControllers'><VALUE.ARRAY><VALUE>x</VALUE></VALUE.ARRAY></PARAMVALUE>",
    "<PARAMVALUE NAME='LUNames'><INSTANCE CLASSNAME='CIM_X'/></PARAMVALUE>",
]


@pytest.mark.parametrize("parameter", WRONG)
def test_a_parameter_that_does_not_fit_is_invalid(cimom, service, parameter):
    assert code(cimom, call("ExposePaths", service, parameter)) == pywbem.CIM_ERR_INVALID_PARAMETER


def test_a_parameter_given_twice_is_invalid():
    method = pywbem.CIMMethod("M", "uint32", parameters=[pywbem.CIMParameter("A", "string")])
    with pytest.raises(pywbem.CIMError):
        typed_parameters(method, [("A", "x"), ("a", "y")])
    assert typed_parameters(method, [("a", "x")])["A"].value == "x"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([pywbem.CIMInstance("CIM_Error"), None], "instance"),
        (pywbem.CIMInstance("CIM_Error"), "instance"),
        ([pywbem.CIMClass("CIM_Error"), pywbem.CIMInstance("CIM_Error")], "object"),
        (["text"], None),
        (None, None),
    ],
)
def test_embedded_objects_are_marked_alone_and_in_arrays(cimom, service, monkeypatch, value, kind):
    given = pywbem.CIMParameter("Errors", "string", value=value, is_array=isinstance(value, list))
    monkeypatch.setattr(Echo, "InvokeMethod", lambda *_arguments, **_more: (0, [given]))
    declared = cimom.repository.namespace(BLOCK).classes
    changed = declared.get("CIM_ControllerConfigurationService")
    parameter = pywbem.CIMParameter("Errors", "string", is_array=isinstance(value, list))
    parameter.qualifiers = [pywbem.CIMQualifier("Out", True)]
    changed.methods["HidePaths"].parameters = [parameter]
    declared.update(changed.classname, changed)
    answer = etree.fromstring(f"<M>{invoke_method(cimom, call('HidePaths', service))}</M>")
    assert answer.find("PARAMVALUE").get("EmbeddedObject") == kind
