"""What changes instances and single properties, over the wire, as DSP0200 5.4.2 has it."""

import pytest
import pywbem

import mock_cimom
from mock_cimom.cimom import Cimom
from mock_cimom.connection import CimomConnection
from mock_cimom.dispatch import answer

BLOCK = "root/mockblock"


@pytest.fixture(scope="module")
def running():
    with mock_cimom.running("tiny") as cimom:
        yield cimom


@pytest.fixture
def client(running):
    with pywbem.WBEMConnection(running.url, (running.user, running.password), default_namespace=BLOCK) as connection:
        yield connection


@pytest.fixture
def place(client):
    """An instance of its own, gone after the test."""
    values = {"Name": "lab", "PhysicalPosition": "shelf 1", "Address": "here"}
    path = client.CreateInstance(pywbem.CIMInstance("CIM_Location", values))
    yield path
    if path in client.EnumerateInstanceNames("CIM_Location"):
        client.DeleteInstance(path)


def code(call):
    with pytest.raises(pywbem.CIMError) as caught:
        call()
    return caught.value.status_code


def changes(path, **values):
    return pywbem.CIMInstance(path.classname, values, path=path)


def test_only_what_is_listed_is_changed(client, place):
    client.ModifyInstance(changes(place, Address="there", ElementName="x"), PropertyList=["elementname"])
    found = client.GetInstance(place)
    assert (found["Address"], found["ElementName"]) == ("here", "x")
    client.ModifyInstance(changes(place, Address="there"), PropertyList=[])
    assert client.GetInstance(place)["Address"] == "here"


def test_what_is_listed_and_not_given_goes_back_to_its_default(client, place):
    client.ModifyInstance(changes(place), PropertyList=["Address"])
    assert client.GetInstance(place).get("Address") is None


def test_a_property_is_set_to_null(client, place):
    null = pywbem.CIMProperty("Address", None, type="string")
    client.ModifyInstance(pywbem.CIMInstance("CIM_Location", [null], path=place))
    assert client.GetInstance(place).get("Address") is None


WRONG = [
    (lambda c, p: c.ModifyInstance(changes(p, Colour="red")), pywbem.CIM_ERR_INVALID_PARAMETER),
    (lambda c, p: c.ModifyInstance(changes(p), PropertyList=["Colour"]), pywbem.CIM_ERR_INVALID_PARAMETER),
    (lambda c, p: c.ModifyInstance(changes(p, Address=pywbem.Uint8(1))), pywbem.CIM_ERR_INVALID_PARAMETER),
    (lambda c, p: c.ModifyInstance(changes(p, Address=["a"])), pywbem.CIM_ERR_INVALID_PARAMETER),
    (lambda c, p: c.CreateInstance(c.GetInstance(p)), pywbem.CIM_ERR_ALREADY_EXISTS),
    (
        lambda c, _: c.CreateInstance(pywbem.CIMInstance("CIM_Location", {"Name": pywbem.Uint8(1)})),
        pywbem.CIM_ERR_INVALID_PARAMETER,
    ),
    (
        lambda c, _: c.ModifyInstance(changes(pywbem.CIMInstanceName("CIM_Location", {"Name": "no"}), Address="x")),
        pywbem.CIM_ERR_NOT_FOUND,
    ),
    (
        lambda c, _: c.ModifyInstance(changes(pywbem.CIMInstanceName("CIM_None", {"Name": "no"}), Address="x")),
        pywbem.CIM_ERR_INVALID_CLASS,
    ),
    (lambda c, _: c.DeleteInstance(pywbem.CIMInstanceName("CIM_None", {"A": "b"})), pywbem.CIM_ERR_INVALID_CLASS),
    (lambda c, _: c.GetInstance(pywbem.CIMInstanceName("CIM_Location", {"A": "b"})), pywbem.CIM_ERR_NOT_FOUND),
    (lambda c, p: prop(c, "GetProperty", p, "Colour"), pywbem.CIM_ERR_NO_SUCH_PROPERTY),
    (lambda c, p: prop(c, "SetProperty", p, "Colour", NewValue="red"), pywbem.CIM_ERR_NO_SUCH_PROPERTY),
    (lambda c, p: prop(c, "SetProperty", p, "Address", NewValue=["red"]), pywbem.CIM_ERR_TYPE_MISMATCH),
    (
        lambda c, _: prop(c, "GetProperty", pywbem.CIMInstanceName("CIM_Location", {"Name": "no"}), "Name"),
        pywbem.CIM_ERR_NOT_FOUND,
    ),
]


