"""Hitachi VSP with its embedded provider: legacy port associations beside endpoints, NAA in old formats.

smis-mapping 8, row VSP; 3.4 (HITACHI_SCSIPCForFCPort), 2.5 rules 2 and 3; 1.2 step 2 (spelling of names).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, Estate, volume_size

NAMESPACE = "root/hitachi/smis"
CLASSES = """
HITACHI_StorageSystem : CIM_ComputerSystem
HITACHI_StorageProcessor : CIM_ComputerSystem
HITACHI_ComponentCS : CIM_ComponentCS
HITACHI_ArrayChassis : CIM_Chassis
HITACHI_StorageProduct : CIM_Product
HITACHI_FirmwareIdentity : CIM_SoftwareIdentity
HITACHI_FCPort : CIM_FCPort
HITACHI_FCSCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
HITACHI_StorageVolume : CIM_StorageVolume
HITACHI_StoragePool : CIM_StoragePool
HITACHI_ThinStoragePool : CIM_StoragePool
HITACHI_AllocatedFromStoragePool : CIM_AllocatedFromStoragePool
HITACHI_SCSIProtocolController : CIM_SCSIProtocolController
HITACHI_SCSIPCForStorageVolume : CIM_ProtocolControllerForUnit
HITACHI_SCSIPCForFCPort : CIM_ProtocolControllerForPort
HITACHI_StorageHardwareID : CIM_StorageHardwareID
HITACHI_AuthorizedPrivilege : CIM_AuthorizedPrivilege
HITACHI_AuthorizedSubject : CIM_AuthorizedSubject
HITACHI_AuthorizedTarget : CIM_AuthorizedTarget
"""
SERIAL = "53000"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put(
        "HITACHI_StorageSystem", Name=SERIAL, ElementName="VSP@53000", Dedicated=[3, 15], OperationalStatus=[2],
        OtherIdentifyingInfo=["50060E8005CF0800"], IdentifyingDescriptions=["Node WWN"],
    )  # fmt: skip
    processors = []
    for letter in "AB":
        one = estate.put("HITACHI_StorageProcessor", Name=f"{SERIAL}.DKC-1{letter}", ElementName=f"CHA-1{letter}",
                         Dedicated=[15])  # fmt: skip
        estate.link("HITACHI_ComponentCS", GroupComponent=system, PartComponent=one)
        processors.append(one)
    chassis = estate.chassis(system, "HITACHI", "VSP", "HITACHI_ArrayChassis", SerialNumber=SERIAL)
    product = estate.put("HITACHI_StorageProduct", Name="VSP", IdentifyingNumber=SERIAL, Vendor="HITACHI", Version="1")
    estate.link("CIM_ProductPhysicalComponent", GroupComponent=product, PartComponent=chassis)
    for version, kind in (("02-01-00", 1), ("70-06-10-00/00", 10)):
        estate.software(system, version, class_name="HITACHI_FirmwareIdentity", InstanceID=f"fw {version}",
                        Classifications=[kind])  # fmt: skip
    estate.profile("array ", "1.6.0", (system,))
    estate.profile("MaskingAndMapping", "1.6.0")
    ports = [estate.fc_port("HITACHI_FCPort", one, f"50060E8005CF08{n}0", "HITACHI_FCSCSIProtocolEndpoint",
                            ElementName=f"CL{n + 1}-A", UsageRestriction=4)[0]
             for n, one in enumerate(processors)]  # fmt: skip
    estate.fc_port("HITACHI_FCPort", processors[0], "50060E8005CF08FF", None, UsageRestriction=3, ElementName="MP")
    masking(estate, system, ports, volumes(estate, system))


def volumes(estate, system):
    plain = estate.pool("HITACHI_StoragePool", system, f"{SERIAL}:RG:1-1", 600 * GIB, 200 * GIB, ElementName="1-1")
    estate.redundancy(plain, 2, 1, AvailableDiskType=[2])
    thin = estate.pool("HITACHI_ThinStoragePool", system, f"{SERIAL}:HDP:0", 1000 * GIB, 40 * GIB, ElementName="HDP",
                       LowSpaceWarningThreshold=30)  # fmt: skip
    made = []
    names = [
        {"NameFormat": 2, "NameNamespace": 2},
        {"NameFormat": None, "IdentifyingDescriptions": ["NAA;VPD83Type3"],
         "OtherIdentifyingInfo": ["60060E8005CF08000000CF0800000001"]},
        {"NameFormat": 9, "NameNamespace": 2},
    ]  # fmt: skip
    spelled = ["60060E8005CF08000000CF0800000000", "53000.1", "60:06:0e:80:05:cf:08:00:00:00:cf:08:00:00:00:02"]
    for number, label in enumerate(spelled):
        made.append(estate.device(
            "HITACHI_StorageVolume", system, f"{number}", ElementName=f"00:00:0{number}", Name=label,
            ThinlyProvisioned=None if number == 2 else False, OperationalStatus=[[2], [2, 3], [2]][number],
            **names[number], **volume_size(1200 * GIB if number == 2 else 100 * GIB),
        ))  # fmt: skip
    for number in (0, 1):
        estate.taken(plain, made[number], 200 * GIB, "HITACHI_AllocatedFromStoragePool")
    estate.taken(thin, made[2], 960 * GIB, "HITACHI_AllocatedFromStoragePool")
    return made


def masking(estate, system, ports, luns):
    """A host group is a controller on one port; the same host has one on each."""
    who = estate.initiator("HITACHI_StorageHardwareID", f"{SERIAL}.10000000C9000001", "10000000C9000001")
    for number, port in enumerate(ports):
        group = estate.device("HITACHI_SCSIProtocolController", system, f"{number}.1", ElementName="esx1")
        estate.expose(group, luns[number:], "HITACHI_SCSIPCForStorageVolume")
        estate.link("HITACHI_SCSIPCForFCPort", Antecedent=group, Dependent=port)
        estate.grant(group, [who], "HITACHI_AuthorizedPrivilege", "HITACHI_AuthorizedSubject",
                     "HITACHI_AuthorizedTarget", InstanceID=f"{number}.1", Activities=[5, 6, 7])  # fmt: skip
    empty = estate.device("HITACHI_SCSIProtocolController", system, "0.0", ElementName="1A-G00")
    estate.link("HITACHI_SCSIPCForFCPort", Antecedent=empty, Dependent=ports[0])


def lun(number):
    return f"naa.60060e8005cf08000000cf080000000{number}"


EXPECTED = {
    "arrays": {
        "VSP@53000": {"vendor": "HITACHI", "model": "VSP", "firmware": "70-06-10-00/00", "blocks": {"FC"},
                      "profiles": {"block", "capability"}, "processors": {"CHA-1A", "CHA-1B"}},
    },
    "ports": {"50060e8005cf0800": "FC", "50060e8005cf0810": "FC"},
    "nodes": {"50060e8005cf0800": "50060e8005cf0800", "50060e8005cf0810": "50060e8005cf0800"},
    "luns": {
        lun(0): ("VSP@53000", "00:00:00", 102400, 102400, False, "Green", "RAID-10"),
        lun(1): ("VSP@53000", "00:00:01", 102400, 102400, False, "Green", "RAID-10"),
        lun(2): ("VSP@53000", "00:00:02", 1228800, 983040, True, "Red", None),
    },
    "sees": {
        "10000000c9000001": {"50060e8005cf0800": {lun(0), lun(1), lun(2)}, "50060e8005cf0810": {lun(1), lun(2)}},
    },
}  # fmt: skip
