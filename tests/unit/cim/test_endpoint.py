"""The options of a source become an endpoint, or a sentence about what is wrong."""

import hashlib
import ssl

import pytest

from vasa_cim.adapter import Source
from vasa_cim.cim.endpoint import endpoint_of
from vasa_cim.errors import ConfigurationError


def source(url="https://array.example", **options):
    return Source(name="s", url=url, user="u", password="secret", options=options)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://array.example", "https://array.example:5989"),
        ("http://array.example", "http://array.example:5988"),
        ("https://array.example:6989/cimom", "https://array.example:6989"),
        ("http://[2001:db8::1]:80", "http://[2001:db8::1]:80"),
        (" https://array.example ", "https://array.example:5989"),
    ],
)
def test_a_url_gives_scheme_host_and_port(url, expected):
    assert endpoint_of(source(url)).url == expected


@pytest.mark.parametrize(
    ("url", "options", "setting"),
    [
        ("ftp://array.example", {}, "url"),
        ("array.example", {}, "url"),
        ("https://", {}, "url"),
        ("https://array.example:port", {}, "url"),
        ("https://user:geheim@array.example", {}, "url"),
        ("https://array.example", {"thumbprint": "ab:cd"}, "thumbprint"),
        ("https://array.example", {"thumbprint": 12}, "thumbprint"),
        ("https://array.example", {"ca": "/no/such/file"}, "ca"),
        ("https://array.example", {"timeout": 0}, "timeout"),
        ("https://array.example", {"timeout": True}, "timeout"),
        ("https://array.example", {"timeout": float("nan")}, "timeout"),
        ("https://array.example", {"insecure": "yes"}, "insecure"),
        ("https://array.example", {"insecure": True, "thumbprint": "ab" * 32}, "insecure"),
        ("https://array.example", {"namespace": ""}, "namespace"),
        ("https://array.example", {"insecur": True}, "insecur"),
    ],
)
def test_what_cannot_be_used_is_named(url, options, setting):
    with pytest.raises(ConfigurationError) as caught:
        endpoint_of(source(url, **options))
    assert caught.value.facts["setting"] == f"source s: {setting}"
    assert "geheim" not in str(caught.value)


def test_a_certificate_is_verified_by_default():
    context = endpoint_of(source()).tls
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_thumbprint_replaces_authorities_and_may_have_colons():
    digits = hashlib.sha256(b"x").hexdigest()
    spelled = ":".join(digits[at : at + 2] for at in range(0, 64, 2)).upper()
    endpoint = endpoint_of(source(thumbprint=spelled))
    assert endpoint.thumbprint == digits
    assert endpoint.tls.verify_mode is ssl.CERT_NONE


def test_an_authority_beside_a_thumbprint_still_counts(tls_server_context):
    endpoint = endpoint_of(source(thumbprint="ab" * 32, ca=str(tls_server_context[1])))
    assert endpoint.tls.verify_mode is ssl.CERT_REQUIRED


def test_a_short_timeout_shortens_probes_too():
    assert (endpoint_of(source(timeout=5)).probe_timeout, endpoint_of(source()).probe_timeout) == (5.0, 30.0)


def test_plain_http_has_no_tls():
    assert endpoint_of(source("http://array.example")).tls is None


def test_the_password_is_not_in_its_text():
    assert "secret" not in repr(endpoint_of(source()))
