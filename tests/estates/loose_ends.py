"""An array whose provider fills in little: ports that are endpoints alone, roles and types left out, a target as view.

smis-mapping 2.3 (fallbacks of ports), 3.2 A8 (endpoint and port by equal WWN), 1.3 (Generic Target Ports).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/loose"
CLASSES = """
LOOSE_System : CIM_ComputerSystem
LOOSE_Node : CIM_ComputerSystem
LOOSE_Port : CIM_FCPort
LOOSE_Endpoint : CIM_SCSIProtocolEndpoint
LOOSE_Target : CIM_iSCSIProtocolEndpoint
LOOSE_Volume : CIM_StorageVolume
LOOSE_View : CIM_SCSIProtocolController
"""
IQN = "iqn.2019-09.net.loose:t1"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE, interop="root/PG_Interop")
    estate.classes(CLASSES)
    systems = [array(estate, number) for number in (1, 2)]
    estate.profile("Array", "1.6", tuple(system for system, _ in systems))
    (first, node), (second, _) = systems
    for number, endpoint in enumerate([*ports(estate, node), bare(estate, second)]):
        owner = second if number == 3 else first
        own = {"NameFormat": 3, "Name": IQN} if number == 2 else {}
        view = estate.device("LOOSE_View", owner, f"view {number}", joined=None, **own)
        volume = estate.device("LOOSE_Volume", owner, f"{number}", joined=None, ElementName=f"L{number}", **NAA,
                               Name=f"600100000000000000000000000000{number:02d}", ThinlyProvisioned=False,
                               **volume_size(GIB))  # fmt: skip
        estate.expose(view, [volume])
        estate.through(view, [endpoint])
        estate.grant(view, [estate.initiator("CIM_StorageHardwareID", f"i{number}", f"1000000000C0000{number}")])


def array(estate, number):
    system = estate.put("LOOSE_System", Name=f"loose {number}", ElementName=f"loose {number}", Dedicated=[15],
                        OperationalStatus=[2])  # fmt: skip
    node = estate.put("LOOSE_Node", Name=f"loose {number} node", ElementName="node")
    estate.link("CIM_ComponentCS", GroupComponent=system, PartComponent=node)
    estate.chassis(system, "Loose", "L")
    return system, node


def ports(estate, node):
    """By WWN alone; of a port whose address is among others; and of iSCSI without a type."""
    estate.device("LOOSE_Port", node, "p0", PermanentAddress="2100 0000 0000 0A00", UsageRestriction=4)
    yield estate.access_point("LOOSE_Endpoint", node, "21:00:00:00:00:00:0a:00", ConnectionType=2, Role=3)
    port = estate.device("LOOSE_Port", node, "p1", NetworkAddresses=["2100000000000A01"], UsageRestriction=0)
    second = estate.access_point("LOOSE_Endpoint", node, "second", ConnectionType=2, Role=3)
    estate.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=second)
    yield second
    yield estate.access_point("LOOSE_Target", node, f"{IQN},t,0x0001", Identifier="000000000001", Role=3)
    estate.device("LOOSE_Port", node, "p2", PermanentAddress="2100000000000AFF", UsageRestriction=3)
    estate.access_point("LOOSE_Endpoint", node, "2100000000000AFF", ConnectionType=2, Role=3)


def bare(estate, system):
    """The only target of an array without port devices, and the initiator by which it copies to others."""
    estate.access_point("LOOSE_Endpoint", system, "2100000000000AFE", ConnectionType=2, Role=2)
    return estate.access_point("LOOSE_Endpoint", system, "2100000000000A02", ConnectionType=2, Role=3)


def lun(number):
    return f"naa.600100000000000000000000000000{number:02d}"


LOOSE = {"vendor": "Loose", "model": "L", "firmware": None, "profiles": {"block", "capability"}, "processors": {"node"}}
EXPECTED = {
    "arrays": {"loose 1": LOOSE | {"blocks": {"FC", "ISCSI"}}, "loose 2": LOOSE | {"blocks": {"FC"}}},
    "ports": {"2100000000000a00": "FC", "2100000000000a01": "FC", "2100000000000a02": "FC", IQN: "ISCSI"},
    "luns": {lun(n): (f"loose {1 + n // 3}", f"L{n}", 1024, 1024, False, "Green", None) for n in range(4)},
    "sees": {
        "1000000000c00000": {"2100000000000a00": {lun(0)}},
        "1000000000c00001": {"2100000000000a01": {lun(1)}},
        "1000000000c00002": {IQN: {lun(2)}},
        "1000000000c00003": {"2100000000000a02": {lun(3)}},
    },
}  # fmt: skip
