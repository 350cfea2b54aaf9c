"""SOAP envelopes: what is refused before the contract is looked at."""

import pytest

from vasa_cim.client.envelope import SoapVersion, unwrapped, wrapped
from vasa_cim.client.failures import UnreadableAnswer

NS11 = "http://schemas.xmlsoap.org/soap/envelope/"


def envelope(inside: str, namespace: str = NS11, before: str = "") -> bytes:
    return f'{before}<s:Envelope xmlns:s="{namespace}">{inside}</s:Envelope>'.encode()


def test_the_versions_have_their_labels():
    assert SoapVersion.of("1.1") is SoapVersion.V1_1
    assert SoapVersion.of("1.2") is SoapVersion.V1_2
    with pytest.raises(ValueError, match=r"1\.3"):
        SoapVersion.of("1.3")


@pytest.mark.parametrize("version", SoapVersion)
def test_an_empty_body_there_and_back(version):
    assert unwrapped(version, wrapped(version, None)) is None


def test_a_header_is_stepped_over_and_comments_are_no_content():
    child = unwrapped(SoapVersion.V1_1, envelope("<s:Header><x/></s:Header><s:Body><!-- c --><a/></s:Body>"))
    assert child is not None
    assert child.tag == "a"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not well-formed"),
        (b"<a", "not well-formed"),
        (b"<html/>", "not an envelope of SOAP 1.1"),
        (envelope("<s:Body/>", "http://www.w3.org/2003/05/soap-envelope"), "not an envelope of SOAP 1.1"),
        (envelope(""), "exactly one Body"),
        (envelope("<s:Body/><s:Body/>"), "exactly one Body"),
        (envelope("<s:Body><a/><b/></s:Body>"), "b: is a second child"),
        (envelope("<s:Body>text</s:Body>"), "text between"),
        (envelope("<s:Body/>", before="<!DOCTYPE x>"), "document type"),
        (envelope("<s:Body><a>&x;</a></s:Body>", before='<!DOCTYPE x [<!ENTITY x "y">]>'), "document type"),
    ],
)
def test_what_is_no_answer(content, message):
    with pytest.raises(UnreadableAnswer, match=message):
        unwrapped(SoapVersion.V1_1, content)
