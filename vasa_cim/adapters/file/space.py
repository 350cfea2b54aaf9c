"""The `thinProvisioningStatus` of a file system: its own space, and the pools below it (`smis-mapping 2.6`, `6.3`)."""

from vasa_cim.adapters.smis.file_systems import Disk, FileSystem
from vasa_cim.adapters.smis.file_tables import FileTables
from vasa_cim.adapters.smis.health import worst
from vasa_cim.adapters.smis.raid import Redundancy
from vasa_cim.adapters.smis.thin import (
    DEFAULT_THRESHOLDS,
    Stored,
    ThinThresholds,
    limits,
    thin_by_pool,
    thin_status,
)
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.cim.rows import Key
from vasa_cim.model.enums import AlarmStatus


def space_status(
    tables: FileTables,
    file_system: FileSystem,
    previous: AlarmStatus = AlarmStatus.GREEN,
    thresholds: ThinThresholds = DEFAULT_THRESHOLDS,
) -> AlarmStatus:
    """Return the status of a file system: the worst of its own and of those pools that give it space when it needs it.

    Green if all its space was allocated in advance, or if no pool is known below it. `previous` is what was reported
    last.
    """
    elements = [_stored(tables, key, file_system) for key in tables.grounds.elements_of(file_system)]
    thin = [one for one in elements if _is_thin(tables, one)]
    if not thin:
        return AlarmStatus.GREEN
    below = [thin_status(one, tables.tables.pools, tables.subscribed, previous, thresholds) for one in thin]
    return worst((_own_status(file_system.used_percent, previous, thresholds), *below)) or AlarmStatus.GREEN


def _stored(tables: FileTables, key: Key, file_system: FileSystem) -> Stored:
    """Return what lies in a pool; what is not told is taken to be as large as the file system on it."""
    return tables.stored.get(key) or Disk(key, file_system.size or 0, None, Redundancy())


def _is_thin(tables: FileTables, one: Stored) -> bool:
    if isinstance(one, Volume):
        return tables.tables.thin_flags[one.key]
    stated = one.thin if isinstance(one, Disk) else None
    if stated is not None:
        return stated
    return bool(thin_by_pool(one, tables.tables.pools, tables.tables.walk.quirks))


def _own_status(used: float | None, previous: AlarmStatus, thresholds: ThinThresholds) -> AlarmStatus:
    if used is None:
        return AlarmStatus.GREEN
    red, yellow = limits(previous, thresholds)
    if used >= red:
        return AlarmStatus.RED
    return AlarmStatus.YELLOW if used >= yellow else AlarmStatus.GREEN
