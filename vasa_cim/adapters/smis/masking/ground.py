"""What was read before masking and masking builds on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis.ports import Ports
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.systems import Systems
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.cim.rows import Key, ObjectName, Row


@dataclass(frozen=True, slots=True)
class MaskingGround:
    """The tables of one namespace. `saps` are the controllers behind each endpoint.

    `masked` tells whether the CIMOM claims a masking profile.
    """

    systems: Systems
    volumes: Mapping[Key, Volume]
    ports: Ports
    controllers: Mapping[Key, Row]
    saps: Mapping[Key, set[Key]]
    element_capabilities: Collection[ObjectName]
    masked: bool

    def array_of(self, controller: Key, quirks: Quirks) -> str | None:
        """Return the array of a controller that may be a view, None for others and for dangling references."""
        row = self.controllers.get(controller)
        if row is None or not quirks.may_be_view(row):
            return None
        return self.systems.array_for(row.text("SystemName"))
