"""Masking dialect 5: one MaskingMappingView row for each path (`smis-mapping 3.1`, `3.2`).

A row is one initiator that reaches one volume through one endpoint. Rows are taken as they are, and never multiplied
out: what is missing among them is not shown.
"""

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.masking.ends import volume_of
from vasa_cim.adapters.smis.masking.grants import Dialect, Finding, forbids_reading
from vasa_cim.adapters.smis.masking.hardware_ids import HardwareIds, match_key
from vasa_cim.adapters.smis.ports import PortId, Ports
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName, Row

ROW_LIMIT = 100_000
"""More rows than this are not read (`smis-mapping 3.2`): reading them would take longer than a round may."""

NO_CONTROLLER: Key = ()
"""Stands for the controller of rows that name none."""


@dataclass(slots=True)
class RowPaths:
    """What the rows say: controller -> initiator -> volume -> ports, and who and what is refused.

    `finding` has the controllers that rows name, and the denials among them. `too_many` tells that there were more
    rows than can be read; then nothing is said.
    """

    finding: Finding = field(default_factory=lambda: Finding(Dialect.ROWS))
    paths: dict[Key, dict[str, dict[Key, set[PortId]]]] = field(default_factory=dict)
    barred: dict[Key, set[Key]] = field(default_factory=dict)
    too_many: bool = False


def read_rows(walk: Walk, hardware_ids: HardwareIds, volumes: Mapping[Key, Volume], ports: Ports) -> RowPaths:
    """Return what the rows of a namespace say. Raises SourceError."""
    found = RowPaths()
    with closing(_rows(walk)) as rows:
        for count, row in enumerate(rows, start=1):
            found.finding.seen = True
            if count > ROW_LIMIT:
                found = RowPaths(Finding(Dialect.ROWS, seen=True), too_many=True)
                break
            _take(found, row, hardware_ids, volumes, ports)
    told = [f"more than {ROW_LIMIT}"] if found.too_many else []
    walk.left_out("masking rows", "they are too many to read, and there is no other word about who sees what", told)
    return found


def _rows(walk: Walk) -> Generator[Row, None, None]:
    for class_name in v.MASKING_MAPPING_VIEWS:
        none = True
        for row in walk.rows(class_name, v.MASKING_ROW_PROPERTIES):
            none = False
            yield row
        if not none:
            return


def _take(found: RowPaths, row: Row, hardware_ids: HardwareIds, volumes: Mapping[Key, Volume], ports: Ports) -> None:
    """Add a row to what was found; one that dangles or contradicts itself adds nothing."""
    initiator, volume = _initiator(row, hardware_ids), volume_of(_end(row, "LogicalDevice"), volumes)
    controller = _controller(row)
    endpoint = _end(row, "ProtocolEndpoint")
    if controller is None or initiator is None:
        return
    found.finding.allowed[controller].update(())
    if _denies(row):
        found.finding.denied[controller].add(initiator)
    elif volume is not None and row.number("PCFUDeviceAccess") == v.DEVICE_NO_ACCESS:
        found.barred.setdefault(controller, set()).add(volume.key)
    elif volume is not None and endpoint is not None and _permits(row):
        port = ports.of_endpoint.get(endpoint.key)
        if port is not None and port[0] == volume.array:
            seen = found.paths.setdefault(controller, {}).setdefault(initiator, {})
            seen.setdefault(volume.key, set()).add(port)


def _end(row: Row, role: str) -> ObjectName | None:
    value = row[role]
    return value if isinstance(value, ObjectName) else None


def _controller(row: Row) -> Key | None:
    """Return the key of the row's controller, `NO_CONTROLLER` if it names none, None if it names half of one."""
    device, system = row.text("SPCDeviceID"), row.text("SPCSystemName")
    if not device and not system:
        return NO_CONTROLLER
    return (device, system) if device and system else None


def _initiator(row: Row, hardware_ids: HardwareIds) -> str | None:
    """Return the match key of the row's initiator.

    It is that of the hardware ID, with which the row must agree; an array that has no hardware IDs tells it in rows.
    """
    end, name, kind = _end(row, "StorageHardwareID"), row.text("SHIDStorageID"), row.number("SHIDIDType")
    if end is None:
        return None
    if not len(hardware_ids):
        return match_key(name, kind)
    known = hardware_ids.match(end.key)
    kinds = v.IdType if kind is None else (kind,)
    return known if name is None or any(match_key(name, one) == known for one in kinds) else None


def _permits(row: Row) -> bool:
    """Return whether a row shows its volume; rows exist for what is mapped, so only what it says counts against it."""
    if row["APPrivilegeGranted"] not in (None, True):
        return False
    return row["APActivities"] is None or v.Activity.READ in row.numbers("APActivities")


def _denies(row: Row) -> bool:
    """Return whether a row says that its initiator may not read through its controller."""
    return forbids_reading(row["APPrivilegeGranted"], row.numbers("APActivities"))
