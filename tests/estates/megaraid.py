"""LSI MegaRAID: no Interop namespace, no profiles, no targets; found where its kind is known to be.

smis-mapping 8, row MegaRAID; 1.2 steps 5 and 6 (fallbacks A and B).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/LsiMr13"
CLASSES = """
LSIESG_MegaRAIDHBA : CIM_ComputerSystem
LSIESG_VirtualDrive : CIM_StorageVolume
LSIESG_DiskGroupPool : CIM_StoragePool
LSIESG_FCPort : CIM_FCPort
LSIESG_FirmwareIdentity : CIM_SoftwareIdentity
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE, interop=None)
    estate.classes(CLASSES)
    system = estate.put("LSIESG_MegaRAIDHBA", Name="500605B001234560", ElementName="MegaRAID SAS 9260", Dedicated=[30],
                        OperationalStatus=[2])  # fmt: skip
    estate.chassis(system, "LSI", "MegaRAID SAS 9260-8i")
    estate.software(system, "12.12.0-0045", class_name="LSIESG_FirmwareIdentity")
    pool = estate.pool("LSIESG_DiskGroupPool", system, "DG0", 500 * GIB, 0, ElementName="DG 0")
    volume = estate.device("LSIESG_VirtualDrive", system, "VD0", ElementName="VD 0", **NAA,
                           Name="600605B0012345601A2B3C4D5E6F7081", OperationalStatus=[2],
                           **volume_size(500 * GIB))  # fmt: skip
    estate.taken(pool, volume, 500 * GIB)


LUN = "naa.600605b0012345601a2b3c4d5e6f7081"
QUIRKS = ("published-namespaces",)
EXPECTED = {
    "arrays": {
        "MegaRAID SAS 9260": {"vendor": "LSI", "model": "MegaRAID SAS 9260-8i", "firmware": "12.12.0-0045",
                              "blocks": set(), "profiles": None, "processors": None},
    },
    "ports": {},
    "luns": {LUN: ("MegaRAID SAS 9260", "VD 0", 512000, 512000, False, "Green", None)},
    "sees": {},
}  # fmt: skip
