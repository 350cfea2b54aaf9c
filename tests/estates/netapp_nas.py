"""NetApp as a NAS of SMI-S 1.1 to 1.5: SNIA classes, endpoints joined through ports, junction paths.

smis-mapping 4.1 (SNIA_ classes, protocol from the setting), 4.2 F6 (the NetApp shape), 4.3 (/vol/x and junctions).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, Estate, volume_size

NAMESPACE = "root/ontap"
CLASSES = """
SNIA_FileShare : CIM_FileShare
SNIA_LocalFileSystem : CIM_LocalFileSystem
SNIA_SharedElement : CIM_SharedElement
SNIA_ExportedFileShareSetting : CIM_ExportedFileShareSetting
ONTAP_StorageSystem : CIM_ComputerSystem
ONTAP_vServer : CIM_ComputerSystem
ONTAP_LocalFS : SNIA_LocalFileSystem
ONTAP_FileShare : SNIA_FileShare
ONTAP_LogicalFile : CIM_Directory
ONTAP_LogicalDisk : CIM_LogicalDisk
ONTAP_ConcretePool : CIM_StoragePool
ONTAP_EthernetPort : CIM_EthernetPort
ONTAP_IPProtocolEndpoint : CIM_IPProtocolEndpoint
ONTAP_FileProtocolEndpoint : CIM_ProtocolEndpoint
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    filer = estate.put("ONTAP_StorageSystem", Name="ONTAP:0123456789", ElementName="filer", Dedicated=[25],
                       OperationalStatus=[2], OtherIdentifyingInfo=["filer.example.org"],
                       IdentifyingDescriptions=["DNS Name"])  # fmt: skip
    estate.chassis(filer, "NetApp", "FAS2552")
    estate.software(filer, "8.3.1")
    for version in ("1.4.0", "1.6.0"):
        estate.profile("Self-contained NAS System", version, (filer,))
    estate.profile("FileSystem", "1.4.0")
    vserver = estate.put("ONTAP_vServer", Name="ONTAP:0123456789:vs1", ElementName="vs1", Dedicated=[16])
    estate.link("CIM_HostedDependency", Antecedent=filer, Dependent=vserver)
    endpoint = addresses(estate, vserver)
    pool = estate.pool("ONTAP_ConcretePool", filer, "ONTAP:0123456789:aggr0", 1000 * GIB, 30 * GIB, ElementName="aggr0")
    for number, name in enumerate(("NAS_vol", "vol2")):
        share(estate, filer, vserver, endpoint, file_system(estate, filer, pool, name), name, number)


def addresses(estate, vserver):
    """NFS endpoint, port and IP endpoint: both hang on the port. The IPv6 address is an IPv4 one in disguise."""
    port = estate.device("ONTAP_EthernetPort", vserver, "e0a", PermanentAddress="00A098000001")
    ip = estate.access_point("ONTAP_IPProtocolEndpoint", vserver, "lif1", IPv4Address="198.51.100.7",
                             IPv6Address="0000:0000:0000:0000:0000:0000:0a10:29d5", IPv6AddressType=None)  # fmt: skip
    made = estate.access_point("ONTAP_FileProtocolEndpoint", vserver, "nfs", ProtocolIFType=4200)
    for one in (ip, made):
        estate.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=one)
    return made


def file_system(estate, filer, pool, name):
    made = estate.put("ONTAP_LocalFS", CSCreationClassName=filer.classname, CSName=filer["Name"], Name=f"fs:{name}",
                      ElementName=name, Root=f"/vol/{name}", FileSystemType="WAFL", FileSystemSize=400 * GIB,
                      AvailableSpace=0, OperationalStatus=[2])  # fmt: skip
    disk = estate.device("ONTAP_LogicalDisk", filer, f"disk:{name}", ThinlyProvisioned=True, **volume_size(800 * GIB))
    estate.link("CIM_ResidesOnExtent", Antecedent=disk, Dependent=made)
    estate.taken(pool, disk, 400 * GIB)
    return made


def share(estate, filer, vserver, endpoint, file_system, name, number):
    """The first is exported by its junction (a directory), the second says a name that is no path."""
    made = estate.put("ONTAP_FileShare", InstanceID=f"ONTAP:0123456789:{name}", Name=f"share{number}", ElementName=None,
                      SharingDirectory=True, OperationalStatus=[2])  # fmt: skip
    shared = file_system
    if number == 0:
        shared = estate.put(
            "ONTAP_LogicalFile", CSCreationClassName=filer.classname, CSName=filer["Name"],
            FSCreationClassName="ONTAP_LocalFS", FSName=f"fs:{name}", Name=f"/vol/{name}/x",
        )  # fmt: skip
        estate.link("CIM_FileStorage", GroupComponent=file_system, PartComponent=shared)
    estate.link("SNIA_SharedElement", SystemElement=shared, SameElement=made)
    estate.link("CIM_HostedShare", Antecedent=vserver, Dependent=made)
    estate.link("CIM_SAPAvailableForElement", AvailableSAP=endpoint, ManagedElement=made)
    for protocol in (2, 3)[: 2 - number]:
        setting = estate.put("SNIA_ExportedFileShareSetting", InstanceID=f"setting:{name}:{protocol}", ElementName="s",
                             FileSharingProtocol=protocol)  # fmt: skip
        estate.link("CIM_ElementSettingData", ManagedElement=made, SettingData=setting)


EXPECTED = {
    "arrays": {
        "filer": {"vendor": "NetApp", "model": "FAS2552", "firmware": "8.3.1", "blocks": set(), "files": {"NFS"},
                  "profiles": {"file", "capability"}, "processors": {"vs1"}},
    },
    "shares": {
        "/vol/NAS_vol/x": ("filer", {"vs1"}, {"198.51.100.7"}, None),
        "/vol/vol2": ("filer", {"vs1"}, {"198.51.100.7"}, None),
    },
    "mounts": {
        ("vs1", "/vol/NAS_vol/x"): {"/vol/NAS_vol/x"},
        ("198.51.100.7", "/vol/NAS_vol/x/sub/"): {"/vol/NAS_vol/x"},
        ("198.51.100.7", "/vol/vol2"): {"/vol/vol2"},
        ("198.51.100.8", "/vol/vol2"): set(),
        ("10.16.41.213", "/vol/vol2"): set(),
    },
}  # fmt: skip
