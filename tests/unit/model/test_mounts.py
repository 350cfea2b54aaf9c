"""Addresses, host names and paths in their many spellings (smis-mapping 4.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasa_cim.model.mounts import (
    address_order,
    normalise_address,
    normalise_host_name,
    normalise_path,
    paths_above,
    short_name,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.0.1.5", "10.0.1.5"),
        (" 010.000.001.005 ", "10.0.1.5"),
        ("[10.0.1.5]", "10.0.1.5"),
        ("2001:db8::5", "2001:db8::5"),
        ("2001:0DB8:0000:0000:0000:0000:0000:0005", "2001:db8::5"),
        ("[2001:DB8::5]", "2001:db8::5"),
        ("[fe80::1%eth0]", "fe80::1"),
        ("fe80::1%25vmk0", "fe80::1"),
        ("::ffff:10.0.1.5", "10.0.1.5"),
        ("::ffff:0a00:0105", "10.0.1.5"),
        ("0.0.0.0", None),
        ("::", None),
        ("10.0.1.256", None),
        ("10.0.1", None),
        ("nas1", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_in_every_spelling_is_one_address(text, address):
    assert normalise_address(text) == address


@given(st.ip_addresses())
def test_an_address_is_found_again_from_its_longest_spelling_with_brackets(address):
    plain = normalise_address(str(address))
    assert normalise_address(f"[{address.exploded.upper()}]") == plain
    assert plain is None or normalise_address(plain) == plain


def test_addresses_are_ordered_by_number_ipv4_first():
    given = ["2001:db8::10", "192.168.0.1", "10.0.0.10", "2001:db8::9", "10.0.0.9"]
    wanted = ["10.0.0.9", "10.0.0.10", "192.168.0.1", "2001:db8::9", "2001:db8::10"]
    assert sorted(given, key=address_order) == wanted


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("NAS1.Example.COM", "nas1.example.com"),
        (" nas1. ", "nas1"),
        ("10.0.1.5", None),
        ("[2001:db8::5]", None),
        ("", None),
        (".", None),
        (None, None),
    ],
)
def test_a_host_name_has_one_case_and_no_dot_at_its_end(text, name):
    assert normalise_host_name(text) == name


def test_the_short_name_is_the_first_label():
    assert [short_name(name) for name in ("nas1.example.com", "nas1")] == ["nas1", "nas1"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/exports/ds1", "/exports/ds1"),
        ("/exports/ds1/", "/exports/ds1"),
        ("//exports///ds1//", "/exports/ds1"),
        ("/exports/./ds1/.", "/exports/ds1"),
        (" /exports/ds1 ", "/exports/ds1"),
        ("/exports/My ds", "/exports/My ds"),
        ("/", "/"),
        ("//", "/"),
        ("ds1", "ds1"),
        ("ds1/a/", "ds1/a"),
        ("/exports/ds1/../ds2", None),
        ("", None),
        (".", None),
        (None, None),
    ],
)
def test_a_path_in_every_spelling_is_one_path(text, path):
    assert normalise_path(text) == path


def test_the_paths_above_come_longest_first_and_end_with_the_root():
    assert paths_above("/a/b/c") == ["/a/b/c", "/a/b", "/a", "/"]
    assert paths_above("/") == ["/"]
    assert paths_above("ds1/a") == ["ds1/a", "ds1"]
