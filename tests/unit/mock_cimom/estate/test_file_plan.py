"""The plan of a file side: even shares of everything, the arithmetic of pools, and what is irregular."""

from collections import Counter
from dataclasses import replace

import pytest

from mock_cimom.estate.description import SMALLEST, Kind
from mock_cimom.estate.file_description import FileDescription
from mock_cimom.estate.file_plan import Protocol, plan_files
from mock_cimom.estate.pool_kinds import FEW_POOLS

NAS = SMALLEST[Kind.NAS]
REGULAR = replace(NAS, irregular=False)


@pytest.fixture(scope="module")
def plan():
    return plan_files(NAS, 1)


def test_the_counts_are_those_of_the_description(plan):
    files = NAS.files
    protocols = Counter(share.protocol for share in plan.shares)
    assert (len(plan.servers), len(plan.file_systems)) == (files.servers, files.file_systems)
    assert protocols == {Protocol.NFS: files.nfs_shares, Protocol.CIFS: files.cifs_shares}


def test_the_same_description_gives_the_same_plan(plan):
    assert plan_files(NAS, 1) == plan
    assert plan_files(NAS, 2) != plan


def test_allocations_add_up_what_each_pool_gives(plan):
    thin = {number: kind.thin for number, kind in enumerate(NAS.pool_kinds, start=1)}
    for pool in thin:
        inside = [one for one in plan.file_systems if one.pool == pool]
        assert plan.allocations[pool] == sum(one.used if thin[pool] else one.size for one in inside)
        assert plan.subscribed[pool] == sum(one.size for one in inside)
        assert all(one.thin == thin[pool] for one in inside)


def test_file_systems_never_use_more_than_they_have(plan):
    assert all(0 < one.used < one.size for one in plan.file_systems)
    assert all(one.size % 4096 == one.used % 4096 == 0 for one in plan.file_systems)


def test_a_nas_head_takes_nothing_from_pools():
    head = plan_files(SMALLEST[Kind.NAS_HEAD], 1)
    assert {one.pool for one in head.file_systems} == {None}
    assert dict(head.allocations) == {}


def test_an_array_without_a_file_side_has_no_plan():
    with pytest.raises(ValueError, match="no file side"):
        plan_files(SMALLEST[Kind.BLOCK], 1)


def test_an_irregular_array_has_each_irregularity(plan):
    nfs = [share for share in plan.shares if share.protocol is Protocol.NFS]
    assert any(not share.name.startswith("/") and share.path == share.directory for share in nfs)
    assert any(len(share.servers) == 2 for share in nfs)
    assert any(not share.enabled for share in nfs)
    assert any(not share.writable for share in nfs)
    assert any(share.name == f"{share.path}/" for share in nfs)
    assert any(server.name.endswith(".invalid") for server in plan.servers)
    assert any(":" in address for server in plan.servers for address in server.addresses)
    assert any(one.degraded for one in plan.file_systems)
    assert any(one.used * 100 > one.size * 95 for one in plan.file_systems)


def test_a_regular_array_has_none_of_them():
    regular = plan_files(REGULAR, 1)
    nfs = [share for share in regular.shares if share.protocol is Protocol.NFS]
    assert all(share.name == share.path and share.enabled and share.writable for share in nfs)
    assert all(len(share.servers) == 1 for share in nfs)
    assert all(server.name.endswith(".example.com") for server in regular.servers)
    assert not any(one.degraded for one in regular.file_systems)
    assert max(one.used / one.size for one in regular.file_systems) < 0.8


def test_a_share_is_hosted_by_the_server_of_its_file_system(plan):
    for share in plan.shares:
        assert share.servers[0] == plan.file_systems[share.file_system - 1].server


def test_no_two_shares_of_a_server_have_the_same_path(plan):
    places = [(server, share.protocol, share.path) for share in plan.shares for server in share.servers]
    assert len(set(places)) == len(places)


def test_directories_are_exported_as_often_as_described():
    files = FileDescription(nfs_shares=12, directory_every=3)
    shares = plan_files(replace(REGULAR, files=files), 1).shares
    assert [share.index for share in shares if share.directory] == [3, 6, 9, 12]
    none = plan_files(replace(REGULAR, files=replace(files, directory_every=0)), 1).shares
    assert not any(share.directory for share in none)


def test_mounts_are_the_shares_that_can_be_mounted(plan):
    usable = [share for share in plan.shares if share.protocol is Protocol.NFS and share.enabled]
    assert len(plan.mounts) == len(usable)
    assert plan.mounts[0] == f"{plan.server(1).name}:/exports/ds1"


def test_pools_are_used_in_turn():
    described = replace(REGULAR, pool_kinds=FEW_POOLS, files=FileDescription(file_systems=7))
    assert [one.pool for one in plan_files(described, 1).file_systems] == [1, 2, 3, 1, 2, 3, 1]
