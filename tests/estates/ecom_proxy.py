"""EMC SMI-S Provider (ECOM) as a proxy: two VMAX with equal DeviceIDs, their replication partner, and a VNX.

smis-mapping 8, rows VMAX and VNX; 2.1 (chassis and software by Tag and InstanceID), 2.5 rule 6, 3.2 rule 2, 3.4.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/emc"
CLASSES = """
EMC_StorageSystem : CIM_ComputerSystem uint16 EMCLocality;
Symm_StorageSystem : EMC_StorageSystem
Clar_StorageSystem : EMC_StorageSystem
Symm_StorageProcessorSystem : CIM_ComputerSystem
Clar_StorageProcessorSystem : CIM_ComputerSystem string EMCSerialNumber;
EMC_ComponentCS : CIM_ComponentCS
Symm_ArrayChassis : CIM_Chassis
Clar_ArrayChassis : CIM_Chassis
EMC_StorageSystemSoftwareIdentity : CIM_SoftwareIdentity
Symm_FCPort : CIM_FCPort string EMCPortName; uint16 EMCPortAttributes[];
Clar_FCPort : CIM_FCPort string EMCPortName;
Symm_FCSCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
Symm_iSCSIProtocolEndpoint : CIM_iSCSIProtocolEndpoint
Symm_EthernetPort : CIM_EthernetPort
Clar_FCSCSIProtocolEndpoint : CIM_SCSIProtocolEndpoint
Clar_iSCSIProtocolEndpoint : CIM_iSCSIProtocolEndpoint
Symm_StorageVolume : CIM_StorageVolume string EMCWWN; uint64 EMCSpaceConsumed; string EMCFastSetting;
Clar_StorageVolume : CIM_StorageVolume string EMCWWN; string EMCRaidLevel;
Symm_VirtualProvisioningPool : CIM_StoragePool uint64 EMCSubscribedCapacity; uint32 EMCMaxSubscriptionPercent;
Symm_SRPStoragePool : CIM_StoragePool uint64 EMCSubscribedCapacity;
Clar_UnifiedStoragePool : CIM_StoragePool string EMCDiskDriveType;
Symm_PrimordialStoragePool : CIM_StoragePool
Symm_AllocatedFromStoragePool : CIM_AllocatedFromStoragePool boolean EMCBoundToThinStoragePool;
Clar_AllocatedFromStoragePool : CIM_AllocatedFromStoragePool
SE_StorageHardwareID : CIM_StorageHardwareID
SE_InitiatorMaskingGroup : CIM_InitiatorMaskingGroup
SE_TargetMaskingGroup : CIM_TargetMaskingGroup
SE_DeviceMaskingGroup : CIM_DeviceMaskingGroup
SE_MemberOfCollection_IMG_IMG : CIM_MemberOfCollection
SE_MemberOfCollection_DMG_DMG : CIM_MemberOfCollection
SE_MemberOfCollection_IMG_SHID : CIM_MemberOfCollection
SE_MemberOfCollection_TMG_FE : CIM_MemberOfCollection
SE_OrderedMemberOfCollection_DMG_Vol : CIM_OrderedMemberOfCollection
Symm_LunMaskingView : CIM_SCSIProtocolController string EMCAdapterRole;
Clar_LunMaskingSCSIProtocolController : CIM_SCSIProtocolController string EMCAdapterRole;
Clar_MappingSCSIProtocolController : CIM_SCSIProtocolController string EMCAdapterRole;
SE_ProtocolControllerForUnit : CIM_ProtocolControllerForUnit
Clar_Privilege : CIM_AuthorizedPrivilege
"""
MEMBER = {"IMG": "SE_MemberOfCollection_IMG_SHID", "TMG": "SE_MemberOfCollection_TMG_FE",
          "DMG": "SE_OrderedMemberOfCollection_DMG_Vol"}  # fmt: skip
VIEW_OF = {"IMG": "CIM_AssociatedInitiatorMaskingGroup", "TMG": "CIM_AssociatedTargetMaskingGroup",
           "DMG": "CIM_AssociatedDeviceMaskingGroup"}  # fmt: skip
GROUP = {"IMG": "SE_InitiatorMaskingGroup", "TMG": "SE_TargetMaskingGroup", "DMG": "SE_DeviceMaskingGroup"}


def wwid(array, number):
    return f"6000097000019030{array:04d}5330303030{number:02X}"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    first, second = vmax(estate, 111, 1), vmax(estate, 222, 1)
    partner = vmax(estate, 999, 3)
    vnx = clariion(estate)
    first_masking(estate, *first)
    second_masking(estate, *second)
    systems = (first[0], second[0], partner[0], vnx)
    for version in ("1.4.0", "1.5.0", "1.6.1"):
        estate.profile("Array", version, systems)
    for name in ("Block Services", "Group Masking and Mapping", "Masking and Mapping", "Thin Provisioning"):
        estate.profile(name, "1.5.0")
    estate.name_space("interop")
    estate.name_space(NAMESPACE)


def vmax(estate, serial, locality):
    name = f"SYMMETRIX-+-000190300{serial}"
    system = estate.put(
        "Symm_StorageSystem", Name=name, ElementName=f"000190300{serial}", Dedicated=[3, 15], EMCLocality=locality,
        OperationalStatus=[2], HealthState=5,
    )  # fmt: skip
    estate.chassis(system, "EMC Corporation", "VMAX-1SE", "Symm_ArrayChassis", joined=None, Tag=name)
    estate.software(system, "5876.286.194", None, "EMC_StorageSystemSoftwareIdentity", InstanceID=name)
    endpoints = {}
    for number, director in enumerate(("FA-1D", "FA-2D", "RF-3D")):
        processor = estate.put("Symm_StorageProcessorSystem", Name=f"{name}-+-{director}", ElementName=director,
                               Dedicated=[15], OperationalStatus=[2])  # fmt: skip
        estate.link("EMC_ComponentCS", GroupComponent=system, PartComponent=processor)
        wwn = f"50000972C0{serial:04d}{number:02d}"
        host = estate.seen_as(processor, Name=f"{processor['Name']}-+-0") if number == 1 else processor
        _, endpoint = estate.fc_port(
            "Symm_FCPort", host, wwn, "Symm_FCSCSIProtocolEndpoint", EMCPortName=f"{director}:4", ElementName=director,
            EMCPortAttributes=[1] if number < 2 else [2], joined="CIM_SystemDevice" if number != 1 else None,
        )  # fmt: skip
        endpoints[director] = endpoint
    primordial = estate.pool("Symm_PrimordialStoragePool", system, f"{name}-+-P-+-all", 4000 * GIB, 1000 * GIB,
                             Primordial=True)  # fmt: skip
    thin = estate.pool("Symm_VirtualProvisioningPool", system, f"{name}-+-TP-+-Pool1", 1000 * GIB, 100 * GIB,
                       EMCSubscribedCapacity=1200 * GIB, ElementName="Pool1")  # fmt: skip
    other = estate.pool("Symm_VirtualProvisioningPool", system, f"{name}-+-TP-+-Pool2", 1000 * GIB, 900 * GIB,
                        ElementName="Pool2")  # fmt: skip
    for pool in (thin, other):
        estate.taken(primordial, pool, 1000 * GIB, "Symm_AllocatedFromStoragePool")
        estate.redundancy(pool, 1, 2, ParityLayoutDefault=3, AvailableDiskType=[3])
        estate.kinds_of_volumes(pool, [5])
    volumes = [vmax_volume(estate, system, serial, number, (thin, other)) for number in range(6)]
    return system, endpoints, volumes


SPACE = {5: 40 * GIB}  # in the property of SMI-S Provider 8.x


def vmax_volume(estate, system, serial, number, pools):
    """Even ones say their NAA by the standard, odd ones by EMCWWN only; the last ones have what vendors add."""
    named = {**NAA, "Name": wwid(serial, number)} if number % 2 == 0 else {"NameFormat": 1, "Name": f"{number:05X}"}
    made = estate.device("Symm_StorageVolume", system, f"{number:05X}", ElementName=f"Volume {number:05X}",
                         EMCWWN=wwid(serial, number), ThinlyProvisioned=True, EMCSpaceConsumed=SPACE.get(number),
                         EMCFastSetting=["", "None", None, "Gold+Diamond", None, None][number], OperationalStatus=[2],
                         **named, **volume_size(100 * GIB))  # fmt: skip
    bound = number == 4
    estate.taken(pools[0], made, 20 * GIB if bound else 30 * GIB, "Symm_AllocatedFromStoragePool",
                 EMCBoundToThinStoragePool=not bound)  # fmt: skip
    if bound:
        estate.taken(pools[1], made, 10 * GIB, "Symm_AllocatedFromStoragePool", EMCBoundToThinStoragePool=True)
    return made


def group(estate, kind, name, members, nested=()):
    made = estate.put(GROUP[kind], InstanceID=name, ElementName=name)
    for one in members:
        estate.link(MEMBER[kind], Collection=made, Member=one)
    for one in nested:
        estate.link(f"SE_MemberOfCollection_{kind}_{kind}", Collection=made, Member=one)
    return made


def view(estate, system, name, groups):
    made = estate.device("Symm_LunMaskingView", system, name, EMCAdapterRole="MASK_VIEW", ElementName=name)
    for kind, one in groups.items():
        estate.link(VIEW_OF[kind], Antecedent=made, Dependent=one)
    return made


def first_masking(estate, system, endpoints, volumes):
    """Cascaded groups and, as VMAX does, the units of the view besides."""
    ids = [estate.initiator("SE_StorageHardwareID", f"I-+-10000000C911110{n}", f"10000000C911110{n}") for n in range(4)]
    estate.initiator("SE_StorageHardwareID", "again-+-10000000C9111100", "10000000c9111100")
    hosts = [group(estate, "IMG", f"IG host{n}", ids[2 * n : 2 * n + 2]) for n in range(2)]
    cluster = group(estate, "IMG", "IG cluster", [], hosts)
    ports = group(estate, "TMG", "PG", [endpoints["FA-1D"], endpoints["FA-2D"]])
    one_port = group(estate, "TMG", "PG one", [endpoints["FA-2D"]])
    child = group(estate, "DMG", "SG child", volumes[0:2])
    parent = group(estate, "DMG", "SG parent", [], [child, group(estate, "DMG", "SG child 2", volumes[2:3])])
    boot = group(estate, "DMG", "SG boot", volumes[3:4])
    shared = view(estate, system, "MV cluster", {"IMG": cluster, "TMG": ports, "DMG": parent})
    own = view(estate, system, "MV host1 boot", {"IMG": hosts[1], "TMG": one_port, "DMG": boot})
    estate.expose(shared, volumes[0:3], "SE_ProtocolControllerForUnit")
    estate.expose(own, volumes[3:4], "SE_ProtocolControllerForUnit")


def second_masking(estate, system, endpoints, volumes):
    """Groups alone; the same initiator as on the first array, and an iSCSI target that lies on two ports."""
    known = estate.initiator("SE_StorageHardwareID", "I2-+-10000000C9111100", "10000000C9111100")
    iscsi = estate.initiator("SE_StorageHardwareID", "I2-+-iqn", "iqn.1998-01.com.vmware:ESX-7", 5)
    processor = estate.put("Symm_StorageProcessorSystem", Name=f"{system['Name']}-+-SE-4E", ElementName="SE-4E",
                           OperationalStatus=[2])  # fmt: skip
    estate.link("EMC_ComponentCS", GroupComponent=system, PartComponent=processor)
    target = estate.access_point("Symm_iSCSIProtocolEndpoint", processor, "iqn.1992-04.com.emc:50000973B0,t,0x0001",
                                 Identifier="000000000001", ConnectionType=7, Role=3)  # fmt: skip
    for number in range(2):
        port = estate.device("Symm_EthernetPort", processor, f"SE-4E:{number}", PermanentAddress=f"00601648000{number}")
        estate.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=target)
    fc = group(estate, "IMG", "2 IG fc", [known])
    everything = group(estate, "IMG", "2 IG iscsi", [iscsi])
    sg = group(estate, "DMG", "2 SG", volumes[0:2])
    view(estate, system, "2 MV fc", {"IMG": fc, "TMG": group(estate, "TMG", "2 PG", [endpoints["FA-1D"]]), "DMG": sg})
    view(estate, system, "2 MV iscsi",
         {"IMG": everything, "TMG": group(estate, "TMG", "2 PG iscsi", [target]), "DMG": sg})  # fmt: skip
    empty = group(estate, "DMG", "2 SG empty", [])
    view(estate, system, "2 MV no LUNs", {"IMG": fc, "TMG": group(estate, "TMG", "2 PG none", []), "DMG": empty})


def clariion(estate):
    """Masking by privileges; controllers that model front-end ports hold all units; locality 3 means nothing here."""
    name = "CLARiiON+APM00112233"
    system = estate.put("Clar_StorageSystem", Name=name, ElementName="vnx", Dedicated=[15, 3], EMCLocality=3,
                        OperationalStatus=[2], OtherIdentifyingInfo=["10.0.0.9"],
                        IdentifyingDescriptions=["Ipv4 Address", "Node WWN"])  # fmt: skip
    estate.chassis(system, "EMC", "VNX5300", "Clar_ArrayChassis", joined=None, Tag=name, SerialNumber="APM00112233")
    estate.software(system, "05.32.000.5.206", None, "EMC_StorageSystemSoftwareIdentity", InstanceID=name)
    endpoints = []
    for letter in "AB":
        processor = estate.put("Clar_StorageProcessorSystem", Name=f"{name}+SP_{letter}", ElementName=f"SP {letter}",
                               OperationalStatus=[2])  # fmt: skip
        estate.link("EMC_ComponentCS", GroupComponent=system, PartComponent=processor)
        wwn = f"5006016{ord(letter) - 65}3EA00123"
        port = estate.device("Clar_FCPort", processor, wwn, PermanentAddress=None, UsageRestriction=0,
                             EMCPortName=f"SP{letter}-0", ElementName=f"SP{letter}-0",
                             OperationalStatus=[2, 10])  # fmt: skip
        endpoint = estate.put("Clar_FCSCSIProtocolEndpoint", SystemCreationClassName="Clar_StorageProcessorSystem",
                              SystemName=f"{name}+SP_{letter}+0", Name=wwn, ConnectionType=2, Role=3)  # fmt: skip
        estate.link("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=endpoint)
        endpoints.append(endpoint)
    pool = estate.pool("Clar_UnifiedStoragePool", system, f"{name}+C+0001", 500 * GIB, 400 * GIB, ElementName="RG 1",
                       EMCDiskDriveType="SATA")  # fmt: skip
    estate.redundancy(pool, 1, 1, ParityLayoutDefault=3)
    volumes = [clariion_volume(estate, system, pool, number) for number in range(3)]
    clariion_masking(estate, system, endpoints, volumes)
    return system


def clariion_volume(estate, system, pool, number):
    made = estate.device("Clar_StorageVolume", system, f"{number:05d}", ElementName=f"LUN № {number}",
                         EMCWWN=f"6006016012345678{number:016X}", Name=f"6006016012345678{number:016x}", NameFormat=9,
                         NameNamespace=2, ThinlyProvisioned=False, OperationalStatus=[2],
                         EMCRaidLevel="RAID6" if number == 2 else None, **volume_size(10 * GIB))  # fmt: skip
    estate.taken(pool, made, 13 * GIB, "Clar_AllocatedFromStoragePool")
    return made


def clariion_masking(estate, system, endpoints, volumes):
    """An iSCSI target whose name must not be taken from the controllers that model ports."""
    host = estate.initiator("SE_StorageHardwareID", "C+I+1", "20:00:00:25:B5:00:00:01", 2)
    iscsi = estate.put("Clar_iSCSIProtocolEndpoint", SystemCreationClassName="Clar_StorageProcessorSystem",
                       SystemName=f"{system['Name']}+SP_A+4", Name="SP_A-4,t,0x0005",
                       Identifier="000000000005", ConnectionType=7, Role=3)  # fmt: skip
    node = estate.device("CIM_SCSIProtocolController", system, "node a4", NameFormat=3,
                         Name="iqn.1992-04.com.emc:cx.apm00112233.a4")  # fmt: skip
    estate.through(node, [iscsi])
    for number, endpoint in enumerate(endpoints):
        mapping = estate.device("Clar_MappingSCSIProtocolController", system, f"mapping {number}", NameFormat=3,
                                EMCAdapterRole="FRONTEND", Name=f"iqn.1992-04.com.emc:mapping.{number}")  # fmt: skip
        estate.through(mapping, [endpoint, iscsi])
        estate.grant(mapping, [host], "Clar_Privilege", InstanceID=f"C+M+{number}")
        estate.expose(mapping, volumes, "SE_ProtocolControllerForUnit")
    made = estate.device("Clar_LunMaskingSCSIProtocolController", system, "0001", ElementName="esx storage group",
                         EMCAdapterRole="FRONTEND MASK_VIEW")  # fmt: skip
    estate.through(made, endpoints)
    estate.expose(made, volumes[:2], "SE_ProtocolControllerForUnit")
    estate.grant(made, [host], "Clar_Privilege", InstanceID="C+P+1")


def lun(array, number):
    return f"naa.6000097000019030{array:04d}5330303030{number:02x}"


def clariion_lun(number):
    return f"naa.6006016012345678{number:016x}"


VMAX = {"vendor": "EMC Corporation", "model": "VMAX-1SE", "firmware": "5876.286.194",
        "profiles": {"block", "capability"}}  # fmt: skip
QUIRKS = (
    "remote-partner", "mask-view-role", "mapping-controllers", "ports-without-masking", "port-name",
    "wwn-property", "space-consumed", "bound-pool", "subscribed-capacity", "raid-text", "drive-type-text",
    "tier-policy-text",
)  # fmt: skip
EXPECTED = {
    "arrays": {
        "000190300111": VMAX | {"blocks": {"FC"}, "processors": {"FA-1D", "FA-2D", "RF-3D"},
                                "id": "VasaCim:StorageArray:SYMMETRIX+000190300111"},
        "000190300222": VMAX | {"blocks": {"FC", "ISCSI"}, "processors": {"FA-1D", "FA-2D", "RF-3D", "SE-4E"},
                                "id": "VasaCim:StorageArray:SYMMETRIX+000190300222"},
        "vnx": {"vendor": "EMC", "model": "VNX5300", "firmware": "05.32.000.5.206", "blocks": {"FC", "ISCSI"},
                "profiles": {"block", "capability"}, "processors": {"SP A", "SP B"},
                "id": "VasaCim:StorageArray:CLARiiON+APM00112233"},
    },
    "ports": {
        "50000972c0011100": "FC", "50000972c0011101": "FC", "50000972c0022200": "FC", "50000972c0022201": "FC",
        "iqn.1992-04.com.emc:50000973b0": "ISCSI", "500601603ea00123": "FC", "500601613ea00123": "FC",
        "iqn.1992-04.com.emc:cx.apm00112233.a4": "ISCSI",
    },
    "portals": {"50000972c0011100": {"FA-1D", "FA-1D:4"}},
    "luns": {
        **{lun(array, number): (f"000190300{array}", f"Volume {number:05X}", 102400, 40960 if number == 5 else 30720,
                                True, "Green" if number == 4 else "Yellow",
                                "SSD RAID-6 Thin" + " Tiered" * (number == 3))
           for array in (111, 222) for number in range(6)},
        **{clariion_lun(number): ("vnx", f"LUN № {number}", 10240, 10240, False, "Green",
                                  "HDD RAID-6" if number == 2 else "HDD RAID-5") for number in range(3)},
    },
    "drs": {lun(111, 2): True, lun(111, 3): False},
    "sees": {
        "10000000c9111100": {
            "50000972c0011100": {lun(111, 0), lun(111, 1), lun(111, 2)},
            "50000972c0011101": {lun(111, 0), lun(111, 1), lun(111, 2)},
            "50000972c0022200": {lun(222, 0), lun(222, 1)},
        },
        "10000000c9111103": {
            "50000972c0011100": {lun(111, 0), lun(111, 1), lun(111, 2)},
            "50000972c0011101": {lun(111, 0), lun(111, 1), lun(111, 2), lun(111, 3)},
        },
        "iqn.1998-01.com.vmware:esx-7": {"iqn.1992-04.com.emc:50000973b0": {lun(222, 0), lun(222, 1)}},
        "20000025b5000001": {
            "500601603ea00123": {clariion_lun(0), clariion_lun(1)},
            "500601613ea00123": {clariion_lun(0), clariion_lun(1)},
        },
        "1000000000000001": {},
    },
}  # fmt: skip
