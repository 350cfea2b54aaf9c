"""Every request gets an answer that fits it; hostile ones do no harm."""

import pytest
import pywbem
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mock_cimom import dispatch
from mock_cimom.cimom import Cimom
from mock_cimom.dispatch import answer
from mock_cimom.operations import OPERATIONS

OPEN = "OpenEnumerateInstances"
FILTER = {"FilterQuery": "<VALUE>x</VALUE>", "FilterQueryLanguage": "<VALUE>DMTF:FQL</VALUE>"}
CLASS = '<CLASSNAME NAME="CIM_StorageVolume"/>'


def error_code(done):
    found = etree.fromstring(done.body).find(".//ERROR")
    return None if found is None else int(found.get("CODE"))


def test_an_answer_carries_the_message_id_and_the_cim_headers(cimom, ask):
    done = ask(cimom, "EnumerateInstanceNames", ClassName=CLASS)
    assert done.status == 200
    assert etree.fromstring(done.body).find("MESSAGE").get("ID") == "42"
    assert done.headers["CIMOperation"] == "MethodResponse"
    assert (done.headers["CIMMethod"], done.headers["CIMObject"]) == ("EnumerateInstanceNames", "root/mockblock")


ERRORS = [
    ("an unknown namespace", "EnumerateInstances", {"namespace": "root/none", "ClassName": CLASS}, 3),
    ("no such namespace for a bad call either", "EnumerateInstances", {"namespace": "root/none"}, 3),
    ("a missing parameter", "EnumerateInstances", {}, 4),
    ("an unknown parameter", "EnumerateInstances", {"ClassName": CLASS, "Colour": "<VALUE>red</VALUE>"}, 4),
    ("a mistyped boolean", "EnumerateInstances", {"ClassName": CLASS, "LocalOnly": "<VALUE>7</VALUE>"}, 4),
    ("a mistyped class name", "EnumerateInstances", {"ClassName": "<VALUE>CIM_StorageVolume</VALUE>"}, 4),
    ("an unknown class", "EnumerateInstances", {"ClassName": '<CLASSNAME NAME="CIM_None"/>'}, 5),
    ("an unknown class's names", "EnumerateInstanceNames", {"ClassName": '<CLASSNAME NAME="CIM_None"/>'}, 5),
    ("an unknown class declaration", "GetClass", {"ClassName": '<CLASSNAME NAME="CIM_None"/>'}, 6),
    ("subclasses of an unknown class", "EnumerateClasses", {"ClassName": '<CLASSNAME NAME="CIM_None"/>'}, 5),
    ("an unknown qualifier", "GetQualifier", {"QualifierName": "<VALUE>Colour</VALUE>"}, 6),
    ("a wrong query", "ExecQuery", {"QueryLanguage": "<VALUE>WQL</VALUE>", "Query": "<VALUE>x</VALUE>"}, 15),
    ("half a query", "ExecQuery", {"QueryLanguage": "<VALUE>WQL</VALUE>"}, 4),
    ("an unknown operation", "MakeCoffee", {}, 7),
    ("an unknown context", "CloseEnumeration", {"EnumerationContext": "<VALUE>x</VALUE>"}, 21),
    ("no timeout at all", OPEN, {"ClassName": CLASS, "OperationTimeout": "<VALUE>0</VALUE>"}, 22),
    ("an endless timeout", OPEN, {"ClassName": CLASS, "OperationTimeout": "<VALUE>9999</VALUE>"}, 22),
    ("half a filter", OPEN, {"ClassName": CLASS, "FilterQuery": "<VALUE>x</VALUE>"}, 4),
    ("a filter that is a query", OPEN, {"ClassName": CLASS, **FILTER, "FilterQueryLanguage": "<VALUE>WQL</VALUE>"}, 14),
    ("a wrong filter", OPEN, {"ClassName": CLASS, **FILTER}, 15),
    ("to go on after errors", OPEN, {"ClassName": CLASS, "ContinueOnError": "<VALUE>true</VALUE>"}, 26),
    ("a class in use", "DeleteClass", {"ClassName": '<CLASSNAME NAME="MOCK_FCPort"/>'}, 9),
    ("a class with subclasses", "DeleteClass", {"ClassName": CLASS}, 8),
]


