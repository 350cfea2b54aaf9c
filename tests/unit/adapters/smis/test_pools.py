"""Pools: whose a volume is, and whose numbers count."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapter import Source
from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.pools import read_pools
from vasa_cim.adapters.smis.quirks import Quirks


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


def test_of_several_pools_the_bound_one_counts_then_concrete_ones(made, walk_over):
    one, two = made.device("X_V", "1"), made.device("X_V", "2")
    classes = {
        "StoragePool": [pool(made, "p1"), pool(made, "p2"), pool(made, "raw", Primordial=True)],
        "AllocatedFromStoragePool": [
            allocation(made, "p1", one, SpaceConsumed=9, EMCBoundToThinStoragePool=False),
            allocation(made, "p2", one, SpaceConsumed=1, EMCBoundToThinStoragePool=True),
            allocation(made, "raw", two, SpaceConsumed=9),
            allocation(made, "p2", two, SpaceConsumed=1),
        ],
    }
    pools = read_pools(walk_over(**classes))
    assert pools.pool_of(one.key).key == pools.pool_of(two.key).key == ("p2",)
    memory = Memory("s", quirks=Quirks({"bound-pool": False}))
    assert read_pools(walk_over(memory=memory, **classes)).pool_of(one.key).key == ("p1",)


def switched(**options):
    return Memory.of(Source(name="s", url="http://127.0.0.1", options=options))


@pytest.mark.parametrize(
    ("memory", "class_name", "key", "skipped"),
    [
        (Memory("s"), "IBMTSDS_ArraySitePool", "p", True),
        (Memory("s"), "X_Pool", "p", False),
        (switched(quirks={"site-pools": False}), "IBMTSDS_ArraySitePool", "p", False),
        (switched(skip_pools=["x_pool"]), "X_Pool", "p", True),
        (switched(array={"A+1": {"skip_pools": ["X_Pool"]}}), "X_Pool", "A-+-1-+-p", True),
        (switched(array={"A+1": {"skip_pools": ["X_Pool"]}}), "X_Pool", "A+2+p", False),
    ],
)
def test_some_classes_of_pools_are_no_ground_of_luns(made, walk_over, memory, class_name, key, skipped):
    one = made.device("X_V", "1")
    path = made.instance(key, class_name)
    taken = made.link("X", "Antecedent", path, "Dependent", one)
    pools = read_pools(walk_over(memory=memory, StoragePool=[made.row(path)], AllocatedFromStoragePool=[taken]))
    assert (pools.pool_of(one.key) is None) is skipped
    assert pools.pools[(key,)].for_luns is not skipped


# --- numbers that contradict each other ---


@pytest.mark.parametrize(
    ("facts", "total", "remaining"),
    [
        ({"TotalManagedSpace": 100, "RemainingManagedSpace": 100}, 100, 100),
        ({"TotalManagedSpace": 100, "RemainingManagedSpace": 101}, 100, None),
        ({"TotalManagedSpace": -1, "RemainingManagedSpace": 5}, None, 5),
        ({"TotalManagedSpace": 100, "RemainingManagedSpace": -5}, 100, None),
        ({"TotalManagedSpace": 2**64 - 1, "RemainingManagedSpace": 2**64 - 1}, None, None),
    ],
)
def test_spaces_that_cannot_be_are_not_known(made, walk_over, facts, total, remaining):
    found = read_pools(walk_over(StoragePool=[pool(made, "p", **facts)])).pools[("p",)]
    assert (found.total, found.remaining) == (total, remaining)


def test_a_pool_with_more_left_than_it_has_is_named_in_one_line(made, walk_over):
    rows = [pool(made, f"p{n}", TotalManagedSpace=1, RemainingManagedSpace=2) for n in range(2)]
    with capture_logs() as lines:
        read_pools(walk_over(StoragePool=rows))
    assert [(line["kind"], line["examples"]) for line in lines if line["log_level"] == "warning"] == [
        ("space of pools in root/x", ["p0", "p1"])
    ]


@pytest.mark.parametrize(("percent", "known"), [(20, 20), (0, 0), (100, 100), (101, None), (-1, None)])
def test_a_threshold_is_a_percentage(made, walk_over, percent, known):
    found = read_pools(walk_over(StoragePool=[pool(made, "p", LowSpaceWarningThreshold=percent)]))
    assert found.pools[("p",)].low_space_percent == known


def test_of_pools_with_one_id_the_first_counts_and_the_other_is_named(made, walk_over):
    rows = [pool(made, "p", TotalManagedSpace=1), pool(made, "p", TotalManagedSpace=2)]
    with capture_logs() as lines:
        assert read_pools(walk_over(StoragePool=rows)).pools[("p",)].total == 1
    assert [line["examples"] for line in lines if line["log_level"] == "warning"] == [["p"]]


def test_negative_consumption_is_none(made, walk_over):
    one = made.device("X_V", "1")
    taken = [allocation(made, "p", one, SpaceConsumed=-7, SpaceLimit=-1)]
    (found,) = read_pools(walk_over(AllocatedFromStoragePool=taken)).allocations[one.key]
    assert (found.consumed, found.limit) == (None, None)


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
