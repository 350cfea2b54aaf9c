"""Dell ME4 / Dot Hill: SFCB without pulls, duplicate volume names, SAS and FCoE and iSCSI ports, several pools deep.

smis-mapping 8, row MSA / Dot Hill / ME4; 1.1 (only classic operations), 2.3 (SAS is Other, FCoE by PortDiscriminator).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, MIB, NAA, Estate, volume_size

NAMESPACE = "root/smis"
CLASSES = """
SMI_StorageSystem : CIM_ComputerSystem
SMI_Controller : CIM_ComputerSystem
SMI_ComponentCS : CIM_ComponentCS
SMI_Chassis : CIM_Chassis
SMI_SoftwareIdentity : CIM_SoftwareIdentity
SMI_FCPort : CIM_FCPort
SMI_SASPort : CIM_SASPort
SMI_EthernetPort : CIM_EthernetPort
SMI_SCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
SMI_iSCSIProtocolEndpoint : CIM_iSCSIProtocolEndpoint
SMI_StorageVolume : CIM_StorageVolume
SMI_VirtualPool : CIM_StoragePool
SMI_SCSIProtocolController : CIM_SCSIProtocolController
SMI_iSCSINode : CIM_SCSIProtocolController
SMI_StorageHardwareID : CIM_StorageHardwareID
SMI_AuthorizedPrivilege : CIM_AuthorizedPrivilege
"""
SERIAL = "00C0FF4455AA"
IQN = "iqn.1988-11.com.dell:01.array.bc305b4455aa"


def setup(conn, server, verbose):
    conn.disable_pull_operations = True
    estate = Estate(conn, NAMESPACE, interop="root/interop")
    estate.classes(CLASSES)
    system = estate.put("SMI_StorageSystem", Name=SERIAL, ElementName="", Caption="", Dedicated=[3, 15],
                        OperationalStatus=[], HealthState=0)  # fmt: skip
    controllers = []
    for letter in "AB":
        one = estate.put("SMI_Controller", Name=f"{SERIAL}_{letter}", ElementName=f"Controller {letter}",
                         Dedicated=[15])  # fmt: skip
        estate.link("SMI_ComponentCS", GroupComponent=system, PartComponent=one)
        controllers.append(one)
    estate.chassis(system, "DELL EMC", "ME4024", "SMI_Chassis", SerialNumber=SERIAL)
    for controller, version in zip(controllers, ("GT280R004-01", "GT275R001-01"), strict=True):
        software = estate.software(controller, version, None, "SMI_SoftwareIdentity")
        estate.link("CIM_ElementSoftwareIdentity", Antecedent=software, Dependent=controller)
    estate.profile("Array", "1.5.0", (system,))
    for name in ("Masking and Mapping", "Serial Attached SCSI Target Port", "FCoE Target Port", "Pools from Volumes"):
        estate.profile(name, "1.5.0")
    masking(estate, system, ports(estate, controllers), volumes(estate, system))


def ports(estate, controllers):
    _, fcoe = estate.fc_port("SMI_FCPort", controllers[0], "207000C0FF4455AA", "SMI_SCSIProtocolEndpoint",
                             PortDiscriminator=[10], LinkTechnology=2, ElementName="A0")  # fmt: skip
    device = estate.device("SMI_SASPort", controllers[1], "500C0FF4455AA004", PermanentAddress="500c0ff4455aa004",
                           UsageRestriction=2, ElementName="B1")  # fmt: skip
    estate.device("SMI_SASPort", controllers[1], "500C0FF4455AA03F", PermanentAddress="500c0ff4455aa03f",
                  UsageRestriction=3, ElementName="expansion")  # fmt: skip
    sas = estate.access_point("SMI_SCSIProtocolEndpoint", controllers[1], "500C0FF4455AA004", ConnectionType=8, Role=3)
    estate.link("CIM_DeviceSAPImplementation", Antecedent=device, Dependent=sas)
    iscsi = estate.access_point("SMI_iSCSIProtocolEndpoint", controllers[0], f"{IQN},t,0x1", Identifier="000000000001",
                                ConnectionType=7, Role=3)  # fmt: skip
    node = estate.device("SMI_iSCSINode", controllers[0], "node", Name=IQN.upper(), NameFormat=3)
    estate.through(node, [iscsi])
    return [fcoe, sas, iscsi]


def volumes(estate, system):
    """A volume pool inside a group pool inside a primordial pool which feeds a volume by itself."""
    top = estate.pool("SMI_VirtualPool", system, f"{SERIAL}:primordial", 900 * GIB, 100 * GIB, Primordial=True)
    middle = estate.pool("SMI_VirtualPool", system, f"{SERIAL}:A", 700 * GIB, 100 * GIB, ElementName="A")
    inner = estate.pool("SMI_VirtualPool", system, f"{SERIAL}:A:1", 500 * GIB, 75 * GIB, ElementName="A-1",
                        SpaceLimitDetermination=2)  # fmt: skip
    estate.taken(top, middle, 700 * GIB)
    estate.taken(middle, inner, 500 * GIB)
    made = []
    for number in range(4):
        made.append(estate.device(
            "SMI_StorageVolume", system, f"00c0ff4455aa0000{number:08d}", ElementName="Vol0001", **NAA,
            Name=f"600c0ff0004455aa00000000000000{number:02d}", ThinlyProvisioned=number < 3, OperationalStatus=[2],
            **volume_size(400 * GIB + 512 * number, 512),
        ))  # fmt: skip
        estate.taken(top if number == 3 else inner, made[-1], 100 * GIB + MIB)
    return made


def masking(estate, system, endpoints, luns):
    ids = [estate.initiator("SMI_StorageHardwareID", f"H{number}", name, kind) for number, (name, kind) in enumerate(
        (("2100000E1E000001", 2), ("500605B000000002", 7), ("iqn.1998-01.com.vmware:esx3", 5)))]  # fmt: skip
    for number, (who, endpoint) in enumerate(zip(ids, endpoints, strict=True)):
        view = estate.device("SMI_SCSIProtocolController", system, f"view{number}", ElementName="")
        estate.expose(view, [luns[number], luns[3]])
        estate.through(view, [endpoint])
        estate.grant(view, [who], "SMI_AuthorizedPrivilege", InstanceID=f"P{number}")


def lun(number):
    return f"naa.600c0ff0004455aa00000000000000{number:02d}"


EXPECTED = {
    "arrays": {
        SERIAL: {"vendor": "DELL EMC", "model": "ME4024", "firmware": "GT275R001-01",
                 "blocks": {"FCoE", "Other", "ISCSI"}, "profiles": {"block", "capability"},
                 "processors": {"Controller A", "Controller B"}},
    },
    "ports": {"207000c0ff4455aa": "FCoE", "500c0ff4455aa004": "Other", IQN: "ISCSI"},
    "luns": {
        **{lun(n): (SERIAL, "Vol0001", 409600, 102401, True, "Yellow", None) for n in range(3)},
        lun(3): (SERIAL, "Vol0001", 409600, 409600, False, "Green", None),
    },
    "sees": {
        "2100000e1e000001": {"207000c0ff4455aa": {lun(0), lun(3)}},
        "iqn.1998-01.com.vmware:esx3": {IQN: {lun(2), lun(3)}},
        "500605b000000002": {},  # a SAS address is no port WWN
    },
}  # fmt: skip
