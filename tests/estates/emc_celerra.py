"""EMC Celerra / VNX for file: data movers as file servers, several addresses each, exports below a file system's root.

smis-mapping 8, row Celerra; 4.1 (shares), 4.2 (walk), 4.3 (matching): one file server's name does not resolve.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, Estate, volume_size

NAMESPACE = "root/emc/celerra"
CLASSES = """
Celerra_System : CIM_ComputerSystem
Celerra_DataMover : CIM_ComputerSystem
Celerra_FileSystem : CIM_LocalFileSystem
Celerra_LogicalDisk : CIM_LogicalDisk
Celerra_StoragePool : CIM_StoragePool
Celerra_NFSShare : CIM_NFSShare
Celerra_CIFSShare : CIM_CIFSShare
Celerra_Chassis : CIM_Chassis
Celerra_IPProtocolEndpoint : CIM_IPProtocolEndpoint
Celerra_TCPProtocolEndpoint : CIM_TCPProtocolEndpoint
Celerra_NFSEndpoint : CIM_ProtocolEndpoint
"""
NAME = "Celerra+APM00098765"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("Celerra_System", Name=NAME, ElementName="nas1", Dedicated=[25, 16], OperationalStatus=[2])
    estate.chassis(system, "EMC", "NS-120", "Celerra_Chassis")
    estate.software(system, "6.0.36-4")
    estate.profile("SCNAS", "1.4.0", (system,))
    estate.profile("File Export", "1.4.0")
    pool = estate.pool("Celerra_StoragePool", system, f"{NAME}+clar_r5", 2000 * GIB, 1000 * GIB, ElementName="clar_r5")
    estate.redundancy(pool, 1, 1)
    movers = [mover(estate, system, number) for number in (2, 3)]
    first, second = file_system(estate, system, pool, "fs1"), file_system(estate, system, pool, "fs2")
    share(estate, movers[0], "/fs1", "fs1", first)
    share(estate, movers[0], "/fs1/esx//", "fs1 esx", first)
    share(estate, movers[1], "/fs2/größe", "fs2", second)
    share(estate, movers[1], "\\\\server_3\\data", "data", second, kind="Celerra_CIFSShare")


def mover(estate, system, number):
    """A file server with two addresses; BindsTo from IP over TCP to NFS."""
    made = estate.put("Celerra_DataMover", Name=f"{NAME}+server_{number}", ElementName=f"server_{number}.example.com",
                      Dedicated=[16], OperationalStatus=[2])  # fmt: skip
    estate.link("CIM_HostedDependency", Antecedent=system, Dependent=made)
    nfs = estate.access_point("Celerra_NFSEndpoint", made, f"nfs {number}", ProtocolIFType=4200)
    tcp = estate.access_point("Celerra_TCPProtocolEndpoint", made, f"tcp {number}", PortNumber=2049,
                              ProtocolIFType=4111)  # fmt: skip
    estate.link("CIM_BindsTo", Antecedent=tcp, Dependent=nfs)
    for last in (1, 2):
        ip = estate.access_point("Celerra_IPProtocolEndpoint", made, f"ip {number} {last}", ProtocolIFType=4096,
                                 IPv4Address=f"192.0.2.{10 * number + last}")  # fmt: skip
        estate.link("CIM_BindsTo", Antecedent=ip, Dependent=tcp)
    return made, nfs


def file_system(estate, system, pool, name):
    made = estate.put("Celerra_FileSystem", CSCreationClassName="Celerra_System", CSName=NAME, Name=name,
                      ElementName=name, Root=f"/{name}", FileSystemSize=500 * GIB, AvailableSpace=100 * GIB,
                      OperationalStatus=[2])  # fmt: skip
    disk = estate.device("Celerra_LogicalDisk", system, f"disk of {name}", **volume_size(500 * GIB))
    estate.link("CIM_HostedFileSystem", GroupComponent=system, PartComponent=made)
    estate.link("CIM_ResidesOnExtent", Antecedent=disk, Dependent=made)
    estate.taken(pool, disk, 500 * GIB)
    return made


def share(estate, on, path, label, file_system, kind="Celerra_NFSShare"):
    host, endpoint = on
    made = estate.put(kind, InstanceID=f"{NAME}+{host['Name'][-8:]}+{path}", Name=path, ElementName=label,
                      SharingDirectory=True, OperationalStatus=[2], EnabledState=2)  # fmt: skip
    estate.link("CIM_HostedShare", Antecedent=host, Dependent=made)
    estate.link("CIM_SharedElement", SystemElement=file_system, SameElement=made)
    estate.link("CIM_SAPAvailableForFileShare", AvailableSAP=endpoint, ManagedElement=made)


EXPECTED = {
    "arrays": {
        "nas1": {"vendor": "EMC", "model": "NS-120", "firmware": "6.0.36-4", "blocks": set(), "files": {"NFS"},
                 "profiles": {"file", "capability"}, "processors": {"server_2.example.com", "server_3.example.com"}},
    },
    "shares": {
        "/fs1": ("nas1", {"server_2.example.com"}, {"192.0.2.21", "192.0.2.22"}, "RAID-5"),
        "/fs1/esx": ("nas1", {"server_2.example.com"}, {"192.0.2.21", "192.0.2.22"}, "RAID-5"),
        "/fs2/größe": ("nas1", {"server_3.example.com"}, {"192.0.2.31", "192.0.2.32"}, "RAID-5"),
    },
    "mounts": {
        ("server_2.example.com", "/fs1"): {"/fs1"},
        ("SERVER_2", "/fs1/"): {"/fs1"},
        ("192.0.2.22", "//fs1/esx/vm"): {"/fs1/esx"},
        ("192.0.2.21", "/fs1/esx"): {"/fs1/esx"},
        ("192.0.2.31", "/fs1"): set(),
        ("192.0.2.32", "/fs2/größe"): {"/fs2/größe"},
        ("192.0.2.32", "/FS2/größe"): set(),
        ("192.0.2.31", "/fs2"): set(),
        ("server_3.example.com", "\\\\server_3\\data"): set(),
        ("192.0.2.21", "/fs1/.snapshot/x"): set(),
    },
}  # fmt: skip
