"""NetApp ONTAP behind OpenPegasus: profiles side by side and misspelled, NAA only by OtherName, a back-end port.

smis-mapping 8, row ONTAP; 1.3 (wrong names), 2.5 rule 4, 2.8 (colons in InstanceIDs), 2.3 (IPv6 switched off).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import DMTF, GIB, Estate, volume_size

NAMESPACE = "root/ontap"
CLASSES = """
ONTAP_StorageSystem : CIM_ComputerSystem
ONTAP_Node : CIM_ComputerSystem
ONTAP_NodeComponentCS : CIM_ComponentCS
ONTAP_Chassis : CIM_Chassis
ONTAP_SoftwareIdentity : CIM_SoftwareIdentity
ONTAP_InstalledSoftwareIdentity : CIM_InstalledSoftwareIdentity
ONTAP_FCPort : CIM_FCPort
ONTAP_FCSCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
ONTAP_iSCSIProtocolEndpoint : CIM_iSCSIProtocolEndpoint
ONTAP_TCPProtocolEndpoint : CIM_TCPProtocolEndpoint
ONTAP_IPProtocolEndpoint : CIM_IPProtocolEndpoint
ONTAP_StorageVolume : CIM_StorageVolume
ONTAP_ConcretePool : CIM_StoragePool
ONTAP_PrimordialPool : CIM_StoragePool
ONTAP_LUNProtocolController : CIM_SCSIProtocolController
ONTAP_ProtocolControllerForUnit : CIM_ProtocolControllerForUnit
ONTAP_StorageHardwareID : CIM_StorageHardwareID
ONTAP_AuthorizedPrivilege : CIM_AuthorizedPrivilege
"""
PATHS = ("/vol/vm/lun0", "/vol/vm/lun1", "/vol/größe/lun2")
IQN = "iqn.1992-08.com.netapp:sn.99887766:vs.3"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    name = "ONTAP:9c1f3c9c-0000-11e5-aaaa-123478563412"
    system = estate.put(
        "ONTAP_StorageSystem", Name=name, NameFormat="Other", ElementName="filer", Dedicated=[3, 15],
        OperationalStatus=[2], OtherIdentifyingInfo=["99887766", "filer.example.com", "10.1.1.1"],
        IdentifyingDescriptions=["SerialNumber"],
    )  # fmt: skip
    nodes = []
    for number in (1, 2):
        node = estate.put("ONTAP_Node", Name=f"{name}:node{number}", ElementName=f"filer-0{number}", Dedicated=[15])
        estate.link("ONTAP_NodeComponentCS", GroupComponent=system, PartComponent=node)
        nodes.append(node)
    estate.chassis(system, "NetApp, Inc.", "FAS3240", "ONTAP_Chassis")
    estate.software(system, "8.2.3", "ONTAP_InstalledSoftwareIdentity", "ONTAP_SoftwareIdentity", Classifications=[8])
    profiles(estate, system)
    endpoints = ports(estate, nodes)
    masking(estate, system, endpoints, volumes(estate, system))


def profiles(estate, system):
    for version in ("1.4.0", "1.5.0", "1.6.0"):
        estate.profile("Array", version, (system,) if version == "1.5.0" else ())
        estate.profile("Block Services", version, class_name="CIM_RegisteredSubProfile")
    for name in ("FC Target Port", "FileSystem", "Masking and Mapping", "Capacity Utilization"):
        estate.profile(name, "1.4.0", class_name="CIM_RegisteredSubProfile")
    estate.profile("Indications", "1.0.0", organisation=DMTF)
    estate.name_space(NAMESPACE)


def ports(estate, nodes):
    """One FC endpoint that both nodes' ports serve, and one iSCSI node with two addresses; no IPv6."""
    _, fc = estate.fc_port("ONTAP_FCPort", nodes[0], "500A09848DF70001", "ONTAP_FCSCSIProtocolEndpoint",
                           ElementName="0c", UsageRestriction=4)  # fmt: skip
    partner, _ = estate.fc_port("ONTAP_FCPort", nodes[1], "50:0a:09:83:8d:f7:00:01", None, DeviceID="0c:partner",
                                ElementName="0c", UsageRestriction=None)  # fmt: skip
    backend, _ = estate.fc_port("ONTAP_FCPort", nodes[0], "500A09848DF700AA", None, UsageRestriction=3)
    second = estate.access_point("ONTAP_FCSCSIProtocolEndpoint", nodes[1], "500a09838df70001", ConnectionType=2, Role=3)
    estate.link("CIM_DeviceSAPImplementation", Antecedent=partner, Dependent=second)
    iscsi = estate.access_point("ONTAP_iSCSIProtocolEndpoint", nodes[0], f"{IQN},t,0x03e9", Identifier="0000000003E9",
                                ConnectionType=7, Role=3)  # fmt: skip
    tcp = estate.access_point("ONTAP_TCPProtocolEndpoint", nodes[0], "3260", PortNumber=3260, ProtocolIFType=4111)
    estate.link("CIM_BindsTo", Antecedent=tcp, Dependent=iscsi)
    for number, address in enumerate(("10.1.2.1", "10.1.2.2")):
        ip = estate.access_point("ONTAP_IPProtocolEndpoint", nodes[0], f"e0{number}", IPv4Address=address,
                                 IPv6Address="0000:0000:0000:0000:0000:0000:0a01:0201")  # fmt: skip
        estate.link("CIM_BindsTo", Antecedent=ip, Dependent=tcp)
    initiator_side = estate.access_point("ONTAP_iSCSIProtocolEndpoint", nodes[0], "iqn.1992-08.com.netapp:initiator",
                                         Identifier="", ConnectionType=7, Role=2)  # fmt: skip
    assert backend
    assert initiator_side
    return [fc, second, iscsi]


