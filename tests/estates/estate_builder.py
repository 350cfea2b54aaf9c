"""A small builder for mock scripts: classes of a vendor, instances and associations, in pywbem_mock terms.

It knows CIM and nothing of VASA, and nothing of how the project's own estates are made. A script is
`def setup(conn, server, verbose): estate = Estate(conn, "root/acme"); ...`.
"""

import re
from typing import Any

import pywbem

from mock_cimom.schema import load_schema

Path = pywbem.CIMInstanceName
MIB, GIB = 2**20, 2**30
SNIA, DMTF = 11, 2

_CLASS_LINE = re.compile(r"^\s*(\w+)\s*:\s*(\w+)\s*(.*)$")


class Estate:
    """Writes into one implementation namespace and into the Interop namespace of a mock connection."""

    def __init__(self, conn: Any, namespace: str, interop: str | None = "interop", schema: bool = True) -> None:
        self.conn, self.namespace, self.interop = conn, namespace, interop
        spaces = [one for one in (interop, namespace) if one]
        for one in spaces:
            if one not in conn.cimrepository.namespaces:
                conn.cimrepository.add_namespace(one)
        if schema:
            load_schema(conn, [one for one in spaces if not conn.cimrepository.namespace(one).classes.len()])
        self._classes: dict[tuple[str, str], pywbem.CIMClass] = {}
        self._numbers: dict[str, int] = {}

    def classes(self, lines: str) -> None:
        """Declare subclasses, one a line: `NAME : SUPERCLASS further MOF properties`. Associations are recognised."""
        for line in filter(str.strip, lines.splitlines()):
            name, superclass, more = _CLASS_LINE.match(line).groups()
            above = self.conn.GetClass(superclass, namespace=self.namespace, LocalOnly=False)
            mark = "[Association] " if "Association" in above.qualifiers else ""
            self.conn.compile_mof_string(f"{mark}class {name} : {superclass} {{ {more} }};", namespace=self.namespace)

    def put(self, class_name: str, _in: str | None = None, **values: Any) -> Path:
        """Add an instance; CreationClassName is filled in where it is a key. Return its path."""
        space = _in or self.namespace
        declared = self._declared(class_name, space)
        keys = {key for key, one in declared.properties.items() if "Key" in one.qualifiers}
        if "CreationClassName" in keys:
            values.setdefault("CreationClassName", class_name)
        instance = pywbem.CIMInstance(class_name)
        for name, value in values.items():
            known = declared.properties[name]
            instance.properties[name] = pywbem.CIMProperty(
                known.name, value, type=known.type, is_array=known.is_array, reference_class=known.reference_class
            )
        bindings = {key: instance[key] for key in keys}
        instance.path = Path(class_name, bindings, namespace=space)
        self.conn.add_cimobjects([instance], namespace=space)
        return instance.path

    def _declared(self, class_name: str, space: str) -> pywbem.CIMClass:
        key = (class_name.lower(), space)
        if key not in self._classes:
            self._classes[key] = self.conn.GetClass(class_name, namespace=space, LocalOnly=False)
        return self._classes[key]

    link = put

    # --- things that every array has ---

    def name_space(self, name: str) -> None:
        """List a namespace as CIM_Namespace in Interop."""
        keys = dict.fromkeys(("SystemCreationClassName", "ObjectManagerCreationClassName"), "CIM_ObjectManager")
        self.put("CIM_Namespace", self.interop, **keys, SystemName="host", ObjectManagerName="cimom", Name=name,
                 ClassInfo=0)  # fmt: skip

    def profile(
        self,
        name: str,
        version: str = "1.6.0",
        conforms: tuple[Path, ...] = (),
        organisation: int = SNIA,
        class_name: str = "CIM_RegisteredProfile",
    ) -> Path:
        """Register a profile and the systems that conform to it (in both namespaces)."""
        made = self.put(
            class_name, self.interop, InstanceID=f"{organisation}:{name}:{version}", RegisteredName=name,
            RegisteredOrganization=organisation, RegisteredVersion=version, AdvertiseTypes=[3],
        )  # fmt: skip
        for system in conforms:
            ends = {"ConformantStandard": made, "ManagedElement": system}
            self.link("CIM_ElementConformsToProfile", self.interop, **ends)
            self.link("CIM_ElementConformsToProfile", **ends)
        return made

    def device(self, class_name: str, of: Path, device_id: str, joined: str | None = "CIM_SystemDevice",
               **values: Any) -> Path:  # fmt: skip
        """Add a logical device of a system, with its SystemDevice unless `joined` is None."""
        made = self.put(class_name, SystemCreationClassName=of.classname, SystemName=of["Name"], DeviceID=device_id,
                        **values)  # fmt: skip
        if joined:
            self.link(joined, GroupComponent=of, PartComponent=made)
        return made

    def access_point(self, class_name: str, of: Path, name: str, **values: Any) -> Path:
        """Add a service access point (an endpoint) or a service of a system."""
        return self.put(class_name, SystemCreationClassName=of.classname, SystemName=of["Name"], Name=name, **values)

    def software(self, of: Path, version: str, installed: str = "CIM_InstalledSoftwareIdentity",
                 class_name: str = "CIM_SoftwareIdentity", **values: Any) -> Path:  # fmt: skip
        """Add the firmware of a system."""
        made = self.put(class_name, InstanceID=values.pop("InstanceID", f"{of['Name']}:firmware"),
                        VersionString=version, **({"Classifications": [10]} | values))  # fmt: skip
        if installed:
            self.link(installed, System=of, InstalledSoftware=made)
        return made

    def chassis(self, of: Path, maker: str | None, model: str | None, class_name: str = "CIM_Chassis",
                joined: str = "CIM_ComputerSystemPackage", **values: Any) -> Path:  # fmt: skip
        """Add the physical package of a system."""
        made = self.put(class_name, Tag=values.pop("Tag", f"{of['Name']}:chassis"), Manufacturer=maker, Model=model,
                        **values)  # fmt: skip
        if joined:
            self.link(joined, Antecedent=made, Dependent=of)
        return made

    # --- pools, LUNs, masking ---

    def pool(self, class_name: str, of: Path, instance_id: str, total: int | None, remaining: int | None,
             hosted: str | None = "CIM_HostedStoragePool", **values: Any) -> Path:  # fmt: skip
        """Add a pool (sizes in bytes) of a system."""
        values = {"PoolID": instance_id, "Primordial": False} | values
        made = self.put(class_name, InstanceID=instance_id, TotalManagedSpace=total, RemainingManagedSpace=remaining,
                        **values)  # fmt: skip
        if hosted:
            self.link(hosted, GroupComponent=of, PartComponent=made)
        return made

    def taken(self, pool: Path, element: Path, consumed: int | None, class_name: str = "CIM_AllocatedFromStoragePool",
              **values: Any) -> Path:  # fmt: skip
        """Say that an element takes so many bytes from a pool."""
        return self.link(class_name, Antecedent=pool, Dependent=element, SpaceConsumed=consumed, **values)

    def redundancy(self, pool: Path, copies: int | None, spare_drives: int | None,
                   class_name: str = "CIM_StorageCapabilities", **values: Any) -> Path:  # fmt: skip
        """Add the capabilities of a pool: DataRedundancy and PackageRedundancy as defaults."""
        made = self.put(class_name, InstanceID=f"{pool['InstanceID']}:capabilities", ElementType=5,
                        ElementName="capabilities", DataRedundancyDefault=copies,
                        PackageRedundancyDefault=spare_drives, **values)  # fmt: skip
        self.link("CIM_ElementCapabilities", ManagedElement=pool, Capabilities=made)
        return made

    def kinds_of_volumes(self, pool: Path, kinds: list[int]) -> Path:
        """Say what can be made from a pool: SupportedStorageElementTypes 2 thick volumes, 5 thin ones."""
        made = self.put("CIM_StorageConfigurationCapabilities", InstanceID=f"{pool['InstanceID']}:kinds",
                        ElementName="kinds", SupportedStorageElementTypes=kinds)  # fmt: skip
        self.link("CIM_ElementCapabilities", ManagedElement=pool, Capabilities=made)
        return made

    def initiator(self, class_name: str, instance_id: str, storage_id: str, id_type: int = 2, **values: Any) -> Path:
        """Register an initiator: IDType 2 port WWN, 3 node WWN, 5 iSCSI name."""
        return self.put(class_name, InstanceID=instance_id, StorageID=storage_id, IDType=id_type, **values)

    def grant(self, controller: Path, subjects: list[Path], class_name: str = "CIM_AuthorizedPrivilege",
              subject: str = "CIM_AuthorizedSubject", target: str = "CIM_AuthorizedTarget",
              **values: Any) -> Path:  # fmt: skip
        """Give subjects access to a controller (dialect 1); PrivilegeGranted True, Activities 5 and 6 unless told."""
        number = self._numbers["privilege"] = self._numbers.get("privilege", 0) + 1
        values = {"InstanceID": f"privilege {number}", "PrivilegeGranted": True, "Activities": [5, 6]} | values
        made = self.put(class_name, **values)
        for one in subjects:
            self.link(subject, Privilege=made, PrivilegedElement=one)
        self.link(target, Privilege=made, TargetElement=controller)
        return made

    def expose(self, controller: Path, volumes: list[Path], class_name: str = "CIM_ProtocolControllerForUnit",
               first: int = 0, **values: Any) -> None:  # fmt: skip
        """Put volumes behind a controller, numbered in hexadecimal text."""
        for number, volume in enumerate(volumes, first):
            self.link(class_name, Antecedent=controller, Dependent=volume, DeviceNumber=f"{number:04X}", **values)

    def through(self, controller: Path, endpoints: list[Path], class_name: str = "CIM_SAPAvailableForElement") -> None:
        """Let a controller be reached through endpoints."""
        for one in endpoints:
            self.link(class_name, AvailableSAP=one, ManagedElement=controller)

    def fc_port(self, class_name: str, of: Path, wwn: str | None, endpoint: str | None = "CIM_SCSIProtocolEndpoint",
                **values: Any) -> tuple[Path, Path | None]:  # fmt: skip
        """Add an FC port and, unless None, its SCSI endpoint (Name = WWN); return both."""
        device_id = values.pop("DeviceID", wwn)
        values = {"UsageRestriction": 2, "LinkTechnology": 4, "OperationalStatus": [2]} | values
        port = self.device(class_name, of, device_id, PermanentAddress=wwn, **values)
        if endpoint is None:
            return port, None
        sap = self.access_point(endpoint, of, wwn or device_id, ConnectionType=2, Role=3)
        self.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=sap)
        return port, sap

    def fixed_service(self, class_name: str, of: Path) -> Path:
        """Add a service hosted by a system."""
        made = self.access_point(class_name, of, class_name)
        self.link("CIM_HostedService", Antecedent=of, Dependent=made)
        return made

    def seen_as(self, path: Path, class_name: str | None = None, host: str | None = None, **keys: str) -> Path:
        """Return the same object as another reference spells it: another class name, a host, other texts in keys."""
        bindings = dict(path.keybindings) | keys
        return Path(class_name or path.classname, bindings, host=host, namespace=path.namespace)


def volume_size(size: int, block: int = 512) -> dict[str, int]:
    """Return BlockSize and NumberOfBlocks of this size in bytes."""
    return {"BlockSize": block, "NumberOfBlocks": size // block}


NAA = {"NameFormat": 9, "NameNamespace": 2}
