"""Classes, wanted properties and value maps of SMI-S, each with the class and property it belongs to.

An association's comment names its roles (`smis-mapping 1.5`).
"""

from enum import IntEnum

# --- autonomous profiles that lead to an array (`smis-mapping 1.2`); SCNAS is a wrong name in use ---

BLOCK_PROFILES = ("Array", "Storage Virtualizer")
FILE_PROFILES = ("NAS Head", "Self-contained NAS System", "SCNAS")
MASKING_PROFILES = ("Masking and Mapping", "Group Masking and Mapping")
MASKING_PROFILE_WORD = "masking"  # in the folded names of these and of their older forms


class Dedicated(IntEnum):
    """CIM_ComputerSystem.Dedicated."""

    NOTHING = 0
    UNKNOWN = 1
    OTHER = 2
    STORAGE = 3
    BLOCK_SERVER = 15
    FILE_SERVER = 16
    STORAGE_VIRTUALIZER = 21
    NAS_HEAD = 24
    SELF_CONTAINED_NAS = 25
    ENCLOSURE = 31


BLOCK_DEDICATIONS = frozenset({Dedicated.BLOCK_SERVER, Dedicated.STORAGE_VIRTUALIZER})
FILE_DEDICATIONS = frozenset({Dedicated.NAS_HEAD, Dedicated.SELF_CONTAINED_NAS})

# --- systems and what they are made of ---

COMPUTER_SYSTEM = "CIM_ComputerSystem"
SYSTEM_PROPERTIES = (
    "Name",
    "NameFormat",
    "ElementName",
    "Caption",
    "Description",
    "Dedicated",
    "OtherIdentifyingInfo",
    "IdentifyingDescriptions",
    "OperationalStatus",
    "HealthState",
    "EMCLocality",
    "Manufacturer",
    "Model",
    "FirmwareVersion",
)
MEMBER_OF_COLLECTION = "CIM_MemberOfCollection"  # Collection, Member
COMPONENT_CS = "CIM_ComponentCS"  # GroupComponent whole, PartComponent part
HOSTED_DEPENDENCY = "CIM_HostedDependency"  # Antecedent host, Dependent hosted system
REDUNDANCY_SET = "CIM_RedundancySet"
CONCRETE_IDENTITY = "CIM_ConcreteIdentity"  # SystemElement system, SameElement redundancy set
CHASSIS = "CIM_Chassis"
PHYSICAL_PACKAGE = "CIM_PhysicalPackage"
PACKAGE_PROPERTIES = ("Tag", "Manufacturer", "Model", "SerialNumber")
SYSTEM_PACKAGING = "CIM_SystemPackaging"  # Antecedent package, Dependent system
COMPUTER_SYSTEM_PACKAGE = "CIM_ComputerSystemPackage"  # derives from SystemPackaging where servers are right
PRODUCT = "CIM_Product"
PRODUCT_PROPERTIES = ("Name", "Vendor", "IdentifyingNumber", "Version")
PRODUCT_PHYSICAL_COMPONENT = "CIM_ProductPhysicalComponent"  # GroupComponent product, PartComponent package
SOFTWARE_IDENTITY = "CIM_SoftwareIdentity"
SOFTWARE_PROPERTIES = (
    "InstanceID",
    "VersionString",
    "Manufacturer",
    "Classifications",
    "MajorVersion",
    "MinorVersion",
    "RevisionNumber",
    "BuildNumber",
    "LargeBuildNumber",
    "IsLargeBuildNumber",
    "StorageSystem_Name",
)
INSTALLED_SOFTWARE_IDENTITY = "CIM_InstalledSoftwareIdentity"  # System, InstalledSoftware
ELEMENT_SOFTWARE_IDENTITY = "CIM_ElementSoftwareIdentity"  # Antecedent software, Dependent element


class Classification(IntEnum):
    """CIM_SoftwareIdentity.Classifications."""

    FIRMWARE_OR_BIOS = 6
    OPERATING_SYSTEM = 8
    FIRMWARE = 10


# --- ports ---

FC_PORT = "CIM_FCPort"
FC_PORT_PROPERTIES = (
    "SystemName",
    "DeviceID",
    "PermanentAddress",
    "NetworkAddresses",
    "ElementName",
    "LinkTechnology",
    "UsageRestriction",
    "PortDiscriminator",
    "NodeWWN",
    "EMCPortName",
    "EMCPortAttributes",
    "RAMode",
    "SCGroupNo",
)
PROTOCOL_ENDPOINT = "CIM_ProtocolEndpoint"  # CIM_SCSI-, CIM_iSCSI-, CIM_TCP- and CIM_IPProtocolEndpoint derive from it
ENDPOINT_PROPERTIES = (
    "SystemName",
    "Name",
    "ConnectionType",
    "Role",
    "ElementName",
    "RAMode",
    "SCGroupNo",
    "PortNumber",
    "IPv4Address",
    "IPv6Address",
    "IPv6AddressType",
)
SCSI_PROTOCOL_CONTROLLER = "CIM_SCSIProtocolController"
CONTROLLER_PROPERTIES = ("SystemName", "DeviceID", "ElementName", "Name", "NameFormat", "EMCAdapterRole", "WWNs")
BINDS_TO = "CIM_BindsTo"  # Antecedent lower layer, Dependent upper layer
SAP_AVAILABLE_FOR_ELEMENT = "CIM_SAPAvailableForElement"  # AvailableSAP endpoint, ManagedElement controller
DEVICE_SAP_IMPLEMENTATION = "CIM_DeviceSAPImplementation"  # Antecedent port, Dependent endpoint


