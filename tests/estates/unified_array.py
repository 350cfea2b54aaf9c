"""A unified array: one top system conforms to Array and Self-contained NAS System; LUNs and shares on the same pools.

smis-mapping 4.2 (unified), 3.1 dialect 5 (masking published as MaskingMappingView rows beside privileges), 1.2 step 3.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/uni"
CLASSES = """
UNI_System : CIM_ComputerSystem
UNI_Processor : CIM_ComputerSystem
UNI_FileServer : CIM_ComputerSystem
UNI_Port : CIM_FCPort
UNI_Volume : CIM_StorageVolume
UNI_LogicalDisk : CIM_LogicalDisk
UNI_Pool : CIM_StoragePool
UNI_View : CIM_SCSIProtocolController
UNI_FileSystem : CIM_LocalFileSystem
UNI_Share : CIM_NFSShare
UNI_Row : CIM_MaskingMappingView
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("UNI_System", Name="FNM0012", ElementName="unity", Dedicated=[3, 15, 25], OperationalStatus=[2])
    processor = estate.put("UNI_Processor", Name="FNM0012_spa", ElementName="SP A", Dedicated=[15])
    estate.link("CIM_ComponentCS", GroupComponent=system, PartComponent=processor)
    estate.chassis(system, "EMC", "Unity 300")
    estate.software(system, "4.1.0")
    for name in ("Array", "Self-contained NAS System"):
        estate.profile(name, "1.6.1", (system,))
    estate.profile("Masking and Mapping", "1.6.1")
    pool = estate.pool("UNI_Pool", system, "FNM0012:pool_1", 1000 * GIB, 100 * GIB, ElementName="pool_1")
    estate.redundancy(pool, 1, 2, ParityLayoutDefault=3, AvailableDiskType=[4])
    block(estate, system, processor, pool)
    files(estate, system, pool)


def block(estate, system, processor, pool):
    _, endpoint = estate.fc_port("UNI_Port", processor, "5006016047E00001")
    volume = estate.device("UNI_Volume", system, "sv_1", ElementName="lun 1", Name="600601600000000000000000000000A1",
                           ThinlyProvisioned=True, OperationalStatus=[2], **NAA, **volume_size(2000 * GIB))  # fmt: skip
    estate.taken(pool, volume, 800 * GIB)
    view = estate.device("UNI_View", system, "view 1", ElementName="esx")
    who = estate.initiator("CIM_StorageHardwareID", "HostInitiator_1", "10000000C9000077")
    estate.expose(view, [volume])
    estate.through(view, [endpoint])
    estate.grant(view, [who])
    estate.link("UNI_Row", StorageHardwareID=who, LogicalDevice=volume, ProtocolEndpoint=endpoint,
                SHIDStorageID="10000000C9000077")  # fmt: skip


def files(estate, system, pool):
    server = estate.put("UNI_FileServer", Name="FNM0012:nas_1", ElementName="nas01", Dedicated=[16])
    estate.link("CIM_HostedDependency", Antecedent=system, Dependent=server)
    estate.access_point("CIM_IPProtocolEndpoint", server, "if_1", IPv4Address="203.0.113.5", ProtocolIFType=4096,
                        IPv6Address="2001:db8::5", IPv6AddressType=6)  # fmt: skip
    disk = estate.device("UNI_LogicalDisk", system, "disk 1", ThinlyProvisioned=True, **volume_size(100 * GIB))
    estate.taken(pool, disk, 100 * GIB)
    system_of = {"CSCreationClassName": "UNI_System", "CSName": "FNM0012"}
    made = estate.put("UNI_FileSystem", **system_of, Name="fs_1", ElementName="fs 1", Root="/fs_1",
                      FileSystemSize=100 * GIB, AvailableSpace=90 * GIB, OperationalStatus=[2])  # fmt: skip
    estate.link("CIM_ResidesOnExtent", Antecedent=disk, Dependent=made)
    share = estate.put("UNI_Share", InstanceID="NFSShare_1", Name="/export/a", ElementName="a", SharingDirectory=True)
    estate.link("CIM_HostedShare", Antecedent=server, Dependent=share)
    estate.link("CIM_SharedElement", SystemElement=made, SameElement=share)


LUN = "naa.600601600000000000000000000000a1"
EXPECTED = {
    "arrays": {
        "unity": {"vendor": "EMC", "model": "Unity 300", "firmware": "4.1.0", "blocks": {"FC"}, "files": {"NFS"},
                  "profiles": {"block", "file", "capability"}, "processors": {"SP A", "nas01?"}},
    },
    "ports": {"5006016047e00001": "FC"},
    "luns": {LUN: ("unity", "lun 1", 2048000, 819200, True, "Yellow", "RAID-6")},
    "sees": {"10000000c9000077": {"5006016047e00001": {LUN}}},
    "shares": {"/export/a": ("unity", {"nas01"}, {"203.0.113.5", "2001:db8::5"}, "RAID-6")},
    "mounts": {
        ("nas01", "/export/a"): {"/export/a"},
        ("[2001:DB8:0:0::5]", "/export/a/"): {"/export/a"},
        ("203.000.113.005", "/export/a"): {"/export/a"},
        ("203.0.113.6", "/export/a"): set(),
    },
}  # fmt: skip
