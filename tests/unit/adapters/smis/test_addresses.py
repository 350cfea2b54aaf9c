"""The addresses behind endpoints (smis-mapping 2.3, 4.2 F6)."""

import pytest

from vasa_cim.adapters.smis.addresses import Addresses, addresses_of


@pytest.mark.parametrize(
    ("values", "addresses"),
    [
        ({"IPv4Address": "010.0.0.5"}, ("10.0.0.5",)),
        ({"IPv4Address": "10.0.0.5", "IPv6Address": "2001:DB8:0:0:0:0:0:5"}, ("10.0.0.5", "2001:db8::5")),
        ({"IPv4Address": "0.0.0.0", "IPv6Address": "2001:db8::5", "IPv6AddressType": 6}, ("2001:db8::5",)),
        ({"IPv4Address": "10.0.0.5", "IPv6Address": "0000:0000:0000:0000:0000:0000:0a10:29d5"}, ("10.0.0.5",)),
        ({"IPv6Address": "fe80::5", "IPv6AddressType": 5}, ()),
        ({"IPv4Address": "2001:db8::5", "IPv6Address": "10.0.0.5"}, ()),
        ({"IPv4Address": "garbage", "IPv6Address": ""}, ()),
        ({}, ()),
    ],
)
def test_addresses_that_others_can_reach(made, values, addresses):
    assert addresses_of(made.row(made.endpoint("ip"), **values)) == addresses


@pytest.fixture
def ground(made, walk_over):
    """Return a function that makes the addresses of three IP endpoints, two of system S and one of T."""

    def make(bindings=(), sap=()):
        def key(name, system="S"):
            return made.endpoint(name, system).key

        rows = [
            made.row(made.endpoint(name, system), SystemName=system, IPv4Address=address)
            for name, system, address in (("ip1", "S", "10.0.0.1"), ("ip2", "S", "10.0.0.2"), ("ip3", "T", "10.0.0.3"))
        ]
        links = [
            made.link(
                "X", "Antecedent", made.device("X_P", port), "Dependent", made.endpoint(endpoint, *(system or "S"))
            )
            for port, endpoint, *system in sap
        ]
        walk = walk_over(DeviceSAPImplementation=links)
        return Addresses(walk, [(key(*one), key(*other)) for one, other in bindings], rows), key, walk

    return make


def test_addresses_are_below_in_any_number_of_layers_whatever_the_circles(ground):
    found, key, walk = ground(
        [(["ip1"], ["tcp"]), (["tcp"], ["nfs"]), (["ip2"], ["nfs"]), (["nfs"], ["ip1"]), (["ip3", "T"], ["other"])]
    )
    assert found.of_endpoints([key("nfs")]) == ("10.0.0.1", "10.0.0.2")
    assert found.of_endpoints([key("nfs"), key("other")]) == ("10.0.0.1", "10.0.0.2", "10.0.0.3")
    assert found.of_endpoints([key("ip3", "T")]) == ("10.0.0.3",)
    assert walk.connection.asked == []


def test_where_nothing_is_bound_ports_lead_there_and_the_addresses_of_the_own_system_count(ground):
    found, key, _ = ground(sap=[("p", "nfs"), ("p", "ip1"), ("p", "ip3", "T"), ("q", "lonely"), ("q", "ip3", "T")])
    assert found.of_endpoints([key("nfs")]) == ("10.0.0.1",)
    assert found.of_endpoints([key("lonely")]) == ("10.0.0.3",)


def test_an_endpoint_that_leads_nowhere_has_no_address(ground):
    found, key, _ = ground()
    assert found.of_endpoints([key("nfs")]) == ()
    assert found.of_endpoints([]) == ()


def test_a_system_has_all_addresses_of_its_endpoints(ground):
    found, _, _ = ground()
    assert found.of_system("S") == ("10.0.0.1", "10.0.0.2")
    assert found.of_system("nobody") == ()


def test_the_systems_of_several_endpoints_have_all_their_addresses_together(ground):
    found, key, _ = ground()
    assert found.of_systems([key("nfs"), key("other"), key("nfs", "T")]) == ("10.0.0.1", "10.0.0.2", "10.0.0.3")
    assert found.of_systems([]) == ()
