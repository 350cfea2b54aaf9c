"""File servers: whose they are, and what clients call them (smis-mapping 4.1, 4.2 F4, F7)."""

import pytest

from vasa_cim.adapters.smis.file_servers import read_file_servers
from vasa_cim.adapters.smis.systems import read_systems

FILE_SERVER = 16


@pytest.fixture
def servers_of(made, walk_over):
    """Return a function that makes the file servers of arrays `tops`; `hosted` are (host, guest) names."""

    def make(*rows, tops=("A",), arrays=None, hosted=()):
        systems = [made.row(made.system(name), **values) for name, values in rows]
        links = [
            made.link("X", "Antecedent", made.system(one), "Dependent", made.system(other)) for one, other in hosted
        ]
        walk = walk_over(ComputerSystem=[made.row(made.system(top)) for top in tops] + systems, HostedDependency=links)
        return read_file_servers(walk, read_systems(walk, tops), arrays or tops)

    return make


def test_a_server_belongs_to_the_array_that_hosts_it_directly_or_not(servers_of):
    found = servers_of(
        ("mover", {}), ("vs1", {}), tops=("A", "B"), hosted=[("A", "mover"), ("mover", "vs1"), ("x", "y")]
    )
    assert [found.array_for(name) for name in ("A", "A+vs9", "A-+-vs9", "mover", "vs1")] == ["A"] * 5
    assert [found.array_for(name) for name in ("B", "y", "nobody", None, "")] == ["B", None, None, None, None]


def test_circles_of_hosts_end(servers_of):
    found = servers_of(("v", {}), ("w", {}), hosted=[("v", "w"), ("w", "v")])
    assert found.array_for("v") is None


def test_what_is_told_of_nowhere_belongs_to_the_only_array_with_files(servers_of):
    found = servers_of(("stranger", {}), tops=("A", "B"), arrays=["A"])
    assert [found.array_for(name) for name in ("nobody", None, "B", "stranger")] == ["A", "A", "B", None]


def test_a_server_is_called_by_its_names_and_its_host_labels(servers_of):
    values = {
        "ElementName": "NAS1.Example.com",
        "OtherIdentifyingInfo": ("nas1-alias.example.com", "10.0.0.7", "serial"),
        "IdentifyingDescriptions": ("DNS Host Name", "Ipv4 Address", "Serial Number"),
    }
    server = servers_of(("A+vs1", values)).server("A-+-vs1", "A")
    assert (server.name, server.array, server.label) == ("A+vs1", "A", "NAS1.Example.com")
    assert server.names == {"nas1.example.com", "a+vs1", "nas1-alias.example.com"}
    assert server.addresses == ("10.0.0.7",)


def test_an_array_that_serves_itself_keeps_its_addresses_which_may_be_there_to_manage_it(made, walk_over):
    values = {"OtherIdentifyingInfo": ("10.0.0.10",), "IdentifyingDescriptions": ("Ipv4 Address",)}
    walk = walk_over(ComputerSystem=[made.row(made.system("A"), ElementName="array1", **values)])
    server = read_file_servers(walk, read_systems(walk, ["A"]), ["A"]).server("A", "A")
    assert (server.label, server.addresses) == ("array1", ())


def test_a_server_that_is_not_there_has_but_its_name(servers_of):
    server = servers_of().server("gone.example.com", "A")
    assert (server.label, server.names, server.addresses) == ("gone.example.com", {"gone.example.com"}, ())


def test_the_file_servers_of_an_array_are_its_dedicated_systems(servers_of):
    rows = [("vs2", {"Dedicated": (FILE_SERVER,)}), ("vs1", {"Dedicated": (FILE_SERVER, 0)}), ("host", {})]
    found = servers_of(*rows, tops=("A", "B"), hosted=[("A", "vs1"), ("A", "vs2"), ("A", "host")])
    assert [system.name for system in found.of_array("A")] == ["vs1", "vs2"]
    assert found.of_array("B") == []
