"""What an SMI-S block array shows to a usage context, found object by object (smis-mapping 2 and 3)."""

import re
from dataclasses import dataclass, field

MIB = 2**20
READ, WRITE = 5, 6  # CIM_Privilege.Activities
NO_ACCESS, INACTIVE = 4, 3  # ProtocolControllerForUnit: DeviceAccess, AccessState
ALL_PORTS = 4  # ProtocolControllerMaskingCapabilities.PortsPerView
FRONT_END = (None, 0, 2, 4)  # CIM_FCPort.UsageRestriction
TARGETS = (3, 4)  # CIM_SCSIProtocolEndpoint.Role
ISCSI_NODE = 3  # CIM_SCSIProtocolController.NameFormat
NOT_FOR_DRS = {3, 4, 5, 8, 9, 12, 13, 15, 16, 17}  # CIM_StorageVolume.Usage
ID_TYPES = {2: "port", 3: "node", 5: "iscsi"}  # CIM_StorageHardwareID.IDType


@dataclass
class BlockArray:
    """One array. Everything is by VASA id: `processors` -> its ports, `luns` -> its facts, `views` by key."""

    identifier: str
    processors: dict = field(default_factory=dict)
    luns: dict = field(default_factory=dict)
    pools: dict = field(default_factory=dict)
    views: list = field(default_factory=list)

    def seen_by(self, names):
        """The LUNs behind each port that initiators called `names` ("port:5000...") see."""
        behind = {}
        for subjects, luns, ports in self.views:
            if luns and (subjects is None or subjects & set(names)):
                for port in ports:
                    behind.setdefault(port, set()).update(luns)
        return behind


@dataclass(frozen=True)
class Lun:
    """The facts of a LUN that its volume says by itself."""

    esx_lun_identifier: str
    capacity_in_mb: int
    used_space_in_mb: int
    thin_provisioned: bool
    display_name: str
    drs_management_permitted: bool


