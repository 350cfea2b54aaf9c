"""IBM SVC: a virtualizer whose managed disks look like volumes, hosts seen through legacy port associations.

smis-mapping 8, row SVC; 3.4 (ProtocolControllerForPort), 1.3 (Storage Virtualizer).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/ibm"
CLASSES = """
IBMTSSVC_Cluster : CIM_ComputerSystem string CodeLevel;
IBMTSSVC_Node : CIM_ComputerSystem
IBMTSSVC_IOGroup : CIM_ComputerSystem
IBMTSSVC_NodeComponentCS : CIM_ComponentCS
IBMTSSVC_Product : CIM_Product
IBMTSSVC_ClusterSoftwareIdentity : CIM_SoftwareIdentity
IBMTSSVC_FCPort : CIM_FCPort
IBMTSSVC_StorageVolume : CIM_StorageVolume
IBMTSSVC_BackendVolume : CIM_StorageVolume
IBMTSSVC_ConcreteStoragePool : CIM_StoragePool
IBMTSSVC_PrimordialStoragePool : CIM_StoragePool
IBMTSSVC_ProtocolController : CIM_SCSIProtocolController
IBMTSSVC_ProtocolControllerForUnit : CIM_ProtocolControllerForUnit
IBMTSSVC_ProtocolControllerForPort : CIM_ProtocolControllerForPort
IBMTSSVC_StorageHardwareID : CIM_StorageHardwareID
IBMTSSVC_AuthorizedPrivilege : CIM_AuthorizedPrivilege
IBMTSSVC_AuthorizedControllerPrivilege : CIM_AuthorizedTarget
IBMTSSVC_AuthorizedStorageHardwareID : CIM_AuthorizedSubject
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE, interop="root/interop")
    estate.classes(CLASSES)
    cluster = estate.put("IBMTSSVC_Cluster", Name="0000020060A0C0DE", ElementName="svc-cluster", Dedicated=[21],
                         OperationalStatus=[2])  # fmt: skip
    group = estate.put("IBMTSSVC_IOGroup", Name="0000020060A0C0DE:io_grp0", ElementName="io_grp0", Dedicated=[15])
    estate.link("IBMTSSVC_NodeComponentCS", GroupComponent=cluster, PartComponent=group)
    nodes = []
    for number in (1, 2):
        node = estate.put("IBMTSSVC_Node", Name=f"0000020060A0C0DE:{number}", ElementName=f"node{number}",
                          Dedicated=[15])  # fmt: skip
        estate.link("IBMTSSVC_NodeComponentCS", GroupComponent=group, PartComponent=node)
        nodes.append(node)
    package = estate.chassis(cluster, None, None)
    product = estate.put("IBMTSSVC_Product", Name="2145", IdentifyingNumber="75ABCDE", Vendor="IBM", Version="7.4")
    estate.link("CIM_ProductPhysicalComponent", GroupComponent=product, PartComponent=package)
    estate.software(cluster, "7.4.0.3 (build 103.26)", class_name="IBMTSSVC_ClusterSoftwareIdentity",
                    Classifications=[6])  # fmt: skip
    estate.profile("Storage Virtualizer", "1.5", (cluster,))
    estate.profile("Masking and Mapping", "1.5")
    masking(estate, cluster, nodes, pools(estate, cluster))


def pools(estate, cluster):
    top = estate.pool("IBMTSSVC_PrimordialStoragePool", cluster, "0000020060A0C0DE:primordial", 300 * GIB, 0,
                      Primordial=True)  # fmt: skip
    pool = estate.pool("IBMTSSVC_ConcreteStoragePool", cluster, "0000020060A0C0DE:0", 300 * GIB, 100 * GIB,
                       ElementName="MDiskGrp0")  # fmt: skip
    estate.taken(top, pool, 300 * GIB)
    for number in range(3):
        estate.device("IBMTSSVC_BackendVolume", cluster, f"mdisk{number}", ElementName=f"mdisk{number}", **NAA,
                      Name=f"600A0B80000000000000000000000{number:03X}", OperationalStatus=[2],
                      **volume_size(100 * GIB))  # fmt: skip
    made = []
    for number in range(4):
        made.append(estate.device("IBMTSSVC_StorageVolume", cluster, f"{number}", ElementName=f"vdisk{number}", **NAA,
                                  Name=f"600507680181060300000000000000{number:02X}", OperationalStatus=[2],
                                  **volume_size(50 * GIB)))  # fmt: skip
        estate.taken(pool, made[-1], 50 * GIB)
    return made


def masking(estate, cluster, nodes, luns):
    """A controller for each host; ports by ProtocolControllerForPort of all nodes."""
    ports = [estate.fc_port("IBMTSSVC_FCPort", node, f"500507680{number}4000AA", None, ElementName=f"port {number}",
                            UsageRestriction=None)[0] for number, node in enumerate(nodes, 1)]  # fmt: skip
    for host in (1, 2):
        controller = estate.device("IBMTSSVC_ProtocolController", cluster, f"{host}", ElementName=f"esx{host}")
        estate.expose(controller, luns[host : host + 2], "IBMTSSVC_ProtocolControllerForUnit")
        for port in ports[: 3 - host]:
            estate.link("IBMTSSVC_ProtocolControllerForPort", Antecedent=controller, Dependent=port)
        ids = [estate.initiator("IBMTSSVC_StorageHardwareID", f"{host}:{n}", f"2100001B3200{host:02d}{n:02d}")
               for n in range(2)]  # fmt: skip
        estate.grant(controller, ids, "IBMTSSVC_AuthorizedPrivilege", "IBMTSSVC_AuthorizedStorageHardwareID",
                     "IBMTSSVC_AuthorizedControllerPrivilege", InstanceID=f"host {host}")  # fmt: skip


def lun(number):
    return f"naa.600507680181060300000000000000{number:02x}"


QUIRKS = ("back-end-volumes",)
EXPECTED = {
    "arrays": {
        "svc-cluster": {"vendor": "IBM", "model": "2145", "firmware": "7.4.0.3 (build 103.26)", "blocks": {"FC"},
                        "profiles": {"block", "capability"}, "processors": {"io_grp0?", "node1", "node2"}},
    },
    "ports": {"50050768014000aa": "FC", "50050768024000aa": "FC"},
    "luns": {lun(number): ("svc-cluster", f"vdisk{number}", 51200, 51200, False, "Green", None) for number in range(4)},
    "sees": {
        "2100001b32000100": {"50050768014000aa": {lun(1), lun(2)}, "50050768024000aa": {lun(1), lun(2)}},
        "2100001b32000201": {"50050768014000aa": {lun(2), lun(3)}},
    },
}  # fmt: skip
