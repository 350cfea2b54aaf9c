"""Names and addresses are pure functions of array and index, and no two things share one."""

from ipaddress import IPv4Address, IPv6Address

from mock_cimom.estate import file_names as names


def test_every_address_of_every_array_is_another_private_one():
    addresses = [names.server_address(array, number) for array in range(1, 5) for number in range(1, 1001)]
    assert len(set(addresses)) == len(addresses)
    assert all(IPv4Address(one).is_private for one in addresses)
    assert all(0 < int(one.rpartition(".")[2]) < 255 for one in addresses)


def test_ipv6_addresses_are_in_their_shortest_spelling():
    address = names.server_address6(12, 30)
    assert str(IPv6Address(address)) == address
    assert address != names.server_address6(1, 30)


def test_the_first_label_of_a_host_name_is_unique_over_arrays():
    labels = {names.server_host_name(array, server).partition(".")[0] for array in (1, 2, 11) for server in (1, 2, 11)}
    assert len(labels) == 9


def test_server_keys_begin_with_the_name_of_the_array():
    assert names.server_key("MOCKNAS+1", "+", 1) == "MOCKNAS+1+vs1"
    assert names.server_key("MOCKNAS-+-1", "-+-", 2) == "MOCKNAS-+-1-+-vs2"


def test_identifiers_have_the_form_their_kind_has():
    assert names.foreign_volume_naa(3, 7) == "60000971000000000003000000000007"
    assert len(names.ethernet_address(240, 60_000)) == 12
    assert names.share_key("MOCKNAS+1", "nfs", "/exports/ds1") == "MOCKNAS+1:nfs:/exports/ds1"
    assert names.directory_path(1, 4) == "/fs001/exports/ds4"
