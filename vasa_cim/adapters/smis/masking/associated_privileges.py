"""Masking dialect 2: associated privileges (`smis-mapping 3.1`).

StorageHardwareID --AssociatedPrivilege(Subject -> Target)-- SCSIProtocolController

The associations are read as instances: a denial is told by their properties alone.
"""

from collections.abc import Mapping

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.masking.ends import target_of
from vasa_cim.adapters.smis.masking.grants import Dialect, Finding
from vasa_cim.adapters.smis.masking.hardware_ids import HardwareIds
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName, Row

_DENIALS = frozenset({v.Activity.DENY_DETECT, v.Activity.DENY_READ})
_CONCERNING_READ = _DENIALS | {v.Activity.READ}


def read_associated_privileges(walk: Walk, hardware_ids: HardwareIds, volumes: Mapping[Key, Volume]) -> Finding:
    """Return who may use which controller. Raises SourceError."""
    finding = Finding(Dialect.ASSOCIATED_PRIVILEGES)
    rows = list(walk.rows(v.ASSOCIATED_PRIVILEGE, v.ASSOCIATED_PRIVILEGE_PROPERTIES))
    for row in rows:  # read to the end: a subject that is a collection causes a request of its own
        finding.seen = True
        subject, target = row["Subject"], row["Target"]
        controller = target_of(target, volumes) if isinstance(target, ObjectName) else None
        finding.unreadable |= not isinstance(target, ObjectName) or not target.key
        if controller is None:
            continue
        who = hardware_ids.initiators((subject.key,)) if isinstance(subject, ObjectName) else ()
        finding.allowed[controller].update(who if _permits(row) else ())
        finding.denied[controller].update(who if _denies(row) else ())
    return finding


def _permits(row: Row) -> bool:
    """Return whether an association lets its subject read; without a list of activities it does."""
    if row["PrivilegeGranted"] not in (None, True):
        return False
    activities = row.numbers("Activities")
    return row["Activities"] is None or (v.Activity.READ in activities and not _DENIALS & set(activities))


def _denies(row: Row) -> bool:
    """Return whether an association forbids its subject to read: by its activities, or by not being granted.

    One that is not granted and does not say what it forbids forbids all.
    """
    activities = set(row.numbers("Activities"))
    if row["PrivilegeGranted"] in (None, True):
        return bool(_DENIALS & activities)
    return not activities or bool(_CONCERNING_READ & activities)
