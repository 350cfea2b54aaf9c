"""What pools are made of and what they offer, tiers, replicas: classes, properties, value maps (`smis-mapping 5.1`)."""

from enum import IntEnum

# --- what pools offer, and what was asked for ---

STORAGE_CAPABILITIES = "CIM_StorageCapabilities"
CAPABILITIES_PROPERTIES = (
    "InstanceID",
    "ElementType",
    "DataRedundancyDefault",
    "DataRedundancyMin",
    "DataRedundancyMax",
    "PackageRedundancyDefault",
    "PackageRedundancyMin",
    "PackageRedundancyMax",
    "NoSinglePointOfFailureDefault",
    "ExtentStripeLengthDefault",
    "ParityLayoutDefault",
    "AvailableDiskType",
    "Encryption",
    "SupportedCompressionRates",
    "EMCRaidLevel",
)
STORAGE_CONFIGURATION_CAPABILITIES = "CIM_StorageConfigurationCapabilities"
CONFIGURATION_PROPERTIES = ("InstanceID", "SupportedStorageElementTypes")
STORAGE_SETTING = "CIM_StorageSetting"
SETTING_PROPERTIES = (
    "InstanceID",
    "ThinProvisionedPoolType",
    "DiskType",
    "Encryption",
    "CompressedElement",
    "DataRedundancyGoal",
    "PackageRedundancyGoal",
    "ExtentStripeLength",
    "ParityLayout",
    "NoSinglePointOfFailure",
)
ELEMENT_SETTING_PROPERTIES = ("IsCurrent",)
IS_NOT_CURRENT = 2  # CIM_ElementSettingData.IsCurrent
THIN_POOL_TYPES = frozenset({7, 8, 9})  # CIM_StorageSetting.ThinProvisionedPoolType: allocated, quota, limitless


class ElementType(IntEnum):
    """CIM_StorageCapabilities.ElementType."""

    VOLUME = 3
    POOL = 5
    LOGICAL_DISK = 7


class StorageElementType(IntEnum):
    """CIM_StorageConfigurationCapabilities.SupportedStorageElementTypes."""

    VOLUME = 2
    LOGICAL_DISK = 4
    THIN_VOLUME = 5
    THIN_LOGICAL_DISK = 6


class DiskType(IntEnum):
    """CIM_StorageCapabilities.AvailableDiskType, CIM_StorageSetting.DiskType and CIM_DiskDrive.DiskType."""

    HARD_DISK = 2
    SOLID_STATE = 3
    HYBRID = 4


class ParityLayoutDefault(IntEnum):
    """CIM_StorageCapabilities.ParityLayoutDefault."""

    NON_ROTATED = 2
    ROTATED = 3


class ParityLayout(IntEnum):
    """CIM_StorageSetting.ParityLayout, which counts otherwise than the default in CIM_StorageCapabilities."""

    NON_ROTATED = 1
    ROTATED = 2


ENCRYPTION_SUPPORTED = 2  # CIM_StorageCapabilities.Encryption and CIM_StorageSetting.Encryption
COMPRESSION_NONE = 1  # CIM_StorageCapabilities.SupportedCompressionRates

# --- what pools are made of, tiers, replicas ---

CONCRETE_COMPONENT = "CIM_ConcreteComponent"  # GroupComponent pool, PartComponent extent
ASSOCIATED_COMPONENT_EXTENT = "CIM_AssociatedComponentExtent"  # GroupComponent pool, PartComponent extent
BASED_ON = "CIM_BasedOn"  # Antecedent the lower extent, Dependent the upper extent
MEDIA_PRESENT = "CIM_MediaPresent"  # Antecedent drive, Dependent extent
HOSTED_STORAGE_POOL = "CIM_HostedStoragePool"  # GroupComponent system, PartComponent pool
IS_SPARE = "CIM_IsSpare"  # Antecedent the spare, Dependent a redundancy set
DISK_DRIVE = "CIM_DiskDrive"
DRIVE_PROPERTIES = (
    "SystemName",
    "DeviceID",
    "DiskType",
    "RPM",
    "InterconnectType",
    "Caption",
    "EMCDiskDriveType",
)
RPM_UNKNOWN = 0xFFFFFFFF  # CIM_DiskDrive.RPM
INTERCONNECT_SOP = 7  # CIM_DiskDrive.InterconnectType: SCSI over PCI Express
STORAGE_TIER = "CIM_StorageTier"
TIER_PROPERTIES = ("InstanceID", "Technology")
ASSOCIATED_ELEMENT_TIER = "CIM_AssociatedElementTier"  # GroupComponent tier, PartComponent element
POLICY_SET_APPLIES = "CIM_PolicySetAppliesToElement"  # PolicySet, ManagedElement
REPLICATION_CAPABILITIES = "CIM_ReplicationServiceCapabilities"
REPLICATION_PROPERTIES = ("InstanceID", "SupportedReplicationTypes")
STORAGE_SYNCHRONIZED = "CIM_StorageSynchronized"  # SystemElement source, SyncedElement target
SYNCHRONIZED_PROPERTIES = ("SyncType", "Mode")
SYNC_MIRROR = 6  # CIM_Synchronized.SyncType
MODE_ACTIVE = 5  # CIM_Synchronized.Mode: clients use source and target at the same time
REMOTE_MIRRORS = frozenset({4, 5, 19, 27})
"""CIM_ReplicationServiceCapabilities.SupportedReplicationTypes: remote mirrors, whether synchronous or not."""


class TierTechnology(IntEnum):
    """CIM_StorageTier.Technology."""

    SOLID_STATE = 3
    FIBRE_CHANNEL = 4
    SATA = 5
    SAS = 6
    MIXED = 7
    HARD_DISK = 8
