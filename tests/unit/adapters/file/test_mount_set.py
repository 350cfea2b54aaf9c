"""What a mount reaches: server and path in all their spellings (smis-mapping 4.3, vasa-1.0 5.3)."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapters.file.mount_set import MountSet
from vasa_cim.model.entities import FileSystemInfo
from vasa_cim.model.usage_context import MountPoint


@pytest.fixture
def set_of(resolver_of):
    """Return a function that makes the set of a mount; the provider's other shares are `elsewhere` by path."""

    def make(server, path, lookup=None, elsewhere=None):
        resolver = resolver_of(lookup)
        mount = MountSet(MountPoint(server, path), resolver, lambda path: frozenset((elsewhere or {}).get(path, ())))
        if name := mount.name_to_look_up(None):
            resolver.ask([name])
        return mount

    return make


@pytest.fixture
def nas(made):
    """Two servers: one full name with two addresses, one short name with one address."""
    first = {"names": ["nas1.example.com", "mocknas+1+vs1"], "addresses": ["10.0.1.5", "10.0.1.6", "2001:db8::5"]}
    second = {"names": ["nas2"], "addresses": ["10.0.2.5"]}
    return made.inventory(
        made.export(1, "/exports/ds1", **first),
        made.export(2, "/exports/ds1", **second),
        made.export(3, "/exports", **first),
        made.export(4, "/fs004/exports/ds4", "ds4", **first),
        made.export(5, "/exports/my ds", **second),
        made.export(6, "/exports/100%25", **second),
    )


def reached(mount, inventory):
    return [int(export.file_system.rpartition(":")[2]) for export in mount.reach(inventory).exports]


@pytest.mark.parametrize(
    ("server", "path", "shares"),
    [
        # the server in all its spellings
        ("nas1.example.com", "/exports/ds1", [1]),
        ("NAS1.Example.Com.", "/exports/ds1", [1]),
        ("nas1", "/exports/ds1", [1]),
        ("MOCKNAS+1+VS1", "/exports/ds1", [1]),
        ("10.0.1.5", "/exports/ds1", [1]),
        ("10.0.1.6", "/exports/ds1", [1]),
        ("010.000.001.005", "/exports/ds1", [1]),
        ("2001:DB8:0::5", "/exports/ds1", [1]),
        ("[2001:db8::5%vmk0]", "/exports/ds1", [1]),
        ("::ffff:10.0.1.5", "/exports/ds1", [1]),
        ("nas2", "/exports/ds1", [2]),
        ("nas2.example.com", "/exports/ds1", [2]),
        ("10.0.2.5", "/exports/ds1", [2]),
        # the path in all its spellings
        ("nas1", "/exports/ds1/", [1]),
        ("nas1", "//exports//ds1", [1]),
        ("nas1", "/exports/ds1/folder/deeper", [1]),
        ("nas1", "/exports/other", [3]),
        ("nas1", "/exports", [3]),
        ("nas1", "/fs004/exports/ds4", [4]),
        ("nas1", "ds4", [4]),
        ("nas1", "ds4/folder", [4]),
        ("nas2", "/exports/my%20ds", [5]),
        ("nas2", "/exports/my ds", [5]),
        ("nas2", "/exports/100%25", [6]),
        # neither
        ("nas2", "/exports/ds10", []),
        ("nas2", "/exports", []),
        ("nas1", "/Exports/ds1", []),
        ("10.0.9.9", "/exports/ds1", []),
        ("nas1.other.com", "/exports/ds1", []),
        ("nas", "/exports/ds1", []),
        ("nas1", "/exports/ds1/.snapshot/hourly", []),
        ("nas1", "/exports/ds1/%2Esnapshot/hourly", []),
        ("nas1", "/exports/ds1/../ds2", []),
        ("nas1", "/", []),
    ],
)
def test_a_mount_reaches_the_share_of_its_server_and_path(set_of, nas, server, path, shares):
    assert reached(set_of(server, path), nas) == shares


def test_a_name_that_no_server_has_is_compared_by_its_addresses(set_of, nas, names):
    alias = names(storage_example_org=["2001:0db8:0::5"])
    assert reached(set_of("storage.example.org", "/exports/ds1/a", alias), nas) == [1]
    elsewhere = names(storage_example_org=["10.0.7.7"])
    assert reached(set_of("storage.example.org", "/fs004/exports/ds4", elsewhere), nas) == []


def test_a_name_is_looked_up_only_if_that_can_matter(set_of, nas, names):
    known = names()
    for server, path, needed in [
        ("nas1", "/exports/ds1", None),
        ("10.0.1.5", "/exports/ds1", None),
        ("stranger", "/nothing/here", None),
        ("stranger", "/exports/ds1/a", "stranger"),
        ("NAS2", "/fs004/exports/ds4", "nas2"),
    ]:
        assert set_of(server, path, known).name_to_look_up(nas) == needed


