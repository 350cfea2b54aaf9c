"""Health of CIM elements as VASA's colours: the worst of all that is known (`smis-mapping 6.1`)."""

from collections.abc import Collection, Iterable, Mapping

from vasa_cim.model.enums import AlarmStatus

_GREEN, _YELLOW, _RED = AlarmStatus.GREEN, AlarmStatus.YELLOW, AlarmStatus.RED
_ORDER = (_GREEN, _YELLOW, _RED)
_OK, _STOPPED, _SUPPORTING_ENTITY = 2, 10, 16
_MAJOR = 20

# CIM_ManagedSystemElement.OperationalStatus. 0 unknown and 1 other say nothing; vendors' values are ignored but one.
OPERATIONAL_STATUS: Mapping[int, AlarmStatus] = {
    2: _GREEN,  # OK
    3: _YELLOW,  # degraded
    4: _YELLOW,  # stressed
    5: _YELLOW,  # predictive failure
    6: _RED,  # error
    7: _RED,  # non-recoverable error
    8: _YELLOW,  # starting
    9: _YELLOW,  # stopping
    11: _YELLOW,  # in service
    12: _RED,  # no contact
    13: _RED,  # lost communication
    14: _RED,  # aborted
    15: _YELLOW,  # dormant
    17: _GREEN,  # completed
    18: _YELLOW,  # power mode
    19: _GREEN,  # relocating
    32769: _GREEN,  # seen as ONLINE
}

# CIM_ManagedSystemElement.HealthState. 0 unknown says nothing.
HEALTH_STATE: Mapping[int, AlarmStatus] = {5: _GREEN, 10: _YELLOW, 15: _YELLOW, 20: _RED, 25: _RED, 30: _RED}

# CIM_StorageExtent.ExtentStatus: 3 broken, 4 data lost, 7 and 8 exposed, 9 protection disabled, 11 rebuild,
# 12 recalculate.
EXTENT_STATUS: Mapping[int, AlarmStatus] = {
    3: _RED,
    4: _RED,
    7: _YELLOW,
    8: _YELLOW,
    9: _YELLOW,
    11: _YELLOW,
    12: _YELLOW,
}


def worst(statuses: Iterable[AlarmStatus]) -> AlarmStatus | None:
    """Return the worst status, None if there is none."""
    return max(statuses, key=_ORDER.index, default=None)


def health_of(
    operational: Collection[int], health: int | None, extent: Collection[int] = (), *, is_port: bool = False
) -> AlarmStatus | None:
    """Return the status of an element from its OperationalStatus, HealthState and ExtentStatus; None if unknown."""
    known = [_operational(code, operational, health, is_port=is_port) for code in operational]
    known.append(None if health is None else HEALTH_STATE.get(health))
    known += [EXTENT_STATUS.get(code) for code in extent]
    return worst(status for status in known if status is not None)


def _operational(code: int, all_codes: Collection[int], health: int | None, *, is_port: bool) -> AlarmStatus | None:
    if code == _STOPPED:
        return _YELLOW if is_port or _OK in all_codes else _RED
    if code == _SUPPORTING_ENTITY:
        return _RED if is_port or (health or 0) >= _MAJOR else _YELLOW
    return OPERATIONAL_STATUS.get(code)