class UsageRestriction(IntEnum):
    """CIM_NetworkPort.UsageRestriction."""

    FRONT_END = 2
    BACK_END = 3
    NOT_RESTRICTED = 4


class LinkTechnology(IntEnum):
    """CIM_NetworkPort.LinkTechnology."""

    ETHERNET = 2
    FC = 4


PORT_DISCRIMINATOR_FCOE = 10  # CIM_FCPort.PortDiscriminator


class ConnectionType(IntEnum):
    """CIM_SCSIProtocolEndpoint.ConnectionType."""

    FC = 2
    RDMA = 6
    ISCSI = 7
    SAS = 8


class EndpointRole(IntEnum):
    """CIM_SCSIProtocolEndpoint.Role."""

    UNKNOWN = 0
    INITIATOR = 2
    TARGET = 3
    BOTH = 4


NAME_FORMAT_ISCSI = 3  # CIM_SCSIProtocolController.NameFormat
REACHABLE_IPV6 = frozenset({6, 7, 8})  # CIM_IPProtocolEndpoint.IPv6AddressType: global, embedded IPv4, site local

# --- volumes and pools ---

STORAGE_VOLUME = "CIM_StorageVolume"
VOLUME_PROPERTIES = (
    "SystemName",
    "DeviceID",
    "Name",
    "NameFormat",
    "NameNamespace",
    "OtherNameFormat",
    "OtherNameNamespace",
    "OtherIdentifyingInfo",
    "IdentifyingDescriptions",
    "ElementName",
    "Caption",
    "BlockSize",
    "NumberOfBlocks",
    "ConsumableBlocks",
    "ThinlyProvisioned",
    "Usage",
    "OperationalStatus",
    "HealthState",
    "ExtentStatus",
    "DataRedundancy",
    "PackageRedundancy",
    "NoSinglePointOfFailure",
    "ExtentStripeLength",
    "ErrorMethodology",
    "IsCompressed",
    "StorageTieringSelection",
    "EMCWWN",
    "EMCRaidLevel",
    "EMCSpaceConsumed",
    "EMCFastSetting",
    "EMCSLO",
    "EMCWorkload",
    "VirtualSpaceConsumed",
    "AllocatedBlocks",
    "ProvisionedConsumableBlocks",
)
STORAGE_POOL = "CIM_StoragePool"
POOL_PROPERTIES = (
    "InstanceID",
    "ElementName",
    "Primordial",
    "TotalManagedSpace",
    "RemainingManagedSpace",
    "LowSpaceWarningThreshold",
    "SpaceLimitDetermination",
    "Usage",
    "EMCRaidLevel",
    "EMCDiskDriveType",
    "EMCSubscribedCapacity",
)
ALLOCATED_FROM_STORAGE_POOL = "CIM_AllocatedFromStoragePool"  # Antecedent pool, Dependent volume or child pool
ALLOCATION_PROPERTIES = ("SpaceConsumed", "SpaceLimit", "SpaceLimitWarningThreshold", "EMCBoundToThinStoragePool")
ELEMENT_CAPABILITIES = "CIM_ElementCapabilities"  # ManagedElement, Capabilities
ELEMENT_SETTING_DATA = "CIM_ElementSettingData"  # ManagedElement, SettingData


class NameFormat(IntEnum):
    """CIM_StorageExtent.NameFormat."""

    VPD83_NAA6 = 2
    VPD83_NAA5 = 3
    NAA = 9
    EUI64 = 10
    T10VID = 11


class NameNamespace(IntEnum):
    """CIM_StorageExtent.NameNamespace."""

    VPD83_TYPE3 = 2
    VPD83_TYPE2 = 3
    VPD83_TYPE1 = 4
    NODE_WWN = 6


NOT_FOR_DRS = frozenset({3, 4, 5, 8, 9, 12, 13, 15, 16, 17})
"""CIM_StorageVolume.Usage: reserved, replication, migration, replica targets, parts of composites, spares."""
REMOTE_REPLICAS = frozenset({7, 9})
"""CIM_StorageVolume.Usage: source and target of a remote replica."""
TIERING_SELECTIONS = frozenset({2, 3})
"""CIM_StorageVolume.StorageTieringSelection: the volume is subject to storage tiering."""


class PoolUsage(IntEnum):
    """CIM_StoragePool.Usage."""

    UNRESTRICTED = 2
    RESERVED_FOR_SYSTEM = 3
    RESERVED_FOR_DELTA_REPLICAS = 4
    RESERVED_FOR_SPARING = 8


RESERVED_POOLS = frozenset(
    {PoolUsage.RESERVED_FOR_SYSTEM, PoolUsage.RESERVED_FOR_DELTA_REPLICAS, PoolUsage.RESERVED_FOR_SPARING}
)
LIMITLESS = 4  # CIM_StoragePool.SpaceLimitDetermination: the pool draws on its parent
