"""One CIMOM, two implementation namespaces: arrays whose systems, volumes and views have the same keys.

smis-mapping 1.2 step 3 (the path's namespace), 0 rule 8; vendors of two brands behind one Interop namespace.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/brand/one"
OTHER = "root/Brand-Two"
CLASSES = """
ONE_System : CIM_ComputerSystem
ONE_Port : CIM_FCPort
ONE_Volume : CIM_StorageVolume
ONE_Pool : CIM_StoragePool
ONE_View : CIM_SCSIProtocolController
"""


def setup(conn, server, verbose):
    for number, namespace in enumerate((NAMESPACE, OTHER)):
        estate = Estate(conn, namespace)
        estate.classes(CLASSES)
        system = array(estate, number)
        estate.name_space(namespace)
        name = ("Array", "Storage Virtualizers")[number]
        estate.profile(name, "1.6", (system,))
    estate.name_space("interop")
    estate.profile("Masking and Mapping", "1.6")


def array(estate, number):
    system = estate.put("ONE_System", Name=f"S{number}", ElementName=f"array {number}", Dedicated=[15],
                        OperationalStatus=[2])  # fmt: skip
    estate.chassis(system, "One", f"model {number}", Tag="1")
    estate.software(system, f"1.{number}", InstanceID="firmware")
    _, endpoint = estate.fc_port("ONE_Port", system, f"500000000000{number}00A")
    pool = estate.pool("ONE_Pool", system, "pool 1", 10 * GIB, 1 * GIB)
    estate.redundancy(pool, 1, 1 + number, ParityLayoutDefault=3)
    volume = estate.device("ONE_Volume", system, "1", Name=f"6000000000000000000000000000000{number}", **NAA,
                           ElementName="same", OperationalStatus=[2], **volume_size(3 * GIB))  # fmt: skip
    estate.taken(pool, volume, 3 * GIB)
    view = estate.device("ONE_View", system, "view")
    estate.expose(view, [volume])
    estate.through(view, [endpoint])
    estate.grant(view, [estate.initiator("CIM_StorageHardwareID", "1", "10000000C9000001")])
    return system


EXPECTED = {
    "arrays": {f"array {n}": {"vendor": "One", "model": f"model {n}", "firmware": f"1.{n}", "blocks": {"FC"},
                             "profiles": {"block", "capability"}, "processors": None} for n in (0, 1)},
    "ports": {"500000000000000a": "FC", "500000000000100a": "FC"},
    "luns": {
        "naa.60000000000000000000000000000000": ("array 0", "same", 3072, 3072, False, "Green", "RAID-5"),
        "naa.60000000000000000000000000000001": ("array 1", "same", 3072, 3072, False, "Green", "RAID-6"),
    },
    "sees": {
        "10000000c9000001": {"500000000000000a": {"naa.60000000000000000000000000000000"},
                             "500000000000100a": {"naa.60000000000000000000000000000001"}},
    },
}  # fmt: skip
