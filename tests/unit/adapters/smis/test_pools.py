"""Pools: whose a volume is, and whose numbers count."""

from vasa_cim.adapters.smis.pools import read_pools


def allocation(made, pool, element, **facts):
    return made.link("X_A", "Antecedent", made.instance(pool), "Dependent", element, **facts)


def pool(made, key, class_name="X_Pool", **facts):
    return made.row(made.instance(key, class_name), **facts)


def test_a_volume_belongs_to_the_pool_that_it_takes_most_from(made, walk_over):
    one, two = made.device("X_V", "1"), made.device("X_V", "2")
    pools = read_pools(
        walk_over(
            StoragePool=[pool(made, "p1"), pool(made, "p2")],
            AllocatedFromStoragePool=[
                allocation(made, "p1", one, SpaceConsumed=5),
                allocation(made, "p2", one, SpaceConsumed=6),
                allocation(made, "gone", one, SpaceConsumed=9),
                allocation(made, "p2", two),
                allocation(made, "p1", two),
            ],
        )
    )
    assert pools.pool_of(one.key).key == ("p2",)
    assert pools.pool_of(two.key).key == ("p1",)
    assert pools.pool_of(("3", "A")) is None


def test_a_limitless_pool_draws_on_its_parents(made, walk_over):
    limitless = {"SpaceLimitDetermination": 4}
    pools = read_pools(
        walk_over(
            StoragePool=[pool(made, "a", **limitless), pool(made, "b", **limitless), pool(made, "c")],
            AllocatedFromStoragePool=[allocation(made, up, made.instance(down)) for up, down in ("ba", "cb")],
        )
    )
    assert pools.source_of_space(pools.pools[("a",)]).key == ("c",)


def test_pools_that_draw_on_each_other_in_a_circle_are_survived(made, walk_over):
    limitless = {"SpaceLimitDetermination": 4}
    pools = read_pools(
        walk_over(
            StoragePool=[pool(made, "a", **limitless), pool(made, "b", **limitless)],
            AllocatedFromStoragePool=[allocation(made, up, made.instance(down)) for up, down in ("ba", "ab")],
        )
    )
    assert pools.source_of_space(pools.pools[("a",)]).key == ("b",)


def test_an_array_without_pools_has_none(walk_over):
    assert not read_pools(walk_over()).pools
