"""What pools and volumes are made of, and volumes that only a chain of extents leads to (`smis-mapping 2.4`)."""

import pytest

from vasa_cim.adapters.smis.pools import read_pools
from vasa_cim.adapters.smis.structure import Structure, with_chains


@pytest.fixture
def chained(made, walk_over):
    """Return the pools with chains for volume v; `parts` are (pool, extent), `based` (upper, lower) pairs."""

    def make(parts=(), based=(), pools="pq", taken=(), component="ConcreteComponent"):
        def end(one):
            return made.instance(one) if one in pools else made.device("X", one)

        links = [made.link("X", "GroupComponent", end(one), "PartComponent", end(other)) for one, other in parts]
        lower = [made.link("X", "Dependent", end(one), "Antecedent", end(other)) for one, other in based]
        allocations = [
            made.link("X", "Antecedent", made.instance(pool), "Dependent", end("v"), SpaceConsumed=5) for pool in taken
        ]
        rows = [made.row(made.instance(one), Primordial=one == "q") for one in pools]
        walk = walk_over(StoragePool=rows, AllocatedFromStoragePool=allocations, BasedOn=lower, **{component: links})
        return with_chains(read_pools(walk), Structure(walk), [end("v").key]), end("v").key, walk.connection.asked

    return make


@pytest.mark.parametrize(
    ("parts", "based", "pool"),
    [
        ([("p", "v")], [], "p"),
        ([("p", "e")], [("v", "e")], "p"),
        ([("p", "e")], [("v", "f"), ("f", "e")], "p"),
        ([("q", "e"), ("p", "e")], [("v", "e")], "p"),
        ([("q", "e")], [("v", "e")], "q"),
        ([("p", "f"), ("q", "e")], [("v", "e"), ("e", "f")], "q"),
        ([("p", "x")], [("v", "e"), ("e", "v")], None),
        ([("gone", "e")], [("v", "e")], None),
        ([], [], None),
    ],
)
def test_the_nearest_pool_below_a_volume_is_its_own(chained, parts, based, pool):
    pools, volume, _ = chained(parts, based)
    found = pools.pool_of(volume)
    assert (found and found.key) == (pool and (pool,))


def test_component_extents_stand_in_for_concrete_components(chained):
    pools, volume, _ = chained([("p", "v")], component="AssociatedComponentExtent")
    assert pools.pool_of(volume).key == ("p",)


def test_what_a_volume_takes_from_pools_that_are_gone_still_counts(chained):
    pools, volume, _ = chained([("p", "v")], taken=["gone"])
    assert [one.consumed for one in pools.allocations[volume]] == [5, None]
    assert pools.pool_of(volume).key == ("p",)


@pytest.mark.parametrize(("taken", "pools"), [(["p"], "pq"), ([], "")])
def test_chains_are_asked_for_only_if_they_can_lead_somewhere(chained, taken, pools):
    asked = chained([("p", "v")], taken=taken, pools=pools)[2]
    assert asked == ["CIM_StoragePool", "CIM_AllocatedFromStoragePool"]
