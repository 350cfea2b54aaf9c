"""Whether a LUN is thin, and how full the ground below it is (`smis-mapping 2.4`, `6.2`, `6.3`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from vasa_cim.adapters.smis.pools import Pool, Pools
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.volume_settings import VolumeSettings
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.cim.rows import Key
from vasa_cim.model.enums import AlarmStatus


class Stored(Protocol):
    """What takes space from pools: a volume or a logical disk. `size` is bytes."""

    @property
    def key(self) -> Key:
        """Its key, by which pools know what is allocated for it."""
        ...

    @property
    def size(self) -> int:
        """The bytes that it may grow to."""
        ...


@dataclass(frozen=True, slots=True)
class ThinThresholds:
    """Percent of a pool in use at which its thin LUNs turn red and yellow; a colour is left `slack` points below."""

    red: float = 95.0
    yellow: float = 80.0
    slack: float = 2.0


DEFAULT_THRESHOLDS = ThinThresholds()


def read_thin_flags(
    quirks: Quirks, volumes: Mapping[Key, Volume], pools: Pools, settings: VolumeSettings
) -> Mapping[Key, bool]:
    """Return whether each volume is thin; settings are asked for only if some volume leaves it open.

    Raises SourceError.
    """
    flags: dict[Key, bool] = {}
    undecided = []
    for key, volume in volumes.items():
        flag = volume.thin if volume.thin is not None else thin_by_pool(volume, pools, quirks)
        if flag is None:
            undecided.append(key)
        else:
            flags[key] = flag
    if not undecided or not any(one.thin for one in settings.settings.values()):
        return flags | dict.fromkeys(undecided, False)
    chosen = settings.of_element
    return flags | {key: key in chosen and chosen[key].thin for key in undecided}


def thin_by_pool(volume: Stored, pools: Pools, quirks: Quirks) -> bool | None:
    """Return True if allocation or pool say so, None if they leave it open."""
    for one in pools.allocations.get(volume.key, ()):
        limited = (one.limit or 0) > 0 and one.consumed is not None and one.consumed < volume.size
        if limited or (one.pool in pools.pools and quirks.is_thin_pool_class(pools.pools[one.pool].class_name)):
            return True
    return None


def thin_status(
    volume: Stored,
    pools: Pools,
    subscribed: Mapping[Key, int],
    previous: AlarmStatus = AlarmStatus.GREEN,
    thresholds: ThinThresholds = DEFAULT_THRESHOLDS,
) -> AlarmStatus:
    """Return the status of a thin volume; the first rule of `smis-mapping 6.3` that hits wins.

    `subscribed` holds the bytes promised to the volumes of each pool; `previous` is the status reported last.
    """
    pool = pools.pool_of(volume.key)
    if pool is None:
        return AlarmStatus.GREEN
    pool = pools.source_of_space(pool)
    if pool.remaining == 0:
        return AlarmStatus.RED
    if pool.total is None or pool.remaining is None or pool.total <= 0:
        return AlarmStatus.GREEN
    if subscribed.get(pool.key, 0) <= pool.total:
        return AlarmStatus.GREEN
    used = 100 * (pool.total - pool.remaining) / pool.total
    red, yellow = limits(previous, thresholds)
    if used >= red:
        return AlarmStatus.RED
    slack = 0 if previous is AlarmStatus.GREEN else thresholds.slack
    if used >= yellow or _is_low(pool, pool.total, pool.remaining, slack) or _near_its_limit(volume, pools, slack):
        return AlarmStatus.YELLOW
    return AlarmStatus.GREEN


def limits(previous: AlarmStatus, thresholds: ThinThresholds) -> tuple[float, float]:
    """Return the percent in use at which red and yellow begin, or go on where `previous` is that colour or a worse."""
    red = thresholds.red - (thresholds.slack if previous is AlarmStatus.RED else 0)
    yellow = thresholds.yellow - (thresholds.slack if previous is not AlarmStatus.GREEN else 0)
    return red, yellow


def _is_low(pool: Pool, total: int, remaining: int, slack: float) -> bool:
    """Return whether a pool is below its own threshold, which is in percent remaining, with `slack` points on it."""
    return bool(pool.low_space_percent) and remaining * 100 <= total * ((pool.low_space_percent or 0) + slack)


def _near_its_limit(volume: Stored, pools: Pools, slack: float) -> bool:
    """Return whether a volume has used up its quota to the percentage at which the array would warn."""
    return any(
        one.consumed * 100 >= one.limit * (one.warning_percent - slack)
        for one in pools.allocations.get(volume.key, ())
        if one.consumed is not None and one.limit and one.warning_percent
    )


def subscribed_space(volumes: Mapping[Key, Stored], pools: Pools) -> Mapping[Key, int]:
    """Return the bytes promised to the volumes of each pool, limitless pools counted with their parents.

    A pool that says itself what it has promised is believed.
    """
    promised: dict[Key, int] = {}
    for volume in volumes.values():
        pool = pools.pool_of(volume.key)
        if pool is not None:
            ground = pools.source_of_space(pool).key
            promised[ground] = promised.get(ground, 0) + volume.size
    stated = {key: pool.promised for key, pool in pools.pools.items() if pool.promised is not None}
    return promised | stated
