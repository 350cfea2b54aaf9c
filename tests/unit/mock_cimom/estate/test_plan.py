"""The arithmetic of an estate adds up at any size."""

import time
from collections import Counter
from dataclasses import replace

import pytest

from mock_cimom.estate.description import ESTATES, ArrayDescription, EstateDescription, Kind
from mock_cimom.estate.plan import MIB, estate_initiators, initiators_of, plan_array
from mock_cimom.estate.pool_kinds import FEW_POOLS, FILLED_POOLS
from mock_cimom.estate.spread import OK

REGULAR = ArrayDescription()
IRREGULAR = ESTATES["small"].arrays[0]
ARRAYS = {
    "tiny": REGULAR,
    "more": replace(REGULAR, volumes=500, hosts=20),
    "no iscsi": ArrayDescription(volumes=2, hosts=1, unmasked_every=0, thick_every=2, iscsi_ports_per_processor=0),
    "small": IRREGULAR,
    "few and irregular": replace(REGULAR, pool_kinds=FEW_POOLS + FILLED_POOLS, irregular=True),
    "one volume": replace(REGULAR, volumes=1, hosts=1, irregular=True),
    "nothing": replace(REGULAR, volumes=0, hosts=0, irregular=True),
    "nas": ESTATES["mixed"].arrays[1],
    "unified": ESTATES["mixed"].arrays[2],
    "large": ESTATES["large"].arrays[0],
}


def planned(description, seed=1):
    return plan_array(EstateDescription((description,), seed=seed), 1)


@pytest.fixture(scope="module", params=ARRAYS.values(), ids=ARRAYS)
def array(request):
    return planned(request.param)


def test_a_pool_is_what_remains_and_what_lies_in_it(array):
    consumed = Counter(array.files.allocations if array.files else {})
    for volume in array.volumes:
        consumed[volume.pool] += volume.consumed
    for pool in array.pools:
        assert pool.total == pool.remaining + consumed[pool.index]
        assert pool.remaining > 0 or pool.kind.used_percent == 100
        assert pool.raw > pool.total > 0


def test_thick_volumes_take_all_their_space_and_lie_in_thick_pools(array):
    kinds = {pool.index: pool.kind for pool in array.pools}
    for volume in array.volumes:
        assert kinds[volume.pool].thin == volume.thin
        assert 0 < volume.consumed <= volume.size
        assert volume.thin or volume.consumed == volume.size
        assert volume.consumed % MIB == 0


@pytest.mark.parametrize("name", ["tiny", "more", "small", "few and irregular", "unified", "large"])
def test_every_volume_is_seen_but_one_in_twenty(name):
    array = planned(ARRAYS[name])
    seen = {volume for view in array.views for volume in view.volumes}
    assert len(seen) == len(array.volumes) - len(array.volumes) // 20


@pytest.mark.parametrize("name", ["small", "large"])
def test_an_irregular_array_has_the_shares_of_the_model(name):
    array = planned(ARRAYS[name])
    count = len(array.volumes)
    assert sum(not volume.thin for volume in array.volumes) == count // 10
    troubled = [volume.condition for volume in array.volumes if volume.condition != OK]
    assert len(troubled) == count // 50
    assert len(set(troubled)) == min(len(troubled), 8)
    hosts = array.description.hosts
    iscsi = [host for host in range(1, hosts + 1) if any(one.iscsi for one in initiators_of(array.description, host))]
    assert len(iscsi) == hosts // 10
    assert [len(view.hosts) for view in array.views if len(view.hosts) != 1] == [8, 0]
    assert len(array.views) == hosts - 7 + 1
    assert array.views[-1].open_to_all
    assert len(array.denials) == len(array.idle_initiators) == 1


@pytest.mark.parametrize("name", ["small", "few and irregular", "unified", "large", "nas"])
def test_one_thin_pool_is_above_each_threshold(name):
    array = planned(ARRAYS[name])
    promised = Counter(array.files.subscribed if array.files and not array.volumes else {})
    for volume in array.volumes:
        promised[volume.pool] += volume.size
    used = {}
    for pool in array.pools:
        if pool.kind.used_percent is not None:
            used[pool.kind.used_percent] = 100 * (pool.total - pool.remaining) / pool.total
            assert promised[pool.index] > pool.total
    assert 80 < used[85] < 95 < used[97] < 100 == used[100]


