"""The masking side of one running array: its rules, and its volumes, initiators, ports and views by their names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import pywbem

from mock_cimom.estate.description import ArrayDescription, Masking, PortLink
from mock_cimom.providers.factory import HEALTH
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.masking import FC_PORT_NAME_FORMAT
from mock_cimom.providers.new_volumes import VOLUME
from mock_cimom.providers.view_access import AssociatedAccess, PrivilegeAccess, free_id
from mock_cimom.providers.view_rows import RowViews
from mock_cimom.providers.view_state import CONTROLLER, LinkedViews, ViewState

HARDWARE_ID = "CIM_StorageHardwareID"
ID_SERVICE = "CIM_StorageHardwareIDManagementService"
PORT_WWN, ISCSI_NAME = 2, 5  # CIM_StorageHardwareID.IDType
ALL_PORTS_SHARE = 4  # CIM_ProtocolControllerMaskingCapabilities.PortsPerView


class Dialect(Enum):
    """How an array says who may use a view (smis-mapping 3.1)."""

    PRIVILEGES = 1
    ASSOCIATED_PRIVILEGES = 2
    GROUPS = 3
    ROWS = 5


@dataclass(frozen=True)
class Style:
    """How the views of an array are linked.

    `devices`: to port devices instead of endpoints. `groups_only`: their groups alone lead to volumes and ports.
    """

    dialect: Dialect
    devices: bool
    groups_only: bool = False


def style_of(array: ArrayDescription) -> Style:
    """Return how the views of an array are linked. An array without views yet has them made in the same way."""
    dialect = Dialect.PRIVILEGES if array.masking is Masking.PRIVILEGES_AND_PORTS else Dialect(array.masking.value)
    return Style(dialect, array.port_link is PortLink.PORT, array.groups_only)


def own_views(live: Live, service: Path) -> list[Path]:
    """Return the views of a masking service."""
    found = live.across(service, "CIM_ConcreteDependency", "Antecedent", "Dependent")
    return [path for path in found if live.is_a(path.classname, CONTROLLER)]


def _system(live: Live, service: Path) -> Path:
    hosts = live.across(service, "CIM_HostedService", "Dependent", "Antecedent")
    if hosts:
        return hosts[0]
    keys = {"CreationClassName": service["SystemCreationClassName"], "Name": service["SystemName"]}
    return Path(service["SystemCreationClassName"], keys, namespace=service.namespace)


@dataclass(frozen=True)
class MaskingArray:
    """An array by its masking service."""

    live: Live
    service: Path
    style: Style

    @cached_property
    def system(self) -> Path:
        """The top system."""
        return _system(self.live, self.service)

    @cached_property
    def rules(self) -> Mapping[str, Any]:
        """The properties of the masking capabilities; what is NULL has the default of the schema."""
        declared = self.live.space.classes.get("CIM_ProtocolControllerMaskingCapabilities", copy=False).properties
        values = {name: prop.value for name, prop in declared.items()}
        for path in self.live.across(self.service, "CIM_ElementCapabilities", "ManagedElement", "Capabilities"):
            if self.live.is_a(path.classname, "CIM_ProtocolControllerMaskingCapabilities"):
                stated = self.live.instance(path)
                values |= {name: value for name, value in stated.items() if value is not None}
        return pywbem.NocaseDict(values)

    @property
    def needs_targets(self) -> bool:
        """Whether a view cannot be without target ports."""
        return self.rules["PortsPerView"] != ALL_PORTS_SHARE and not self._allows("SPCAllowsNoTargets")

    @property
    def needs_initiators(self) -> bool:
        """Whether a view cannot be without initiators."""
        return not self._allows("SPCAllowsNoInitiators")

    @property
    def needs_units(self) -> bool:
        """Whether a view cannot be without volumes."""
        return not self._allows("SPCAllowsNoLUs")

    def _allows(self, name: str) -> bool:
        return bool(self.rules[name]) and self.style.dialect is not Dialect.ROWS

    @cached_property
    def views(self) -> LinkedViews | RowViews:
        """How the parts of views are read and written."""
        if self.style.dialect is Dialect.ROWS:
            return RowViews(self.live)
        associated = self.style.dialect is Dialect.ASSOCIATED_PRIVILEGES
        access = AssociatedAccess(self.live) if associated else PrivilegeAccess(self.live)
        return LinkedViews(self.live, access, self.devices if self.style.devices else None)

    def lacks_something(self, state: ViewState) -> bool:
        """Tell whether a view that consists of `state` cannot be."""
        return bool(
            (self.needs_units and not state.units)
            or (self.needs_initiators and not state.initiators)
            or (self.needs_targets and not state.targets)
        )

    def owns(self, view: Path) -> bool:
        """Tell whether a controller is a view of this array."""
        return any(self.live.same(view, one) for one in own_views(self.live, self.service))

    def new_view(self, label: str | None) -> Path:
        """Make a view without anything in it; `label` None gives it a name by its number."""
        live = self.live
        keys = {
            "SystemCreationClassName": self.system["CreationClassName"],
            "SystemName": self.system["Name"],
            "CreationClassName": "MOCK_MaskingView",
        }
        name = label or f"view{len(own_views(live, self.service)) + 1:04d}"
        device_id = free_id(live, "MOCK_MaskingView", f"{self.system['Name']}:view:{name}", "DeviceID", **keys)
        system = live.factory.ref(self.system)
        view = live.factory.make_device(
            "MOCK_MaskingView", system, DeviceID=device_id, ElementName=name, NameFormat=FC_PORT_NAME_FORMAT, **HEALTH
        )
        live.factory.make("CIM_SystemDevice", GroupComponent=system, PartComponent=view)
        live.factory.make("CIM_ConcreteDependency", Antecedent=live.factory.ref(self.service), Dependent=view)
        return view.path

    # What a client names.

    def volume(self, name: str) -> Path | None:
        """Return the volume of this array with this Name, None if there is none."""
        found = self.live.find(VOLUME, Name=name, SystemName=self.system["Name"])
        return None if found is None else found.path

    @cached_property
    def endpoints(self) -> dict[str, Path]:
        """The target endpoints by Name, in lower case."""
        live = self.live
        processors = live.across(self.system, "CIM_ComponentCS", "GroupComponent", "PartComponent")
        found = {}
        for system in (self.system, *processors):
            for path in live.across(system, "CIM_HostedAccessPoint", "Antecedent", "Dependent"):
                if live.is_a(path.classname, "CIM_SCSIProtocolEndpoint"):
                    found[path["Name"].lower()] = path
        return found

    def target(self, name: str) -> Path | None:
        """Return the target endpoint with this Name; case and the separators of a WWN do not count."""
        return self.endpoints.get(name.lower()) or self.endpoints.get(re.sub("[:.-]", "", name.lower()))

    @cached_property
    def id_service(self) -> Path | None:
        """The service that owns the hardware IDs."""
        hosted = self.live.across(self.system, "CIM_HostedService", "Antecedent", "Dependent")
        return next((path for path in hosted if self.live.is_a(path.classname, ID_SERVICE)), None)

    @cached_property
    def hardware_ids(self) -> dict[str, list[Path]]:
        """The hardware IDs by what their StorageID means."""
        found: dict[str, list[Path]] = {}
        if self.id_service is not None:
            for path in self.live.across(self.id_service, "CIM_ConcreteDependency", "Antecedent", "Dependent"):
                storage_id = self.live.value(path, "StorageID")
                if storage_id is not None and self.live.is_a(path.classname, HARDWARE_ID):
                    found.setdefault(plain_id(storage_id), []).append(path)
        return found

    def owns_hardware_id(self, path: Path) -> bool:
        """Tell whether a hardware ID is one of this array."""
        return any(self.live.same(path, one) for paths in self.hardware_ids.values() for one in paths)

    def new_hardware_id(
        self, storage_id: str, id_type: int, label: str | None = None, setting: Path | None = None, **values: Any
    ) -> Path:
        """Make a hardware ID; `setting` are the client settings it has, None: none."""
        live = self.live
        hardware_id = live.factory.make(
            "MOCK_StorageHardwareID",
            InstanceID=free_id(
                live, "MOCK_StorageHardwareID", f"{self.system['Name']}:initiator:{storage_id or label}"
            ),
            ElementName=label or storage_id,
            StorageID=storage_id,
            IDType=id_type,
            **values,
        )
        if self.id_service is not None:
            service = live.factory.ref(self.id_service)
            live.factory.make("CIM_ConcreteDependency", Antecedent=service, Dependent=hardware_id)
        if setting is not None:
            settings = live.factory.ref(setting)
            live.factory.make("CIM_ElementSettingData", ManagedElement=hardware_id, SettingData=settings)
        return hardware_id.path

    @cached_property
    def devices(self) -> list[tuple[Path, Path]]:
        """The target endpoints, each with the port it is implemented by."""
        found = [(endpoint, self._device(endpoint)) for endpoint in self.endpoints.values()]
        return [(endpoint, device) for endpoint, device in found if device is not None]

    def _device(self, endpoint: Path) -> Path | None:
        """Return the port below an endpoint: an iSCSI endpoint is bound to a TCP and that to an IP endpoint."""
        at: Path | None = endpoint
        while at is not None:
            devices = self.live.across(at, "CIM_DeviceSAPImplementation", "Dependent", "Antecedent")
            if devices:
                return devices[0]
            at = next(iter(self.live.across(at, "CIM_BindsTo", "Dependent", "Antecedent")), None)
        return None


def plain_id(storage_id: str) -> str:
    """Return what a StorageID means: case does not count, nor do the separators of a WWN."""
    bare = re.sub("[:.-]", "", storage_id)
    return (bare if re.fullmatch("[0-9A-Fa-f]{16}", bare) else storage_id).lower()


def type_of_id(storage_id: str) -> int | None:
    """Return the IDType of a host port's name; None if it is neither a port WWN nor an iSCSI name."""
    if re.fullmatch("[0-9A-Fa-f]{16}", re.sub("[:.-]", "", storage_id)):
        return PORT_WWN
    return ISCSI_NAME if re.fullmatch(r"(iqn|eui|naa)\.\S+", storage_id, re.IGNORECASE) else None
