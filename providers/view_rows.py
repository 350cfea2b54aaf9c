"""Views whose parts are told by MaskingMappingView rows alone: dialect 5 (smis-mapping 3.1)."""

from itertools import product
from typing import Any

import pywbem

from mock_cimom.keys import TargetKey
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.masking_privileges import READ, WRITE
from mock_cimom.providers.view_state import Unit, ViewState, lun_of

ROW = "CIM_MaskingMappingView"
SPC_KEYS = ("SystemCreationClassName", "SystemName", "CreationClassName", "DeviceID")
REPEATED = ("ProtocolIFType", "ConnectionType", "Role")


class RowViews:
    """One row for each hardware ID, volume and endpoint of a view; a view has all three or no row."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def read(self, view: Path) -> ViewState:
        """Return what a view consists of."""
        live, state = self._live, ViewState()
        for row in self._rows(view):
            number = lun_of(row["PCFUDeviceNumber"]) or 0
            unit = Unit(row["LogicalDevice"], number, int(row["PCFUDeviceAccess"] or 0))
            state.units[live.key(row["LogicalDevice"])] = unit
            state.initiators[live.key(row["StorageHardwareID"])] = row["StorageHardwareID"]
            state.targets[live.key(row["ProtocolEndpoint"])] = row["ProtocolEndpoint"]
        return state

    def targets(self, view: Path) -> list[Path]:
        """Return the endpoints a view is reached through."""
        return list(self.read(view).targets.values())

    def views_of(self, initiator: Path) -> list[Path]:
        """Return the views a hardware ID is granted."""
        return self._views(self._live.links(initiator, ROW, "StorageHardwareID"))

    def maps(self, volume: Path) -> int:
        """Return in how many views a volume is."""
        return len(self._views(self._live.links(volume, ROW, "LogicalDevice")))

    def write(self, view: Path, label: str, before: ViewState, after: ViewState) -> None:
        """Make a view that consists of `before` consist of `after`."""
        kept = set()
        for row in self._rows(view) if before.units else ():
            key = tuple(
                self._live.key(row[role]) for role in ("StorageHardwareID", "LogicalDevice", "ProtocolEndpoint")
            )
            if self._wanted(key, before, after):
                kept.add(key)
            else:
                self._live.unlink([row])
        for key in product(after.initiators, after.units, after.targets):
            if key not in kept:
                self._make(view, label, after.initiators[key[0]], after.units[key[1]], after.targets[key[2]])

    def delete(self, view: Path) -> None:
        """Delete a view with its rows."""
        self._live.unlink(self._rows(view))
        self._live.delete(view)

    def _rows(self, view: Path) -> list[pywbem.CIMInstance]:
        return list(self._live.matching(ROW, **{f"SPC{name}": view[name] for name in SPC_KEYS}))

    def _views(self, rows: list[pywbem.CIMInstance]) -> list[Path]:
        found = {tuple(row[f"SPC{name}"] for name in SPC_KEYS) for row in rows}
        return [
            Path(keys[2], dict(zip(SPC_KEYS, keys, strict=True)), namespace=self._live.space.name)
            for keys in sorted(found)
        ]

    @staticmethod
    def _wanted(key: tuple[TargetKey, ...], before: ViewState, after: ViewState) -> bool:
        initiator, volume, target = key
        return (
            initiator in after.initiators
            and target in after.targets
            and volume in after.units
            and before.units.get(volume) == after.units[volume]
        )

    def _make(self, view: Path, label: str, initiator: Path, unit: Unit, target: Path) -> None:
        live = self._live
        hardware_id, endpoint = live.instance(initiator), live.instance(target)
        values: dict[str, Any] = {f"SPC{name}": view[name] for name in SPC_KEYS}
        values |= {f"SPEP{name}": target[name] for name in (*SPC_KEYS[:3], "Name")}
        values |= {f"SPEP{name}": endpoint[name] for name in REPEATED if endpoint.get(name) is not None}
        live.factory.make(
            ROW,
            StorageHardwareID=live.factory.ref(initiator),
            LogicalDevice=live.factory.ref(unit.volume),
            ProtocolEndpoint=live.factory.ref(target),
            SHIDStorageID=hardware_id["StorageID"],
            SHIDIDType=hardware_id["IDType"],
            LDDeviceID=unit.volume["DeviceID"],
            APPrivilegeGranted=True,
            APActivities=[READ, WRITE],
            APElementName=label,
            PCFUDeviceNumber=unit.device_number,
            PCFUDeviceAccess=unit.access,
            **values,
        )