# --- the path alone ---


def test_an_unresolvable_name_reaches_the_only_share_with_its_path_and_the_log_says_so_once(set_of, nas):
    mount = set_of("gone.invalid", "/fs004/exports/ds4/")
    with capture_logs() as logs:
        assert reached(mount, nas) == [4]
        assert reached(mount, nas) == [4]
    (line,) = logs
    assert (line["server"], line["path"]) == ("gone.invalid", "/fs004/exports/ds4/")


@pytest.mark.parametrize("path", ["/exports/ds1", "/fs004/exports/ds4/folder", "/other"])
def test_an_unresolvable_name_reaches_nothing_by_a_path_that_several_shares_have_or_none(set_of, nas, path):
    assert reached(set_of("gone.invalid", path), nas) == []


def test_a_share_of_another_source_with_the_same_path_makes_it_ambiguous(set_of, nas):
    mine, other = {"V:StorageFileSystem:a:4"}, {"V:StorageFileSystem:b:9"}
    path = "/fs004/exports/ds4"
    assert reached(set_of("gone.invalid", path, elsewhere={path: mine}), nas) == [4]
    assert reached(set_of("gone.invalid", path, elsewhere={path: mine | other}), nas) == []


@pytest.mark.parametrize("server", ["10.9.9.9", "known.example.com", "gone.invalid"])
def test_a_share_without_addresses_is_reached_by_its_path_if_it_is_the_only_one(made, set_of, names, server):
    lonely = made.inventory(made.export(1, "/exports/ds1", names=["nas1"]), made.export(2, "/exports/ds2"))
    service = names(known_example_com=["10.9.9.9"])
    assert reached(set_of(server, "/exports/ds1", service), lonely) == [1]
    assert reached(set_of(server, "/exports/ds1/a", service), lonely) == []


def test_an_address_that_can_be_compared_decides_never_the_path(set_of, nas, names):
    assert reached(set_of("10.9.9.9", "/fs004/exports/ds4"), nas) == []
    assert reached(set_of("known", "/fs004/exports/ds4", names(known=["10.9.9.9"])), nas) == []


def test_a_short_name_of_several_servers_is_decided_by_its_address(made, set_of, names):
    shares = made.inventory(
        made.export(1, "/ds", names=["nas.one.example"], addresses=["10.0.1.5"]),
        made.export(2, "/ds", names=["nas.two.example"], addresses=["10.0.2.5"]),
    )
    mount = set_of("nas", "/ds", names(nas=["10.0.2.5"]))
    assert mount.name_to_look_up(shares) == "nas"
    assert reached(mount, shares) == [2]


@pytest.mark.parametrize(
    "path", ["/a" * 2049, "/exports/ds1" + "/a" * 127, "/exports/ds1/" + "a" * 4100, "%2Fa" * 1000]
)
def test_what_no_system_takes_for_a_path_is_not_taken_apart(set_of, nas, path):
    mount = set_of("10.0.1.5", path)
    assert not mount.reach(nas).exports
    assert mount.name_to_look_up(nas) is None


# --- how the session is shown the share ---


@pytest.mark.parametrize(
    ("server", "path", "address"),
    [
        ("NAS1", "/exports/ds1/", None),
        ("10.0.1.6", "/exports/ds1/folder", "10.0.1.6"),
        ("[2001:DB8::5]", "/exports/ds1", "2001:db8::5"),
        ("storage", "//exports/ds1", "10.0.1.6"),
        ("nas2.example.com", "/exports/ds1", "10.0.2.5"),
    ],
)
def test_the_mount_is_echoed_as_it_was_spelled(set_of, nas, names, server, path, address):
    (mounted,) = set_of(server, path, names(storage=["10.0.1.6"])).reach(nas).mounted
    assert mounted[1] == FileSystemInfo(server, path, address)


def test_a_set_for_a_name_that_answers_later_reaches_it_then(made, resolver_of, names):
    service = names(late=OSError("no name server answers"))
    resolver = resolver_of(service, bad=0.0)
    inventory = made.inventory(made.export(1, "/a", addresses=["10.0.0.1"]), made.export(2, "/a"))
    mount = MountSet(MountPoint("late", "/a"), resolver, lambda path: frozenset())
    resolver.ask(["late"])
    assert reached(mount, inventory) == []
    before, service.known["late"] = resolver.version, ["10.0.0.1"]
    resolver.ask(["late"])
    assert reached(mount, inventory) == [1]
    assert resolver.version > before
