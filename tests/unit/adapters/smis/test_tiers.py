"""Tiers and policies: who is in several of them (`smis-mapping 5.1`)."""

import pytest

from vasa_cim.adapters.smis.pools import read_pools
from vasa_cim.adapters.smis.structure import Structure
from vasa_cim.adapters.smis.tiers import Tiers, read_tiers


@pytest.fixture
def tiers_of(made, walk_over):
    """Return the tiers of pools p and q; t3 is of Technology 3, and so on."""

    def make(technologies=(), members=(), collected=(), policies=(), parts=()):
        def end(one):
            return made.device("X_E", one) if one.islower() and one[0] in "ev" else made.instance(one)

        def linked(first, second, pairs):
            return [made.link("X", first, end(one), second, end(other)) for one, other in pairs]

        walk = walk_over(
            StoragePool=[made.row(made.instance(key)) for key in "pq"],
            StorageTier=[made.row(made.instance(f"t{number}"), Technology=number) for number in technologies],
            AssociatedElementTier=linked("GroupComponent", "PartComponent", members),
            MemberOfCollection=linked("Collection", "Member", collected),
            ConcreteComponent=linked("GroupComponent", "PartComponent", parts),
            PolicySetAppliesToElement=[
                made.link("X", "PolicySet", made.instance("policy", kind), "ManagedElement", end(one))
                for kind, one in policies
            ],
        )
        return read_tiers(walk, read_pools(walk), Structure(walk)), walk.connection.asked

    return make


def test_an_array_without_tiers_costs_one_request(tiers_of):
    tiers, asked = tiers_of()
    assert tiers == Tiers()
    assert asked[2:] == ["CIM_StorageTier"]


@pytest.mark.parametrize("kind", ["members", "collected"])
def test_a_pool_in_two_tiers_is_tiered_and_one_in_one_is_not(tiers_of, kind):
    tiers, _ = tiers_of([3, 5], **{kind: [("t3", "p"), ("t5", "p"), ("t5", "q")]})
    assert tiers.tiered == {("p",)}
    assert tiers.media == {("p",): "Hybrid", ("q",): "HDD"}


def test_a_volume_may_be_in_tiers_itself(tiers_of):
    tiers, _ = tiers_of([3, 5], members=[("t3", "v1"), ("t5", "v1")])
    assert tiers.tiered == {("v1", "A")}


def test_tiers_of_extents_are_those_of_their_pools(tiers_of):
    tiers, _ = tiers_of([3, 5], members=[("t3", "e1"), ("t5", "e2")], parts=[("p", "e1"), ("p", "e2"), ("q", "e2")])
    assert ("p",) in tiers.tiered
    assert ("q",) not in tiers.tiered
    assert (tiers.media["p",], tiers.media["q",]) == ("Hybrid", "HDD")


def test_what_a_policy_of_tiers_applies_to_is_tiered_down_to_members_of_groups(tiers_of):
    tiers, _ = tiers_of(
        [3],
        collected=[("group", "v1"), ("group", "inner"), ("inner", "v2"), ("inner", "group")],
        policies=[("Symm_TierPolicyRule", "group"), ("X_OtherPolicy", "p")],
    )
    assert {("v1", "A"), ("v2", "A")} <= tiers.tiered
    assert ("p",) not in tiers.tiered
