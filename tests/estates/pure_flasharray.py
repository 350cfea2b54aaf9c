"""Pure FlashArray as its guide describes it: AssociatedPrivilege, FC and iSCSI, no pools said.

smis-mapping 8, row Pure; 3.1 dialect 2 (granted and denied activities), 2.4 (pool unknown).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import DMTF, GIB, NAA, Estate, volume_size

NAMESPACE = "root/purestorage"
CLASSES = """
PURE_ArrayComputerSystem : CIM_ComputerSystem
PURE_ControllerComputerSystem : CIM_ComputerSystem
PURE_ComponentCS : CIM_ComponentCS
PURE_Chassis : CIM_Chassis
PURE_SoftwareIdentity : CIM_SoftwareIdentity
PURE_FCPort : CIM_FCPort
PURE_SCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
PURE_iSCSIProtocolEndpoint : CIM_iSCSIProtocolEndpoint
PURE_StorageVolume : CIM_StorageVolume
PURE_SCSIProtocolController : CIM_SCSIProtocolController
PURE_StorageHardwareID : CIM_StorageHardwareID
PURE_AssociatedPrivilege : CIM_AssociatedPrivilege
"""
IQN = "iqn.2010-06.com.purestorage:flasharray.3ac1"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("PURE_ArrayComputerSystem", Name="a1b2c3d4-0000-1111-2222-333344445555", ElementName="pure01",
                        Dedicated=[15], OperationalStatus=[2])  # fmt: skip
    controllers = []
    for number in range(2):
        one = estate.put("PURE_ControllerComputerSystem", Name=f"pure01:CT{number}", ElementName=f"CT{number}")
        estate.link("PURE_ComponentCS", GroupComponent=system, PartComponent=one)
        controllers.append(one)
    estate.chassis(system, "PURE", "FlashArray", "PURE_Chassis")
    estate.software(system, "4.6.8", class_name="PURE_SoftwareIdentity", Classifications=[2, 10])
    estate.profile("Array", "1.6.1", (system,))
    for name in ("Block Services", "FC Target Ports", "iSCSI Target Ports", "Masking and Mapping"):
        estate.profile(name, "1.6.1", organisation=DMTF if name.startswith("FC") else 11)
    masking(estate, system, controllers)


def masking(estate, system, controllers):
    _, fc = estate.fc_port("PURE_FCPort", controllers[0], "524A937A7E7F0000", "PURE_SCSIProtocolEndpoint",
                           ElementName="CT0.FC0")  # fmt: skip
    iscsi = estate.access_point("PURE_iSCSIProtocolEndpoint", controllers[1], IQN, ConnectionType=7, Role=4,
                                Identifier="000000000001")  # fmt: skip
    luns = [estate.device("PURE_StorageVolume", system, f"vol{n}", ElementName=f"vol{n}", ThinlyProvisioned=True,
                          Name=f"624A9370C0FFEE0000000000000110{n:02d}", OperationalStatus=[2], **NAA,
                          **volume_size(10 * GIB)) for n in range(3)]  # fmt: skip
    ids = [estate.initiator("PURE_StorageHardwareID", f"esx{n}", f"10000000C98888{n:02d}") for n in range(3)]
    view = estate.device("PURE_SCSIProtocolController", system, "hgroup", ElementName="hgroup")
    estate.expose(view, luns[:2])
    estate.through(view, [fc, iscsi])
    allowed = ({"PrivilegeGranted": True, "Activities": [5, 6]}, {"PrivilegeGranted": True, "Activities": [11, 12]},
               {"PrivilegeGranted": None, "Activities": None})  # fmt: skip
    for number, (who, rights) in enumerate(zip(ids, allowed, strict=True)):
        estate.link("PURE_AssociatedPrivilege", Subject=who, Target=view, UseKey=f"key {number}", **rights)


def lun(number):
    return f"naa.624a9370c0ffee0000000000000110{number:02d}"


EXPECTED = {
    "arrays": {
        "pure01": {"vendor": "PURE", "model": "FlashArray", "firmware": "4.6.8", "blocks": {"FC", "ISCSI"},
                   "profiles": {"block", "capability"}, "processors": {"CT0", "CT1"}},
    },
    "ports": {"524a937a7e7f0000": "FC", IQN: "ISCSI"},
    "luns": {lun(n): ("pure01", f"vol{n}", 10240, None, True, "Green", None) for n in range(3)},
    "sees": {
        "10000000c9888800": {port: {lun(0), lun(1)} for port in ("524a937a7e7f0000", IQN)},
        "10000000c9888801": {},
        "10000000c9888802": {port: {lun(0), lun(1)} for port in ("524a937a7e7f0000", IQN)},
    },
}  # fmt: skip