@pytest.mark.parametrize(("call", "status"), WRONG)
def test_wrong_changes_have_their_cim_error_and_change_nothing(client, place, call, status):
    before = client.GetInstance(place)
    assert code(lambda: call(client, place)) == status
    assert client.GetInstance(place) == before


def prop(client, operation, path, name, **how):
    bare = pywbem.CIMInstanceName(path.classname, path.keybindings)
    return client._imethodcall(operation, BLOCK, InstanceName=bare, PropertyName=name, **how)


def test_single_properties_are_read_and_set(client, place):
    prop(client, "SetProperty", place, "address", NewValue="somewhere <else>")
    assert prop(client, "GetProperty", place, "ADDRESS") == [("IRETURNVALUE", {}, ["somewhere <else>"])]
    prop(client, "SetProperty", place, "Address", NewValue=None)
    assert prop(client, "GetProperty", place, "Address") in (None, [("IRETURNVALUE", {}, [])])
    volume = client.EnumerateInstanceNames("CIM_StorageVolume")[0]
    ((_, _, (status,)),) = prop(client, "GetProperty", volume, "OperationalStatus")
    assert status == ["2"]


def test_paths_compare_without_case_and_order_of_keys(client):
    volume = client.EnumerateInstanceNames("CIM_StorageVolume")[0]
    keys = {name.upper(): value for name, value in reversed(volume.keybindings.items())}
    other = pywbem.CIMInstanceName(volume.classname.lower(), keys, namespace="ROOT/mockblock")
    assert client.GetInstance(other) == client.GetInstance(volume)
    assert client.AssociatorNames(other) == client.AssociatorNames(volume)


ARRAYS = """<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1"
PROTOCOLVERSION="1.0"><SIMPLEREQ><IMETHODCALL NAME="CreateInstance"><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/>
<NAMESPACE NAME="cimv2"/></LOCALNAMESPACEPATH><IPARAMVALUE NAME="NewInstance"><INSTANCE CLASSNAME="T_Gaps">
<PROPERTY NAME="Name" TYPE="string"><VALUE>x</VALUE></PROPERTY>{}</INSTANCE></IPARAMVALUE></IMETHODCALL></SIMPLEREQ>
</MESSAGE></CIM>"""
GAPS = (
    '<PROPERTY.ARRAY NAME="P_{0}" TYPE="{0}">'
    "<VALUE.ARRAY><VALUE>{1}</VALUE><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY>"
)


def test_arrays_of_any_type_may_have_null_elements():
    kinds = {"uint8": "1", "sint64": "-1", "real64": "1.5", "boolean": "true", "char16": "a", "string": "s"}
    kinds["datetime"] = "20240229235959.123456+060"
    declared = "".join(f"{kind} P_{kind}[];" for kind in kinds)
    connection = CimomConnection("root/cimv2")
    connection.compile_mof_string(
        "Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);"
        f"class T_Gaps {{ [Key] string Name; {declared} }};"
    )
    values = "".join(GAPS.format(kind, text) for kind, text in kinds.items())
    headers = {"CIMMethod": "CreateInstance", "CIMObject": "root/cimv2"}
    done = answer(Cimom(connection, "h"), ARRAYS.format(values).encode(), headers)
    assert (done.status, done.failure) == (200, "")
    stored = connection.EnumerateInstances("T_Gaps")[0]
    for kind, text in kinds.items():
        assert stored[f"P_{kind}"] == [pywbem.cimvalue(text if kind != "boolean" else True, kind), None]
