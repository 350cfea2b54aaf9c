"""vasa-1.0 1.5: the shape of a fault, in both SOAP versions, for the eight faults that a healthy provider can give.

StorageFault is met in test_cimom_troubles.py (unreachable source) and in test_rules_4_certificates.py (locked account).
"""

import pytest
from lxml import etree

V = "http://com.vmware.vim.vasa/1.0/xsd"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FAULTS = {
    "InvalidSession": ("queryArrays", "", None),
    "InvalidArgument": ("queryStorageLuns", "", "session"),
    "NotFound": ("queryUniqueIdentifiersForLuns", "<v:arrayUniqueId>{unknown_array}</v:arrayUniqueId>", "session"),
    "NotImplemented": ("queryStorageFileSystems", "<v:fsUniqueId>x</v:fsUniqueId>", "session"),
    "InvalidCertificate": ("unregisterVASACertificate", "<v:existingCertificate>x</v:existingCertificate>", "session"),
    "InvalidLogin": ("registerVASACertificate", "", None),
    "LostEvent": ("getEvents", "<v:lastEventId>5</v:lastEventId>", "session"),
    "LostAlarm": ("getAlarms", "<v:lastAlarmId>5</v:lastAlarmId>", "session"),
}


@pytest.fixture(params=FAULTS)
def name(request):
    return request.param


@pytest.fixture(params=[11, 12])
def faulty(request, name, session, registered, everything, initiators):
    """An answer with the fault `name` in SOAP 1.1 or 1.2."""
    operation, arguments, needs = FAULTS[name]
    unknown_array = everything.ids("StorageArray")[0] + "x"
    cookie = session("".join(initiators)).id if needs else None
    return registered.call(
        operation, arguments.format(unknown_array=unknown_array), cookie=cookie, version=request.param
    )


def shape(element):
    """What a receiver can tell of an element: names, attributes, text, children; prefixes left out."""
    return (element.tag, dict(element.attrib), (element.text or "").strip(), [shape(child) for child in element])


def test_detail_is_doubled_and_first(faulty, name):
    """Wrapper and inner element have the same name in 1.0/xsd; the inner one is empty."""
    detail = faulty.detail
    wrapper = f"{{{V}}}{name}"
    assert shape(detail) == (wrapper, {}, "", [(wrapper, {}, "", [])])
    assert [child.tag for child in detail.getparent()] == [wrapper]


def test_http_and_media_type(faulty):
    media = {11: "text/xml", 12: "application/soap+xml"}[faulty.version]
    assert (faulty.status, faulty.headers.get_content_type()) == (500, media)


def test_the_fault_is_all_of_the_body(faulty, soap):
    envelope = soap.NAMESPACES[faulty.version]
    assert [child.tag for child in faulty.payload.getparent()] == [f"{{{envelope}}}Fault"]


def test_children_of_the_fault_stand_in_the_order_of_their_schema(faulty, soap):
    envelope = soap.NAMESPACES[faulty.version]
    names = [child.tag for child in faulty.payload]
    if faulty.version == 11:
        assert names == ["faultcode", "faultstring", "detail"]
    else:
        assert names == [f"{{{envelope}}}{local}" for local in ("Code", "Reason", "Detail")]


def test_code_is_one_of_the_version(faulty):
    assert faulty.code in {11: ("Server", "Client"), 12: ("Receiver", "Sender")}[faulty.version]


def test_reason_is_a_short_sentence(faulty, soap):
    envelope = soap.NAMESPACES[faulty.version]
    if faulty.version == 11:
        text = faulty.payload.findtext("faultstring")
    else:
        (reason,) = faulty.payload.findall(f"{{{envelope}}}Reason/{{{envelope}}}Text")
        assert reason.get(XML_LANG) == "en"
        text = reason.text
    assert text.strip()
    assert len(text) < 300
    assert "\n" not in text


def test_bytes_are_utf_8_xml(faulty):
    assert faulty.body.decode("utf-8")
    assert faulty.root.getroottree().docinfo.encoding in (None, "UTF-8", "utf-8")
    assert etree.tostring(faulty.root)
