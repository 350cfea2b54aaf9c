"""Parameters of intrinsic operations are typed by their declaration or refused."""

import pytest
import pywbem

from mock_cimom import parameters
from mock_cimom.parameters import Parameter, read_parameters

PATH = pywbem.CIMInstanceName("CIM_X", {"K": "1"})
GOOD = [
    (parameters.boolean, "TRUE", True),
    (parameters.boolean, " false ", False),
    (parameters.boolean, True, True),
    (parameters.uint32, " 4294967295 ", 4294967295),
    (parameters.uint32, "0", 0),
    (parameters.string, "", ""),
    (parameters.strings, [], []),
    (parameters.strings, ["a", "b"], ["a", "b"]),
    (parameters.class_name, pywbem.CIMClassName("CIM_X"), "CIM_X"),
    (parameters.instance_name, PATH, PATH),
    (parameters.object_name, PATH, PATH),
    (parameters.object_name, pywbem.CIMClassName("CIM_X"), "CIM_X"),
]
BAD = [
    (parameters.boolean, "yes"),
    (parameters.boolean, ["true"]),
    (parameters.uint32, "-1"),
    (parameters.uint32, "4294967296"),
    (parameters.uint32, "٣"),
    (parameters.uint32, "9" * 5000),
    (parameters.uint32, "1.0"),
    (parameters.string, ["a"]),
    (parameters.strings, "a"),
    (parameters.strings, ["a", None]),
    (parameters.class_name, "CIM_X"),
    (parameters.instance_name, pywbem.CIMClassName("CIM_X")),
    (parameters.object_name, "CIM_X"),
    (parameters.instance, PATH),
    (parameters.named_instance, pywbem.CIMInstance("CIM_X")),
    (parameters.cim_class, pywbem.CIMInstance("CIM_X")),
    (parameters.qualifier, "Key"),
]


@pytest.mark.parametrize(("typed", "raw", "value"), GOOD)
def test_a_fitting_value_is_typed(typed, raw, value):
    assert read_parameters({"P": Parameter(typed)}, [("p", raw)]) == {"P": value}


@pytest.mark.parametrize(("typed", "raw"), BAD)
def test_a_value_that_does_not_fit_is_an_invalid_parameter(typed, raw):
    with pytest.raises(pywbem.CIMError) as caught:
        read_parameters({"P": Parameter(typed)}, [("P", raw)])
    assert caught.value.status_code == pywbem.CIM_ERR_INVALID_PARAMETER


@pytest.mark.parametrize(
    "given",
    [[("Unknown", "x"), ("P", "x")], [("P", "x"), ("p", "x")], [], [("P", None)]],
    ids=["unknown", "given twice", "missing", "null"],
)
def test_the_list_of_parameters_must_fit(given):
    with pytest.raises(pywbem.CIMError) as caught:
        read_parameters({"P": Parameter(parameters.string, required=True)}, given)
    assert caught.value.status_code == pywbem.CIM_ERR_INVALID_PARAMETER


def test_an_optional_parameter_may_be_null_or_missing():
    declared = {"A": Parameter(parameters.string), "B": Parameter(parameters.string)}
    assert read_parameters(declared, [("A", None)]) == {"A": None, "B": None}
