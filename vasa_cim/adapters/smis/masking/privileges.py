"""Masking dialect 1: authorized privileges (`smis-mapping 3.1`, `3.2` A1 to A4).

StorageHardwareID --AuthorizedSubject-- AuthorizedPrivilege --AuthorizedTarget-- SCSIProtocolController
"""

from collections.abc import Iterable

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.masking.grants import Grants, grant_of
from vasa_cim.adapters.smis.masking.hardware_ids import HardwareIds
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row


def read_privileges(walk: Walk, hardware_ids: HardwareIds) -> Grants:
    """Return who may use which controller. Raises SourceError.

    A privilege without a target, a subject, or an instance of its own grants nothing.
    """
    targets = _by_first(walk.edges(v.AUTHORIZED_TARGET, "Privilege", "TargetElement"))
    if not targets:
        return {}
    subjects = _by_first(walk.edges(v.AUTHORIZED_SUBJECT, "Privilege", "PrivilegedElement"))
    privileges = {row.key: row for row in walk.rows(v.AUTHORIZED_PRIVILEGE, v.PRIVILEGE_PROPERTIES)}
    allowed: dict[Key, set[str]] = {}
    denied: dict[Key, set[str]] = {}
    for privilege, controllers in targets.items():
        row = privileges.get(privilege)
        who = hardware_ids.initiators(subjects.get(privilege, ())) if row is not None else frozenset()
        for controller in controllers:
            allowed.setdefault(controller, set()).update(who if row is not None and _permits(row) else ())
            denied.setdefault(controller, set()).update(who if row is not None and _denies(row) else ())
    return {controller: grant_of(allowed[controller], denied[controller]) for controller in allowed}


def _by_first(edges: Iterable[tuple[Key, Key]]) -> dict[Key, set[Key]]:
    found: dict[Key, set[Key]] = {}
    for first, second in edges:
        found.setdefault(first, set()).add(second)
    return found


def _permits(privilege: Row) -> bool:
    """Return whether a privilege lets its subjects read; one that does not say what it permits permits nothing."""
    return privilege["PrivilegeGranted"] in (None, True) and v.ACTIVITY_READ in privilege.numbers("Activities")


def _denies(privilege: Row) -> bool:
    """Return whether a privilege forbids its subjects to read; one that does not say what it forbids forbids all."""
    activities = privilege.numbers("Activities")
    granted = privilege["PrivilegeGranted"] in (None, True)
    return not granted and (not activities or v.ACTIVITY_READ in activities)
