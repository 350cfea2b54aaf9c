"""How many connections a process has room for."""

import resource
import socket

import pytest

from vasa_cim.soap import listener
from vasa_cim.soap.listener import listening_socket, room_for


@pytest.mark.parametrize(("files", "most"), [(20_000, 1000), (1128, 1000), (1024, 896), (256, 128), (100, 50)])
def test_some_files_are_kept_back_for_the_database_and_the_sources(monkeypatch, files, most):
    monkeypatch.setattr(listener.resource, "getrlimit", lambda kind: (files, files))
    assert room_for(1000) == most


def test_without_a_limit_all_are_taken(monkeypatch):
    monkeypatch.setattr(listener.resource, "getrlimit", lambda kind: (resource.RLIM_INFINITY,) * 2)
    assert room_for(1000) == 1000


@pytest.mark.parametrize("host", ["a" * 70, "a..b"])
def test_a_host_that_cannot_be_one_is_an_os_error_with_a_sentence(host):
    with pytest.raises(OSError, match=f"cannot listen on {host}: "):
        listening_socket(host, 0, 1)


def test_ipv6(socket_of_ipv6):
    with listening_socket("::1", 0, 1) as opened:
        assert opened.family == socket.AF_INET6


@pytest.fixture
def socket_of_ipv6():
    """Skip where this machine has no IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 on this machine")
