"""Faults on the wire: doubled detail, both SOAP versions, declared faults only (`vasa-1.0` 1.5, 2.2)."""

import pytest
from structlog.testing import capture_logs

from vasa_cim import errors

BODY = "{http://com.vmware.vim.vasa/1.0/xsd}"
FAULT = "{http://fault.vasa.vim.vmware.com/xsd}"
DATA = "{http://data.vasa.vim.vmware.com/xsd}"

RAISED = {
    "InvalidSession": (errors.InvalidSession(reason="x"), "getEvents", "get_events"),
    "InvalidArgument": (errors.InvalidArgument(argument="a", reason="b"), "queryArrays", "query_arrays"),
    "NotFound": (
        errors.NotFound(identifier="i"),
        "queryUniqueIdentifiersForLuns",
        "query_unique_identifiers_for_luns",
    ),
    "NotImplemented": (
        errors.ProfileNotSupported(profile="p"),
        "queryStorageCapabilities",
        "query_storage_capabilities",
    ),
    "InvalidCertificate": (
        errors.InvalidCertificate(reason="r"),
        "unregisterVASACertificate",
        "unregister_vasa_certificate",
    ),
    "InvalidLogin": (errors.InvalidLogin(), "registerVASACertificate", "register_vasa_certificate"),
    "LostEvent": (errors.LostEvent(last_id=4), "getEvents", "get_events"),
    "LostAlarm": (errors.LostAlarm(last_id=4), "getAlarms", "get_alarms"),
    "StorageFault": (
        errors.StorageFault("no <array>", message_id="Fault.ArrayUnreachable", parameters={"arrayId": "a&b", "e": ""}),
        "queryCatalog",
        "query_catalog",
    ),
}


def raise_in(service, name):
    error, operation, method = RAISED[name]
    service.raises[method] = error
    return f"<v:{operation}/>"


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("name", RAISED)
def test_the_detail_is_doubled_and_valid(name, version, ask, service, schema):
    outcome = ask(raise_in(service, name), version)
    assert outcome.status == 500
    assert outcome.fault == name
    details = [*outcome.body.iter("detail"), *outcome.body.iterfind("{*}Detail")]
    assert len(details) == 1
    assert [child.tag for child in details[0]] == [f"{BODY}{name}"]
    assert [child.tag for child in details[0][0]] == [f"{BODY}{name}"]
    schema.assertValid(details[0][0])
    assert outcome.reason == str(RAISED[name][0])


def test_the_shape_of_soap_11(ask, service):
    fault = ask(raise_in(service, "NotFound")).body
    assert fault.tag == "{http://schemas.xmlsoap.org/soap/envelope/}Fault"
    assert [child.tag for child in fault] == ["faultcode", "faultstring", "detail"]
    prefix, _, code = fault[0].text.partition(":")
    assert (fault.nsmap[prefix], code) == ("http://schemas.xmlsoap.org/soap/envelope/", "Server")


def test_the_shape_of_soap_12(ask, service):
    soap = "{http://www.w3.org/2003/05/soap-envelope}"
    fault = ask(raise_in(service, "NotFound"), "1.2").body
    assert [child.tag for child in fault] == [f"{soap}Code", f"{soap}Reason", f"{soap}Detail"]
    assert [child.tag for child in fault[0]] == [f"{soap}Value"]
    assert fault[0][0].text.endswith(":Receiver")
    assert fault[1][0].get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_storage_fault_carries_its_message(ask, service):
    (inner,) = ask(raise_in(service, "StorageFault")).body.iterfind(f"detail/{BODY}StorageFault/{BODY}StorageFault")
    assert inner[0].tag == f"{FAULT}faultMessageId"
    assert inner[0].text == "Fault.ArrayUnreachable"
    pairs = [(one.findtext(f"{DATA}parameterName"), one.findtext(f"{DATA}parameterValue")) for one in inner[1:]]
    assert pairs == [("arrayId", "a&b"), ("e", "")]
    assert {one.tag for one in inner[1:]} == {f"{FAULT}parameterList"}


@pytest.mark.parametrize(
    ("operation", "method", "error"),
    [
        ("queryArrays", "query_arrays", errors.NotFound(identifier="i")),
        ("queryArrays", "query_arrays", errors.ProfileNotSupported(profile="p")),
        ("queryCatalog", "query_catalog", errors.InvalidArgument(argument="a", reason="b")),
        ("getEvents", "get_events", errors.LostAlarm(last_id=1)),
        ("getAlarms", "get_alarms", errors.InvalidCertificate(reason="r")),
        ("queryArrays", "query_arrays", errors.StoreError(reason="disk full")),
    ],
)
def test_an_undeclared_error_becomes_storage_fault(operation, method, error, ask, service, schema):
    service.raises[method] = error
    outcome = ask(f"<v:{operation}/>")
    assert outcome.fault == "StorageFault"
    assert outcome.reason == str(error)
    assert f"{FAULT}faultMessageId" in [one.tag for one in outcome.body.iter()]


@pytest.mark.parametrize("method", ["query_arrays", "admit"])
def test_an_unexpected_error_says_nothing_of_itself(method, ask, service, caplog, capsys):
    service.raises[method] = RuntimeError("secret place")
    outcome = ask("<v:queryArrays/>")
    assert (outcome.status, outcome.fault, outcome.reason) == (500, "StorageFault", "internal error")
    assert "secret" not in "".join(outcome.root.itertext())
    assert "secret" not in caplog.text + capsys.readouterr().out


def test_an_answer_that_cannot_be_written_is_a_storage_fault(ask, service, monkeypatch):
    monkeypatch.setattr(service, "query_arrays", lambda admission, ids: ["no array"], raising=True)
    assert ask("<v:queryArrays/>").fault == "StorageFault"
    monkeypatch.undo()
    assert ask("<v:queryArrays/>").status == 200


def test_control_characters_are_left_out_of_the_reason(ask, service):
    service.raises["query_arrays"] = errors.StorageFault("a\x00b\x1b[1mc\ufffe <d>")
    assert ask("<v:queryArrays/>").reason == "ab[1mc <d>"


def test_a_password_is_never_logged(send, envelope, service, caplog, capsys):
    service.raises["register_vasa_certificate"] = RuntimeError("boom")
    caplog.set_level(0)
    secret = "hunter2-secret"
    good = f"<v:registerVASACertificate><v:userName>u</v:userName><v:password>{secret}</v:password>"
    send(envelope(f"{good}</v:registerVASACertificate>"))
    send(envelope(f"{good}<v:password>{secret}</v:password></v:registerVASACertificate>"))
    send(envelope(good[:-3]))
    captured = capsys.readouterr()
    assert secret not in caplog.text + captured.out + captured.err


def test_fault_of_the_session_is_the_same_in_any_operation(ask):
    for operation in ("queryArrays", "getEvents", "queryCatalog"):
        outcome = ask(f"<v:{operation}/>", Cookie="VASASESSIONID=0")
        assert (outcome.status, outcome.fault) == (500, "InvalidSession")


def test_each_fault_is_told_at_debug_with_who_and_why_but_without_arguments(ask):
    with capture_logs() as logs:
        ask("<v:queryArrays><v:arrayUniqueId>s3cret</v:arrayUniqueId></v:queryArrays>", Cookie="VASASESSIONID=t0ken")
    (line,) = [one for one in logs if one["log_level"] == "debug"]
    assert (line["operation"], line["fault"], line["address"]) == ("queryArrays", "InvalidSession", "192.0.2.7")
    assert "unknown or expired" in line["reason"]
    assert "s3cret" not in str(logs)
    assert "t0ken" not in str(logs)
