"""Classes, wanted properties and value maps of masking, each with the class and property it belongs to.

An association's comment names its roles (`smis-mapping 1.5`).
"""

from enum import IntEnum

STORAGE_HARDWARE_ID = "CIM_StorageHardwareID"
HARDWARE_ID_PROPERTIES = ("InstanceID", "StorageID", "IDType")
MEMBER_OF_COLLECTION = "CIM_MemberOfCollection"  # Collection, Member; CIM_OrderedMemberOfCollection derives from it

# --- dialects 1 and 2 ---

AUTHORIZED_SUBJECT = "CIM_AuthorizedSubject"  # Privilege, PrivilegedElement
AUTHORIZED_PRIVILEGE = "CIM_AuthorizedPrivilege"
PRIVILEGE_PROPERTIES = ("InstanceID", "PrivilegeGranted", "Activities")
AUTHORIZED_TARGET = "CIM_AuthorizedTarget"  # Privilege, TargetElement
ASSOCIATED_PRIVILEGE = "CIM_AssociatedPrivilege"  # Subject, Target, and UseKey, which is a text
ASSOCIATED_PRIVILEGE_PROPERTIES = ("Subject", "Target", "UseKey", "PrivilegeGranted", "Activities")

# --- dialect 3 ---

ASSOCIATED_MASKING_GROUP = "CIM_AssociatedMaskingGroup"  # Antecedent controller, Dependent group
MASKING_GROUP = "CIM_MaskingGroup"

# --- dialect 5 ---

MASKING_MAPPING_VIEWS = ("CIM_MaskingMappingView", "SNIA_MaskingMappingView")  # the second is its name before SMI-S 1.6
MASKING_ROW_PROPERTIES = (
    "StorageHardwareID",
    "LogicalDevice",
    "ProtocolEndpoint",
    "SHIDStorageID",
    "SHIDIDType",
    "APPrivilegeGranted",
    "APActivities",
    "SPCSystemName",
    "SPCDeviceID",
    "PCFUDeviceAccess",
)

# --- units and ports ---

PROTOCOL_CONTROLLER_FOR_UNIT = "CIM_ProtocolControllerForUnit"  # Antecedent controller, Dependent volume
UNIT_PROPERTIES = ("DeviceAccess", "AccessState")
PROTOCOL_CONTROLLER_FOR_PORT = "CIM_ProtocolControllerForPort"  # Antecedent controller, Dependent port
VOLUME_ROOTS = frozenset({"cim_storagevolume", "cim_storageextent", "cim_logicaldevice"})  # what any volume is

MASKING_CAPABILITIES = (
    "CIM_ProtocolControllerMaskingCapabilities"  # CIM_GroupMaskingMappingCapabilities derives from it
)
MASKING_CAPABILITIES_PROPERTIES = ("InstanceID", "PortsPerView", "SPCSupportsDefaultViews", "SPCAllowsNoInitiators")


class IdType(IntEnum):
    """CIM_StorageHardwareID.IDType."""

    PORT_WWN = 2
    NODE_WWN = 3
    ISCSI_NAME = 5


class Activity(IntEnum):
    """CIM_Privilege.Activities, and CIM_AssociatedPrivilege.Activities, of which 8 to 13 deny."""

    READ = 5
    DENY_DETECT = 10
    DENY_READ = 11


DEVICE_NO_ACCESS = 4  # CIM_ProtocolControllerForUnit.DeviceAccess
ACCESS_STATE_INACTIVE = 3  # CIM_ProtocolControllerForDevice.AccessState
ALL_PORTS_SHARE_VIEW = 4  # CIM_ProtocolControllerMaskingCapabilities.PortsPerView

SIGNS_OF_MASKING = (
    MASKING_CAPABILITIES,
    "CIM_ControllerConfigurationService",  # and CIM_GroupMaskingMappingService, its subclass
    "CIM_StorageHardwareIDManagementService",
    "CIM_PrivilegeManagementService",
    AUTHORIZED_PRIVILEGE,
    AUTHORIZED_SUBJECT,
    MASKING_GROUP,
)
"""Classes of which an array without masking has no instance, besides those that the dialects read first."""

CLASSES_THAT_CLOSE = frozenset(
    {
        AUTHORIZED_SUBJECT,
        AUTHORIZED_PRIVILEGE,
        AUTHORIZED_TARGET,
        ASSOCIATED_PRIVILEGE,
        PROTOCOL_CONTROLLER_FOR_UNIT,
        MEMBER_OF_COLLECTION,
    }
)
"""Classes whose instances can deny or bar: without them more would be shown than with them."""

CLASSES_OF_MASKING = (
    STORAGE_HARDWARE_ID,
    AUTHORIZED_TARGET,
    ASSOCIATED_PRIVILEGE,
    ASSOCIATED_MASKING_GROUP,
    *MASKING_MAPPING_VIEWS,
    PROTOCOL_CONTROLLER_FOR_UNIT,
    *SIGNS_OF_MASKING,
)
"""All classes whose instances tell that an array masks: that there are none is known only where each was answered."""
