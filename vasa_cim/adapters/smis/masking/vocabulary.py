"""Classes, wanted properties and value maps of masking, each with the class and property it belongs to.

An association's comment names its roles (`smis-mapping 1.5`).
"""

from enum import IntEnum

STORAGE_HARDWARE_ID = "CIM_StorageHardwareID"
HARDWARE_ID_PROPERTIES = ("InstanceID", "StorageID", "IDType")
AUTHORIZED_SUBJECT = "CIM_AuthorizedSubject"  # Privilege, PrivilegedElement
AUTHORIZED_PRIVILEGE = "CIM_AuthorizedPrivilege"
PRIVILEGE_PROPERTIES = ("InstanceID", "PrivilegeGranted", "Activities")
AUTHORIZED_TARGET = "CIM_AuthorizedTarget"  # Privilege, TargetElement
MEMBER_OF_COLLECTION = "CIM_MemberOfCollection"  # Collection, Member
PROTOCOL_CONTROLLER_FOR_UNIT = "CIM_ProtocolControllerForUnit"  # Antecedent controller, Dependent volume
UNIT_PROPERTIES = ("DeviceAccess", "AccessState")
VOLUME_ROOTS = frozenset({"cim_storagevolume", "cim_storageextent", "cim_logicaldevice"})  # what any volume is
PROTOCOL_CONTROLLER_FOR_PORT = "CIM_ProtocolControllerForPort"  # Antecedent controller, Dependent port
MASKING_CAPABILITIES = "CIM_ProtocolControllerMaskingCapabilities"
MASKING_CAPABILITIES_PROPERTIES = ("InstanceID", "PortsPerView", "SPCSupportsDefaultViews", "SPCAllowsNoInitiators")


class IdType(IntEnum):
    """CIM_StorageHardwareID.IDType."""

    PORT_WWN = 2
    NODE_WWN = 3
    ISCSI_NAME = 5


ACTIVITY_READ = 5  # CIM_Privilege.Activities
DEVICE_NO_ACCESS = 4  # CIM_ProtocolControllerForUnit.DeviceAccess
ACCESS_STATE_INACTIVE = 3  # CIM_ProtocolControllerForDevice.AccessState
ALL_PORTS_SHARE_VIEW = 4  # CIM_ProtocolControllerMaskingCapabilities.PortsPerView

SIGNS_OF_MASKING = (
    MASKING_CAPABILITIES,
    "CIM_ControllerConfigurationService",  # and CIM_GroupMaskingMappingService, its subclass
    "CIM_StorageHardwareIDManagementService",
    "CIM_PrivilegeManagementService",
    AUTHORIZED_PRIVILEGE,
    "CIM_AssociatedPrivilege",
    "CIM_AssociatedMaskingGroup",
)
"""Classes of which an array without masking has no instance (`smis-mapping 3.1`)."""
