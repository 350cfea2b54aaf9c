"""Which of the systems of a namespace are arrays, where no profile says it (`smis-mapping 1.2`, fallback A)."""

import pytest

from vasa_cim.cim.dedication import Assumed, dedicated_systems, storage_hosts

EIN, EI = "EnumerateInstanceNames", "EnumerateInstances"


@pytest.fixture
def tops(connection_to, cim_xml):
    """Return a function: systems with what they are dedicated to, parts, hosts of pools -> names of the tops."""

    def look(systems, parts=(), hosts=(), search=None, filers=()):
        def name(text):
            return cim_xml.keyed("X_System", CreationClassName="X_System", Name=text)

        def hosting(host):
            ends = {"GroupComponent": (None, name(host)), "PartComponent": (None, cim_xml.keyed("P", InstanceID="p"))}
            return cim_xml.link("X_H", **ends)

        rows = [cim_xml.instance(name(one), Name=one, Dedicated=list(said)) for one, said in systems.items()]
        told = {
            ("root/x", EI, "CIM_ComputerSystem"): "".join(rows),
            ("root/x", EIN, "CIM_ComponentCS"): "".join(cim_xml.component(*pair) for pair in parts),
            ("root/x", EIN, "CIM_HostedStoragePool"): "".join(map(hosting, hosts)),
            ("root/x", EIN, "CIM_HostedFileSystem"): "".join(map(hosting, filers)),
        }
        found = (search or (lambda connection: dedicated_systems(connection, "root/x", (15, 25))))(connection_to(told))
        return [(one.name.text("Name"), sorted(one.dedicated)) for one in found]

    return look


def test_parts_of_arrays_are_no_arrays_in_any_tier(tops):
    systems = {"A": [3, 15], "B": [], "C": [15], "D": [15]}
    assert tops(systems, [("A", "B"), ("B", "C"), ("A", "D")]) == [("A", [3, 15])]


@pytest.mark.parametrize("mark", ["+", "-+-"])
def test_parts_by_name_are_no_arrays(tops, mark):
    assert tops({"A": [15], f"A{mark}SP_A": [15], "AB": [15]}) == [("A", [15]), ("AB", [15])]


def test_an_array_in_a_group_that_is_none_stays_one(tops):
    systems = {"site": [0], "A": [15], "B": [15]}
    assert tops(systems, [("site", "A"), ("site", "B")]) == [("A", [15]), ("B", [15])]
    assert tops(systems | {"site": []}, [("site", "A"), ("site", "B")], hosts=["A", "B"]) == [
        ("A", [15]),
        ("B", [15]),
    ]
    assert tops(systems, [("gone", "A")]) == [("A", [15]), ("B", [15])]


@pytest.mark.parametrize(("said", "hosts"), [([], ()), ([3], ()), ([], ["S"]), ([0], ["S"])])
def test_a_whole_of_block_servers_is_the_array_unless_something_speaks_against_it(tops, said, hosts):
    found = tops({"S": said, "A": [15], "B": [15]}, [("S", "A"), ("S", "B")], hosts)
    assert [name for name, _ in found] == ["S"]
    assert 15 in found[0][1]


def test_parts_in_a_circle_are_all_kept(tops):
    assert tops({"A": [15], "B": [15]}, [("A", "B"), ("B", "A")]) == [("A", [15]), ("B", [15])]


def search(connection):
    return storage_hosts(connection, "root/x", Assumed(blocks=15, files=25, file_server=16))


def test_hosts_of_pools_are_arrays_of_the_assumed_kind(tops):
    assert tops({"A": [30], "B": []}, hosts=["A"], search=search) == [("A", [15, 30])]
    assert tops({"A": [], "N": [16]}, hosts=["A", "N"], search=search) == [("A", [15]), ("N", [16, 25])]
    assert tops({"N": [16], "B": []}, filers=["N"], search=search) == [("N", [16, 25])]
    assert tops({"A": []}, search=search) == []


def test_a_whole_that_is_said_to_be_part_of_its_parts_is_their_whole(tops):
    """The roles of ComponentCS are swapped."""
    assert tops({"A": [3, 15], "B": [15], "C": [15]}, [("B", "A"), ("C", "A")]) == [("A", [3, 15])]
