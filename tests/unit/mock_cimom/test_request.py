"""Requests are read strictly; what is wrong has the status DSP0200 gives it."""

import pytest
import pywbem

from mock_cimom.request import BadRequestError, IntrinsicCall, MethodCall, parse_request, parsed_parameters

SPACE = '<LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="a"/></LOCALNAMESPACEPATH>'


def envelope(call, cim='CIMVERSION="2.0" DTDVERSION="2.0"', message='ID="7" PROTOCOLVERSION="1.0"'):
    return f"<CIM {cim}><MESSAGE {message}><SIMPLEREQ>{call}</SIMPLEREQ></MESSAGE></CIM>".encode()


def intrinsic(parameters="", name="GetClass"):
    return envelope(f'<IMETHODCALL NAME="{name}">{SPACE}{parameters}</IMETHODCALL>')


def parameter(value):
    call = parse_request(intrinsic(f'<IPARAMVALUE NAME="P">{value}</IPARAMVALUE>'))
    return parsed_parameters(call)[0][1]


def test_an_intrinsic_call_is_read():
    call = parse_request(intrinsic('<IPARAMVALUE NAME="ClassName"><CLASSNAME NAME="CIM_X"/></IPARAMVALUE>'))
    assert isinstance(call, IntrinsicCall)
    assert (call.message_id, call.name, call.namespace) == ("7", "GetClass", "root/a")
    assert parsed_parameters(call) == [("ClassName", pywbem.CIMClassName("CIM_X"))]


def test_a_method_call_is_read():
    keys = '<KEYBINDING NAME="K"><KEYVALUE VALUETYPE="numeric">0x1F</KEYVALUE></KEYBINDING>'
    target = f'<LOCALINSTANCEPATH>{SPACE}<INSTANCENAME CLASSNAME="CIM_X">{keys}</INSTANCENAME></LOCALINSTANCEPATH>'
    value = '<PARAMVALUE NAME="A" PARAMTYPE="uint8"><VALUE>1</VALUE></PARAMVALUE>'
    call = parse_request(envelope(f'<METHODCALL NAME="Go">{target}{value}</METHODCALL>'))
    assert isinstance(call, MethodCall)
    assert call.target == pywbem.CIMInstanceName("CIM_X", {"K": 31}, namespace="root/a")
    assert parsed_parameters(call) == [("A", "1")]


@pytest.mark.parametrize(("written", "scopes"), [('ANY="true"', {"ANY": True}), ('CLASS="true"', {"CLASS": True})])
def test_the_scopes_of_a_qualifier_may_be_any(written, scopes):
    declaration = parameter(
        f'<QUALIFIER.DECLARATION NAME="Note" TYPE="string"><SCOPE {written}/></QUALIFIER.DECLARATION>'
    )
    assert {name: set_ for name, set_ in declaration.scopes.items() if set_} == scopes


BAD = [
    ("no XML", b"nothing", 400, "request-not-well-formed"),
    ("a document type", b"<!DOCTYPE CIM><CIM/>", 400, "request-not-valid"),
    ("another root", b"<HTML/>", 400, "request-not-valid"),
    ("an empty message", b'<CIM CIMVERSION="2.0" DTDVERSION="2.0"/>', 400, "request-not-valid"),
    ("no version", b"<CIM/>", 400, "request-not-valid"),
    ("a later CIM", envelope("", cim='CIMVERSION="3.0" DTDVERSION="2.0"'), 501, "unsupported-cim-version"),
    ("a later DTD", envelope("", cim='CIMVERSION="2.0" DTDVERSION="3.0"'), 501, "unsupported-dtd-version"),
    (
        "a later protocol",
        envelope("", message='ID="1" PROTOCOLVERSION="2.0"'),
        501,
        "unsupported-protocol-version",
    ),
    ("no message id", envelope("", message='PROTOCOLVERSION="1.0"'), 400, "request-not-valid"),
    ("no call", envelope(""), 400, "request-not-valid"),
    ("two calls", envelope('<IMETHODCALL NAME="A"/>' * 2), 400, "request-not-valid"),
    ("a call without a name", envelope(f"<IMETHODCALL>{SPACE}</IMETHODCALL>"), 400, "request-not-valid"),
    ("a call without a namespace", envelope('<IMETHODCALL NAME="A"/>'), 400, "request-not-valid"),
    ("a foreign child", intrinsic("<VALUE>1</VALUE>"), 400, "request-not-valid"),
    ("a method without a target", envelope('<METHODCALL NAME="A"/>'), 400, "request-not-valid"),
    (
        "several requests",
        envelope("").replace(b"SIMPLEREQ", b"MULTIREQ"),
        501,
        "multiple-requests-unsupported",
    ),
    ("an answer", envelope("").replace(b"SIMPLEREQ", b"SIMPLERSP"), 400, "request-not-valid"),
]