class BlockWalk:
    """Walks one top system."""

    def __init__(self, walk, top, vasa_id, key_of):
        self.walk, self.top, self.vasa_id, self.key_of = walk, top, vasa_id, key_of
        self.array = top["Name"]
        self.ports, self.volumes = {}, {}  # key -> VASA id

    def read(self):
        found = BlockArray(self.vasa_id("StorageArray", self.array))
        processors = self.walk.processors(self.top)
        by_system = {one["Name"]: self.vasa_id("StorageProcessor", self.array, one["Name"]) for one in processors}
        found.processors = {identifier: set() for identifier in by_system.values()}
        for system in {one["Name"]: one for one in (self.top, *processors)}.values():
            for port in self._ports_of(system):
                for owner in [by_system[system["Name"]]] if system["Name"] in by_system else found.processors:
                    found.processors[owner].add(port)
        for path in self.walk.names(self.top, "CIM_SystemDevice", "GroupComponent", None, "CIM_StorageVolume"):
            identifier = self.vasa_id("StorageLun", self.array, path["DeviceID"])
            self.volumes[self.key_of(path)] = identifier
            found.luns[identifier] = self._lun(self.walk.get(path))
            pools = self.walk.names(path, "CIM_AllocatedFromStoragePool", "Dependent")
            found.pools[identifier] = frozenset(map(self.key_of, pools))
        found.views = list(self._views())
        return found

    # --- ports ---

    def _ports_of(self, system):
        """The VASA ids of a system's front-end ports; each port is also known by its endpoint's key."""
        for path in self.walk.names(system, "CIM_SystemDevice", "GroupComponent", None, "CIM_FCPort"):
            if self.walk.get(path).get("UsageRestriction") in FRONT_END:
                identifier = self.vasa_id("StoragePort", self.array, path["DeviceID"])
                self.ports[self.key_of(path)] = identifier
                for endpoint in self.walk.names(path, "CIM_DeviceSAPImplementation", "Antecedent"):
                    self.ports[self.key_of(endpoint)] = identifier
                yield identifier
        for path in self.walk.names(system, "CIM_HostedAccessPoint", "Antecedent", None, "CIM_iSCSIProtocolEndpoint"):
            if self.walk.get(path).get("Role") in TARGETS:
                identifier = self.vasa_id("StoragePort", self.array, path["Name"])
                self.ports[self.key_of(path)] = identifier
                for device in self._devices_below(path):
                    self.ports.setdefault(self.key_of(device), identifier)
                yield identifier

    def _devices_below(self, endpoint):
        """The Ethernet ports below an iSCSI endpoint, by TCP and IP (smis-mapping 2.3)."""
        yield from self.walk.names(endpoint, "CIM_DeviceSAPImplementation", "Dependent")
        for below in self.walk.names(endpoint, "CIM_BindsTo", "Dependent"):
            yield from self._devices_below(below)

    # --- LUNs ---

    def _lun(self, volume):
        capacity = (volume["NumberOfBlocks"] or 0) * (volume["BlockSize"] or 0) // MIB
        rows = self.walk.references(volume.path, "CIM_AllocatedFromStoragePool", "Dependent")
        consumed = sum(row["SpaceConsumed"] or 0 for row in rows) // MIB
        thin = bool(volume["ThinlyProvisioned"])
        return Lun(
            esx_lun_identifier=esx_name(volume),
            capacity_in_mb=capacity,
            used_space_in_mb=min(consumed, capacity) if thin else capacity,
            thin_provisioned=thin,
            display_name=volume["ElementName"],
            drs_management_permitted=volume.get("Usage") not in NOT_FOR_DRS,
        )

    # --- masking ---

    def _views(self):
        """Yield (names of initiators or None for all, LUNs, ports) of each view, whatever the dialect."""
        rows = list(self._rows())
        yield from rows
        for path in self.walk.names(self.top, "CIM_SystemDevice", "GroupComponent", None, "CIM_SCSIProtocolController"):
            view = self.walk.get(path)
            if view.get("NameFormat") == ISCSI_NODE or "MASK_VIEW" not in str(view.get("EMCAdapterRole", "MASK_VIEW")):
                continue
            subjects = self._subjects(path)
            if rows and subjects is None:
                continue  # its rows say who may use it
            yield subjects, self._units(path), self._view_ports(path)

    def _rows(self):
        """Dialect 5: each row of CIM_MaskingMappingView at a volume is one path."""
        for key, lun in self.volumes.items():
            path = next(one for one in self._volume_paths() if self.key_of(one) == key)
            for row in self.walk.references(path, "CIM_MaskingMappingView", "LogicalDevice"):
                port = self.ports.get(self.key_of(row["ProtocolEndpoint"]))
                if port is not None and row.get("PCFUDeviceAccess") != NO_ACCESS:
                    yield self._named(row["StorageHardwareID"]), {lun}, {port}

    def _volume_paths(self):
        return self.walk.names(self.top, "CIM_SystemDevice", "GroupComponent", None, "CIM_StorageVolume")

    def _named(self, subject):
        """The names of a subject: a hardware ID, or a collection of them; None if it stands for everybody."""
        if self.walk.is_a(subject, "CIM_Collection"):
            members = [self._named(one) for one in self.walk.names(subject, "CIM_MemberOfCollection", "Collection")]
            return None if None in members else frozenset().union(*members)
        found = self.walk.get(subject)
        if not found["StorageID"]:
            return None
        kind = ID_TYPES.get(found["IDType"])
        text = found["StorageID"].lower()
        name = text.split(",")[0] if kind == "iscsi" else re.sub(r"^0x|[:.\- ]", "", text)
        return frozenset() if kind is None else frozenset({f"{kind}:{name}"})

    def _subjects(self, view):
        """The names of those who may use a view; None: everybody, as it has no subject or one without a name."""
        privileges = self.walk.names(view, "CIM_AuthorizedTarget", "TargetElement")
        rights = self.walk.references(view, "CIM_AssociatedPrivilege", "Target")
        groups = self.walk.names(view, "CIM_AssociatedInitiatorMaskingGroup", "Antecedent")
        subjects = [
            one
            for path in privileges
            if may_use(self.walk.get(path))
            for one in self.walk.names(path, "CIM_AuthorizedSubject", "Privilege")
        ]
        subjects += [right["Subject"] for right in rights if may_use(right)]
        named = [self._named(one) for one in (*subjects, *groups)]
        if None in named or not (privileges or rights or groups):
            return None
        return frozenset().union(*named)

    def _units(self, view):
        rows = self.walk.references(view, "CIM_ProtocolControllerForUnit", "Antecedent")
        usable = [row for row in rows if row.get("DeviceAccess") != NO_ACCESS and row.get("AccessState") != INACTIVE]
        paths = [row["Dependent"] for row in usable] + self._members_of(view, "CIM_AssociatedDeviceMaskingGroup")
        return {self.volumes[key] for key in map(self.key_of, paths) if key in self.volumes}

    def _view_ports(self, view):
        paths = [
            *self.walk.names(view, "CIM_SAPAvailableForElement", "ManagedElement"),
            *self.walk.names(view, "CIM_ProtocolControllerForPort", "Antecedent"),
            *self._members_of(view, "CIM_AssociatedTargetMaskingGroup"),
        ]
        if not paths and self._all_ports_share_views():
            return set(self.ports.values())
        return {self.ports[key] for key in map(self.key_of, paths) if key in self.ports}

    def _members_of(self, view, association):
        waiting = list(self.walk.names(view, association, "Antecedent"))
        found = []
        while waiting:
            path = waiting.pop()
            if self.walk.is_a(path, "CIM_Collection"):
                waiting += self.walk.names(path, "CIM_MemberOfCollection", "Collection")
            else:
                found.append(path)
        return found

    def _all_ports_share_views(self):
        """Whether a view without ports goes through all of them (smis-mapping 3.2, rule 3)."""
        return any(
            self.walk.get(capabilities).get("PortsPerView") == ALL_PORTS
            for service in self.walk.names(self.top, "CIM_HostedService", "Antecedent")
            for capabilities in self.walk.names(service, "CIM_ElementCapabilities", "ManagedElement")
        )


