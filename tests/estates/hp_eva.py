"""HP EVA: everything on the system itself, WWNs on the view controllers instead of hardware IDs, used space in blocks.

smis-mapping 8, row EVA; 2.1 (Manufacturer, Model, FirmwareVersion), 2.4 (AllocatedBlocks, Caption), 3.4 (WWNs[]).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/eva"
CLASSES = """
HPEVA_StorageSystem : CIM_ComputerSystem string Manufacturer; string Model; string FirmwareVersion;
HPEVA_StorageProcessorSystem : CIM_ComputerSystem
HPEVA_StorageProcessorCS : CIM_ComponentCS
HPEVA_HostFCPort : CIM_FCPort
HPEVA_StorageVolume : CIM_StorageVolume uint64 AllocatedBlocks;
HPEVA_StoragePool : CIM_StoragePool
HPEVA_ViewProtocolController : CIM_SCSIProtocolController string WWNs[]; string HPHostIPAddress;
HPEVA_ProtocolControllerForVolume : CIM_ProtocolControllerForUnit
HPEVA_ProtocolControllerForPort : CIM_ProtocolControllerForPort
"""
NAME = "50001FE150000A00"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put(
        "HPEVA_StorageSystem", Name=NAME, NameFormat="WWN", ElementName="EVA-1", Dedicated=[3, 15],
        Manufacturer="HP", Model="HSV300", FirmwareVersion="10001000", OperationalStatus=[2],
        OtherIdentifyingInfo=["5000-1FE1-5000-0A00", "SGA12345"],
        IdentifyingDescriptions=["Node WWN", "Controller Serial Number"],
    )  # fmt: skip
    ports = []
    for number, letter in enumerate("AB"):
        processor = estate.put("HPEVA_StorageProcessorSystem", Name=f"{NAME}.{letter}",
                               ElementName=f"Controller {letter}", Dedicated=[15],
                               OtherIdentifyingInfo=[f"SGA0000{number}"],
                               IdentifyingDescriptions=["Controller Serial Number"])  # fmt: skip
        estate.link("HPEVA_StorageProcessorCS", GroupComponent=system, PartComponent=processor)
        ports.append(estate.fc_port("HPEVA_HostFCPort", processor, f"50001FE150000A0{number + 8}", None,
                                    UsageRestriction=2, ElementName=f"Host port {number}")[0])  # fmt: skip
    pool = estate.pool("HPEVA_StoragePool", system, f"{NAME}.pool.1", 1000 * GIB, 600 * GIB, ElementName="Default")
    volumes = [volume(estate, system, pool, number) for number in range(3)]
    for host in (1, 2):
        controller = estate.device("HPEVA_ViewProtocolController", system, f"host{host}", ElementName=f"esx{host}",
                                   WWNs=[f"5001-4380-0000-{host:02d}0{n}" for n in range(2)])  # fmt: skip
        estate.expose(controller, volumes[host - 1 : host + 1], "HPEVA_ProtocolControllerForVolume", 1)
        for port in ports:
            estate.link("HPEVA_ProtocolControllerForPort", Antecedent=controller, Dependent=port)
    estate.profile("Array", "1.3", (system,))
    estate.profile("Masking and Mapping", "1.3")


def volume(estate, system, pool, number):
    made = estate.device(
        "HPEVA_StorageVolume", system, f"{number}.000", ElementName=None,
        Caption=f"\\Virtual Disks\\esx\\vdisk{number}",
        Name=f"6001-4380-0250-0A00-0000-0000-0000-000{number}", ThinlyProvisioned=number == 0,
        AllocatedBlocks=[8 * 2**21, 50 * 2**21, None][number], OperationalStatus=[2], **NAA, **volume_size(50 * GIB),
    )  # fmt: skip
    if number == 2:
        estate.taken(pool, made, 50 * GIB)
    else:
        estate.link("CIM_ConcreteComponent", GroupComponent=pool, PartComponent=made)
    return made


def lun(number):
    return f"naa.6001438002500a00000000000000000{number}"


BOTH = ("50001fe150000a08", "50001fe150000a09")
QUIRKS = ("maker-on-system", "host-names-on-views", "allocated-blocks")
EXPECTED = {
    "arrays": {
        "EVA-1": {"vendor": "HP", "model": "HSV300", "firmware": "10001000", "blocks": {"FC"},
                  "profiles": {"block", "capability"}, "processors": {"Controller A", "Controller B"}},
    },
    "ports": dict.fromkeys(BOTH, "FC"),
    "nodes": dict.fromkeys(BOTH, "50001fe150000a00"),
    "luns": {
        lun(0): ("EVA-1", "vdisk0", 51200, 8192, True, "Green", None),
        lun(1): ("EVA-1", "vdisk1", 51200, 51200, False, "Green", None),
        lun(2): ("EVA-1", "vdisk2", 51200, 51200, False, "Green", None),
    },
    "sees": {
        "5001438000000100": {port: {lun(0), lun(1)} for port in BOTH},
        "5001438000000101": {port: {lun(0), lun(1)} for port in BOTH},
        "5001438000000200": {port: {lun(1), lun(2)} for port in BOTH},
        "5001438000000300": {},
    },
}  # fmt: skip
