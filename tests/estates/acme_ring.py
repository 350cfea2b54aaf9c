"""A cluster of nodes that are a redundancy set, inside a site; hosts and a switch among its systems.

smis-mapping 1.2 (association beside the systems only, profile of DMTF in an Interop namespace of another name), 2.1
(maker by a product that nothing ties to a package, firmware of the nodes, the lowest), 2.2 (RedundancySet).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import DMTF, GIB, NAA, Estate, volume_size

NAMESPACE = "root/ring"
CLASSES = """
RING_Cluster : CIM_ComputerSystem
RING_Node : CIM_ComputerSystem
RING_Site : CIM_ComputerSystem
RING_Host : CIM_ComputerSystem
RING_Volume : CIM_StorageVolume
RING_View : CIM_SCSIProtocolController
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE, "root/PG_Interop")
    estate.classes(CLASSES)
    estate.name_space(NAMESPACE)
    site = estate.put("RING_Site", Name="site", Dedicated=[0])
    cluster = estate.put("RING_Cluster", Name="ring", ElementName="Ring 1", Dedicated=[15],
                         OtherIdentifyingInfo=["R1N6-4711"], IdentifyingDescriptions=["Serial"])  # fmt: skip
    estate.link("CIM_ComponentCS", GroupComponent=site, PartComponent=cluster)
    for name, dedicated in (("esx1", [0]), ("esx2", None), ("switch", [5])):
        estate.put("RING_Host", Name=name, ElementName=name, Dedicated=dedicated)
    profile = estate.profile("Array", "1.6.1", organisation=DMTF)
    estate.profile("Masking and Mapping", "1.6.1")
    estate.link("CIM_ElementConformsToProfile", ConformantStandard=profile, ManagedElement=cluster)
    estate.put("CIM_Product", Name="Ring 9000", IdentifyingNumber="R1N6-4711", Vendor="Ring Ltd", Version="1")
    estate.put("CIM_Product", Name="Provider", IdentifyingNumber="none", Vendor="Someone", Version="1")
    content(estate, cluster, nodes_of(estate, cluster))


def nodes_of(estate, cluster):
    ring = estate.put("CIM_RedundancySet", InstanceID="ring:nodes", TypeOfSet=[3])
    estate.link("CIM_ConcreteIdentity", SystemElement=cluster, SameElement=ring)
    nodes = []
    for number in range(3):
        node = estate.put("RING_Node", Name=f"node-{number}", ElementName=f"node {number}", Dedicated=[15])
        estate.link("CIM_MemberOfCollection", Collection=ring, Member=node)
        software = estate.software(node, ("9.10.1", "9.9.3", "9.10.1")[number], None)
        estate.link("CIM_ElementSoftwareIdentity", Antecedent=software, Dependent=node)
        nodes.append(node)
    return nodes


def content(estate, cluster, nodes):
    endpoints = [estate.fc_port("CIM_FCPort", node, f"51000000000000{n:02d}")[1] for n, node in enumerate(nodes)]
    pool = estate.pool("CIM_StoragePool", cluster, "pool", 100 * GIB, 90 * GIB)
    volume = estate.device("RING_Volume", cluster, "1", Name="6000000000000000000000000000F00D", **NAA,
                           ElementName="one", OperationalStatus=[2], **volume_size(2 * GIB))  # fmt: skip
    estate.taken(pool, volume, 2 * GIB)
    view = estate.device("RING_View", cluster, "view")
    estate.expose(view, [volume])
    estate.through(view, endpoints[:2])
    estate.grant(view, [estate.initiator("CIM_StorageHardwareID", "1", "10000000C9000009")])


NAA_1 = "naa.6000000000000000000000000000f00d"
EXPECTED = {
    "arrays": {
        "Ring 1": {"vendor": "Ring Ltd", "model": "Ring 9000", "firmware": "9.9.3", "blocks": {"FC"},
                   "profiles": {"block", "capability"}, "processors": {"node 0", "node 1", "node 2"}},
    },
    "ports": {f"51000000000000{n:02d}": "FC" for n in range(3)},
    "luns": {NAA_1: ("Ring 1", "one", 2048, 2048, False, "Green", None)},
    "sees": {"10000000c9000009": {"5100000000000000": {NAA_1}, "5100000000000001": {NAA_1}}},
}  # fmt: skip
