"""Masking dialect 1: authorized privileges (`smis-mapping 3.1`, `3.2` A1 to A4).

StorageHardwareID --AuthorizedSubject-- AuthorizedPrivilege --AuthorizedTarget-- SCSIProtocolController
"""

from collections.abc import Container, Iterable, Mapping

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.masking.ends import target_of
from vasa_cim.adapters.smis.masking.grants import Dialect, Finding, forbids_reading
from vasa_cim.adapters.smis.masking.hardware_ids import HardwareIds
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row


def read_privileges(walk: Walk, hardware_ids: HardwareIds, volumes: Mapping[Key, Volume]) -> Finding:
    """Return who may use which controller. Raises SourceError.

    A privilege without a target, a subject, or an instance of its own grants nothing.
    """
    finding = Finding(Dialect.PRIVILEGES)
    targets: dict[Key, set[Key]] = {}
    for name in walk.names(v.AUTHORIZED_TARGET):
        finding.seen = True
        privilege, element = name.reference("Privilege"), name.reference("TargetElement")
        target = target_of(element, volumes)
        finding.unreadable |= element is None or not element.key
        if target is not None:
            targets.setdefault(privilege.key if privilege is not None else (), set()).add(target)
    if not targets:
        return finding
    privileges = _rows_by_key(walk.rows(v.AUTHORIZED_PRIVILEGE, v.PRIVILEGE_PROPERTIES))
    subjects, lost = _subjects(walk, privileges)
    for privilege_key, found in targets.items():
        rows = privileges.get(privilege_key, ()) if privilege_key else ()
        who = hardware_ids.initiators(subjects.get(privilege_key, ())) if rows else frozenset()
        permits, denies = bool(rows) and all(map(_permits, rows)), any(map(_denies, rows))
        for controller in found:
            finding.allowed[controller].update(who if permits else ())
            finding.denied[controller].update(who if denies else ())
        if permits and privilege_key not in subjects and subjects and not lost:
            finding.subjectless |= found
    return finding


def _subjects(walk: Walk, privileges: Container[Key]) -> tuple[Mapping[Key, set[Key]], bool]:
    """Return the subjects of each privilege, and whether any subject's privilege is not there or cannot be read.

    A privilege may then only seem to have none.
    """
    found: dict[Key, set[Key]] = {}
    lost = False
    for name in walk.names(v.AUTHORIZED_SUBJECT):
        ends = name.ends("Privilege", "PrivilegedElement")
        if ends is None or ends[0] not in privileges:
            lost = True
        else:
            found.setdefault(ends[0], set()).add(ends[1])
    return found, lost


def _rows_by_key(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    """Return the rows of each key; a server may name one instance twice, and then what is stricter counts."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return found


def _permits(privilege: Row) -> bool:
    """Return whether a privilege lets its subjects read; one that does not say what it permits permits nothing."""
    return privilege["PrivilegeGranted"] in (None, True) and v.Activity.READ in privilege.numbers("Activities")


def _denies(privilege: Row) -> bool:
    return forbids_reading(privilege["PrivilegeGranted"], privilege.numbers("Activities"))
