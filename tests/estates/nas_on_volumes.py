"""A self-contained NAS with volumes, not logical disks, below its file systems; one pool takes its space from another.

smis-mapping 1.3 (SCNAS), 4.2 F6 (addresses behind the port of the endpoint), F8 (volumes), F9 (protocol by setting),
6.2 (a pool without a limit).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, Estate, volume_size

NAMESPACE = "root/nasvolumes"
CLASSES = "NV_FileShare : CIM_FileShare"
NAMES = {"OtherIdentifyingInfo": ["alias.nas.example"], "IdentifyingDescriptions": ["DNS Name"]}


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    top = estate.put("CIM_ComputerSystem", Name="NV-1", ElementName="nas", Dedicated=[25, 16], OperationalStatus=[2],
                     **NAMES)  # fmt: skip
    estate.chassis(top, "Nas Inc", "NV")
    estate.profile("SCNAS", "1.4.0", (top,))
    parent = estate.pool("CIM_StoragePool", top, "parent", 1000 * GIB, 20 * GIB)
    pool = estate.pool("CIM_StoragePool", top, "child", 500 * GIB, 400 * GIB, None, SpaceLimitDetermination=4)
    estate.taken(parent, pool, 100 * GIB)
    estate.redundancy(pool, 1, 2, ParityLayoutDefault=3, AvailableDiskType=[2])
    port = estate.device("CIM_EthernetPort", top, "e0")
    endpoints = {}
    for name, kind in (("nfs", 4200), ("cifs", 4201)):
        endpoints[name] = estate.access_point("CIM_ProtocolEndpoint", top, name, ProtocolIFType=kind)
        estate.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=endpoints[name])
    address = estate.access_point("CIM_IPProtocolEndpoint", top, "ip", IPv4Address="192.0.2.61", ProtocolIFType=4096)
    estate.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=address)
    shares(estate, top, pool, endpoints)


def shares(estate, top, pool, endpoints):
    for name, thin, protocol, endpoint in (("a", True, 2, "nfs"), ("b", False, None, "nfs"), ("c", True, 3, "cifs")):
        below = estate.device("CIM_StorageVolume", top, f"below {name}", ThinlyProvisioned=thin,
                              **volume_size(900 * GIB))  # fmt: skip
        estate.taken(pool, below, 10 * GIB)
        made = estate.put("CIM_LocalFileSystem", CSCreationClassName="CIM_ComputerSystem", CSName="NV-1", Name=name,
                          Root=f"/vol/{name}", FileSystemSize=900 * GIB, AvailableSpace=800 * GIB)  # fmt: skip
        estate.link("CIM_ResidesOnExtent", Antecedent=below, Dependent=made)
        share = estate.put("NV_FileShare", InstanceID=f"share {name}", Name=f"/vol/{name}")
        estate.link("CIM_SharedElement", SystemElement=made, SameElement=share)
        estate.link("CIM_HostedShare", Antecedent=top, Dependent=share)
        estate.link("CIM_SAPAvailableForElement", AvailableSAP=endpoints[endpoint], ManagedElement=share)
        if protocol is not None:
            setting = estate.put("CIM_ExportedFileShareSetting", InstanceID=name, ElementName=name,
                                 FileSharingProtocol=protocol)  # fmt: skip
            estate.link("CIM_ElementSettingData", ManagedElement=share, SettingData=setting)


EXPECTED = {
    "arrays": {
        "nas": {"vendor": "Nas Inc", "model": "NV", "firmware": None, "blocks": set(), "files": {"NFS"},
                "profiles": {"file", "capability"}, "processors": None},
    },
    "shares": {
        "/vol/a": ("nas", {"nas"}, {"192.0.2.61"}, "HDD RAID-6 Thin"),
        "/vol/b": ("nas", {"nas"}, {"192.0.2.61"}, "HDD RAID-6 Thick"),
    },
    "mounts": {
        ("192.0.2.61", "/vol/a/"): {"/vol/a"},
        ("ALIAS", "/vol/b/sub"): {"/vol/b"},
        ("192.0.2.61", "/vol/c"): set(),
        ("192.0.2.62", "/vol/a"): set(),
    },
}  # fmt: skip
