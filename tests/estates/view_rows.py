"""Masking published as rows of MaskingMappingView alone, pools as rows of nothing: a CLARiiON seen through its views.

smis-mapping 3.1 dialect 5, 3.4 (row VNX), 2.4 (thin unknown), 6.2 (space numbers missing).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/emc"
CLASSES = """
Clar_StorageSystem : CIM_ComputerSystem
Clar_StorageProcessorSystem : CIM_ComputerSystem
Clar_FCPort : CIM_FCPort
Clar_FCSCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
Clar_StorageVolume : CIM_StorageVolume
Clar_StoragePool : CIM_StoragePool
SE_StorageHardwareID : CIM_StorageHardwareID
Clar_MaskingMappingView_SHID_SV_FCSPE : CIM_MaskingMappingView
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("Clar_StorageSystem", Name="CLARiiON+CK200", ElementName="cx3", Dedicated=[15],
                        OperationalStatus=[2])  # fmt: skip
    estate.chassis(system, "EMC", "CX3-40")
    estate.software(system, "3.26.40.5.029")
    endpoints = []
    for letter in "AB":
        one = estate.put("Clar_StorageProcessorSystem", Name=f"CLARiiON+CK200+SP_{letter}", ElementName=f"SP_{letter}")
        estate.link("CIM_ComponentCS", GroupComponent=system, PartComponent=one)
        endpoints.append(estate.fc_port("Clar_FCPort", one, f"5006016{'01'[letter == 'B']}BEE01234",
                                        "Clar_FCSCSIProtocolEndpoint")[1])  # fmt: skip
    estate.profile("Array", "1.5", (system,))
    estate.profile("Block Storage Views", "1.5")
    estate.profile("Masking and Mapping", "1.5")
    pool = estate.pool("Clar_StoragePool", system, "CLARiiON+CK200+RG1", None, 0, ElementName="RG1")
    luns = [estate.device("Clar_StorageVolume", system, f"{number}", ElementName=f"LUN {number}", **NAA,
                          Name=f"60060160BEE0{number:020d}", OperationalStatus=[2], **volume_size(20 * GIB))
            for number in range(3)]  # fmt: skip
    for one in luns:
        estate.taken(pool, one, None)
    ids = [estate.initiator("SE_StorageHardwareID", f"SE+{n}", f"10000000C97A000{n}") for n in range(2)]
    for who, volume, endpoint in ((0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 1, 1), (1, 2, 1)):
        estate.link("Clar_MaskingMappingView_SHID_SV_FCSPE", StorageHardwareID=ids[who], LogicalDevice=luns[volume],
                    ProtocolEndpoint=endpoints[endpoint], SHIDStorageID=ids_text(who), SHIDIDType=2,
                    SPCDeviceID=f"sg {who}", SPCSystemName="CLARiiON+CK200")  # fmt: skip


def ids_text(number):
    return f"10000000C97A000{number}"


def lun(number):
    return f"naa.60060160bee0{number:020d}"


EXPECTED = {
    "arrays": {
        "cx3": {"vendor": "EMC", "model": "CX3-40", "firmware": "3.26.40.5.029", "blocks": {"FC"},
                "profiles": {"block", "capability"}, "processors": {"SP_A", "SP_B"}},
    },
    "ports": {"50060160bee01234": "FC", "50060161bee01234": "FC"},
    "luns": {lun(n): ("cx3", f"LUN {n}", 20480, 20480, False, "Green", None) for n in range(3)},
    "sees": {
        "10000000c97a0000": {"50060160bee01234": {lun(0), lun(1)}, "50060161bee01234": {lun(0)}},
        "10000000c97a0001": {"50060161bee01234": {lun(1), lun(2)}},
    },
}  # fmt: skip
