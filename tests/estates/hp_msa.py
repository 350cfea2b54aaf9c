"""HP MSA: a controller that every port presents, a view open to all, a view with read-only and hidden units.

smis-mapping 8, row MSA; 3.1 (PortsPerView 4, no subject), 3.2 rules 3 and 4 (no endpoints, DeviceAccess, AccessState).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/HPQ"
CLASSES = """
HPMSA_System : CIM_ComputerSystem
HPMSA_Controller : CIM_ComputerSystem
HPMSA_Port : CIM_FCPort
HPMSA_Endpoint : CIM_SCSIProtocolEndpoint
HPMSA_Volume : CIM_StorageVolume
HPMSA_VDisk : CIM_StoragePool
HPMSA_View : CIM_SCSIProtocolController
HPMSA_MaskingCapabilities : CIM_ProtocolControllerMaskingCapabilities
HPMSA_ConfigurationService : CIM_ControllerConfigurationService
"""
WWNS = ("207000c0ffda0001", "217000c0ffda0001")


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("HPMSA_System", Name="500C0FFDA0001000", ElementName="msa", Dedicated=[15, 3],
                        OperationalStatus=[2])  # fmt: skip
    estate.chassis(system, "HP", "MSA2312fc")
    estate.software(system, "M114R01")
    for letter, wwn in zip("AB", WWNS, strict=True):
        one = estate.put("HPMSA_Controller", Name=f"msa.{letter}", ElementName=f"Controller {letter}")
        estate.link("CIM_ComponentCS", GroupComponent=system, PartComponent=one)
        estate.fc_port("HPMSA_Port", one, wwn, "HPMSA_Endpoint", ElementName=f"{letter}1")
    estate.profile("Array", "1.4", (system,))
    estate.profile("Masking and Mapping", "1.4")
    rules = estate.put("HPMSA_MaskingCapabilities", InstanceID="caps", ElementName="caps", PortsPerView=4,
                       SPCSupportsDefaultViews=True)  # fmt: skip
    service = estate.fixed_service("HPMSA_ConfigurationService", system)
    for element in (service, system):
        estate.link("CIM_ElementCapabilities", ManagedElement=element, Capabilities=rules)
    pool = estate.pool("HPMSA_VDisk", system, "vd1", 800 * GIB, 300 * GIB, ElementName="vd1")
    estate.kinds_of_volumes(pool, [2])
    luns = [estate.device("HPMSA_Volume", system, f"{number}", ElementName=f"vd1_v{number}", **NAA,
                          Name=f"600C0FF000DA{number:020d}", OperationalStatus=[2], **volume_size(100 * GIB))
            for number in range(5)]  # fmt: skip
    for one in luns:
        estate.taken(pool, one, 100 * GIB)
    masking(estate, system, luns)


def masking(estate, system, luns):
    own, everybody = [estate.device("HPMSA_View", system, name, ElementName=name) for name in ("host 1", "default")]
    estate.expose(own, luns[:1], DeviceAccess=2)
    estate.expose(own, luns[1:2], first=1, DeviceAccess=3, AccessState=2)
    estate.expose(own, luns[2:3], first=2, DeviceAccess=4)
    estate.expose(own, luns[3:4], first=3, DeviceAccess=2, AccessState=3)
    estate.grant(own, [estate.initiator("CIM_StorageHardwareID", "1", "10000000C95F0001")], InstanceID="p 1")
    estate.expose(everybody, luns[4:], DeviceAccess=2)
    estate.grant(everybody, [], InstanceID="p default")


def lun(number):
    return f"naa.600c0ff000da{number:020d}"


EXPECTED = {
    "arrays": {
        "msa": {"vendor": "HP", "model": "MSA2312fc", "firmware": "M114R01", "blocks": {"FC"},
                "profiles": {"block", "capability"}, "processors": {"Controller A", "Controller B"}},
    },
    "ports": dict.fromkeys(WWNS, "FC"),
    "luns": {lun(n): ("msa", f"vd1_v{n}", 102400, 102400, False, "Green", "Thick") for n in range(5)},
    "sees": {
        "10000000c95f0001": {wwn: {lun(0), lun(1), lun(4)} for wwn in WWNS},
        "10000000c95f0002": {wwn: {lun(4)} for wwn in WWNS},
    },
}  # fmt: skip
