"""Constants of CIM-XML and of the Interop namespace, each with the class and property or the clause it belongs to."""

from enum import IntEnum


class CimStatus(IntEnum):
    """CIM status codes (DSP0200 5.2.6), the CODE of an ERROR element."""

    FAILED = 1
    ACCESS_DENIED = 2
    INVALID_NAMESPACE = 3
    INVALID_PARAMETER = 4
    INVALID_CLASS = 5
    NOT_FOUND = 6
    NOT_SUPPORTED = 7
    METHOD_NOT_AVAILABLE = 16
    METHOD_NOT_FOUND = 17
    INVALID_ENUMERATION_CONTEXT = 21
    INVALID_OPERATION_TIMEOUT = 22
    SERVER_LIMITS_EXCEEDED = 27


FEATURE_ABSENT = frozenset(
    {
        CimStatus.INVALID_PARAMETER,
        CimStatus.INVALID_CLASS,
        CimStatus.NOT_FOUND,
        CimStatus.NOT_SUPPORTED,
        CimStatus.METHOD_NOT_AVAILABLE,
    }
)
"""Answers that mean "this server does not have that", not "something is wrong" (`smis-mapping 0` rule 7)."""

INTEROP_CANDIDATES = ("interop", "root/interop", "root/PG_Interop")
"""Where the Interop namespace is looked for, in this order (`smis-mapping 1.1`)."""

OLDER_NAMESPACE = "__Namespace"
"""The class in namespace `root` by which servers told their namespaces before there was CIM_Namespace."""

# Classes and associations of the Interop namespace, with the roles of `smis-mapping 1.5`.
NAMESPACE = "CIM_Namespace"
REGISTERED_PROFILE = "CIM_RegisteredProfile"
ELEMENT_CONFORMS_TO_PROFILE = "CIM_ElementConformsToProfile"  # ConformantStandard profile, ManagedElement system
COMPUTER_SYSTEM = "CIM_ComputerSystem"
COMPONENT_CS = "CIM_ComponentCS"  # GroupComponent whole, PartComponent part

HOSTED_STORAGE_POOL = "CIM_HostedStoragePool"  # GroupComponent system, PartComponent pool
HOSTED_FILE_SYSTEM = "CIM_HostedFileSystem"  # GroupComponent system, PartComponent file system
STORAGE_POOL = "CIM_StoragePool"
LOCAL_FILE_SYSTEM = "CIM_LocalFileSystem"
OBJECT_MANAGER = "CIM_ObjectManager"

PROFILE_PROPERTIES = (
    "InstanceID",
    "RegisteredOrganization",
    "OtherRegisteredOrganization",
    "RegisteredName",
    "RegisteredVersion",
    "AdvertiseTypes",
)


class RegisteredOrganization(IntEnum):
    """CIM_RegisteredProfile.RegisteredOrganization."""

    DMTF = 2
    SNIA = 11


class CommunicationPort(IntEnum):
    """The registered ports of CIM-XML (DSP0200 7.1)."""

    HTTP = 5988
    HTTPS = 5989
