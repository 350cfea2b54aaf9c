"""Messages that no honest client sends: the fault of vasa-1.0 1.5, never a stack trace, and the next call is served."""

import socket

import pytest

V = "http://com.vmware.vim.vasa/1.0/xsd"
ENVELOPE = {11: "http://schemas.xmlsoap.org/soap/envelope/", 12: "http://www.w3.org/2003/05/soap-envelope"}
QUERY = "<v:queryArrays/>"
REFUSED_KINDS = ("plain", "InvalidArgument")


@pytest.fixture(scope="module")
def own(vcenters, session, initiators):
    """A session with a connection of its own, so that nothing else opens or closes it."""
    return session("".join(initiators), vcenters())


@pytest.fixture(autouse=True)
def still_served(own):
    """After every test the same session answers on the kept connection."""
    yield
    answer = own.call("queryArrays")
    assert len(answer.returns) == own.count("StorageArray") > 0


@pytest.fixture
def send(own):
    def post(message, version=11, action="urn:queryArrays", **headers):
        own.call("queryArrays")
        before = own.wire.connection.sock
        answer = own.wire.post(message, version=version, action=action, cookie=own.id, headers=headers)
        if answer.status != 413 and answer.headers.get("Connection") != "close":
            assert own.wire.connection.sock is before is not None
        return answer

    return post


def envelope(inside, before="", space=ENVELOPE[11]):
    return f'{before}<s:Envelope xmlns:s="{space}" xmlns:v="{V}"><s:Body>{inside}</s:Body></s:Envelope>'.encode()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
MALFORMED = {
    "nothing at all": b"",
    "blanks": b"  \n",
    "no XML": b"hello",
    "JSON": b'{"queryArrays": []}',
    "NUL bytes": b"\0" * 100,
    "cut": envelope(QUERY)[:-20],
    "cut in a tag": envelope(QUERY)[:40],
    "unbalanced": envelope("<v:queryArrays>"),
    "two roots": envelope(QUERY) * 2,
    "text after the root": envelope(QUERY) + b"x",
    "attribute twice": envelope('<v:queryArrays a="1" a="2"/>'),
    "unbound prefix": envelope("<q:queryArrays/>"),
    "undeclared entity": envelope("<v:queryArrays><v:arrayUniqueId>&x;</v:arrayUniqueId></v:queryArrays>"),
    "forbidden character": envelope("<v:queryArrays><v:arrayUniqueId>&#1;</v:arrayUniqueId></v:queryArrays>"),
    "surrogate": envelope("<v:queryArrays><v:arrayUniqueId>&#xD800;</v:arrayUniqueId></v:queryArrays>"),
    "DTD": envelope(QUERY, "<!DOCTYPE Envelope>"),
    "internal entity": envelope(
        "<v:queryArrays><v:arrayUniqueId>&a;</v:arrayUniqueId></v:queryArrays>", '<!DOCTYPE x [<!ENTITY a "b">]>'
    ),
    "unused entity": envelope(QUERY, '<!DOCTYPE x [<!ENTITY a "b">]>'),
    "billion laughs": envelope(
        "<v:queryArrays><v:arrayUniqueId>&l9;</v:arrayUniqueId></v:queryArrays>",
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
    ),
    "quadratic blow-up": envelope(
        f"<v:queryArrays><v:arrayUniqueId>{'&a;' * 20000}</v:arrayUniqueId></v:queryArrays>",
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 20000}">]>',
    ),
    "wrong root": b"<queryArrays/>",
    "operation as root": f'<queryArrays xmlns="{V}"/>'.encode(),
    "envelope without namespace": b"<Envelope><Body><queryArrays/></Body></Envelope>",
    "unknown SOAP version": envelope(QUERY, space="http://www.w3.org/2099/12/soap-envelope"),
    "old draft of SOAP 1.2": envelope(QUERY, space="http://www.w3.org/2001/12/soap-envelope"),
    "no Body": f'<s:Envelope xmlns:s="{ENVELOPE[11]}"/>'.encode(),
    "Body of the other version": (
        f'<s:Envelope xmlns:s="{ENVELOPE[11]}"><t:Body xmlns:t="{ENVELOPE[12]}"/></s:Envelope>'.encode()
    ),
    "invalid UTF-8": envelope("<v:queryArrays><v:arrayUniqueId>@</v:arrayUniqueId></v:queryArrays>").replace(
        b"@", b"\xc3\x28\xff"
    ),
    "UTF-16 cut in a character": envelope(QUERY).decode().encode("utf-16")[:-1],
    "100,000 attributes": envelope("<v:queryArrays " + " ".join(f"a{n}=''" for n in range(100_000)) + ">"),
}


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED)
def test_malformed_messages_get_no_vasa_detail(send, message):
    assert send(message).is_refusal