@pytest.mark.parametrize(
    ("operation", "parameters", "code"), [case[1:] for case in ERRORS], ids=[case[0] for case in ERRORS]
)
def test_a_wrong_call_is_answered_with_its_cim_error(cimom, ask, operation, parameters, code):
    done = ask(cimom, operation, **parameters)
    assert (done.status, error_code(done)) == (200, code)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"CIMMethod": "GetClass"},
        {"CIMMethod": "EnumerateInstances", "CIMObject": "root/mockblock"},
        {"CIMMethod": "GetClass", "CIMObject": "interop"},
    ],
)
def test_headers_must_match_the_body(cimom, headers):
    body = (
        b'<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ>'
        b'<IMETHODCALL NAME="GetClass"><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="mockblock"/>'
        b"</LOCALNAMESPACEPATH></IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>"
    )
    done = answer(cimom, body, headers)
    assert (done.status, done.headers["CIMError"]) == (400, "header-mismatch")
    assert answer(cimom, body, {"CIMMethod": "GetClass", "CIMObject": "root%2Fmockblock"}).status == 200


def test_an_empty_answer_has_an_open_and_a_close_tag(fresh_tiny, ask):

    key = '<KEYBINDING NAME="{}"><KEYVALUE VALUETYPE="string">{}</KEYVALUE></KEYBINDING>'
    keys = key.format("Name", "location of array1") + key.format("PhysicalPosition", "rack 1")
    path = f'<INSTANCENAME CLASSNAME="CIM_Location">{keys}</INSTANCENAME>'
    done = ask(Cimom(fresh_tiny, "h"), "DeleteInstance", InstanceName=path)
    assert b'<IMETHODRESPONSE NAME="DeleteInstance"></IMETHODRESPONSE>' in done.body


def test_a_failure_in_the_server_is_an_answer_and_a_log_line(cimom, ask, monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("secret detail")

    broken = dict(OPERATIONS, GetClass=dispatch.OPERATIONS["GetClass"].__class__(fail, {}))
    monkeypatch.setattr(dispatch, "OPERATIONS", broken)
    done = ask(cimom, "GetClass")
    assert (done.status, error_code(done)) == (200, pywbem.CIM_ERR_FAILED)
    assert b"secret detail" not in done.body
    assert "secret detail" in caplog.text


NAMES = sorted({name for operation in OPERATIONS.values() for name in operation.parameters})
VALUES = [
    "", "<VALUE/>", "<VALUE>true</VALUE>", "<VALUE>7</VALUE>", "<VALUE.ARRAY><VALUE>Name</VALUE></VALUE.ARRAY>",
    "<VALUE.ARRAY><VALUE.NULL/></VALUE.ARRAY>", CLASS, '<CLASSNAME NAME=""/>', '<CLASS NAME="A"/>',
    '<INSTANCE CLASSNAME="CIM_Location"/>', '<INSTANCENAME CLASSNAME="CIM_Location"/>',
    '<VALUE.REFERENCE><CLASSNAME NAME="A"/></VALUE.REFERENCE>', "<VALUE>&lt;&amp;</VALUE>",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    operation=st.sampled_from([*(set(OPERATIONS) - {"CreateClass", "ModifyClass", "SetQualifier"}), "Nothing"]),
    parameters=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=5),
)
def test_no_combination_of_parameters_fails_in_the_server(cimom, ask, operation, parameters):
    done = ask(cimom, operation, **parameters)
    assert done.status == 200
    assert error_code(done) != pywbem.CIM_ERR_FAILED


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_damage_to_a_request_fails_in_the_server(cimom, data):
    body = bytearray(
        b'<CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ>'
        b'<IMETHODCALL NAME="GetInstance"><LOCALNAMESPACEPATH><NAMESPACE NAME="interop"/></LOCALNAMESPACEPATH>'
        b'<IPARAMVALUE NAME="InstanceName"><INSTANCENAME CLASSNAME="CIM_Location"><KEYBINDING NAME="Name">'
        b'<KEYVALUE VALUETYPE="string">x</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE></IMETHODCALL>'
        b"</SIMPLEREQ></MESSAGE></CIM>"
    )
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=4))
    done = answer(cimom, bytes(body), {"CIMMethod": "GetInstance", "CIMObject": "interop"})
    assert done.status in (200, 400, 501)
    if done.status == 200:
        assert error_code(done) != pywbem.CIM_ERR_FAILED