def may_use(privilege):
    """Whether a privilege lets its subjects read or write; a denial, or one that says nothing of either, does not."""
    activities = privilege.get("Activities")
    return privilege.get("PrivilegeGranted") is not False and (
        activities is None or bool({READ, WRITE} & set(activities))
    )


def esx_name(volume):
    """The name that ESX gives to a volume: the table of smis-mapping 2.5, first hit wins."""
    name, form, space = volume.get("Name") or "", volume.get("NameFormat"), volume.get("NameNamespace")
    labels = list(
        zip(volume.get("IdentifyingDescriptions") or (), volume.get("OtherIdentifyingInfo") or (), strict=False)
    )
    others = volume.get("OtherIdentifyingInfo") or ()
    candidates = [
        name if (form, space) == (9, 2) else None,
        name if form in (2, 3) else None,
        *(value for label, value in labels if label == "NAA;VPD83Type3"),
        others[0] if volume.get("OtherNameFormat") == "NAA" and len(others) == 1 else None,
        name if (form, space) == (9, 6) else None,
        volume.get("EMCWWN"),
    ]
    for candidate in candidates:
        if naa := naa_of(candidate):
            return f"naa.{naa}"
    if (form, space) == (10, 3):
        return f"eui.{name.lower()}"
    if (form, space) == (11, 4):
        return f"t10.{name}"
    return f"naa.{naa_of(name)}"


def naa_of(text):
    digits = re.sub(r"^0x|[:.\- ]", "", (text or "").lower())
    return digits if re.fullmatch(r"6[0-9a-f]{31}|[235][0-9a-f]{15}", digits) else None
