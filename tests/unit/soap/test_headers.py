"""Content types, actions and cookies of requests."""

import pytest
from multidict import CIMultiDict

from vasa_cim.framework.vasa_service import Peer
from vasa_cim.soap.headers import parse_content_type, request_of, session_cookies
from vasa_cim.soap.names import SoapVersion

PEER = Peer(None, "")


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("", ("", None, None)),
        ("text/xml", ("text/xml", None, None)),
        (" Text/XML ;Charset=UTF-8", ("text/xml", "UTF-8", None)),
        ('a/b; charset="utf-8"; action="urn:x"', ("a/b", "utf-8", "urn:x")),
        (r'a/b; action="a;b\"c"; charset=x', ("a/b", "x", 'a;b"c')),
        ("a/b; charset=one; charset=two", ("a/b", "one", None)),
        ("a/b; charset=", ("a/b", None, None)),
        ('a/b; charset=""; xcharset=y', ("a/b", None, None)),
    ],
)
def test_content_types(value, parts):
    assert tuple(parse_content_type(value)) == parts


@pytest.mark.parametrize(
    ("headers", "action"),
    [
        ({"soapaction": '"urn:a"'}, "urn:a"),
        ({"SOAPAction": " urn:a "}, "urn:a"),
        ({"SoapAction": '""', "Content-Type": "application/soap+xml; action=urn:b"}, "urn:b"),
        ({"SOAPAction": "urn:a", "Content-Type": "application/soap+xml; action=urn:b"}, "urn:a"),
        ({}, None),
    ],
)
def test_actions(headers, action):
    assert request_of(b"", headers, PEER).action == action


def test_the_media_type_stands_for_a_version():
    assert request_of(b"", {"content-type": "application/soap+xml"}, PEER).version is SoapVersion.V12
    assert request_of(b"", {"content-type": "text/xml"}, PEER).version is SoapVersion.V11
    assert request_of(b"", {}, PEER).version is SoapVersion.V11


def test_all_cookie_headers_count():
    headers = CIMultiDict([("Cookie", "VASASESSIONID=a"), ("cookie", "x=y; VASASESSIONID=b")])
    assert request_of(b"", headers, PEER).cookies == ("a", "b")
    assert session_cookies(["x=VASASESSIONID=c"]) == ()