def volumes(estate, system):
    name = system["Name"]
    top = estate.pool("ONTAP_PrimordialPool", system, f"{name}:P", 100 * GIB, 0, Primordial=True)
    pool = estate.pool("ONTAP_ConcretePool", system, f"{name}:aggr1", 100 * GIB, 40 * GIB, ElementName="aggr1")
    estate.taken(top, pool, 100 * GIB)
    estate.redundancy(pool, 1, 2, ParityLayoutDefault=2)
    made = []
    for number, path in enumerate(PATHS):
        made.append(
            estate.device(
                "ONTAP_StorageVolume", system, f"0b5ce1a0-0000-4f60-8b34-00000000000{number}", ElementName=path,
                Name=f"P3OoG4{number}", NameFormat=1, NameNamespace=1, OtherNameFormat="NAA",
                OtherNameNamespace="VPD83Type3", OtherIdentifyingInfo=[f"60a98000503377523d5d42333034370{number}"],
                ThinlyProvisioned=number != 1, OperationalStatus=[2], **volume_size(20 * GIB, 1),
            )
        )  # fmt: skip
        estate.taken(pool, made[-1], [5 * GIB, 22 * GIB, 0][number])
    return made


def masking(estate, system, endpoints, luns):
    serial = "ONTAP:99887766"
    fc = estate.initiator("ONTAP_StorageHardwareID", f"{serial}:21:00:00:e0:8b:00:00:01", "21:00:00:e0:8b:00:00:01")
    iscsi = estate.initiator("ONTAP_StorageHardwareID", f"{serial}:iqn.1998-01.com.vmware:esx1",
                             "iqn.1998-01.com.vmware:esx1", 5)  # fmt: skip
    host = estate.device("ONTAP_LUNProtocolController", system, "esx1:igroup", ElementName="esx1")
    estate.expose(host, luns[:2], "ONTAP_ProtocolControllerForUnit", DeviceAccess=2)
    estate.expose(host, luns[2:], "ONTAP_ProtocolControllerForUnit", 2, DeviceAccess=4)
    estate.through(host, endpoints)
    estate.grant(host, [fc, iscsi], "ONTAP_AuthorizedPrivilege", InstanceID=f"{serial}:esx1")


def lun(number):
    return f"naa.60a98000503377523d5d42333034370{number}"


EXPECTED = {
    "arrays": {
        "filer": {"vendor": "NetApp, Inc.", "model": "FAS3240", "firmware": "8.2.3", "blocks": {"FC", "ISCSI"},
                  "profiles": {"block", "capability"}, "processors": {"filer-01", "filer-02"},
                  "alternate": {"99887766"},
                  "id": "VasaCim:StorageArray:ONTAP%3A9c1f3c9c-0000-11e5-aaaa-123478563412"},
    },
    "ports": {"500a09848df70001": "FC", "500a09838df70001": "FC", IQN: "ISCSI"},
    "portals": {IQN: {"10.1.2.1:3260", "10.1.2.2:3260"}},
    "luns": {
        lun(0): ("filer", PATHS[0], 20480, 5120, True, "Green", None),
        lun(1): ("filer", PATHS[1], 20480, 20480, False, "Green", None),
        lun(2): ("filer", PATHS[2], 20480, 0, True, "Green", None),
    },
    "sees": {
        who: {port: {lun(0), lun(1)} for port in ("500a09848df70001", "500a09838df70001", IQN)}
        for who in ("210000e08b000001", "iqn.1998-01.com.vmware:esx1")
    },
}  # fmt: skip
