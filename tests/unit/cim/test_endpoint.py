"""The options of a source become an endpoint, or a sentence about what is wrong."""

import hashlib
import ssl

import pytest

from vasa_cim.adapter import Source
from vasa_cim.cim.endpoint import endpoint_of
from vasa_cim.cim.pull_support import PullMode
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
        ("https://array.example", {"timeout": float("inf")}, "timeout"),
        ("http://array.example", {"thumbprint": "ab" * 32}, "thumbprint"),
        ("http://array.example", {"ca": "/no/such/file"}, "ca"),
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


def test_a_user_name_with_a_colon_is_named():
    with pytest.raises(ConfigurationError, match="user"):
        endpoint_of(Source(name="s", url="https://array.example", user="a:b", password="secret"))


@pytest.mark.parametrize("given", ["authority", "the CIMOM's own certificate"])
def test_a_ca_file_holds_an_authority_or_the_cimoms_own_certificate(tls_server_context, tmp_path, given):
    server, authority, leaf = tls_server_context
    file = authority
    if given != "authority":
        file = tmp_path / "leaf.pem"
        file.write_text(ssl.DER_cert_to_PEM_cert(leaf), "ascii")
    client = endpoint_of(source(ca=str(file))).tls
    shake_hands(client, server)


def test_another_certificate_in_the_ca_file_is_not_enough(tls_server_context, tmp_path):
    trustme = pytest.importorskip("trustme")
    file = tmp_path / "other.pem"
    trustme.CA().issue_cert("127.0.0.1").cert_chain_pems[0].write_to_path(file)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(endpoint_of(source(ca=str(file))).tls, tls_server_context[0])


def shake_hands(client, server):
    """Shake hands in memory as a client of 127.0.0.1."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname="127.0.0.1"),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    while ends:
        for end in list(ends):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            ends.remove(end)


def test_a_short_timeout_shortens_probes_too():
    assert (endpoint_of(source(timeout=5)).probe_timeout, endpoint_of(source()).probe_timeout) == (5.0, 30.0)


def test_plain_http_has_no_tls():
    assert endpoint_of(source("http://array.example")).tls is None


def test_the_password_is_not_in_its_text():
    assert "secret" not in repr(endpoint_of(source()))


def test_pulls_are_used_where_they_are_offered_unless_the_options_say_otherwise():
    default = endpoint_of(source())
    assert (default.pull, default.pull_size) == (PullMode.AUTO, 200)
    chosen = endpoint_of(source(pull="off", pull_size=100))
    assert (chosen.pull, chosen.pull_size) == (PullMode.OFF, 100)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("pull", "perhaps"),
        ("pull", True),
        ("pull", ["on"]),
        ("pull_size", 99),
        ("pull_size", 251),
        ("pull_size", 150.5),
        ("pull_size", "200"),
        ("pull_size", True),
        ("bulk_timeout", 0),
        ("bulk_timeout", "long"),
    ],
)
def test_an_option_of_reading_that_cannot_be_used_is_named(option, value):
    with pytest.raises(ConfigurationError) as caught:
        endpoint_of(source(**{option: value}))
    assert caught.value.facts["setting"] == f"source s: {option}"


def test_bulk_reading_may_have_more_time_than_the_rest():
    endpoint = endpoint_of(source(timeout=10, bulk_timeout=900))
    assert (endpoint.probe_timeout, endpoint.bulk_timeout) == (10.0, 900.0)
    assert endpoint_of(source(timeout=60)).bulk_timeout == 60.0
