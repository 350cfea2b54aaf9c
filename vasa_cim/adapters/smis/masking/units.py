"""The volumes behind each protocol controller, alike in all dialects (`smis-mapping 3.2` A5).

SCSIProtocolController --ProtocolControllerForUnit(Antecedent -> Dependent)--> StorageVolume
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.masking.ends import volume_of
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row


@dataclass(slots=True)
class Units:
    """The known volumes of each controller that may be used through it, and those that may not.

    `controllers` are all that have a unit of any kind: what these lead to is said, be it nothing.
    """

    usable: dict[Key, set[Key]] = field(default_factory=dict)
    barred: dict[Key, set[Key]] = field(default_factory=dict)
    controllers: set[Key] = field(default_factory=set)

    def volumes_of(self, controller: Key, otherwise: Collection[Key] = ()) -> tuple[Key, ...]:
        """Return the usable volumes of a controller in order; of one without any unit those of `otherwise`.

        A volume that is barred once is barred, whoever else lists it.
        """
        found = self.usable.get(controller, ()) if controller in self.controllers else otherwise
        barred = self.barred.get(controller, ())
        return tuple(sorted(volume for volume in found if volume not in barred))


def read_units(walk: Walk, volumes: Mapping[Key, Volume]) -> Units:
    """Return the units of all controllers. Raises SourceError.

    A unit that is no volume, such as CIM_SCSIArbitraryLogicalUnit, may have a volume's DeviceID.
    """
    units = Units()
    for row in walk.rows(v.PROTOCOL_CONTROLLER_FOR_UNIT, v.UNIT_PROPERTIES):
        controller = row.name.reference("Antecedent")
        if controller is None:
            continue
        units.controllers.add(controller.key)
        volume = volume_of(row.name.reference("Dependent"), volumes)
        if volume is not None:
            side = units.barred if _is_barred(row) else units.usable
            side.setdefault(controller.key, set()).add(volume.key)
    return units


def _is_barred(row: Row) -> bool:
    """Return whether the association says that the volume cannot be used."""
    no_access = row.number("DeviceAccess") == v.DEVICE_NO_ACCESS
    return no_access or row.number("AccessState") == v.ACCESS_STATE_INACTIVE
