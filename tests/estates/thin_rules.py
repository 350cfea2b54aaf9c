"""One pool for each rule of thin provisioning, and for each row of the RAID table.

smis-mapping 6.2, 6.3 (order of the rules), 5.2 (RAID from redundancy numbers), 5.1 (media of drives).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/rules"
CLASSES = """
RULE_System : CIM_ComputerSystem
RULE_Pool : CIM_StoragePool
RULE_Volume : CIM_StorageVolume
RULE_Port : CIM_FCPort
RULE_View : CIM_SCSIProtocolController
"""
# pool: remaining of 1,000 GiB, further numbers of the pool, copies, drives that may fail, further capabilities
POOLS = {
    "low": (250, {"LowSpaceWarningThreshold": 30}, (2, 1, {"ExtentStripeLengthDefault": 1})),
    "quota": (400, {}, (2, 1, {"ExtentStripeLengthDefault": 8})),
    "full": (0, {}, (1, 1, {"ParityLayoutDefault": 3})),
    "promised": (40, {}, (1, 2, {"ParityLayoutDefault": 3})),
    "high": (150, {}, (1, 0, {"ExtentStripeLengthDefault": 4})),
    "unknown": (0, {"TotalManagedSpace": None, "RemainingManagedSpace": 7 * GIB}, (None, None, {})),
}
# LUN: its pool, size in GiB, further properties, further numbers of the allocation, the right status and capability
LUNS = (
    ("low", 1200, {}, {}, "Yellow", "RAID-1"),
    ("quota", 800, {}, {"SpaceLimit": 100 * GIB, "SpaceLimitWarningThreshold": 5}, "Yellow", "RAID-10"),
    ("quota", 800, {}, {"SpaceLimit": 100 * GIB, "SpaceLimitWarningThreshold": 50}, "Green", "RAID-10"),
    ("full", 500, {}, {}, "Red", "RAID-5"),
    ("promised", 900, {}, {}, "Green", "RAID-6"),
    ("high", 2000, {}, {}, "Yellow", "RAID-0"),
    ("high", 10, {"ThinlyProvisioned": False}, {}, "Green", "RAID-0"),
    ("unknown", 5000, {}, {}, "Green", None),
)


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("RULE_System", Name="rules", ElementName="rules", Dedicated=[15], OperationalStatus=[2])
    estate.chassis(system, "Rule", "R")
    estate.profile("Array", "1.6", (system,))
    _, endpoint = estate.fc_port("RULE_Port", system, "500000000000F00D")
    view = estate.device("RULE_View", system, "view")
    estate.grant(view, [estate.initiator("CIM_StorageHardwareID", "i", "10000000000F00D5")])
    estate.through(view, [endpoint])
    pools = {}
    for name, (remaining, more, (copies, drives, layout)) in POOLS.items():
        numbers = {"total": 1000 * GIB, "remaining": remaining * GIB}
        if "TotalManagedSpace" in more:
            numbers, more = {"total": None, "remaining": more["RemainingManagedSpace"]}, {}
        pools[name] = estate.pool("RULE_Pool", system, name, **numbers, **more)
        estate.redundancy(pools[name], copies, drives, **layout)
    for number, (pool, size, more, limits, _, _) in enumerate(LUNS):
        volume = estate.device("RULE_Volume", system, f"{number}", ElementName=f"{pool} {number}", **NAA,
                               Name=f"6000F00D000000000000000000000{number:03d}", OperationalStatus=[2],
                               **{"ThinlyProvisioned": True} | more, **volume_size(size * GIB))  # fmt: skip
        estate.taken(pools[pool], volume, 10 * GIB, **limits)
        estate.expose(view, [volume], first=number)


def lun(number):
    return f"naa.6000f00d000000000000000000000{number:03d}"


EXPECTED = {
    "arrays": {"rules": {"vendor": "Rule", "model": "R", "firmware": None, "blocks": {"FC"},
                         "profiles": {"block", "capability"}, "processors": None}},
    "ports": {"500000000000f00d": "FC"},
    "luns": {
        lun(number): ("rules", f"{pool} {number}", size * 1024, 10 * 1024, not more, status, capability)
        for number, (pool, size, more, _, status, capability) in enumerate(LUNS)
    },
    "sees": {"10000000000f00d5": {"500000000000f00d": {lun(number) for number in range(len(LUNS))}}},
}  # fmt: skip
