"""NetApp E-Series / SANtricity: old claims, firmware joined by a name, iSCSI nodes and hosts among the controllers.

smis-mapping 8, row NetApp E; 2.1 (LSISSI_ControllerFirmwareIdentity), 1.3 (versions of claims).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/LsiArray13"
CLASSES = """
LSISSI_StorageSystem : CIM_ComputerSystem
LSISSI_StorageProcessorSystem : CIM_ComputerSystem
LSISSI_ControllerFirmwareIdentity : CIM_SoftwareIdentity string NVSRAMVersion; string StorageSystem_Name;
LSISSI_StorageProduct : CIM_Product
LSISSI_FCPort : CIM_FCPort
LSISSI_SCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
LSISSI_iSCSIProtocolEndpoint : CIM_iSCSIProtocolEndpoint
LSISSI_StorageVolume : CIM_StorageVolume
LSISSI_StoragePool : CIM_StoragePool
LSISSI_SCSIProtocolController : CIM_SCSIProtocolController
LSISSI_iSCSINode : CIM_SCSIProtocolController
LSISSI_LUNMapping : CIM_ProtocolControllerForUnit
LSISSI_HostInitiatorPort : CIM_StorageHardwareID
LSISSI_AuthorizedPrivilege : CIM_AuthorizedPrivilege
"""
NAME = "60080E500018F3C00000000050A5B7C1"
IQN = "iqn.1992-01.com.lsi:2365.60080e500018f3c0"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("LSISSI_StorageSystem", Name=NAME, NameFormat="Other", ElementName="Engenio", Dedicated=[3, 15],
                        OperationalStatus=[3], OtherIdentifyingInfo=["200400A0B8180001"],
                        IdentifyingDescriptions=["SCSI Vendor Specific Name"])  # fmt: skip
    package = estate.chassis(system, None, None, joined="CIM_SystemPackaging")
    product = estate.put("LSISSI_StorageProduct", Name="INF-01-00", IdentifyingNumber="1", Vendor="LSI", Version="1")
    estate.link("CIM_ProductPhysicalComponent", GroupComponent=product, PartComponent=package)
    estate.software(system, "07.84.44.60", None, "LSISSI_ControllerFirmwareIdentity", InstanceID="fw A",
                    NVSRAMVersion="N26X0-784834-001", StorageSystem_Name=NAME)  # fmt: skip
    estate.software(system, "06.60.00.00", None, "LSISSI_ControllerFirmwareIdentity", InstanceID="fw elsewhere",
                    StorageSystem_Name="an array behind another CIMOM")  # fmt: skip
    estate.put("CIM_SoftwareIdentity", InstanceID="drive firmware", VersionString="01.20", Classifications=[10])
    controllers = []
    for letter in "AB":
        one = estate.put("LSISSI_StorageProcessorSystem", Name=f"{NAME}.{letter}", ElementName=f"Controller {letter}")
        estate.link("CIM_ComponentCS", GroupComponent=system, PartComponent=one)
        controllers.append(one)
    estate.profile("Array", "1.2", (system,))
    estate.profile("FC Target Ports", "1.0")
    estate.profile("iSCSI Target Ports", "1.0")
    estate.profile("Masking and Mapping", "1.2")
    masking(estate, system, ports(estate, controllers), volumes(estate, system))


def ports(estate, controllers):
    _, fc = estate.fc_port("LSISSI_FCPort", controllers[0], "20140080E518F3C0", "LSISSI_SCSIProtocolEndpoint",
                           ElementName="Ch 1")  # fmt: skip
    for number in range(2):
        estate.fc_port("LSISSI_FCPort", controllers[1], f"20{number}50080E518F3C1", None, UsageRestriction=3)
    iscsi = estate.access_point("LSISSI_iSCSIProtocolEndpoint", controllers[1], f"{IQN},t,0x0001", ConnectionType=7,
                                Role=3, Identifier="000000000001")  # fmt: skip
    node = estate.device("LSISSI_iSCSINode", controllers[1], IQN, Name=IQN, NameFormat=3)
    estate.through(node, [iscsi])
    return [fc, iscsi]


def volumes(estate, system):
    pool = estate.pool("LSISSI_StoragePool", system, f"{NAME}:8500", 100 * GIB, 10 * GIB, ElementName="VG0")
    estate.redundancy(pool, 1, 1, AvailableDiskType=[2])
    made = []
    for number in range(3):
        made.append(estate.device(
            "LSISSI_StorageVolume", system, f"60080E500018F3C00000{number:012X}", ElementName=f"v {number}", **NAA,
            Name=f"60080E500018F3C00000{number:012X}", OperationalStatus=[2], **volume_size(30 * GIB),
        ))  # fmt: skip
        estate.taken(pool, made[-1], 30 * GIB)
    return made


def masking(estate, system, endpoints, luns):
    """Host, host group and default group: three controllers; the first two privileges share a controller."""
    ids = [estate.initiator("LSISSI_HostInitiatorPort", f"HP{n}", f"2100001b32{n:06d}") for n in range(3)]
    group = estate.device("LSISSI_SCSIProtocolController", system, "group", ElementName="cluster", NameFormat=0)
    estate.expose(group, luns[:2], "LSISSI_LUNMapping")
    estate.through(group, endpoints)
    estate.grant(group, ids[:1], "LSISSI_AuthorizedPrivilege", InstanceID="1")
    estate.grant(group, ids[1:2], "LSISSI_AuthorizedPrivilege", InstanceID="2")
    denied = estate.device("LSISSI_SCSIProtocolController", system, "denied", ElementName="former")
    estate.expose(denied, luns[2:], "LSISSI_LUNMapping")
    estate.through(denied, endpoints)
    estate.grant(denied, ids[:1], "LSISSI_AuthorizedPrivilege", InstanceID="3", PrivilegeGranted=False)
    estate.grant(denied, ids[2:], "LSISSI_AuthorizedPrivilege", InstanceID="4")
    estate.grant(denied, ids[1:2], "LSISSI_AuthorizedPrivilege", InstanceID="5", Activities=[2])


def lun(number):
    return f"naa.60080e500018f3c00000{number:012x}"


BOTH = ("20140080e518f3c0", IQN)
QUIRKS = ("software-names-system",)
EXPECTED = {
    "arrays": {
        "Engenio": {"vendor": "LSI", "model": "INF-01-00", "firmware": "07.84.44.60", "blocks": {"FC", "ISCSI"},
                    "profiles": {"block", "capability"}, "processors": {"Controller A", "Controller B"}},
    },
    "ports": {"20140080e518f3c0": "FC", IQN: "ISCSI"},
    "luns": {lun(n): ("Engenio", f"v {n}", 30720, 30720, False, "Green", "HDD RAID-5") for n in range(3)},
    "sees": {
        "2100001b32000000": {port: {lun(0), lun(1)} for port in BOTH},
        "2100001b32000001": {port: {lun(0), lun(1)} for port in BOTH},
        "2100001b32000002": {port: {lun(2)} for port in BOTH},
    },
}  # fmt: skip