def test_one_volume_of_a_small_array_is_seen_through_two_views():
    seen = Counter(volume for view in planned(IRREGULAR).views for volume in view.volumes)
    assert sorted(seen.values())[-2:] == [1, 2]


def test_nobody_has_the_access_that_is_denied_or_idle():
    array = planned(IRREGULAR)
    views = {view.name: view for view in array.views}
    (denial,), (idle,) = array.denials, array.idle_initiators
    assert denial.initiator not in views[denial.view].initiators
    assert any(denial.initiator in view.initiators for view in array.views)
    assert all(idle not in view.initiators for view in array.views)


def test_views_of_a_given_size_have_it():
    array = planned(replace(REGULAR, volumes=100, hosts=10, luns_per_view=12))
    assert [len(view.volumes) for view in array.views] == [12] * 10
    array = planned(ESTATES["large"].arrays[0])
    hosts_views = [view for view in array.views if view.hosts]
    assert {len(view.volumes) for view in hosts_views} <= {20, 21}
    assert all(len(set(view.volumes)) == len(view.volumes) for view in hosts_views)


def test_the_seed_spreads_choices_and_nothing_else_does():
    one, again, other = planned(IRREGULAR, 1), planned(IRREGULAR, 1), planned(IRREGULAR, 2)
    assert one == again
    assert [volume.thin for volume in one.volumes] != [volume.thin for volume in other.volumes]
    assert [volume.index for volume in one.volumes] == [volume.index for volume in other.volumes]
    assert [view.initiators for view in one.views] == [view.initiators for view in other.views]
    estate = EstateDescription((IRREGULAR, IRREGULAR))
    assert plan_array(estate, 1).volumes != plan_array(estate, 2).volumes


def test_tiny_has_what_the_tests_of_others_count_on():
    array = plan_array(ESTATES["tiny"], 1)
    first, second = array.views
    assert len(array.volumes) == 20
    assert [volume.index for volume in array.volumes if not volume.thin] == [5, 10, 15, 20]
    assert first.volumes == tuple(range(1, 10))
    assert second.volumes == tuple(range(9, 20))
    assert [one.iscsi for one in first.initiators] == [False, False]
    assert [one.iscsi for one in second.initiators] == [False, True]
    assert set(first.fc_ports).isdisjoint(second.fc_ports)
    assert (first.iscsi_ports, second.iscsi_ports) == ((), (1, 2))
    assert len({(pool.kind.media, pool.kind.raid) for pool in array.pools}) == 3
    assert not array.idle_initiators
    assert not array.denials
    assert {volume.condition for volume in array.volumes} == {OK}


def test_arrays_are_counted_from_one():
    with pytest.raises(IndexError):
        plan_array(ESTATES["tiny"], 2)
    with pytest.raises(IndexError):
        plan_array(ESTATES["tiny"], 0)


def test_the_names_of_an_array_have_its_kind_and_separator():
    array = planned(replace(REGULAR, separator="-+-"))
    assert array.name == "MOCK-+-000000000001"
    assert array.processor_name(2) == "MOCK-+-000000000001-+-SP_B"
    assert array.pool_name(3) == "MOCK-+-000000000001:pool3"
    assert planned(ARRAYS["nas"]).name == "MOCKNAS+1"


def test_the_initiators_of_an_estate_are_those_of_its_views():
    description = ESTATES["tiny"]
    shown = [one for view in plan_array(description, 1).views for one in view.initiators]
    assert estate_initiators(description) == shown


def test_arrays_of_an_estate_share_its_hosts():
    description = ESTATES["small"]
    assert len(estate_initiators(description)) == 40
    assert len(set(estate_initiators(description))) == 40


def test_the_kinds_of_mixed_are_those_of_the_model():
    assert [one.kind for one in ESTATES["mixed"].arrays] == [Kind.BLOCK, Kind.NAS, Kind.UNIFIED]
    assert ESTATES["mixed"].namespaces == ["root/mockblock", "root/mocknas", "root/mockunified"]
    assert ESTATES["small"].namespaces == ["root/mockblock"]


def test_a_huge_array_is_planned_soon():
    started = time.process_time()
    array = plan_array(ESTATES["huge"], 1)
    assert time.process_time() - started < 5  # it takes a tenth of that
    assert len(array.volumes) == 100_000
    assert len([view for view in array.views if view.hosts]) == 1_993
    assert min(len(view.volumes) for view in array.views if view.hosts) == 50
