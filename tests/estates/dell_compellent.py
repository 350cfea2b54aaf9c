"""Dell Compellent: virtual ports by both associations, tiered pools, hosts as collections, EUI and odd block sizes.

smis-mapping 8, row Compellent; 3.4 (CMPL_ProtocolControllerForPort and endpoints); 5.1 (tiers), 2.5 rule 7.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/compellent"
CLASSES = """
CMPL_StorageCenter : CIM_ComputerSystem
CMPL_Controller : CIM_ComputerSystem
CMPL_Chassis : CIM_Chassis
CMPL_SoftwareIdentity : CIM_SoftwareIdentity
CMPL_FCPort : CIM_FCPort
CMPL_SCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
CMPL_StorageVolume : CIM_StorageVolume
CMPL_StoragePool : CIM_StoragePool
CMPL_StorageTier : CIM_StorageTier
CMPL_SCSIProtocolController : CIM_SCSIProtocolController
CMPL_ProtocolControllerForUnit : CIM_ProtocolControllerForUnit
CMPL_ProtocolControllerForPort : CIM_ProtocolControllerForPort
CMPL_StorageHardwareID : CIM_StorageHardwareID
CMPL_StorageHardwareIDCollection : CIM_SystemSpecificCollection
CMPL_AuthorizedPrivilege : CIM_AuthorizedPrivilege
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("CMPL_StorageCenter", Name="CMPL:64015", ElementName="Storage Center 64015", Dedicated=[3, 15],
                        OperationalStatus=[2])  # fmt: skip
    controllers = []
    for number in (1, 2):
        one = estate.put("CMPL_Controller", Name=f"CMPL:64015:{number}", ElementName=f"SN 6401{number}")
        estate.link("CIM_ComponentCS", GroupComponent=system, PartComponent=one)
        controllers.append(one)
    estate.chassis(system, "COMPELNT", "Compellent Vol", "CMPL_Chassis", "CIM_SystemPackaging")
    estate.put("CMPL_SoftwareIdentity", InstanceID="fw", MajorVersion=6, MinorVersion=5, RevisionNumber=20,
               BuildNumber=19, Classifications=[10])  # fmt: skip
    estate.link("CIM_InstalledSoftwareIdentity", System=system,
                InstalledSoftware=estate.seen_as(software_path(estate), "CIM_SoftwareIdentity"))  # fmt: skip
    estate.profile("Array", "1.4.0", (system,))
    masking(estate, system, controllers, volumes(estate, system))


def software_path(estate):
    (found,) = estate.conn.EnumerateInstanceNames("CMPL_SoftwareIdentity", namespace=NAMESPACE)
    return found


def volumes(estate, system):
    pool = estate.pool("CMPL_StoragePool", system, "CMPL:64015:Assigned", 1000 * GIB, 700 * GIB, ElementName="Assigned")
    for number, technology in enumerate((3, 6)):
        tier = estate.put("CMPL_StorageTier", InstanceID=f"CMPL:tier{number}", ElementName=f"Tier {number}",
                          Technology=technology)  # fmt: skip
        estate.link("CIM_MemberOfCollection", Collection=tier, Member=pool)
    named = [{**NAA, "Name": "6000D310000FA5000000000000000001"},
             {"NameFormat": 10, "NameNamespace": 3, "Name": "0000D31000FA5002"},
             {"NameFormat": 7, "NameNamespace": 1, "Name": "COMPELNTCompellent Vol 64015-3"}]  # fmt: skip
    made = []
    for number, label in enumerate(named):
        made.append(estate.device("CMPL_StorageVolume", system, f"{number + 1}", ElementName=f"Volume {number + 1}",
                                  ThinlyProvisioned=True, OperationalStatus=[2], **label,
                                  **volume_size(100 * GIB, 4096)))  # fmt: skip
        estate.taken(pool, made[-1], 10 * GIB)
    return made


def masking(estate, system, controllers, luns):
    """Endpoints and ports say the same; a server is a collection in a collection of hardware IDs."""
    server = estate.put("CMPL_StorageHardwareIDCollection", InstanceID="CMPL:server:esx1", ElementName="esx1")
    cluster = estate.put("CMPL_StorageHardwareIDCollection", InstanceID="CMPL:cluster", ElementName="cluster")
    estate.link("CIM_MemberOfCollection", Collection=cluster, Member=server)
    for number in range(2):
        one = estate.initiator("CMPL_StorageHardwareID", f"CMPL:HBA:{number}", f"21000024ff00000{number}")
        estate.link("CIM_MemberOfCollection", Collection=server if number else cluster, Member=one)
    view = estate.device("CMPL_SCSIProtocolController", system, "VC1", ElementName="esx1")
    estate.expose(view, luns, "CMPL_ProtocolControllerForUnit")
    estate.grant(view, [cluster], "CMPL_AuthorizedPrivilege", InstanceID="CMPL:AP:1")
    for number, controller in enumerate(controllers):
        port, endpoint = estate.fc_port("CMPL_FCPort", controller, f"5000D310000FA50{number}",
                                        "CMPL_SCSIProtocolEndpoint", ElementName=f"vport {number}",
                                        PortDiscriminator=[7, 11])  # fmt: skip
        estate.through(view, [endpoint])
        estate.link("CMPL_ProtocolControllerForPort", Antecedent=view, Dependent=port)


EUI, FIRST = "eui.0000d31000fa5002", "naa.6000d310000fa5000000000000000001"
BOTH = ("5000d310000fa500", "5000d310000fa501")
EXPECTED = {
    "arrays": {
        "Storage Center 64015": {"vendor": "COMPELNT", "model": "Compellent Vol", "firmware": "6.5.20.19",
                                 "blocks": {"FC"}, "profiles": {"block", "capability"},
                                 "processors": {"SN 64011", "SN 64012"}},
    },
    "ports": dict.fromkeys(BOTH, "FC"),
    "luns": {
        FIRST: ("Storage Center 64015", "Volume 1", 102400, 10240, True, "Green", None),
        EUI: ("Storage Center 64015", "Volume 2", 102400, 10240, True, "Green", None),
    },
    "sees": {
        "21000024ff000000": {port: {FIRST, EUI} for port in BOTH},
        "21000024ff000001": {port: {FIRST, EUI} for port in BOTH},
    },
}  # fmt: skip
