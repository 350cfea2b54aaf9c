"""The status of a file system: its own space and the pools below it (smis-mapping 2.6, 6.3)."""

from types import SimpleNamespace

import pytest

from vasa_cim.adapters.file.space import space_status
from vasa_cim.adapters.smis.file_systems import Disk, FileSystem, Grounds
from vasa_cim.adapters.smis.pools import Allocation, Pool, Pools
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.raid import Redundancy
from vasa_cim.adapters.smis.thin import subscribed_space
from vasa_cim.model.enums import AlarmStatus

GREEN, YELLOW, RED = AlarmStatus.GREEN, AlarmStatus.YELLOW, AlarmStatus.RED
FILE_SYSTEM = ("A", "fs")


def pool(name, remaining, class_name="X_Pool"):
    return Pool((name,), class_name, False, False, 1000, remaining, None, False)


@pytest.fixture
def tables():
    """Return a function that makes tables of disks d1 and d2 (thin or not) in pools p1 and p2 of 1000 bytes."""

    def make(remaining=(500, 500), thin=(True, True), *, class_name="X_Pool", limit=None, size=2000, known=True):
        names = [("d1",), ("d2",)]
        pools = Pools(
            {(f"p{number}",): pool(f"p{number}", left, class_name) for number, left in enumerate(remaining, start=1)},
            {name: (Allocation((f"p{number}",), 300, limit, None),) for number, name in enumerate(names, start=1)},
        )
        disks = {name: Disk(name, size, flag, Redundancy()) for name, flag in zip(names, thin, strict=True)}
        return SimpleNamespace(
            tables=SimpleNamespace(pools=pools, walk=SimpleNamespace(quirks=Quirks())),
            grounds=Grounds(pools, {}),
            stored=disks if known else {},
            subscribed=subscribed_space(disks, pools),
        )

    return make


def file_system(used=50, extents=(("d1",), ("d2",))):
    return FileSystem(FILE_SYSTEM, "A", "/fs", 100, 100 - used, extents)


@pytest.mark.parametrize(
    ("remaining", "used", "status"),
    [
        ((500, 500), 50, GREEN),
        ((500, 150), 50, YELLOW),
        ((150, 30), 50, RED),
        ((500, 0), 50, RED),
        ((500, 500), 79, GREEN),
        ((500, 500), 80, YELLOW),
        ((500, 500), 95, RED),
        ((500, 500), 100, GREEN),  # no free space at all may mean that the array does not know
        ((150, 500), 95, RED),
    ],
)
def test_the_worst_of_its_own_space_and_of_its_pools(tables, remaining, used, status):
    assert space_status(tables(remaining), file_system(used)) is status


def test_space_that_was_allocated_in_advance_is_green(tables):
    assert space_status(tables((0, 0), thin=(False, False)), file_system(99)) is GREEN
    assert space_status(tables((0, 500), thin=(False, True)), file_system()) is GREEN


def test_without_a_pool_it_is_green(tables):
    assert space_status(tables((0, 0)), file_system(99, extents=())) is GREEN
    assert space_status(tables((0, 0)), file_system(99, extents=(("elsewhere",),))) is GREEN


@pytest.mark.parametrize(
    ("options", "status"),
    [({}, GREEN), ({"class_name": "X_ThinPool"}, RED), ({"limit": 2000}, RED), ({"limit": 2000, "size": 300}, GREEN)],
)
def test_a_disk_that_does_not_say_is_thin_if_its_pool_or_limit_says_so(tables, options, status):
    assert space_status(tables((0, 0), thin=(None, None), **options), file_system()) is status


def test_what_is_no_known_disk_is_judged_by_its_pool(tables):
    assert space_status(tables((0, 0), known=False, class_name="X_ThinPool"), file_system()) is RED
    assert space_status(tables((0, 0), known=False), file_system()) is GREEN


@pytest.mark.parametrize(
    ("previous", "used", "status"),
    [(RED, 94, RED), (RED, 92, YELLOW), (YELLOW, 79, YELLOW), (YELLOW, 77, GREEN), (GREEN, 94, YELLOW)],
)
def test_a_colour_is_left_with_slack(tables, previous, used, status):
    assert space_status(tables(), file_system(used), previous) is status
