"""HTTPS: trust, client certificate, kept-alive connection."""

import socket

import pytest
import trustme

from vasa_cim.client.client import VasaClient
from vasa_cim.client.envelope import SoapVersion
from vasa_cim.client.failures import ProviderUnreachable
from vasa_cim.client.wire import HttpsConnection


@pytest.fixture
def plain(provider):
    """A client without a certificate of its own."""
    provider.answer(SoapVersion.V1_1, "<v:queryArraysResponse/>")
    with VasaClient(provider.url, ca_file=provider.ca_file) as client:
        yield client


def test_one_connection_serves_many_calls(plain, provider):
    for _ in range(3):
        plain.query_arrays()
    assert len({one.connection for one in provider.requests}) == 1


def test_close_means_a_new_connection(plain, provider):
    plain.query_arrays()
    plain.close()
    plain.query_arrays()
    assert len({one.connection for one in provider.requests}) == 2


def test_a_connection_closed_by_the_server_is_opened_anew(plain, provider):
    provider.close_after_answer = True
    for _ in range(3):
        plain.query_arrays()
    assert len({one.connection for one in provider.requests}) == 3


def test_the_client_certificate_is_shown_on_every_connection(provider, identity):
    provider.answer(SoapVersion.V1_1, "<v:queryArraysResponse/>")
    with VasaClient(provider.url, ca_file=provider.ca_file, identity=identity) as client:
        client.query_arrays()
        client.close()
        client.query_arrays()
    shown = [one.certificate for one in provider.requests]
    assert shown[0] is not None
    assert shown[0] == shown[1]


def test_without_identity_no_certificate_is_shown(plain, provider):
    plain.query_arrays()
    assert provider.requests[0].certificate is None


def test_the_path_of_the_url_is_asked(plain, provider):
    plain.query_arrays()
    assert provider.requests[0].path == "/vasa/services/vasaService"


def test_a_provider_of_another_authority_is_not_trusted(provider, tmp_path):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    with VasaClient(provider.url, ca_file=other) as client, pytest.raises(ProviderUnreachable, match="not trusted"):
        client.query_arrays()
    assert provider.requests == []


def test_the_host_name_is_checked(provider):
    url = provider.url.replace("127.0.0.1", "localhost")
    with VasaClient(url, ca_file=provider.ca_file) as client, pytest.raises(ProviderUnreachable, match="localhost"):
        client.query_arrays()
    assert provider.requests == []


def test_nobody_listens(provider):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{free.getsockname()[1]}/"
        with VasaClient(url, ca_file=provider.ca_file) as client, pytest.raises(ProviderUnreachable, match="refused"):
            client.query_arrays()


def test_a_silent_server_is_a_time_out(provider):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with (
            VasaClient(url, ca_file=provider.ca_file, timeout=0.2) as client,
            pytest.raises(ProviderUnreachable, match="no answer in time"),
        ):
            client.query_arrays()


def test_missing_certificate_file(tmp_path):
    with pytest.raises(ProviderUnreachable, match="certificate files: No such file"):
        HttpsConnection("https://127.0.0.1/", ca_file=tmp_path / "none.pem")


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "127.0.0.1:8443", "https:///path"])
def test_only_https_urls(url, tmp_path):
    with pytest.raises(ValueError, match="not an https URL"):
        HttpsConnection(url, ca_file=tmp_path / "ca.pem")
