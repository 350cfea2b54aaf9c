"""Thin flags and thin statuses (`smis-mapping 2.4`, `6.3`)."""

import pytest

from vasa_cim.adapters.smis.pools import Allocation, Pool, Pools
from vasa_cim.adapters.smis.raid import Redundancy
from vasa_cim.adapters.smis.thin import read_thin_flags, subscribed_space, thin_status
from vasa_cim.adapters.smis.volume_settings import VolumeSettings
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.model.enums import AlarmStatus

GREEN, YELLOW, RED = AlarmStatus.GREEN, AlarmStatus.YELLOW, AlarmStatus.RED
KEY, POOL = ("1", "A"), ("p",)


def volume(thin=None, size=1000, key=KEY):
    return Volume(key, "A", key[0], "naa.6", "v", (), size, None, thin, True, Redundancy())


def pool(remaining, total=100, key=POOL, class_name="X_Pool", **facts):
    plain = {"primordial": False, "reserved": False, "low_space_percent": None, "limitless": False}
    return Pool(key, class_name, total=total, remaining=remaining, **(plain | facts))


def pools(*made, taken=(), parents=None):
    allocations = taken or (Allocation(POOL, 10, None, None),)
    return Pools({one.key: one for one in made}, {KEY: tuple(allocations)}, parents or {})


OVER, FITTING = {POOL: 101}, {POOL: 100}

STATUSES = [
    ("plenty left", pool(50), OVER, GREEN),
    ("just below yellow", pool(21), OVER, GREEN),
    ("yellow", pool(20), OVER, YELLOW),
    ("just below red", pool(6), OVER, YELLOW),
    ("red", pool(5), OVER, RED),
    ("nothing left", pool(0), OVER, RED),
    ("nothing left, though all was promised within bounds", pool(0), FITTING, RED),
    ("nearly full, but no more is promised than there is", pool(1), FITTING, GREEN),
    ("the array's own threshold, in percent left", pool(50, low_space_percent=50), OVER, YELLOW),
    ("the array's own threshold, not reached", pool(51, low_space_percent=50), OVER, GREEN),
    ("numbers that are not told", pool(None), OVER, GREEN),
    ("a pool without size", pool(5, total=None), OVER, GREEN),
    ("a pool of size zero", pool(1, total=0), OVER, GREEN),
]


@pytest.mark.parametrize(("what", "ground", "subscribed", "expected"), STATUSES, ids=[case[0] for case in STATUSES])
def test_the_pool_decides(what, ground, subscribed, expected):
    assert thin_status(volume(True), pools(ground), subscribed) is expected


@pytest.mark.parametrize(
    ("remaining", "previous", "expected"),
    [
        (21, YELLOW, YELLOW),
        (22, YELLOW, YELLOW),
        (23, YELLOW, GREEN),
        (7, RED, RED),
        (8, RED, YELLOW),
        (22, RED, YELLOW),
        (7, YELLOW, YELLOW),
        (21, GREEN, GREEN),
    ],
)
def test_a_colour_is_left_only_two_points_below_its_limit(remaining, previous, expected):
    assert thin_status(volume(True), pools(pool(remaining)), OVER, previous) is expected


@pytest.mark.parametrize(("remaining", "expected"), [(52, YELLOW), (53, GREEN)])
def test_the_arrays_own_threshold_is_left_with_slack_too(remaining, expected):
    ground = pools(pool(remaining, low_space_percent=50))
    assert thin_status(volume(True), ground, OVER, YELLOW) is expected


@pytest.mark.parametrize(("consumed", "expected"), [(78, YELLOW), (77, GREEN)])
def test_a_quotas_threshold_is_left_with_slack_too(consumed, expected):
    ground = pools(pool(50), taken=[Allocation(POOL, consumed, 100, 80)])
    assert thin_status(volume(True), ground, OVER, YELLOW) is expected


@pytest.mark.parametrize(
    ("consumed", "limit", "warning", "expected"),
    [(80, 100, 80, YELLOW), (79, 100, 80, GREEN), (80, 0, 80, GREEN), (80, 100, None, GREEN), (None, 100, 80, GREEN)],
)
def test_a_quota_that_is_nearly_used_up_is_yellow(consumed, limit, warning, expected):
    taken = [Allocation(POOL, consumed, limit, warning)]
    assert thin_status(volume(True), pools(pool(50), taken=taken), OVER) is expected


def test_a_limitless_pool_has_its_parents_status():
    parent = pool(3, key=("parent",))
    child = pool(90, limitless=True)
    known = pools(child, parent, parents={POOL: ("parent",)})
    assert thin_status(volume(True), known, {("parent",): 101}) is RED


def test_without_a_pool_all_is_well():
    assert thin_status(volume(True), Pools({}, {}), {}) is GREEN


def test_what_is_promised_is_counted_at_the_ground():
    parent, child = pool(3, key=("parent",)), pool(90, limitless=True)
    known = pools(child, parent, parents={POOL: ("parent",)})
    assert subscribed_space({KEY: volume(True), ("2", "A"): volume(True, key=("2", "A"))}, known) == {("parent",): 1000}


def test_a_pool_that_says_what_it_has_promised_is_believed():
    ground = pool(50, promised=7)
    assert subscribed_space({KEY: volume(True)}, pools(ground)) == {POOL: 7}


# --- is it thin? ---


def thin_flags(walk, *arguments):
    return read_thin_flags(walk.quirks, *arguments, VolumeSettings(walk))


@pytest.mark.parametrize(("flag", "thin"), [(True, True), (False, False)])
def test_the_volume_itself_says_first(walk_over, flag, thin):
    ground = pools(pool(1, class_name="X_ThinPool"))
    assert thin_flags(walk_over(), {KEY: volume(flag)}, ground) == {KEY: thin}


@pytest.mark.parametrize(
    ("taken", "class_name", "thin"),
    [
        (Allocation(POOL, 500, 2000, None), "X_Pool", True),
        (Allocation(POOL, 1000, 2000, None), "X_Pool", False),
        (Allocation(POOL, None, 2000, None), "X_Pool", False),
        (Allocation(POOL, 500, 0, None), "X_Pool", False),
        (Allocation(POOL, 500, None, None), "FUJITSU_ThinProvisioningPool", True),
    ],
)
def test_allocation_and_pool_say_next(walk_over, taken, class_name, thin):
    ground = pools(pool(1, class_name=class_name), taken=[taken])
    assert thin_flags(walk_over(), {KEY: volume()}, ground) == {KEY: thin}


@pytest.mark.parametrize(("pool_type", "thin"), [(7, True), (8, True), (9, True), (1, False), (None, False)])
def test_settings_are_asked_last(made, walk_over, pool_type, thin):
    setting = made.row(made.instance("s"), ThinProvisionedPoolType=pool_type)
    link = made.link("X", "ManagedElement", made.device("X_V", "1"), "SettingData", setting.name, IsCurrent=1)
    walk = walk_over(StorageSetting=[setting], ElementSettingData=[link])
    assert thin_flags(walk, {KEY: volume()}, pools(pool(1))) == {KEY: thin}


def test_settings_are_not_asked_when_nothing_is_open(walk_over):
    walk = walk_over()
    thin_flags(walk, {KEY: volume(True)}, pools(pool(1)))
    assert walk.connection.asked == []
