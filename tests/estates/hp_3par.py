"""HP 3PAR: SMI-S 1.1 conformance, hardware-ID collections, host-sees views whose ports are gone, a default view.

smis-mapping 8, row 3PAR; 3.1 (default view: a hardware ID with an empty name), 3.2 rule 3, 3.4; 2.1, 2.3.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/tpd"
CLASSES = """
TPD_StorageSystem : CIM_ComputerSystem
TPD_NodeSystem : CIM_ComputerSystem
TPD_NodeComponentCS : CIM_ComponentCS
TPD_FCPort : CIM_FCPort
TPD_SCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
TPD_StorageVolume : CIM_StorageVolume uint64 ProvisionedConsumableBlocks;
TPD_ConcretePool : CIM_StoragePool
TPD_DynamicStoragePool : CIM_StoragePool
TPD_PrimordialPool : CIM_StoragePool
TPD_AllocatedFromStoragePool : CIM_AllocatedFromStoragePool
TPD_SCSIController : CIM_SCSIProtocolController
TPD_ControllerForUnit : CIM_ProtocolControllerForUnit
TPD_ControllerForPort : CIM_ProtocolControllerForPort
TPD_SAPAvailableForController : CIM_SAPAvailableForElement
TPD_StorageHardwareID : CIM_StorageHardwareID
TPD_HardwareIDCollection : CIM_SystemSpecificCollection
TPD_MemberOfCollection : CIM_MemberOfCollection
TPD_AuthorizedPrivilege : CIM_AuthorizedPrivilege
TPD_ControllerConfigurationService : CIM_ControllerConfigurationService
"""
WWN = "2FF70002AC000123"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE, interop="root/PG_InterOp")
    estate.classes(CLASSES)
    system = estate.put(
        "TPD_StorageSystem", Name=WWN, NameFormat="WWN", ElementName="3par-a", Dedicated=[15, 3], OperationalStatus=[2],
        Description="HP_3PAR 7200, ID: 123, Serial number: 1600123, InForm OS version: 3.1.2 (MU3)",
        OtherIdentifyingInfo=["1600123"], IdentifyingDescriptions=["SerialNumber"],
    )  # fmt: skip
    nodes = []
    for number in range(2):
        node = estate.put("TPD_NodeSystem", Name=f"1600123-{number}", ElementName=f"Node {number}")
        estate.link("TPD_NodeComponentCS", GroupComponent=system, PartComponent=node)
        nodes.append(node)
    estate.fixed_service("TPD_ControllerConfigurationService", system)
    for name in ("Array", "Masking and Mapping", "FC Target Ports"):
        estate.profile(name, "1.1.0", (system,) if name == "Array" else ())
    masking(estate, system, ports(estate, nodes), volumes(estate, system))


def ports(estate, nodes):
    """DeviceID is the WWN and PermanentAddress is NULL on one; a replication port is no target (restriction 3)."""
    first = estate.fc_port("TPD_FCPort", nodes[0], "20110002AC000123", "TPD_SCSIProtocolEndpoint", ElementName="0:1:1")
    device = estate.device("TPD_FCPort", nodes[1], "21110002AC000123", PermanentAddress=None, UsageRestriction=2,
                           ElementName="1:1:1", OperationalStatus=[2])  # fmt: skip
    endpoint = estate.access_point("TPD_SCSIProtocolEndpoint", nodes[1], "21110002AC000123", ConnectionType=2, Role=3)
    estate.link("CIM_DeviceSAPImplementation", Antecedent=device, Dependent=endpoint)
    estate.fc_port("TPD_FCPort", nodes[0], "20120002AC000123", None, UsageRestriction=3)
    return [first, (device, endpoint)]


def volumes(estate, system):
    top = estate.pool("TPD_PrimordialPool", system, f"{WWN}:primordial", 1000 * GIB, 500 * GIB, Primordial=True)
    cpg = estate.pool("TPD_DynamicStoragePool", system, f"{WWN}:CPG:SSD_r5", 400 * GIB, 10 * GIB, ElementName="SSD_r5")
    estate.taken(top, cpg, 400 * GIB, "TPD_AllocatedFromStoragePool")
    estate.redundancy(cpg, 1, 1, ParityLayoutDefault=3, AvailableDiskType=[3])
    made = []
    for number in range(4):
        volume = estate.device("TPD_StorageVolume", system, f"{number + 10}", ElementName=f"vv.{number}", **NAA,
                               Name=f"50002AC{number:02d}123ABCD", ThinlyProvisioned=None if number else True,
                               OperationalStatus=[2],
                               ProvisionedConsumableBlocks=50 * 2**21 if number == 1 else None,
                               **volume_size(300 * GIB))  # fmt: skip
        estate.taken(cpg, volume, 100 * GIB, "TPD_AllocatedFromStoragePool", SpaceLimit=300 * GIB)
        made.append(volume)
    return made


def masking(estate, system, both, luns):
    ids = [estate.initiator("TPD_StorageHardwareID", f"{WWN}:{n}", f"1000000000AA000{n}") for n in range(3)]
    cluster = estate.put("TPD_HardwareIDCollection", InstanceID=f"{WWN}:set:cluster", ElementName="cluster")
    for one in ids[:2]:
        estate.link("TPD_MemberOfCollection", Collection=cluster, Member=one)
    seen = estate.device("TPD_SCSIController", system, "host sees", ElementName="cluster", Name="1000000000AA0000")
    estate.expose(seen, luns[:2], "TPD_ControllerForUnit")
    reach(estate, seen, both)
    estate.grant(seen, [cluster], "TPD_AuthorizedPrivilege", InstanceID="P1")
    dormant = estate.device("TPD_SCSIController", system, "host sees, ports gone", Name="1000000000AA0002")
    estate.expose(dormant, luns[2:3], "TPD_ControllerForUnit")
    estate.grant(dormant, ids[2:], "TPD_AuthorizedPrivilege", InstanceID="P2")
    nobody = estate.initiator("TPD_StorageHardwareID", f"{WWN}:", "")
    everyone = estate.device("TPD_SCSIController", system, "port presents", ElementName="")
    estate.expose(everyone, luns[3:], "TPD_ControllerForUnit")
    reach(estate, everyone, both[1:])
    estate.grant(everyone, [nobody], "TPD_AuthorizedPrivilege", InstanceID="P3")


def reach(estate, controller, ports):
    """Both ways at once, as 3PAR publishes it."""
    for port, endpoint in ports:
        estate.link("TPD_ControllerForPort", Antecedent=controller, Dependent=port)
        estate.through(controller, [endpoint], "TPD_SAPAvailableForController")


def lun(number):
    return f"naa.50002ac{number:02d}123abcd"


QUIRKS = ("model-in-description", "nameless-default-views", "provisioned-blocks")
EXPECTED = {
    "arrays": {
        "3par-a": {"vendor": "3PARdata", "model": "HP_3PAR 7200", "firmware": "3.1.2 (MU3)", "blocks": {"FC"},
                   "profiles": {"block", "capability"}, "processors": {"Node 0", "Node 1"},
                   "id": f"VasaCim:StorageArray:{WWN}"},
    },
    "ports": {"20110002ac000123": "FC", "21110002ac000123": "FC"},
    "luns": {lun(n): ("3par-a", f"vv.{n}", 307200, 51200 if n == 1 else 102400, True, "Red", "SSD RAID-5")
             for n in range(4)},
    "sees": {
        "1000000000aa0000": {"20110002ac000123": {lun(0), lun(1)}, "21110002ac000123": {lun(0), lun(1), lun(3)}},
        "1000000000aa0001": {"20110002ac000123": {lun(0), lun(1)}, "21110002ac000123": {lun(0), lun(1), lun(3)}},
        "1000000000aa0002": {"21110002ac000123": {lun(3)}},
        "iqn.1998-01.com.vmware:unknown": {"21110002ac000123": {lun(3)}},
    },
}  # fmt: skip
