"""An array that could mask but has no view yet: a service is enough to show nobody anything. Volumes of a controller.

smis-mapping 3.1; volumes and ports that hang on the array by SystemDevice alone; BasedOn instead of pools.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/cimv2"
CLASSES = """
NEW_System : CIM_ComputerSystem
NEW_Controller : CIM_ComputerSystem
NEW_Port : CIM_FCPort
NEW_Volume : CIM_StorageVolume
NEW_Extent : CIM_StorageExtent
NEW_Pool : CIM_StoragePool
NEW_MaskingService : CIM_GroupMaskingMappingService
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    estate.name_space(NAMESPACE)
    system = estate.put("NEW_System", Name="new\\1:2", ElementName="new", Dedicated=[3, 15], OperationalStatus=[2])
    controller = estate.put("NEW_Controller", Name="ctl", ElementName="ctl", Dedicated=[15])
    estate.link("CIM_ComponentCS", GroupComponent=system, PartComponent=controller)
    estate.fixed_service("NEW_MaskingService", system)
    package = estate.put("CIM_PhysicalPackage", Tag="frame", Manufacturer="NEW", Model="N1")
    estate.link("CIM_SystemPackaging", Antecedent=package, Dependent=system)
    estate.fc_port("NEW_Port", system, "5000000000000C10", ElementName="p", UsageRestriction=4)
    pool = estate.pool("NEW_Pool", system, "new\\pool:1", 100 * GIB, 50 * GIB)
    estate.redundancy(pool, 1, 1)
    for number in range(2):
        owner = (system, controller)[number]
        volume = estate.device("NEW_Volume", owner, f"{number}", Name=f"5000C5000000C10{number}", **NAA,
                               ElementName=f"n{number}", ThinlyProvisioned=False, OperationalStatus=[2],
                               **volume_size(25 * GIB))  # fmt: skip
        extent = estate.device("NEW_Extent", owner, f"extent {number}", **volume_size(25 * GIB))
        estate.link("CIM_BasedOn", Antecedent=extent, Dependent=volume)
        estate.link("CIM_ConcreteComponent", GroupComponent=pool, PartComponent=extent)


EXPECTED = {
    "arrays": {"new": {"vendor": "NEW", "model": "N1", "firmware": None, "blocks": {"FC"},
                       "profiles": {"block", "capability"}, "processors": {"ctl"},
                       "id": "VasaCim:StorageArray:new%5C1%3A2"}},
    "ports": {"5000000000000c10": "FC"},
    "luns": {f"naa.5000c5000000c10{n}": ("new", f"n{n}", 25600, 25600, False, "Green", "RAID-5") for n in range(2)},
    "sees": {"1000000000000001": {}, "iqn.1998-01.com.vmware:esx": {}},
}  # fmt: skip
