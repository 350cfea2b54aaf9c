"""The arithmetic of an estate adds up at any size."""

import pytest

from mock_cimom.estate.description import ESTATES, EstateDescription
from mock_cimom.estate.plan import MIB, estate_initiators, plan_array

SIZES = {
    "tiny": ESTATES["tiny"],
    "more": EstateDescription(arrays=2, volumes=500, hosts=20, unmasked_volumes=25),
    "no iscsi": EstateDescription(volumes=2, hosts=1, unmasked_volumes=0, thick_every=2, iscsi_ports_per_processor=0),
}


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def array(request):
    return plan_array(request.param, 1)


def test_a_pool_is_what_remains_and_what_its_volumes_take(array):
    for pool in array.pools:
        consumed = sum(volume.consumed for volume in array.volumes if volume.pool == pool.index)
        assert pool.total == pool.remaining + consumed
        assert pool.remaining > 0
        assert pool.raw > pool.total


def test_thick_volumes_take_all_their_space_and_lie_in_thick_pools(array):
    kinds = {pool.index: pool.kind for pool in array.pools}
    for volume in array.volumes:
        assert kinds[volume.pool].thin == volume.thin
        assert 0 < volume.consumed <= volume.size
        assert volume.thin or volume.consumed == volume.size
        assert volume.consumed % MIB == 0


def test_every_volume_is_seen_but_the_unmasked_ones(array):
    seen = {volume for view in array.views for volume in view.volumes}
    masked = array.description.volumes - array.description.unmasked_volumes
    assert seen == set(range(1, masked + 1))


def test_tiny_has_what_the_tests_of_others_count_on():
    array = plan_array(ESTATES["tiny"], 1)
    first, second = array.views
    assert len(array.volumes) == 20
    assert [volume.index for volume in array.volumes if not volume.thin] == [5, 10, 15, 20]
    assert set(first.volumes) & set(second.volumes) == {9}
    assert [one.iscsi for one in first.initiators] == [False, False]
    assert [one.iscsi for one in second.initiators] == [False, True]
    assert set(first.fc_ports).isdisjoint(second.fc_ports)
    assert (first.iscsi_ports, second.iscsi_ports) == ((), (1, 2))
    assert len({(pool.kind.media, pool.kind.raid) for pool in array.pools}) == 3


def test_the_initiators_of_an_estate_are_those_of_its_views():
    description = ESTATES["tiny"]
    shown = [one for view in plan_array(description, 1).views for one in view.initiators]
    assert estate_initiators(description) == shown
