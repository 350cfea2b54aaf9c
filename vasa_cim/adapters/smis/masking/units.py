"""The volumes behind each protocol controller, alike in all dialects (`smis-mapping 3.2` A5).

SCSIProtocolController --ProtocolControllerForUnit(Antecedent -> Dependent)--> StorageVolume
"""

from collections.abc import Collection, Mapping

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row


def read_units(walk: Walk, volumes: Collection[Key]) -> Mapping[Key, tuple[Key, ...]]:
    """Return the known volumes that may be used through each controller, in order. Raises SourceError."""
    units: dict[Key, set[Key]] = {}
    barred: set[tuple[Key, Key]] = set()
    for row in walk.rows(v.PROTOCOL_CONTROLLER_FOR_UNIT, v.UNIT_PROPERTIES):
        ends = row.name.ends("Antecedent", "Dependent")
        if ends is None or ends[1] not in volumes:
            continue
        if _is_barred(row):
            barred.add(ends)
        else:
            units.setdefault(ends[0], set()).add(ends[1])
    for controller, volume in barred:
        units.get(controller, set()).discard(volume)
    return {controller: tuple(sorted(found)) for controller, found in units.items() if found}


def _is_barred(row: Row) -> bool:
    """Return whether the association says that the volume cannot be used."""
    no_access = row.number("DeviceAccess") == v.DEVICE_NO_ACCESS
    return no_access or row.number("AccessState") == v.ACCESS_STATE_INACTIVE