@pytest.mark.parametrize(("text", "status", "cim_error"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_envelope_has_its_status(text, status, cim_error):
    with pytest.raises(BadRequestError) as caught:
        parse_request(text)
    assert (caught.value.status, caught.value.cim_error) == (status, cim_error)


TOLD = [
    ("a call without a name", envelope(f"<IMETHODCALL>{SPACE}</IMETHODCALL>"), "IMETHODCALL needs a NAME and a target"),
    ("a method without a target", envelope('<METHODCALL NAME="A"/>'), "METHODCALL needs a NAME and a target"),
]


@pytest.mark.parametrize(("text", "reason"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD])
def test_what_is_missing_is_named(text, reason):
    with pytest.raises(BadRequestError) as caught:
        parse_request(text)
    assert str(caught.value) == reason


def test_a_document_is_no_part_of_a_message():
    with pytest.raises(pywbem.CIMError) as caught:
        parameter("<SCRIPT/>")
    assert "CIM-XML response" not in caught.value.status_description


def embedded(depth):
    text = '<INSTANCE CLASSNAME="A"/>'
    for _ in range(depth):
        inner = text.replace("&", "&amp;").replace("<", "&lt;")
        text = (
            '<INSTANCE CLASSNAME="A"><PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance">'
            f"<VALUE>{inner}</VALUE></PROPERTY></INSTANCE>"
        )
    return text


def typed(kind, value):
    return f'<INSTANCE CLASSNAME="A"><PROPERTY NAME="P" TYPE="{kind}">{value}</PROPERTY></INSTANCE>'


WRONG = {
    "a number that is too large": typed("uint8", "<VALUE>256</VALUE>"),
    "a word for a number": typed("uint8", "<VALUE>x</VALUE>"),
    "an empty boolean": typed("boolean", "<VALUE/>"),
    "an unknown type": typed("int", "<VALUE>1</VALUE>"),
    "an unknown element": "<SCRIPT/>",
    "two values": "<VALUE>1</VALUE><VALUE>2</VALUE>",
    "a path without keys": '<INSTANCENAME CLASSNAME="A"/>',
    "a path with an unnamed key": '<INSTANCENAME CLASSNAME="A"><KEYVALUE>1</KEYVALUE></INSTANCENAME>',
    "objects embedded too deep": embedded(6),
    "a document type in an embedded object": (
        '<INSTANCE CLASSNAME="A"><PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance">'
        "<VALUE>&lt;!DOCTYPE x&gt;&lt;INSTANCE CLASSNAME='B'/&gt;</VALUE></PROPERTY></INSTANCE>"
    ),
}


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
def test_a_value_that_cannot_be_read_is_an_invalid_parameter(value):
    with pytest.raises(pywbem.CIMError) as caught:
        parameter(value)
    assert caught.value.status_code == pywbem.CIM_ERR_INVALID_PARAMETER


def test_an_embedded_object_is_read():
    assert parameter(embedded(1))["P"] == pywbem.CIMInstance("A")


def test_a_parameter_without_a_value_is_null():
    assert parameter("") is None
