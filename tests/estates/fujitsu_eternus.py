"""Fujitsu ETERNUS: affinity groups, initiators in privileges' names, remote-copy ports, NULL NameFormat.

smis-mapping 8, row ETERNUS; 2.3 (RAMode, SCGroupNo are no target ports), 2.4 (DeviceID), 2.5 rule 9, 3.4.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, Estate, volume_size

NAMESPACE = "root/eternus"
CLASSES = """
FUJITSU_StorageComputerSystem : CIM_ComputerSystem
FUJITSU_ControllerModule : CIM_ComputerSystem
FUJITSU_StorageProduct : CIM_Product
FUJITSU_SoftwareIdentity : CIM_SoftwareIdentity
FUJITSU_FCPort : CIM_FCPort uint32 RAMode; uint32 SCGroupNo;
FUJITSU_SCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint uint32 RAMode; uint32 SCGroupNo;
FUJITSU_iSCSIProtocolEndpoint : CIM_iSCSIProtocolEndpoint uint32 RAMode;
FUJITSU_StorageVolume : CIM_StorageVolume
FUJITSU_RAIDStoragePool : CIM_StoragePool
FUJITSU_ThinProvisioningPool : CIM_StoragePool
FUJITSU_AffinityGroupController : CIM_SCSIProtocolController
FUJITSU_ProtocolControllerForUnit : CIM_ProtocolControllerForUnit
FUJITSU_SAPAvailableForElement : CIM_SAPAvailableForElement
FUJITSU_StorageHardwareID : CIM_StorageHardwareID
FUJITSU_AuthorizedPrivilege : CIM_AuthorizedPrivilege
FUJITSU_AuthorizedSubject : CIM_AuthorizedSubject
FUJITSU_AuthorizedTarget : CIM_AuthorizedTarget
"""
IQN = "iqn.2000-09.com.fujitsu:storage-system.eternus-dxl:0012"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    name = "FUJITSU:ET203ACU:4601234567"
    system = estate.put("FUJITSU_StorageComputerSystem", Name=name, ElementName="ETERNUS DX", Dedicated=[3, 15],
                        OperationalStatus=[2, 5], HealthState=5)  # fmt: skip
    package = estate.chassis(system, "FUJITSU", None, SerialNumber="4601234567")
    product = estate.put("FUJITSU_StorageProduct", Name="ETERNUS DX200 S3", IdentifyingNumber="ET203ACU",
                         Vendor="FUJITSU", Version="V10L61")  # fmt: skip
    estate.link("CIM_ProductPhysicalComponent", GroupComponent=product, PartComponent=package)
    estate.software(system, "V10L61-0000", class_name="FUJITSU_SoftwareIdentity")
    modules = []
    for number in range(2):
        one = estate.put("FUJITSU_ControllerModule", Name=f"{name}:CM{number}", ElementName=f"CM#{number}")
        estate.link("CIM_ComponentCS", GroupComponent=system, PartComponent=one)
        modules.append(one)
    estate.profile("Array", "1.5", (system,))
    estate.profile("Masking and Mapping", "1.5")
    masking(estate, system, ports(estate, modules), volumes(estate, system))


def ports(estate, modules):
    """A host port, a remote-copy port with an endpoint, a port of a storage cluster, and an iSCSI target."""
    made = []
    kinds = ({"RAMode": 0x04}, {"RAMode": 0x02}, {"RAMode": 0, "SCGroupNo": 1})
    for number, kind in enumerate(kinds):
        wwn = f"500000E0D000012{number}"
        port = estate.device("FUJITSU_FCPort", modules[number % 2], wwn, PermanentAddress=wwn, OperationalStatus=[2],
                             ElementName=f"CM#0 CA#0 Port#{number}", **kind)  # fmt: skip
        endpoint = estate.access_point("FUJITSU_SCSIProtocolEndpoint", modules[number % 2], wwn, ConnectionType=2,
                                       Role=3, **kind)  # fmt: skip
        estate.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=endpoint)
        made.append(endpoint)
    iscsi = estate.access_point("FUJITSU_iSCSIProtocolEndpoint", modules[1], f"{IQN},t,0x0001", ConnectionType=7,
                                Role=3, Identifier="000000000001", RAMode=0)  # fmt: skip
    return made[0], iscsi


def volumes(estate, system):
    name = system["Name"]
    raid = estate.pool("FUJITSU_RAIDStoragePool", system, f"{name}:RSP0001", 500 * GIB, 300 * GIB, ElementName="rsp")
    thin = estate.pool("FUJITSU_ThinProvisioningPool", system, f"{name}:TPP0002", 500 * GIB, 0, ElementName="tpp")
    estate.redundancy(raid, 2, 1, ExtentStripeLengthDefault=1)
    estate.redundancy(thin, 2, 1, ExtentStripeLengthDefault=4)
    made = []
    for number in range(4):
        made.append(estate.device(
            "FUJITSU_StorageVolume", system, f"600000E00D000000000000000{number:04d}000",
            ElementName=("vol\u0101" if number else "ボリューム0"), NameFormat=None,
            Name=f"600000E00D2800000028000000{number:02d}0000", ThinlyProvisioned=None, OperationalStatus=[2],
            ConsumableBlocks=0, **volume_size(200 * GIB),
        ))  # fmt: skip
        estate.taken(thin if number > 1 else raid, made[-1], 100 * GIB)
    return made


def masking(estate, system, endpoints, luns):
    """One host has a controller for each kind of port; the privilege's InstanceID holds the initiator's name."""
    fc, iscsi = endpoints
    wwn, iqn = "10000000C9F00001", "iqn.1994-05.com.redhat:Host-1"
    for number, (endpoint, name, kind) in enumerate(((fc, wwn, 2), (iscsi, iqn, 5))):
        group = estate.device("FUJITSU_AffinityGroupController", system, f"AG000{number}", ElementName="AG")
        estate.expose(group, luns[number : number + 2], "FUJITSU_ProtocolControllerForUnit", 10)
        estate.through(group, [endpoint], "FUJITSU_SAPAvailableForElement")
        who = estate.initiator("FUJITSU_StorageHardwareID", f"FUJITSU:{name}", name, kind)
        estate.grant(group, [who], "FUJITSU_AuthorizedPrivilege", "FUJITSU_AuthorizedSubject",
                     "FUJITSU_AuthorizedTarget", InstanceID=f"FUJITSU:AP\\{number}:{name}")  # fmt: skip


def lun(number):
    return f"naa.600000e00d2800000028000000{number:02d}0000"


QUIRKS = ("ports-between-arrays", "thin-pool-class")
EXPECTED = {
    "arrays": {
        "ETERNUS DX": {"vendor": "FUJITSU", "model": "ETERNUS DX200 S3", "firmware": "V10L61-0000",
                       "blocks": {"FC", "ISCSI"}, "profiles": {"block", "capability"}, "processors": {"CM#0", "CM#1"}},
    },
    "ports": {"500000e0d0000120": "FC", IQN: "ISCSI"},
    "luns": {
        lun(0): ("ETERNUS DX", "ボリューム0", 204800, 204800, False, "Green", "RAID-1"),
        lun(1): ("ETERNUS DX", "vol\u0101", 204800, 204800, False, "Green", "RAID-1"),
        lun(2): ("ETERNUS DX", "vol\u0101", 204800, 102400, True, "Red", "RAID-10"),
        lun(3): ("ETERNUS DX", "vol\u0101", 204800, 102400, True, "Red", "RAID-10"),
    },
    "sees": {
        "10000000c9f00001": {"500000e0d0000120": {lun(0), lun(1)}},
        "iqn.1994-05.com.redhat:host-1": {IQN: {lun(1), lun(2)}},
    },
}  # fmt: skip
