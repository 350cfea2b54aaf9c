"""Which volumes are mirrored to another array: by what they say, or by a mirror that is there."""

import pytest

from vasa_cim.adapters.smis.pools import Pools
from vasa_cim.adapters.smis.replication import read_replicas
from vasa_cim.adapters.smis.systems import read_systems
from vasa_cim.adapters.smis.volumes import read_volumes

NAME = {"NameFormat": 9, "NameNamespace": 2, "BlockSize": 512, "NumberOfBlocks": 1}


@pytest.fixture
def replicated(made, walk_over):
    """Return the keys of replicated volumes among 1 and 2 of array A and 3 of array B."""

    def make(offered=(4,), mirrors=(), usage=None, sync_type=6, mode=None, what="mirrored", capabilities=()):
        def volume(one):
            return made.device("X_V", one[0], one[1:])

        rows = [
            made.row(volume(one), Name=f"6{at:031x}", Usage=usage if one == "1A" else None, **NAME)
            for at, one in enumerate(("1A", "2A", "3B"))
        ]
        walk = walk_over(
            ComputerSystem=[made.row(made.system(name)) for name in "AB"],
            StorageVolume=rows,
            ReplicationServiceCapabilities=[made.row(made.instance("c"), SupportedReplicationTypes=tuple(offered))],
            StorageSynchronized=[
                made.link(
                    "X", "SystemElement", volume(one), "SyncedElement", volume(other), SyncType=sync_type, Mode=mode
                )
                for one, other in mirrors
            ],
        )
        systems = read_systems(walk, ["A", "B"])
        named = [
            made.name("X", ManagedElement=made.system("A"), Capabilities=made.instance("c", one))
            for one in capabilities
        ]
        replicas = read_replicas(walk, systems, read_volumes(walk, systems, Pools({}, {})), named)
        return getattr(replicas, what), walk.connection.asked

    return make


@pytest.mark.parametrize(("usage", "expected"), [(7, {("1", "A")}), (9, {("1", "A")}), (6, set()), (11, set())])
def test_a_volume_may_say_itself_that_it_is_a_remote_replica_or_its_source(replicated, usage, expected):
    assert replicated(offered=(), usage=usage)[0] == expected


def test_a_mirror_on_another_array_replicates_both_ends_that_are_here(replicated):
    assert replicated(mirrors=[("1A", "3B")])[0] == {("1", "A"), ("3", "B")}
    assert replicated(mirrors=[("1A", "9remote")])[0] == {("1", "A")}
    assert replicated(mirrors=[("9remote", "1A")], sync_type=None)[0] == {("1", "A")}


def test_mirrors_within_an_array_and_snapshots_elsewhere_replicate_nothing(replicated):
    assert not replicated(mirrors=[("1A", "2A")])[0]
    assert not replicated(mirrors=[("1A", "3B")], sync_type=7)[0]


def test_that_an_array_could_mirror_is_no_claim_that_it_does(replicated):
    assert not replicated(offered=(4, 5))[0]


def test_mirrors_are_asked_for_only_where_they_can_be(replicated):
    assert "CIM_StorageSynchronized" not in replicated(offered=(2, 3, 6), mirrors=[("1A", "3B")])[1]


@pytest.mark.parametrize(("mode", "stretched"), [(5, {("1", "A"), ("3", "B")}), (2, set()), (None, set())])
def test_a_mirror_whose_ends_are_used_at_the_same_time_is_stretched(replicated, mode, stretched):
    assert replicated(mirrors=[("1A", "3B")], mode=mode, what="stretched")[0] == stretched


def test_an_array_whose_capabilities_are_of_other_kinds_is_not_asked_for_replication(replicated):
    mirrors = [("1A", "3B")]
    found, asked = replicated(mirrors=mirrors, capabilities=["X_StorageCapabilities"])
    assert not found
    assert "CIM_ReplicationServiceCapabilities" not in asked
    named = ["X_StorageCapabilities", "X_ReplicationServiceCapabilities"]
    assert replicated(mirrors=mirrors, capabilities=named)[0] == {("1", "A"), ("3", "B")}
