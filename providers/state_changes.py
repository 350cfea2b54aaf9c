"""Systems, ports and volumes taken down and up again: CIM_EnabledLogicalElement.RequestStateChange (9.6).

    down (Disabled, Shut Down, Offline): OperationalStatus [10]      up (Enabled): [2]
    Reboot, Reset of a system: [9] and then [2], which a client sees by its indications

What hangs on a system goes with it: the ports it carries, and the processors of an array with theirs.
"""

from collections.abc import Mapping
from typing import Any

import pywbem

from mock_cimom.providers.factory import OK as STATUS_OK
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.method_calls import INVALID, NOT_SUPPORTED, Call, Refusal
from mock_cimom.providers.volume_copies import refresh_copies

INVALID_TRANSITION, NO_TIMEOUT = 4097, 4098
ENABLED, DISABLED, SHUT_DOWN, OFFLINE, REBOOT, RESET = 2, 3, 4, 6, 10, 11
KNOWN_STATES = range(2, 12)
NO_CHANGE = 5
DOWN = {DISABLED: 3, SHUT_DOWN: 3, OFFLINE: 6}  # RequestedState: EnabledState
STOPPING, STOPPED = 9, 10  # CIM_ManagedSystemElement.OperationalStatus
SYSTEM = "CIM_ComputerSystem"


def request_state_change(call: Call) -> Mapping[str, Any]:
    """RequestStateChange of a system or a device. It takes no time, so a TimeoutPeriod is not supported."""
    wanted = call.value("RequestedState")
    if wanted is None or wanted not in KNOWN_STATES or wanted == NO_CHANGE:
        raise Refusal(INVALID)
    timeout = call.value("TimeoutPeriod")
    if timeout is not None and not _is_zero(timeout):
        raise Refusal(NO_TIMEOUT)
    live = call.live
    is_system = live.is_a(call.target.classname, SYSTEM)
    if wanted in (REBOOT, RESET) and is_system:
        _reboot(live, call.target)
    elif wanted == ENABLED:
        _set(live, _with_parts(live, call.target), ENABLED, ENABLED, STATUS_OK)
    elif wanted in DOWN:
        _set(live, _with_parts(live, call.target), wanted, DOWN[wanted], STOPPED)
    else:
        raise Refusal(NOT_SUPPORTED)
    return {}


def _is_zero(timeout: pywbem.CIMDateTime) -> bool:
    return timeout.is_interval and not timeout.timedelta


def _reboot(live: Live, system: Path) -> None:
    if _status(live, system) == STOPPED:
        raise Refusal(INVALID_TRANSITION)
    parts = [part for part in _with_parts(live, system) if _status(live, part) != STOPPED]
    _set(live, parts, REBOOT, 4, STOPPING)
    _set(live, parts, REBOOT, ENABLED, STATUS_OK)


def _with_parts(live: Live, element: Path) -> list[Path]:
    """Return the element and what stops when it stops."""
    found = [element]
    if live.is_a(element.classname, SYSTEM):
        for path in live.across(element, "CIM_SystemDevice", "GroupComponent", "PartComponent"):
            if live.is_a(path.classname, "CIM_LogicalPort"):
                found.append(path)
        for path in live.across(element, "CIM_ComponentCS", "GroupComponent", "PartComponent"):
            found.extend(_with_parts(live, path))
    return [path for path in found if live.instance(path) is not None]


def _status(live: Live, path: Path) -> int | None:
    listed = live.instance(path).get("OperationalStatus")
    return listed[0] if listed else None


def _set(live: Live, paths: list[Path], requested: int, enabled: int, status: int) -> None:
    for path in paths:
        live.modify(path, RequestedState=requested, EnabledState=enabled, OperationalStatus=[status])
        refresh_copies(live, path)
