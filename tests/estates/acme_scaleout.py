"""A scale-out array: a redundancy set of processors, iSCSI through Ethernet ports, limitless pools, drives below.

smis-mapping 2.2 (RedundancySet), 2.4 (Usage), 2.8 (node WWN), 3.1 dialect 4, 5.1 (drives), 6.2 (Limitless).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/acme/scale-out/v2"
CLASSES = """
ACME_Cluster : CIM_ComputerSystem
ACME_Brick : CIM_ComputerSystem
ACME_BrickSet : CIM_RedundancySet
ACME_EthernetPort : CIM_EthernetPort
ACME_Target : CIM_iSCSIProtocolEndpoint
ACME_Volume : CIM_StorageVolume
ACME_Pool : CIM_StoragePool
ACME_Drive : CIM_DiskDrive
ACME_Extent : CIM_StorageExtent
ACME_View : CIM_SCSIProtocolController
"""
IQNS = [f"iqn.2020-01.com.acme:brick{number}" for number in (1, 2)]


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    cluster = estate.put("ACME_Cluster", Name="urn:uuid:5f0c", ElementName="cluster", Dedicated=[3, 15],
                         OperationalStatus=[2])  # fmt: skip
    together = estate.put("ACME_BrickSet", InstanceID="ACME:set", ElementName="bricks", TypeOfSet=[3],
                          RedundancyStatus=2)  # fmt: skip
    estate.link("CIM_ConcreteIdentity", SystemElement=cluster, SameElement=together)
    bricks = []
    for number in (1, 2):
        brick = estate.put("ACME_Brick", Name=f"brick-{number}", ElementName=f"Brick {number}")
        estate.link("CIM_MemberOfCollection", Collection=together, Member=brick)
        bricks.append(brick)
    estate.chassis(cluster, "ACME", "SO-2")
    estate.software(cluster, "2.0")
    estate.profile("Array", "1.8.0", (cluster,))
    estate.profile("Masking and Mapping", "1.8.0")
    luns = volumes(estate, cluster, pools(estate, cluster))
    masking(estate, cluster, [iscsi(estate, brick, number) for number, brick in enumerate(bricks)], luns)


def iscsi(estate, brick, number):
    """Port, IP, TCP, iSCSI endpoint: the way from the port to the target's name."""
    port = estate.device("ACME_EthernetPort", brick, f"eth{number}", PermanentAddress=f"02000000000{number}")
    ip = estate.access_point("CIM_IPProtocolEndpoint", brick, f"ip{number}", IPv4Address=f"198.51.100.{number + 1}",
                             ProtocolIFType=4096)  # fmt: skip
    tcp = estate.access_point("CIM_TCPProtocolEndpoint", brick, f"tcp{number}", PortNumber=3260, ProtocolIFType=4111)
    target = estate.access_point("ACME_Target", brick, f"{IQNS[number]},t,0x0001", Identifier="000000000001",
                                 ConnectionType=7, Role=3)  # fmt: skip
    estate.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=ip)
    estate.link("CIM_BindsTo", Antecedent=ip, Dependent=tcp)
    estate.link("CIM_BindsTo", Antecedent=tcp, Dependent=target)
    return port


def pools(estate, cluster):
    """Drives, a primordial pool, a pool that is nearly full, and a pool on it that has no limit of its own."""
    raw = estate.pool("ACME_Pool", cluster, "ACME:raw", 2000 * GIB, 1000 * GIB, Primordial=True)
    for number in range(2):
        drive = estate.device("ACME_Drive", cluster, f"drive{number}", DiskType=2, RPM=7200, Caption="NL_SAS")
        extent = estate.device("ACME_Extent", cluster, f"extent{number}", Primordial=True, **volume_size(1000 * GIB))
        estate.link("CIM_MediaPresent", Antecedent=drive, Dependent=extent)
        estate.link("CIM_ConcreteComponent", GroupComponent=raw, PartComponent=extent)
    aggregate = estate.pool("ACME_Pool", cluster, "ACME:aggregate", 1000 * GIB, 30 * GIB, SpaceLimitDetermination=2)
    limitless = estate.pool("ACME_Pool", cluster, "ACME:limitless", 700 * GIB, 600 * GIB, SpaceLimitDetermination=4)
    estate.taken(raw, aggregate, 1000 * GIB)
    estate.taken(aggregate, limitless, 970 * GIB)
    estate.redundancy(aggregate, 2, 1)
    estate.redundancy(limitless, 2, 1)
    return aggregate, limitless


def volumes(estate, cluster, both):
    made = []
    for number, usage in enumerate((2, 2, 9)):
        made.append(estate.device(
            "ACME_Volume", cluster, f"{number}", ElementName=f"v{number}", Usage=usage, ThinlyProvisioned=True, **NAA,
            Name=f"6ACE00000000000000000000000000A{number}", OperationalStatus=[2], **volume_size(600 * GIB),
        ))  # fmt: skip
        estate.taken(both[1], made[-1], 30 * GIB)
    return made


def masking(estate, cluster, ports, luns):
    host = estate.initiator("CIM_StorageHardwareID", "node", "20000000c9000001", 3)
    other = estate.initiator("CIM_StorageHardwareID", "iscsi", "iqn.2020-01.org.example:Host,i,0x23", 5)
    for number, (who, port) in enumerate(((host, ports[0]), (other, ports[1]))):
        view = estate.device("ACME_View", cluster, f"view {number}")
        estate.expose(view, luns[number : number + 2])
        estate.link("CIM_ProtocolControllerForPort", Antecedent=view, Dependent=port)
        estate.grant(view, [who])


def lun(number):
    return f"naa.6ace00000000000000000000000000a{number}"


EXPECTED = {
    "arrays": {
        "cluster": {"vendor": "ACME", "model": "SO-2", "firmware": "2.0", "blocks": {"ISCSI"},
                    "profiles": {"block", "capability"}, "processors": {"Brick 1", "Brick 2"}},
    },
    "ports": dict.fromkeys(IQNS, "ISCSI"),
    "portals": {IQNS[0]: {"198.51.100.1:3260"}, IQNS[1]: {"198.51.100.2:3260"}},
    "luns": {lun(n): ("cluster", f"v{n}", 614400, 30720, True, "Red", "HDD RAID-10") for n in range(3)},
    "drs": {lun(0): True, lun(1): True, lun(2): False},
    "sees": {
        "node:20000000c9000001": {IQNS[0]: {lun(0), lun(1)}},
        "20000000c9000001": {},  # as a port WWN it is somebody else
        "IQN.2020-01.org.example:host": {IQNS[1]: {lun(1), lun(2)}},
    },
}  # fmt: skip
