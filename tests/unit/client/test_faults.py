"""The nine faults and the plain SOAP fault, in both SOAP versions (vasa-1.0 1.5)."""

import pytest

from vasa_cim import errors
from vasa_cim.client.failures import SoapFault, UnreadableAnswer

CLASSES = {
    "InvalidSession": errors.InvalidSession,
    "InvalidArgument": errors.InvalidArgument,
    "NotFound": errors.NotFound,
    "NotImplemented": errors.ProfileNotSupported,
    "InvalidCertificate": errors.InvalidCertificate,
    "InvalidLogin": errors.InvalidLogin,
    "LostEvent": errors.LostEvent,
    "LostAlarm": errors.LostAlarm,
    "StorageFault": errors.StorageFault,
}
ASK = {
    "LostEvent": lambda client: client.get_events(5),
    "LostAlarm": lambda client: client.get_alarms(5),
    "InvalidLogin": lambda client: client.register_vasa_certificate("u", "p", "c"),
    "InvalidCertificate": lambda client: client.unregister_vasa_certificate("c"),
}
STORAGE = (
    "<f:faultMessageId>Fault.ArrayUnreachable</f:faultMessageId><f:parameterList>"
    "<d:parameterName>arrayId</d:parameterName><d:parameterValue>array:1</d:parameterValue></f:parameterList>"
)


@pytest.fixture
def failing(answering, soap_version):
    """Return a function that has the next answer be a fault with this detail; None: no detail."""

    def fail(detail: str | None, reason: str = "what {went} wrong", status: int = 500) -> None:
        if soap_version.value.label == "1.1":
            inner = "" if detail is None else f"<detail>{detail}</detail>"
            parts = f"<faultcode>s:Server</faultcode><faultstring>{reason}</faultstring>{inner}"
        else:
            inner = "" if detail is None else f"<s:Detail>{detail}</s:Detail>"
            parts = (
                "<s:Code><s:Value>s:Receiver</s:Value></s:Code>"
                f"<s:Reason><s:Text xml:lang='en'>{reason}</s:Text></s:Reason>{inner}"
            )
        answering(f"<s:Fault>{parts}</s:Fault>", status)

    return fail


def doubled(name: str, content: str = "") -> str:
    return f"<v:{name}><v:{name}>{content}</v:{name}></v:{name}>"


@pytest.mark.parametrize("name", CLASSES)
def test_each_fault_is_raised_as_our_class_with_the_providers_text(client, failing, name):
    failing(doubled(name, STORAGE if name == "StorageFault" else ""))
    ask = ASK.get(name, lambda client: client.query_unique_identifiers_for_luns("array:1"))
    with pytest.raises(CLASSES[name]) as caught:
        ask(client)
    assert str(caught.value) == "what {went} wrong"
    assert caught.value.name == name


def test_storage_fault_has_message_id_and_parameters(client, failing):
    failing(doubled("StorageFault", STORAGE))
    with pytest.raises(errors.StorageFault) as caught:
        client.query_arrays()
    assert caught.value.message_id == "Fault.ArrayUnreachable"
    assert caught.value.parameters == {"arrayId": "array:1"}


@pytest.mark.parametrize(
    "detail",
    [
        "<v:InvalidSession/>",
        '<v:InvalidSession><v:InvalidSession xsi:nil="true"/></v:InvalidSession>',
        doubled("InvalidSession", "<v:Exception><any/></v:Exception>"),
    ],
)
def test_other_legal_forms_of_a_detail(client, failing, detail):
    failing(detail, status=400)
    with pytest.raises(errors.InvalidSession):
        client.query_arrays()


@pytest.mark.parametrize(
    ("detail", "message"),
    [
        ("<d:InvalidSession/>", "no fault of the contract"),
        ("<v:OutOfMemory/>", "OutOfMemory: is no fault of the contract"),
        (doubled("NotFound"), "queryArrays does not declare"),
        ("<v:InvalidSession><f:InvalidSession/></v:InvalidSession>", "does not repeat"),
        ("<v:InvalidSession><v:InvalidSession/><v:InvalidSession/></v:InvalidSession>", "second child"),
        (doubled("InvalidSession", "<v:trace/>"), "InvalidSession/InvalidSession/trace: unknown"),
        ("<v:StorageFault/>", "StorageFault/StorageFault: is missing"),
        (doubled("StorageFault"), "faultMessageId: is missing"),
        (doubled("StorageFault", STORAGE.replace("f:fault", "v:fault")), "faultMessageId: unknown"),
    ],
)
def test_a_detail_that_does_not_fit_is_unreadable(client, failing, detail, message):
    failing(detail)
    with pytest.raises(UnreadableAnswer, match=message):
        client.query_arrays()


@pytest.mark.parametrize("detail", [None, ""])
def test_a_fault_without_detail_is_a_soap_fault(client, failing, detail, soap_version):
    failing(detail)
    with pytest.raises(SoapFault, match=r"what \{went\} wrong") as caught:
        client.query_arrays()
    assert caught.value.facts["code"] == ("Server" if soap_version.value.label == "1.1" else "Receiver")


def test_a_fault_without_code_is_unreadable(client, answering):
    answering("<s:Fault/>", 500)
    with pytest.raises(UnreadableAnswer, match=r"Fault/.*: is missing"):
        client.query_arrays()
