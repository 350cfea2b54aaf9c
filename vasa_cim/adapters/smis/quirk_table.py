"""What single vendors do otherwise, as a table: each row with its source, and by what it is recognised."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quirk:
    """One row. `observed` says by what it is recognised, `effect` what is then done; both for people.

    `source` is where it is known from.
    """

    name: str
    source: str
    observed: str
    effect: str


QUIRKS: tuple[Quirk, ...] = (
    Quirk(
        "published-namespaces",
        "smis-mapping 8, namespaces by vendor",
        "neither profiles nor the namespaces that the CIMOM tells of lead to an array",
        "the namespaces that are published for arrays are looked through",
    ),
    Quirk(
        "maker-on-system",
        "smis-mapping 2.1, EVA",
        "a system has Manufacturer, Model or FirmwareVersion, which are no properties of CIM_ComputerSystem",
        "they are taken where no package or product tells the same",
    ),
    Quirk(
        "software-names-system",
        "smis-mapping 2.1, LSI and NetApp E",
        "a SoftwareIdentity has the property StorageSystem_Name",
        "it is the software of the system of that name",
    ),
    Quirk(
        "model-in-description",
        "smis-mapping 2.1, 3PAR",
        "the Description of a system has `, ID` in it",
        "the text before that is the model, where nothing else tells one",
    ),
    Quirk(
        "remote-partner",
        "smis-mapping 1.2 step 7",
        "EMCLocality of a system is 3, and its class is not one of those that use the value otherwise",
        "the system is a replication partner and not shown",
    ),
    Quirk(
        "back-end-volumes",
        "smis-mapping 8, IBM SVC",
        "the class of a volume is IBMTSSVC_BackendVolume",
        "the volume is a managed disk and no LUN",
    ),
    Quirk(
        "naa-in-node-wwn-form",
        "smis-mapping 2.5 rule 5",
        "a volume of class IBMTSDS_SEVolume has NameFormat 9 and NameNamespace 6",
        "its Name is its NAA",
    ),
    Quirk(
        "mask-view-role",
        "smis-mapping 3.2 rule 2",
        "a protocol controller has the property EMCAdapterRole",
        "only those with the word MASK_VIEW in it are masking views",
    ),
    Quirk(
        "nameless-default-views",
        "smis-mapping 3.1, 3PAR",
        "the class of a protocol controller begins with TPD_",
        "a hardware ID with an empty name means everyone, whatever the capabilities say",
    ),
    Quirk(
        "host-names-on-views",
        "smis-mapping 3.4, EVA",
        "a protocol controller has the property WWNs",
        "its host ports, by port WWN, may use it",
    ),
    Quirk(
        "mapping-controllers",
        "smis-mapping 2.3, CLARiiON",
        "the class of a protocol controller is Clar_MappingSCSIProtocolController",
        "its name is no iSCSI target name",
    ),
    Quirk(
        "ports-between-arrays",
        "smis-mapping 2.3, ETERNUS",
        "RAMode of an endpoint or port has a bit of 0x7B, or it has the property SCGroupNo",
        "its port is for remote copy or a storage cluster and is no front-end port",
    ),
    Quirk(
        "ports-without-masking",
        "smis-mapping 2.3, VMAX3",
        "a port has the property EMCPortAttributes, and 1 is not among its values",
        "nothing can be masked to the port, and it is no front-end port",
    ),
    Quirk(
        "port-name",
        "smis-mapping 2.3, EMC",
        "a port has the property EMCPortName",
        "it is one of the port's names",
    ),
    Quirk(
        "thin-pool-class",
        "smis-mapping 2.4, 8 (ETERNUS, VMAX)",
        "the name of a pool's class has the word Thin in it, or ends in SRPStoragePool",
        "its volumes are thin",
    ),
    Quirk(
        "wwn-property",
        "smis-mapping 2.5 rule 6",
        "a volume has the property EMCWWN",
        "it is the NAA, where nothing else is said to be",
    ),
    Quirk(
        "space-consumed",
        "smis-mapping 2.4, EMC 8.x",
        "a volume has the property EMCSpaceConsumed",
        "it is the used space",
    ),
    Quirk(
        "virtual-space-consumed",
        "smis-mapping 2.4, 6.2, XIV",
        "a volume has the property VirtualSpaceConsumed",
        "it is the used space",
    ),
    Quirk(
        "allocated-blocks",
        "smis-mapping 2.4, 8, EVA",
        "a volume has the property AllocatedBlocks",
        "it is the used space, in blocks",
    ),
    Quirk(
        "provisioned-blocks",
        "smis-mapping 2.4, 3PAR",
        "a volume has the property ProvisionedConsumableBlocks",
        "it is the used space, in blocks",
    ),
    Quirk(
        "bound-pool",
        "smis-mapping 2.4, VMAX",
        "an allocation has the property EMCBoundToThinStoragePool",
        "of several pools of a volume, the one where it is true is the volume's",
    ),
    Quirk(
        "site-pools",
        "smis-mapping 8, DS8000",
        "the name of a pool's class ends in ArraySitePool",
        "the pool is the ground of other pools and of no LUN",
    ),
    Quirk(
        "subscribed-capacity",
        "smis-mapping 6.2, 6.3, VMAX",
        "a pool has the property EMCSubscribedCapacity",
        "it is what the pool has promised, in place of the sum over its volumes",
    ),
    Quirk(
        "raid-text",
        "smis-mapping 5.1",
        "EMCRaidLevel or ErrorMethodology names a RAID level",
        "it wins over the numbers of copies and drives that may fail",
    ),
    Quirk(
        "drive-type-text",
        "smis-mapping 5.1",
        "a pool or a drive has the property EMCDiskDriveType",
        "it tells the media where no standard property does",
    ),
    Quirk(
        "tier-policy-text",
        "smis-mapping 5.1",
        "EMCFastSetting, EMCSLO or EMCWorkload of a volume names something",
        "the array moves the volume's data between tiers",
    ),
)

PUBLISHED_NAMESPACES = (
    "root/emc",
    "root/emc/celerra",
    "root/ontap",
    "root/LsiArray13",
    "root/netapp/santricity",
    "root/hitachi/smis",
    "root/hitachi/dm55",
    "root/smis/current",
    "root/tpd",
    "root/eva",
    "root/smis",
    "root/HPQ",
    "root/ibm",
    "root/eternus",
    "root/huawei",
    "root/compellent",
    "root/LsiMr13",
    "root/cimv2",
)
"""Where arrays are known to be (`smis-mapping 8`), and where servers put what has no other place."""
