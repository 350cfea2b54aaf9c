"""What a masking view of a running array consists of, read and written alike in dialects 1, 2, 4 and 5.

A method reads a view's state, works out the one it is to have, and writes that: only what differs is changed.
Dialect 3 has groups for it: `group_masking`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pywbem

from mock_cimom.keys import TargetKey
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.view_access import Access

CONTROLLER = "CIM_SCSIProtocolController"
UNIT = "CIM_ProtocolControllerForUnit"


@dataclass(frozen=True)
class Unit:
    """A volume in a view, its LUN there and CIM_ProtocolControllerForUnit.DeviceAccess."""

    volume: Path
    number: int
    access: int

    @property
    def device_number(self) -> str:
        """The LUN as CIM_ProtocolControllerForUnit.DeviceNumber: hexadecimal text."""
        return f"{self.number:04X}"


@dataclass
class ViewState:
    """The volumes, the initiators' hardware IDs and the target endpoints of a view, by the keys of their paths."""

    units: dict[TargetKey, Unit] = field(default_factory=dict)
    initiators: dict[TargetKey, Path] = field(default_factory=dict)
    targets: dict[TargetKey, Path] = field(default_factory=dict)

    def copy(self) -> "ViewState":
        """Return a state that can be changed apart from this one."""
        return ViewState(dict(self.units), dict(self.initiators), dict(self.targets))


class LinkedViews:
    """Views with units, ports and subjects by associations: dialects 1, 2 and 4."""

    def __init__(self, live: Live, access: Access, devices: Sequence[tuple[Path, Path]] | None) -> None:
        """`devices` has each endpoint with its port device, if views lead to devices; None: they lead to endpoints."""
        self._live = live
        self._access = access
        self._devices = devices

    def read(self, view: Path) -> ViewState:
        """Return what a view consists of."""
        live = self._live
        units = {live.key(link["Dependent"]): _unit(link) for link in live.links(view, UNIT, "Antecedent")}
        initiators = {live.key(path): path for path in self._access.initiators(view)}
        return ViewState(units, initiators, {live.key(path): path for path in self.targets(view)})

    def targets(self, view: Path) -> list[Path]:
        """Return the endpoints a view is reached through."""
        live = self._live
        if self._devices is None:
            return live.across(view, "CIM_SAPAvailableForElement", "ManagedElement", "AvailableSAP")
        found = {live.key(one) for one in live.across(view, "CIM_ProtocolControllerForPort", "Antecedent", "Dependent")}
        return [endpoint for endpoint, device in self._devices if live.key(device) in found]

    def views_of(self, initiator: Path) -> list[Path]:
        """Return the views a hardware ID is granted."""
        return self._access.views_of(initiator)

    def maps(self, volume: Path) -> int:
        """Return in how many views a volume is."""
        return len(self._live.links(volume, UNIT, "Dependent"))

    def write(self, view: Path, label: str, before: ViewState, after: ViewState) -> None:
        """Make a view that consists of `before` consist of `after`."""
        live = self._live
        for key, unit in before.units.items():
            if after.units.get(key) != unit:
                live.unlink(one for one in live.links(view, UNIT, "Antecedent") if live.key(one["Dependent"]) == key)
        self._access.revoke(view, [path for key, path in before.initiators.items() if key not in after.initiators])
        for key, path in before.targets.items():
            if key not in after.targets:
                live.unlink(self._port_links(view, path))
        self._access.grant(
            view, label, [path for key, path in after.initiators.items() if key not in before.initiators]
        )
        for key, path in after.targets.items():
            if key not in before.targets:
                self._link_port(view, path)
        for key, unit in after.units.items():
            if before.units.get(key) != unit:
                live.factory.make(
                    UNIT,
                    Antecedent=live.factory.ref(view),
                    Dependent=live.factory.ref(unit.volume),
                    DeviceNumber=unit.device_number,
                    DeviceAccess=unit.access,
                )

    def delete(self, view: Path) -> None:
        """Delete a view with what exists for it alone."""
        self._access.close(view)
        self._live.delete(view)

    def _port_links(self, view: Path, endpoint: Path) -> list[pywbem.CIMInstance]:
        live = self._live
        if self._devices is None:
            links, role, end = (
                live.links(view, "CIM_SAPAvailableForElement", "ManagedElement"),
                "AvailableSAP",
                endpoint,
            )
        else:
            links = live.links(view, "CIM_ProtocolControllerForPort", "Antecedent")
            role, end = "Dependent", self._device(endpoint)
        return [one for one in links if live.same(one[role], end)]

    def _link_port(self, view: Path, endpoint: Path) -> None:
        live = self._live
        controller = live.factory.ref(view)
        if self._devices is None:
            live.factory.make(
                "CIM_SAPAvailableForElement", AvailableSAP=live.factory.ref(endpoint), ManagedElement=controller
            )
        else:
            device = live.factory.ref(self._device(endpoint))
            live.factory.make("CIM_ProtocolControllerForPort", Antecedent=controller, Dependent=device)

    def _device(self, endpoint: Path) -> Path:
        return next(device for one, device in self._devices or () if self._live.same(one, endpoint))


def _unit(link: pywbem.CIMInstance) -> Unit:
    return Unit(link["Dependent"], lun_of(link["DeviceNumber"]) or 0, int(link["DeviceAccess"] or 0))


def lun_of(text: str | None) -> int | None:
    """Return the LUN that a DeviceNumber says in hexadecimal text; None if it says none."""
    if text is None or not re.fullmatch("[0-9A-Fa-f]{1,4}", text):
        return None
    return int(text, 16)
