"""An array whose provider gets wrong what can be got wrong: NULLs, empty texts, unknown values, doubles, loose ends.

What is sound is shown, the rest is left out; the masking shows nobody anything more.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/Broken"
CLASSES = """
BAD_System : CIM_ComputerSystem
BAD_Node : CIM_ComputerSystem
BAD_Port : CIM_FCPort
BAD_Endpoint : CIM_SCSIProtocolEndpoint
BAD_Volume : CIM_StorageVolume
BAD_Pool : CIM_StoragePool
BAD_View : CIM_SCSIProtocolController
BAD_Privilege : CIM_AuthorizedPrivilege
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("BAD_System", Name="b", ElementName=None, Dedicated=None, OperationalStatus=[99, 40000],
                        HealthState=77, OtherIdentifyingInfo=[], IdentifyingDescriptions=["a", "b", ""])  # fmt: skip
    node = estate.put("BAD_Node", Name="n", ElementName="")
    gone = estate.seen_as(node, Name="gone")
    for part in (node, gone):
        estate.link("CIM_ComponentCS", GroupComponent=system, PartComponent=part)
    estate.link("CIM_ComponentCS", GroupComponent=node, PartComponent=system)  # a circle
    estate.profile("ARRAYS", "x.y", (system,))
    estate.profile("", "")
    _, endpoint = estate.fc_port("BAD_Port", node, "2000000000000B0B", "BAD_Endpoint", OperationalStatus=None,
                                 UsageRestriction=99, PortDiscriminator=[])  # fmt: skip
    estate.fc_port("BAD_Port", node, "", None, DeviceID="no address")
    pool = estate.pool("BAD_Pool", system, "p", 0, 5 * GIB, ElementName="")
    luns = volumes(estate, system, pool)
    views(estate, system, endpoint, luns, estate.seen_as(luns[0], DeviceID="gone"))


def volumes(estate, system, pool):
    shapes = [
        {"NameFormat": None, "Name": "6BAD0000000000000000000000000000", "ElementName": None},
        {"NameFormat": 777, "Name": "no NAA at all"},
        {"NameFormat": 9, "NameNamespace": 2, "Name": "7BAD"},
        NAA | {"Name": "6BAD0000000000000000000000000003", "ElementName": "späť   \u2028 x", "OperationalStatus": []},
        NAA | {"Name": "6BAD0000000000000000000000000004", "ConsumableBlocks": 2**64 - 1},
    ]
    made = []
    for number, shape in enumerate(shapes):
        made.append(estate.device("BAD_Volume", system, f"{number}", **shape, **volume_size(1 * GIB)))
        estate.taken(pool, made[-1], [None, 0, 0, 5 * GIB, 0][number])
    estate.taken(estate.seen_as(pool, InstanceID="gone"), made[0], 7)
    return made


def views(estate, system, endpoint, luns, gone):
    who = estate.initiator("CIM_StorageHardwareID", "i", "0x10000000C9BAD001")
    for storage_id, kind in (("nonsense", 2), (None, None), ("10000000C9BAD001", 99), (" ", 5)):
        estate.initiator("CIM_StorageHardwareID", f"bad {storage_id} {kind}", storage_id, kind)
    view = estate.device("BAD_View", system, "v", ElementName="")
    estate.expose(view, [*luns, gone], DeviceAccess=99)
    estate.through(view, [endpoint, estate.seen_as(endpoint, Name="gone")])
    estate.grant(view, [who, estate.seen_as(who, InstanceID="gone")], "BAD_Privilege", Activities=[5, 6, 40000])
    lost = estate.device("BAD_View", system, "privilege without subject that exists")
    estate.expose(lost, luns)
    estate.through(lost, [endpoint])
    estate.grant(lost, [estate.seen_as(who, InstanceID="gone")], "BAD_Privilege")
    unreadable = estate.device("BAD_View", system, "unreadable initiator")
    estate.expose(unreadable, luns)
    estate.through(unreadable, [endpoint])
    estate.grant(unreadable, [estate.seen_as(who, InstanceID="bad nonsense 2")], "BAD_Privilege")


LUNS = {f"naa.6bad000000000000000000000000000{number}" for number in (0, 3, 4)}
EXPECTED = {
    "arrays": {"b": {"vendor": None, "model": None, "firmware": None, "blocks": {"FC"},
                     "profiles": {"block", "capability"}, "processors": {"n"}}},
    "ports": {"2000000000000b0b": "FC"},
    "luns": dict.fromkeys(sorted(LUNS), ("b", None, 1024, 1024, False, "Green", None)),
    "sees": {
        "10000000c9bad001": {"2000000000000b0b": LUNS},
        "iqn.1998-01.com.vmware:esx": {},
        "1000000000000000": {},
    },
}  # fmt: skip
