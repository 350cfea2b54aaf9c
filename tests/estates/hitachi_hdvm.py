"""Hitachi Device Manager as a proxy: two arrays with equal DeviceIDs, hosts among the systems, no profile conformed to.

smis-mapping 8, row HDvM; 1.2 step 5 (fallback A), 2.2 (hosts are no processors), 3.2 rules 1 and 5 (references).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/hitachi/dm55"
CLASSES = """
HITACHI_StorageSystem : CIM_ComputerSystem
HITACHI_ComputerSystem : CIM_ComputerSystem
HITACHI_StorageProcessor : CIM_ComputerSystem
HITACHI_FCPort : CIM_FCPort
HITACHI_SCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
HITACHI_StorageVolume : CIM_StorageVolume
HITACHI_StoragePool : CIM_StoragePool
HITACHI_SCSIProtocolController : CIM_SCSIProtocolController
HITACHI_SCSIPCForStorageVolume : CIM_ProtocolControllerForUnit
HITACHI_SCSIPCForFCPort : CIM_ProtocolControllerForPort
HITACHI_AuthorizedPrivilege : CIM_AuthorizedPrivilege
HITACHI_HostedDependency : CIM_ConcreteDependency
"""
SERIALS = ("AMS.83041234", "USP.65001")


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    for name in (NAMESPACE, "interop"):
        estate.name_space(name)
    estate.profile("Array", "1.4")
    estate.profile("Masking and Mapping", "1.4")
    for number in (1, 2):
        host = estate.put("HITACHI_ComputerSystem", Name=f"esx{number}.example.com", ElementName=f"esx{number}",
                          Dedicated=[0], OtherIdentifyingInfo=["192.0.2.9"])  # fmt: skip
        estate.fc_port("HITACHI_FCPort", host, f"10000000C90000A{number}", None, UsageRestriction=None)
    for index, serial in enumerate(SERIALS):
        array(estate, serial, index)


def array(estate, serial, index):
    """Nothing but the system's own texts says who made it; references name superclasses."""
    maker = "HITACHI"
    system = estate.put("HITACHI_StorageSystem", Name=serial, ElementName=serial, Dedicated=[15, 3],
                        OperationalStatus=[2])  # fmt: skip
    estate.chassis(system, maker, serial.partition(".")[0], SerialNumber=serial.partition(".")[2])
    processor = estate.put("HITACHI_StorageProcessor", Name=f"{serial}.CTL0", ElementName="CTL0", Dedicated=[15])
    estate.link("CIM_ComponentCS", GroupComponent=estate.seen_as(system, "CIM_ComputerSystem"), PartComponent=processor)
    port, _ = estate.fc_port("HITACHI_FCPort", processor, f"50060E800{index}000000", "HITACHI_SCSIProtocolEndpoint")
    pool = estate.pool("HITACHI_StoragePool", system, f"{serial}:0", 100 * GIB, 20 * GIB, ElementName="Größe")
    controller = estate.device("HITACHI_SCSIProtocolController", system, "0.1", ElementName="esx1")
    volumes = [volume(estate, system, pool, index, number) for number in range(3)]
    estate.expose(estate.seen_as(controller, "CIM_SCSIProtocolController", host="proxy"),
                  [estate.seen_as(one, "CIM_StorageVolume", host="192.0.2.1") for one in volumes[index : index + 2]],
                  "HITACHI_SCSIPCForStorageVolume")  # fmt: skip
    estate.link("HITACHI_SCSIPCForFCPort", Antecedent=estate.seen_as(controller, "CIM_ProtocolController"),
                Dependent=estate.seen_as(port, "CIM_NetworkPort"))  # fmt: skip
    who = estate.initiator("CIM_StorageHardwareID", f"{serial}:10000000C90000A1", "10000000C90000A1")
    estate.grant(estate.seen_as(controller, "CIM_ProtocolController"), [who], "HITACHI_AuthorizedPrivilege",
                 InstanceID=f"{serial}:1", PrivilegeGranted=None)  # fmt: skip


def volume(estate, system, pool, index, number):
    made = estate.device("HITACHI_StorageVolume", system, f"{number}", Name=f"60060E801000000{index}{number:016X}",
                         **NAA, **volume_size(10 * GIB))  # fmt: skip
    estate.taken(pool, made, 10 * GIB)
    return made


def lun(index, number):
    return f"naa.60060e801000000{index}{number:016x}"


EXPECTED = {
    "arrays": {
        serial: {"vendor": "HITACHI", "model": serial.partition(".")[0], "firmware": None, "blocks": {"FC"},
                 "profiles": {"block", "capability"}, "processors": {"CTL0"}}
        for serial in SERIALS
    },
    "ports": {"50060e8000000000": "FC", "50060e8001000000": "FC"},
    "luns": {
        lun(index, number): (serial, str(number), 10240, 10240, False, "Green", None)
        for index, serial in enumerate(SERIALS) for number in range(3)
    },
    "sees": {
        "10000000c90000a1": {"50060e8000000000": {lun(0, 0), lun(0, 1)}, "50060e8001000000": {lun(1, 1), lun(1, 2)}},
        "10000000c90000a2": {},
    },
}  # fmt: skip