@pytest.mark.parametrize("encoding", ["nonsense", "UTF-16", "EBCDIC-CP-US"])
@pytest.mark.parametrize("place", ["declaration", "header"])
def test_messages_that_are_not_encoded_as_they_say(send, encoding, place):
    if place == "header":
        answer = send(envelope(QUERY), **{"Content-Type": f"text/xml; charset={encoding}"})
    else:
        declaration = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
        answer = send(declaration + envelope(QUERY), **{"Content-Type": "text/xml"})
    assert answer.is_refusal


@pytest.mark.parametrize("message", [MALFORMED["cut"], MALFORMED["DTD"], b""], ids=["cut", "DTD", "nothing"])
def test_malformed_messages_without_a_certificate(anonymous, message):
    assert anonymous.post(message, action="urn:queryArrays").is_refusal
    assert anonymous.call("queryArrays").fault == "InvalidSession"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "http://{trap}/e">]>',
        '<!DOCTYPE x SYSTEM "http://{trap}/e.dtd" [<!ENTITY e "">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://{trap}/p"> %p; <!ENTITY e "">]>',
    ],
    ids=["file", "URL", "external DTD", "parameter entity"],
)
def test_nothing_external_is_read(send, doctype):
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.setblocking(False)
        address = f"127.0.0.1:{trap.getsockname()[1]}"
        inside = "<v:queryArrays><v:arrayUniqueId>&e;</v:arrayUniqueId></v:queryArrays>"
        answer = send(envelope(inside, doctype.replace("{trap}", address)))
        with pytest.raises(BlockingIOError):
            trap.accept()
    assert answer.is_refusal
    assert b"root:" not in answer.body


@pytest.mark.parametrize("depth", [300, 100_000])
@pytest.mark.parametrize("place", ["<v:queryArrays>%s</v:queryArrays>", "%s"], ids=["in the operation", "in Body"])
def test_deep_nesting(send, depth, place):
    answer = send(envelope(place % ("<v:a>" * depth + "</v:a>" * depth)))
    assert answer.is_refusal or answer.fault == "InvalidArgument"


@pytest.mark.parametrize("version", [11, 12])
@pytest.mark.parametrize(
    "inside",
    [
        "<v:dropArrays/>",
        "<v:queryarrays/>",
        "<v:queryArraysResponse/>",
        '<x:queryArrays xmlns:x="urn:x"/>',
        "<d:return/>",
    ],
)
def test_unknown_operations_are_the_clients_fault(send, soap, inside, version):
    answer = send(soap.envelope(inside, version), version, action="")
    assert (answer.status, answer.fault, answer.version) == (500, "plain", version)
    assert answer.code == {11: "Client", 12: "Sender"}[version]


@pytest.mark.parametrize("action", ["", "urn:", "urn:dropArrays", "queryArrays()", "urn:queryArraysResponse"])
def test_an_empty_body_without_a_known_action(send, soap, action):
    assert send(soap.envelope(""), action=action).is_refusal


UNKNOWN_CHILDREN = {
    "unknown": "<v:cow/>",
    "unqualified": '<{argument} xmlns="">{id}</{argument}>',
    "of another namespace": "<d:{argument}>{id}</d:{argument}>",
    "beside a good one": "<v:{argument}>{id}</v:{argument}><v:cow/>",
    "in wrong case": "<v:{ARGUMENT}>{id}</v:{ARGUMENT}>",
    "elements inside text": "<v:{argument}>{id}<v:cow/></v:{argument}>",
    "argument of another operation": "<v:lastEventId>0</v:lastEventId>",
}
LISTS = {
    "queryArrays": ("arrayUniqueId", "StorageArray"),
    "queryStorageProcessors": ("spUniqueId", "StorageProcessor"),
    "queryStoragePorts": ("portUniqueId", "StoragePort"),
    "queryStorageLuns": ("lunUniqueId", "StorageLun"),
    "queryStorageCapabilities": ("capabilityUniqueId", "StorageCapability"),
    "queryAssociatedLunsForPort": ("portUniqueId", "StoragePort"),
    "queryUniqueIdentifiersForLuns": ("arrayUniqueId", "StorageArray"),
}


