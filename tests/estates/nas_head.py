"""A NAS head: file systems on volumes of somebody else's array, no pools of its own, nothing but names for its servers.

smis-mapping 4.2 (NAS Head), 5.3 rule 5 (External storage), 4.3 rule 4 (no usable address).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, Estate, volume_size

NAMESPACE = "root/gateway"
CLASSES = """
GW_System : CIM_ComputerSystem
GW_Node : CIM_ComputerSystem
GW_ForeignVolume : CIM_StorageVolume
GW_FileSystem : CIM_LocalFileSystem
GW_FileShare : CIM_FileShare
GW_Product : CIM_Product
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    head = estate.put("GW_System", Name="gateway:7", ElementName="gateway", Dedicated=[24], OperationalStatus=[2])
    package = estate.chassis(head, "Gateway Inc", None)
    product = estate.put("GW_Product", Name="GW-7", IdentifyingNumber="7", Vendor="Gateway Inc", Version="2")
    estate.link("CIM_ProductPhysicalComponent", GroupComponent=product, PartComponent=package)
    node = estate.put("GW_Node", Name="gateway:7:n1", ElementName="node 1")
    estate.link("CIM_ComponentCS", GroupComponent=head, PartComponent=node)
    estate.profile("NAS  Head", "1.5.0", (head,))
    for number in range(2):
        made = estate.put("GW_FileSystem", CSCreationClassName="GW_System", CSName="gateway:7", Name=f"{number}",
                          ElementName=f"fs{number}", Root=f"/gw/{number}", FileSystemSize=None)  # fmt: skip
        below = estate.device("GW_ForeignVolume", head, f"back end {number}", NameFormat=9, NameNamespace=2,
                              Name=f"600508B40000000000000000000000{number:02d}", **volume_size(300 * GIB))  # fmt: skip
        estate.link("CIM_ResidesOnExtent", Antecedent=below, Dependent=made)
        share = estate.put("GW_FileShare", InstanceID=f"share\\{number}", Name=f"/gw/{number}", EnabledState=2)
        estate.link("CIM_SharedElement", SystemElement=made, SameElement=share)
        estate.link("CIM_HostedShare", Antecedent=head, Dependent=share)
        setting = estate.put("CIM_ExportedFileShareSetting", InstanceID=f"set {number}", ElementName="",
                             FileSharingProtocol=2)  # fmt: skip
        estate.link("CIM_FileShareSettingData", ManagedElement=share, SettingData=setting)


EXPECTED = {
    "arrays": {
        "gateway": {"vendor": "Gateway Inc", "model": "GW-7", "firmware": None, "blocks": set(), "files": {"NFS"},
                    "profiles": {"file", "capability"}, "processors": {"node 1"}},
    },
    "shares": {
        "/gw/0": ("gateway", {"gateway"}, set(), "External storage"),
        "/gw/1": ("gateway", {"gateway"}, set(), "External storage"),
    },
    "mounts": {
        ("gateway", "/gw/0"): {"/gw/0"},
        ("192.0.2.200", "/gw/1"): {"/gw/1"},
        ("192.0.2.200", "/gw/2"): set(),
    },
}  # fmt: skip
