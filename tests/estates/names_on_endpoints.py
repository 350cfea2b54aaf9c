"""FC ports that do not know their own WWN: only the SCSI endpoint on them does. Masked by groups and by privileges.

smis-mapping 2.3 (fallbacks of portWwn, SAS ports), 3.1 (dialects 1 and 3 on one array, no default views), 5.3 rule 5
(a mirrored volume in a pool with parity).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/endpoints"
ARRAY = {"Name": "EN-1", "ElementName": "endpoints", "Dedicated": [3, 15], "OperationalStatus": [2]}
NAMES = ("5000 5555 0000 0001", "50:00:55:55:00:00:00:02")
WWNS = ("5000555500000001", "5000555500000002")
LUNS = tuple(f"naa.6000555500000000000000000000000{number}" for number in range(5))


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    system = estate.put("CIM_ComputerSystem", **ARRAY)
    estate.chassis(system, "Endpoint Ltd", "EP")
    for name in ("Array", "Masking and Mapping", "Group Masking and Mapping"):
        estate.profile(name, "1.6.1", (system,) if name == "Array" else ())
    service = estate.fixed_service("CIM_ControllerConfigurationService", system)
    limits = estate.put("CIM_ProtocolControllerMaskingCapabilities", InstanceID="limits", ElementName="limits",
                        SPCSupportsDefaultViews=False, SPCAllowsNoInitiators=True, PortsPerView=3)  # fmt: skip
    estate.link("CIM_ElementCapabilities", ManagedElement=service, Capabilities=limits)
    saps = [fc_port(estate, system, number, name) for number, name in enumerate(NAMES)]
    saps.append(estate.access_point("CIM_SCSIProtocolEndpoint", system, "sas 0", ConnectionType=8, Role=3))
    pool = estate.pool("CIM_StoragePool", system, "pool", 100 * GIB, 50 * GIB)
    estate.redundancy(pool, 1, 1, ParityLayoutDefault=3, AvailableDiskType=[2])
    volumes = [volume(estate, system, pool, number) for number in range(5)]
    mirrored = estate.put("CIM_StorageSetting", InstanceID="mirrored", ElementName="mirrored", DataRedundancyGoal=2,
                          PackageRedundancyGoal=1, ExtentStripeLength=1)  # fmt: skip
    estate.link("CIM_ElementSettingData", ManagedElement=volumes[1], SettingData=mirrored, IsCurrent=1)
    hosts = [estate.initiator("CIM_StorageHardwareID", f"h{number}", f"210000005555000{number}") for number in range(4)]
    views = [estate.device("CIM_SCSIProtocolController", system, name) for name in ("a", "b", "c", "d", "e")]
    for view, some, through in ((0, volumes[:1], saps[:1]), (2, volumes[3:4], saps[:1]), (3, volumes[4:], saps[2:])):
        estate.expose(views[view], some)
        estate.through(views[view], through)
    estate.grant(views[0], hosts[:1])
    estate.grant(views[2], [])
    estate.grant(views[3], hosts[2:3])
    groups(estate, views[1], hosts[:2], volumes[1:3], saps[1:2])


def fc_port(estate, system, number, name):
    port = estate.device("CIM_FCPort", system, f"{number}", UsageRestriction=2, LinkTechnology=4)
    sap = estate.access_point("CIM_SCSIProtocolEndpoint", system, name, ConnectionType=2, Role=3)
    estate.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=sap)
    return sap


def volume(estate, system, pool, number):
    made = estate.device("CIM_StorageVolume", system, f"{number}", ElementName=f"v{number}", **NAA,
                         **volume_size(GIB), Name=LUNS[number].removeprefix("naa.").upper())  # fmt: skip
    estate.taken(pool, made, GIB)
    return made


def groups(estate, view, *members):
    for kind, some in zip(("Initiator", "Device", "Target"), members, strict=True):
        group = estate.put(f"CIM_{kind}MaskingGroup", InstanceID=kind, ElementName=kind)
        estate.link(f"CIM_Associated{kind}MaskingGroup", Antecedent=view, Dependent=group)
        for one in some:
            estate.link("CIM_MemberOfCollection", Collection=group, Member=one)


EXPECTED = {
    "arrays": {
        "endpoints": {"vendor": "Endpoint Ltd", "model": "EP", "firmware": None, "blocks": {"FC", "Other"},
                      "profiles": {"block", "capability"}, "processors": None},
    },
    "ports": {WWNS[0]: "FC", WWNS[1]: "FC", "sas%200": "Other"},
    "luns": {
        LUNS[number]: ("endpoints", f"v{number}", 1024, 1024, False, "Green", f"HDD RAID-{1 if number == 1 else 5}")
        for number in range(5)
    },
    "sees": {
        "2100000055550000": {WWNS[0]: {LUNS[0]}, WWNS[1]: {LUNS[1], LUNS[2]}},
        "2100000055550001": {WWNS[1]: {LUNS[1], LUNS[2]}},
        "2100000055550002": {"sas%200": {LUNS[4]}},
        "2100000055550003": {},
    },
}  # fmt: skip
