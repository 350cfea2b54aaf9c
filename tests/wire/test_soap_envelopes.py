"""Requests that are no proper SOAP: a plain fault in the right version, and nothing else (`vasa-1.0` 1.2, 1.5)."""

import codecs

import pytest

V11 = "http://schemas.xmlsoap.org/soap/envelope/"
V12 = "http://www.w3.org/2003/05/soap-envelope"
QUERY = '<queryArrays xmlns="http://com.vmware.vim.vasa/1.0/xsd"/>'
GOOD = f'<e:Envelope xmlns:e="{V11}"><e:Body>{QUERY}</e:Body></e:Envelope>'
NAMED = (
    f'<e:Envelope xmlns:e="{V11}"><e:Body><queryArrays xmlns="http://com.vmware.vim.vasa/1.0/xsd">'
    "<arrayUniqueId>Zürich €</arrayUniqueId></queryArrays></e:Body></e:Envelope>"
)

REFUSED = {
    "empty": b"",
    "blank": b" \n ",
    "text": b"hello",
    "html": b"<html><body/></html>",
    "cut": GOOD[:-5].encode(),
    "unbalanced": GOOD.replace("</e:Body>", "").encode(),
    "two roots": GOOD.encode() + GOOD.encode(),
    "unbound prefix": GOOD.replace(f' xmlns:e="{V11}"', "").encode(),
    "doctype": b"<!DOCTYPE x>" + GOOD.encode(),
    "doctype after declaration": b'<?xml version="1.0"?>\n<!-- a --><?pi?> <!DOCTYPE x SYSTEM "file:///x">'
    + GOOD.encode(),
    "entities": b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + GOOD.replace(QUERY, "&c;").encode(),
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + GOOD.encode(),
    "undeclared entity": GOOD.replace(QUERY, "&nbsp;").encode(),
    "control character": GOOD.replace(QUERY, "&#1;").encode(),
    "nul": GOOD.replace(QUERY, "\0").encode(),
    "no body": f'<e:Envelope xmlns:e="{V11}"/>'.encode(),
    "header only": f'<e:Envelope xmlns:e="{V11}"><e:Header/></e:Envelope>'.encode(),
    "two bodies": f'<e:Envelope xmlns:e="{V11}"><e:Body/><e:Body>{QUERY}</e:Body></e:Envelope>'.encode(),
    "header after body": f'<e:Envelope xmlns:e="{V11}"><e:Body>{QUERY}</e:Body><e:Header/></e:Envelope>'.encode(),
    "two children": GOOD.replace(QUERY, QUERY * 2).encode(),
    "text in body": GOOD.replace(QUERY, f"x{QUERY}").encode(),
    "text after the operation": GOOD.replace(QUERY, f"{QUERY}x").encode(),
    "text in envelope": GOOD.replace("<e:Body>", "x<e:Body>").encode(),
    "body without namespace": GOOD.replace("e:Body", "Body").encode(),
    "body of the other version": GOOD.replace("<e:Body", f'<f:Body xmlns:f="{V12}"').replace("/e:B", "/f:B").encode(),
    "no soap": QUERY.encode(),
    "envelope without namespace": f"<Envelope><Body>{QUERY}</Body></Envelope>".encode(),
    "invalid utf-8": NAMED.encode("latin-1", "replace"),
    "a fault": GOOD.replace(QUERY, "<e:Fault/>").encode(),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize(("media", "code"), [("text/xml", "Client"), ("application/soap+xml", "Sender")])
def test_it_is_refused_without_detail(name, media, code, send, service):
    outcome = send(REFUSED[name], Content_Type=media, SOAPAction='"urn:queryCatalog"')
    assert outcome.status == 500
    assert outcome.fault == ""
    assert outcome.code in ("Client", code)
    assert service.calls == []
    assert send(GOOD.encode()).status == 200


def test_a_request_of_16_levels_is_read_and_one_of_thousands_refused(send):
    deep = "<x>" * 5000 + "</x>" * 5000
    assert send(GOOD.replace(QUERY, deep).encode()).code == "Client"
    assert send(GOOD.encode()).status == 200


def test_many_attributes_and_namespaces_do_no_harm(send):
    attributes = " ".join(f'a{number}="x" xmlns:n{number}="urn:{number}"' for number in range(3000))
    assert send(GOOD.replace("<queryArrays", f"<queryArrays {attributes}").encode()).status == 200


def test_comments_and_processing_instructions_are_ignored(send):
    text = f'<?xml version="1.0"?><!-- <!DOCTYPE x> --><?x y?>{GOOD}<!-- z -->'
    assert send(text.replace(QUERY, f"<!-- a -->{QUERY}<?b?>").encode()).status == 200


@pytest.mark.parametrize(
    ("media", "namespace"), [("text/xml", V11), ("application/xml", V11), ("application/soap+xml; action=x", V12)]
)
def test_another_soap_version_is_a_version_mismatch(media, namespace, send):
    outcome = send(GOOD.replace(V11, "http://example.org/soap").encode(), Content_Type=media)
    assert (outcome.code, outcome.fault) == ("VersionMismatch", "")
    assert outcome.root.tag == f"{{{namespace}}}Envelope"


@pytest.mark.parametrize("media", ["text/xml", "application/soap+xml"])
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_the_envelope_decides_about_the_version_of_the_answer(media, version, send, envelope):
    outcome = send(envelope("<v:queryArrays/>", version), Content_Type=media)
    assert outcome.root.tag == f"{{{V11 if version == '1.1' else V12}}}Envelope"
    assert outcome.headers["Content-Type"].startswith("text/xml" if version == "1.1" else "application/soap+xml")


class TestEncodings:
    """The charset of the Content-Type, the XML declaration, and byte order marks."""

    @pytest.mark.parametrize(
        ("body", "charset"),
        [
            (NAMED.encode(), None),
            (NAMED.encode(), "utf-8"),
            (NAMED.encode(), '"UTF-8"'),
            (codecs.BOM_UTF8 + NAMED.encode(), "utf-8"),
            (codecs.BOM_UTF8 + b"<?xml version='1.0'?>" + NAMED.encode(), None),
            (b'<?xml version="1.0" encoding="UTF-8"?>' + NAMED.encode(), None),
            (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + NAMED.encode(), "utf-8"),
            (codecs.BOM_UTF16_LE + NAMED.encode("utf-16-le"), None),
            (codecs.BOM_UTF16_BE + NAMED.encode("utf-16-be"), "utf-16"),
            (codecs.BOM_UTF16_BE + NAMED.encode("utf-16-be"), "utf-8"),
            (NAMED.encode("utf-16-be"), "utf-16"),
            (NAMED.encode("utf-16-le"), "UTF-16LE"),
            (f"<?xml version='1.0' encoding='UTF-16'?>{NAMED}".encode("utf-16"), None),
            (NAMED.encode("utf-16-le"), None),
            (f"<?xml version='1.0' encoding='windows-1252'?>{NAMED}".encode("cp1252"), None),
            (NAMED.encode("cp1252"), "windows-1252"),
            (NAMED.encode("ascii", "xmlcharrefreplace"), "us-ascii"),
        ],
    )
    def test_it_is_read(self, body, charset, send, service):
        media = "text/xml" if charset is None else f"text/xml; charset={charset}"
        assert send(body, Content_Type=media).status == 200
        assert service.calls[-1] == ("query_arrays", ["Zürich €"])

    @pytest.mark.parametrize(
        ("body", "charset"),
        [
            (NAMED.encode(), "utf-7"),
            (NAMED.encode(), "rot13"),
            (NAMED.encode(), "no-such-charset"),
            (NAMED.encode(), "us-ascii"),
            (NAMED.encode("cp1252"), "utf-8"),
            (NAMED.encode("cp1252"), None),
            (NAMED.encode("utf-16-le")[:-1], "utf-16le"),
            (b'<?xml version="1.0" encoding="EBCDIC-CP-US"?>' + NAMED.encode(), None),
            (codecs.BOM_UTF16_LE + NAMED.encode(), None),
            (NAMED.replace("Zürich €", "\ud800").encode("utf-8", "surrogatepass"), "utf-8"),
            (NAMED.replace("Zürich €", "\ud800").encode("utf-16-le", "surrogatepass"), "utf-16le"),
            (codecs.BOM_UTF32_LE + NAMED.encode("utf-32-le"), None),
        ],
    )
    def test_it_is_refused(self, body, charset, send, service):
        media = "text/xml" if charset is None else f"text/xml; charset={charset}"
        outcome = send(body, Content_Type=media)
        assert (outcome.status, outcome.code) == (500, "Client")
        assert service.calls == []


NEXT = {"1.1": "http://schemas.xmlsoap.org/soap/actor/next", "1.2": f"{V12}/role/next"}
TARGET = {"1.1": "actor", "1.2": "role"}


class TestHeaders:
    """SOAP headers and mustUnderstand."""

    @pytest.mark.parametrize("version", ["1.1", "1.2"])
    def test_unknown_headers_are_ignored(self, version, send, envelope):
        header = f'<v:x s:mustUnderstand="0"/><v:y s:{TARGET[version]}="urn:other" s:mustUnderstand="1"/><v:z/>'
        assert send(envelope("<v:queryArrays/>", version, header)).status == 200

    @pytest.mark.parametrize("version", ["1.1", "1.2"])
    @pytest.mark.parametrize("said", ["1", "true"])
    @pytest.mark.parametrize("target", [None, "", "next"])
    def test_one_that_must_be_understood_is_refused(self, version, said, target, send, envelope, service):
        address = "" if target is None else f's:{TARGET[version]}="{target and NEXT[version]}"'
        header = f'<v:ok/><v:x s:mustUnderstand="{said}" {address}/>'
        outcome = send(envelope("<v:queryArrays/>", version, header))
        assert (outcome.status, outcome.code, outcome.fault) == (500, "MustUnderstand", "")
        assert service.calls == []

    def test_soap_12_tells_which_one(self, send, envelope):
        outcome = send(envelope("<v:queryArrays/>", "1.2", '<v:strange s:mustUnderstand="true"/>'))
        (named,) = outcome.root.iter(f"{{{V12}}}NotUnderstood")
        prefix, _, name = named.get("qname").partition(":")
        assert (named.nsmap[prefix], name) == ("http://com.vmware.vim.vasa/1.0/xsd", "strange")

    def test_the_ultimate_receiver_of_soap_12_are_we(self, send, envelope):
        header = f'<v:x s:mustUnderstand="1" s:role="{V12}/role/ultimateReceiver"/>'
        assert send(envelope("<v:queryArrays/>", "1.2", header)).code == "MustUnderstand"
        ours = header.replace("ultimateReceiver", "none")
        assert send(envelope("<v:queryArrays/>", "1.2", ours)).status == 200

    def test_a_header_without_namespace_does_no_harm(self, send, envelope):
        outcome = send(envelope("<v:queryArrays/>", "1.2", '<x s:mustUnderstand="1"/>'))
        assert outcome.code == "MustUnderstand"
