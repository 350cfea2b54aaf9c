"""Two file servers export one path each; a third has no address. Whose share a mount means, its server decides.

smis-mapping 4.3 (rules 2 to 4), 2.6; the file servers are no systems of their own profile.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, Estate, volume_size

NAMESPACE = "root/nas"
CLASSES = """
TWO_Filer : CIM_ComputerSystem
TWO_Server : CIM_ComputerSystem
TWO_Disk : CIM_LogicalDisk
TWO_Pool : CIM_StoragePool
TWO_FileSystem : CIM_LocalFileSystem
TWO_Share : CIM_NFSShare
"""
SERVERS = {"east.example.net": ("192.0.2.1", "192.0.2.2"), "west.example.net": ("192.0.2.3",), "nowhere": ()}


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    filer = estate.put("TWO_Filer", Name="two", ElementName="two", Dedicated=[16, 25], OperationalStatus=[2])
    estate.chassis(filer, "Two", "T-2")
    estate.profile("Self-contained NAS Systems", "1.7", (filer,))
    pool = estate.pool("TWO_Pool", filer, "two:1", 100 * GIB, 20 * GIB)
    for number, (name, addresses) in enumerate(SERVERS.items()):
        one = estate.put("TWO_Server", Name=f"two:{number}", ElementName=name, Dedicated=[16])
        estate.link("CIM_HostedDependency", Antecedent=filer, Dependent=one)
        for address in addresses:
            estate.access_point("CIM_IPProtocolEndpoint", one, address, IPv4Address=address, ProtocolIFType=4096)
        for path in ("/export/vm", f"/export/{number}"):
            share(estate, filer, one, pool, number, path)


def share(estate, filer, on, pool, number, path):
    name = f"{number}{path}"
    made = estate.put("TWO_FileSystem", CSCreationClassName="TWO_Filer", CSName="two", Name=name, Root=path,
                      FileSystemSize=10 * GIB, AvailableSpace=9 * GIB, OperationalStatus=[2])  # fmt: skip
    disk = estate.device("TWO_Disk", filer, name, **volume_size(10 * GIB))
    estate.taken(pool, disk, 10 * GIB)
    estate.link("CIM_ResidesOnExtent", Antecedent=disk, Dependent=made)
    exported = estate.put("TWO_Share", InstanceID=f"two:{name}", Name=path, ElementName=path, EnabledState=2)
    estate.link("CIM_SharedElement", SystemElement=made, SameElement=exported)
    estate.link("CIM_HostedShare", Antecedent=on, Dependent=exported)


EXPECTED = {
    "arrays": {"two": {"vendor": "Two", "model": "T-2", "firmware": None, "blocks": set(), "files": {"NFS"},
                       "profiles": {"file", "capability"}, "processors": set(SERVERS)}},
    "shares": {
        f"{name}:{path}": ("two", {name}, set(addresses), None)
        for number, (name, addresses) in enumerate(SERVERS.items()) for path in ("/export/vm", f"/export/{number}")
    },
    "mounts": {
        ("192.0.2.2", "/export/vm"): {"east.example.net:/export/vm"},
        ("West", "/export/vm/sub"): {"west.example.net:/export/vm"},
        ("nowhere", "/export/vm"): {"nowhere:/export/vm"},
        ("192.0.2.9", "/export/vm"): set(),
        ("192.0.2.1", "/export/1"): set(),
        ("192.0.2.9", "/export/0"): set(),
        ("192.0.2.9", "/export/2"): {"nowhere:/export/2"},  # no address is published, and no other share has the path
        ("unknown.invalid", "/export/vm"): set(),
    },
}  # fmt: skip