@pytest.mark.parametrize("children", UNKNOWN_CHILDREN.values(), ids=UNKNOWN_CHILDREN)
@pytest.mark.parametrize("operation", LISTS)
def test_unknown_children_are_refused_and_never_read_as_null(own, operation, children):
    argument, entity_type = LISTS[operation]
    text = children.format(argument=argument, ARGUMENT=argument.upper(), id=own.ids(entity_type)[0])
    assert own.call(operation, text).fault == "InvalidArgument"


@pytest.mark.parametrize(
    "members",
    [
        "<d:cow/>",
        "<v:vcGuid>g</v:vcGuid>",
        '<vcGuid xmlns="">g</vcGuid>',
        '<hostInitiator xmlns=""/>',
        "<d:hostInitiator><d:cow/></d:hostInitiator>",
        "<d:hostInitiator><v:portWwn>10000000c9000101</v:portWwn></d:hostInitiator>",
        "<d:mountPoint><d:filePath><d:x/></d:filePath></d:mountPoint>",
    ],
)
def test_unknown_members_of_a_context_are_refused(own, soap, members):
    assert own.wire.call("setContext", soap.context(members)).fault == "InvalidArgument"


@pytest.mark.parametrize("children", ["<v:cow/>", '<userName xmlns="">u</userName>', "<v:userName><v:x/></v:userName>"])
def test_registering_raises_only_what_it_declares(anonymous, children):
    declared = {"InvalidLogin", "InvalidCertificate", "InvalidSession", "StorageFault"}
    answer = anonymous.call("registerVASACertificate", children)
    assert answer.is_refusal or answer.fault in declared


@pytest.mark.parametrize("version", [11, 12])
@pytest.mark.parametrize("value", ["1", "true"])
def test_headers_that_must_be_understood(send, soap, version, value):
    if (version, value) == (11, "true"):
        pytest.skip("SOAP 1.1 knows 1 and 0 only")
    header = f'<w:Security xmlns:w="urn:unknown" s:mustUnderstand="{value}"/>'
    answer = send(soap.envelope(QUERY, version, header), version)
    assert answer.is_refusal
    if answer.status == 500:
        assert (answer.version, answer.code) == (version, "MustUnderstand")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "us-ascii"])
def test_other_encodings_that_say_so_are_read(send, encoding):
    """UTF-16 and UTF-8 say so by their byte order mark, the others by the declaration."""
    declared = "" if encoding in ("utf-16", "utf-8-sig") else f'<?xml version="1.0" encoding="{encoding}"?>'
    message = (declared + envelope(QUERY).decode()).encode(encoding)
    answer = send(message, **{"Content-Type": "text/xml"})
    assert len(answer.returns) > 0


def test_a_message_of_the_version_that_its_media_type_does_not_name(send, soap):
    answer = send(soap.envelope(QUERY, 12), 11)
    assert answer.is_refusal or answer.version == 12
    answer = send(soap.envelope(QUERY, 11), 12)
    assert answer.is_refusal or answer.version == 11


def test_two_operations_in_one_body(send):
    answer = send(envelope(QUERY + "<v:queryStoragePorts/>"))
    assert answer.is_refusal or answer.fault == "InvalidArgument" or answer.returns


def test_passwords_of_broken_messages_are_not_logged(anonymous, bridge, soap):
    secret = "hunter2-do-not-log"
    children = soap.registration("x", user="someone", password=secret)
    message = soap.envelope(f"<v:registerVASACertificate>{children}</v:registerVASACertificate>")
    for broken in (message[:-5], message.replace(b"password", b"passwort"), message):
        answer = anonymous.post(broken, action="urn:registerVASACertificate")
        assert secret.encode() not in answer.body
    assert secret not in bridge.log()
