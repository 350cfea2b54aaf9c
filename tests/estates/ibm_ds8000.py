"""IBM DS8000: pools of pools (array sites, ranks, extent pools), no capabilities.  XIV: NameNamespace says NodeWWN.

smis-mapping 8, rows DS8000 and XIV; 2.5 rule 5; 5.3 (unknown quantities); two arrays in one namespace.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/ibm"
CLASSES = """
IBMTSDS_StorageSystem : CIM_ComputerSystem
IBMTSDS_StorageProcessor : CIM_ComputerSystem
IBMTSDS_SEVolume : CIM_StorageVolume uint64 VirtualSpaceConsumed;
IBMTSDS_Volume : CIM_StorageVolume
IBMTSDS_ArraySitePool : CIM_StoragePool
IBMTSDS_ArrayPool : CIM_StoragePool
IBMTSDS_RankPool : CIM_StoragePool
IBMTSDS_ExtentPool : CIM_StoragePool
IBMTSDS_VirtualPool : CIM_StoragePool uint64 HardSize; uint64 SoftSize; uint64 VirtualSpaceConsumed;
IBMTSDS_AllocatedFromStoragePool : CIM_AllocatedFromStoragePool
IBMTSDS_FCPort : CIM_FCPort
IBMTSDS_SCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
IBMTSDS_SCSIProtocolController : CIM_SCSIProtocolController
IBMTSDS_Privilege : CIM_AuthorizedPrivilege
IBMTSDS_Firmware : CIM_SoftwareIdentity
IBMTSDS_Product : CIM_Product
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    ds8000, xiv = storage(estate, "IBM.2107-75DEMO1", 0), storage(estate, "IBM.2810-7801234", 1)
    estate.profile("Array", "1.2", (ds8000, xiv))
    estate.profile("Masking and Mapping", "1.2")
    with_luns(estate, ds8000, 0, ds8000_volumes(estate, ds8000))
    with_luns(estate, xiv, 1, xiv_volumes(estate, xiv))


def storage(estate, name, index):
    system = estate.put("IBMTSDS_StorageSystem", Name=name, ElementName=name, Dedicated=[3, 15], OperationalStatus=[2])
    package = estate.chassis(system, None, None)
    product = estate.put("IBMTSDS_Product", Name=("2107-951", "2810-A14")[index], IdentifyingNumber=name[-7:],
                         Vendor="IBM", Version="1")  # fmt: skip
    estate.link("CIM_ProductPhysicalComponent", GroupComponent=product, PartComponent=package)
    estate.software(system, ("5.4.3.2", "11.6.0")[index], class_name="IBMTSDS_Firmware", InstanceID=f"IBMTSDS:{name}")
    return system


def ds8000_volumes(estate, system):
    """Volumes in extent pools, which stand on ranks, which stand on arrays, which stand on array sites."""
    below = None
    for number, kind in enumerate(("ArraySitePool", "ArrayPool", "RankPool", "ExtentPool")):
        pool = estate.pool(f"IBMTSDS_{kind}", system, f"IBMTSDS:75DEMO1.{kind}-0", 1000 * GIB, 250 * GIB,
                           Primordial=kind == "ArraySitePool", ElementName=f"P{number}")  # fmt: skip
        if below:
            estate.taken(below, pool, 1000 * GIB, "IBMTSDS_AllocatedFromStoragePool")
        below = pool
    made = []
    for number in range(3):
        made.append(estate.device("IBMTSDS_Volume", system, f"100{number}", ElementName="", Caption="",
                                  Name=f"6005076303FFC1230000000000001{number:03d}", **NAA, ThinlyProvisioned=False,
                                  OperationalStatus=[2], **volume_size(250 * GIB)))  # fmt: skip
        estate.taken(below, made[-1], 250 * GIB, "IBMTSDS_AllocatedFromStoragePool")
    return made


def xiv_volumes(estate, system):
    pool = estate.pool("IBMTSDS_VirtualPool", system, "IBMTSDS:IBM.2810-7801234:pool1", 1000 * GIB, 900 * GIB,
                       HardSize=1000 * GIB, SoftSize=3000 * GIB, ElementName="pool1")  # fmt: skip
    made = []
    for number in range(3):
        made.append(estate.device("IBMTSDS_SEVolume", system, f"70{number}", ElementName=f"xiv_{number}", NameFormat=9,
                                  NameNamespace=6, Name=f"200173800042300{number}", ThinlyProvisioned=True,
                                  OperationalStatus=[2], VirtualSpaceConsumed=[None, None, 21 * GIB][number],
                                  **volume_size(500 * GIB)))  # fmt: skip
        estate.taken(pool, made[-1], 33 * GIB, "IBMTSDS_AllocatedFromStoragePool")
    return made


def with_luns(estate, system, index, luns):
    _, endpoint = estate.fc_port("IBMTSDS_FCPort", system, f"500507630{index}FFC123", "IBMTSDS_SCSIProtocolEndpoint",
                                 ElementName="I0000")  # fmt: skip
    view = estate.device("IBMTSDS_SCSIProtocolController", system, "V0", ElementName="esx")
    estate.expose(view, luns[:2])
    estate.through(view, [endpoint])
    who = estate.initiator("CIM_StorageHardwareID", f"{system['Name']}:1", "210000E08B0000F1")
    estate.grant(view, [who], "IBMTSDS_Privilege", InstanceID=f"{system['Name']}:V0")


def lun(index, number):
    return (f"naa.6005076303ffc1230000000000001{number:03d}", f"naa.200173800042300{number}")[index]


QUIRKS = ("site-pools", "naa-in-node-wwn-form", "virtual-space-consumed")
EXPECTED = {
    "arrays": {
        "IBM.2107-75DEMO1": {"vendor": "IBM", "model": "2107-951", "firmware": "5.4.3.2", "blocks": {"FC"},
                             "profiles": {"block", "capability"}, "processors": None},
        "IBM.2810-7801234": {"vendor": "IBM", "model": "2810-A14", "firmware": "11.6.0", "blocks": {"FC"},
                             "profiles": {"block", "capability"}, "processors": None},
    },
    "ports": {"5005076300ffc123": "FC", "5005076301ffc123": "FC"},
    "luns": {
        **{lun(0, n): ("IBM.2107-75DEMO1", f"100{n}", 256000, 256000, False, "Green", None) for n in range(3)},
        **{lun(1, n): ("IBM.2810-7801234", f"xiv_{n}", 512000, 21504 if n == 2 else 33792, True, "Green", None)
           for n in range(3)},
    },
    "sees": {
        "210000e08b0000f1": {"5005076300ffc123": {lun(0, 0), lun(0, 1)}, "5005076301ffc123": {lun(1, 0), lun(1, 1)}},
    },
}  # fmt: skip
