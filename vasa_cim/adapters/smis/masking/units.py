"""The volumes behind each protocol controller, alike in all dialects (`smis-mapping 3.2` A5).

SCSIProtocolController --ProtocolControllerForUnit(Antecedent -> Dependent)--> StorageVolume
"""

from collections.abc import Mapping

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row


def read_units(walk: Walk, volumes: Mapping[Key, Volume]) -> Mapping[Key, tuple[Key, ...]]:
    """Return the known volumes that may be used through each controller, in order. Raises SourceError.

    A unit that is no volume, such as CIM_SCSIArbitraryLogicalUnit, may have a volume's DeviceID.
    """
    units: dict[Key, set[Key]] = {}
    barred: set[tuple[Key, Key]] = set()
    for row in walk.rows(v.PROTOCOL_CONTROLLER_FOR_UNIT, v.UNIT_PROPERTIES):
        ends = row.name.ends("Antecedent", "Dependent")
        if ends is None or ends[1] not in volumes or not _is_meant(row, volumes[ends[1]]):
            continue
        if _is_barred(row):
            barred.add(ends)
        else:
            units.setdefault(ends[0], set()).add(ends[1])
    for controller, volume in barred:
        units.get(controller, set()).discard(volume)
    return {controller: tuple(sorted(found)) for controller, found in units.items() if found}


def _is_meant(row: Row, volume: Volume) -> bool:
    """Return whether the association's end is this volume, named by its own creation class or a superclass."""
    end = row.name.reference("Dependent")
    named = end.text("CreationClassName") if end is not None else None
    return named is None or volume.class_name is None or named.lower() in (volume.class_name.lower(), *v.VOLUME_ROOTS)


def _is_barred(row: Row) -> bool:
    """Return whether the association says that the volume cannot be used."""
    no_access = row.number("DeviceAccess") == v.DEVICE_NO_ACCESS
    return no_access or row.number("AccessState") == v.ACCESS_STATE_INACTIVE
