"""Classes, wanted properties and value maps of the file side of SMI-S (`smis-mapping 4.1`, `4.2`).

Where two names of a class stand, the second is what providers before SMI-S 1.6 may have instead of the first. An
association's comment names its roles (`smis-mapping 1.5`).
"""

from enum import IntEnum

LOCAL_FILE_SYSTEM = ("CIM_LocalFileSystem", "SNIA_LocalFileSystem")
FILE_SYSTEM_PROPERTIES = ("CSName", "Name", "Root", "FileSystemSize", "AvailableSpace")
RESIDES_ON_EXTENT = "CIM_ResidesOnExtent"  # Antecedent extent, Dependent file system
LOGICAL_DISK = "CIM_LogicalDisk"
DISK_PROPERTIES = (
    "SystemName",
    "DeviceID",
    "BlockSize",
    "NumberOfBlocks",
    "ThinlyProvisioned",
    "DataRedundancy",
    "PackageRedundancy",
    "NoSinglePointOfFailure",
    "ExtentStripeLength",
    "ErrorMethodology",
    "EMCRaidLevel",
)
REPLICATION_CAPABILITIES = "CIM_FileSystemReplicationServiceCapabilities"
REPLICATION_PROPERTIES = ("InstanceID", "SupportedReplicationTypes")
LOCAL_COPIES = frozenset({6, 7, 10, 11})  # its SupportedReplicationTypes: local snapshots and clones

FILE_SHARE = ("CIM_FileShare", "SNIA_FileShare")
SHARE_PROPERTIES = ("InstanceID", "Name", "ElementName", "EnabledState")
NFS_SHARE = "CIM_NFSShare"
CIFS_SHARE = "CIM_CIFSShare"
DISABLED = 3  # CIM_FileShare.EnabledState
SHARED_ELEMENT = ("CIM_SharedElement", "SNIA_SharedElement")  # SystemElement file system or file, SameElement share
HOSTED_SHARE = "CIM_HostedShare"  # Antecedent system, Dependent share
EXPORTED_FILE_SHARE_SETTING = ("CIM_ExportedFileShareSetting", "SNIA_ExportedFileShareSetting")
SHARE_SETTING_PROPERTIES = ("InstanceID", "FileSharingProtocol")
FILE_SHARE_SETTING_DATA = "CIM_FileShareSettingData"  # ManagedElement, SettingData: a kind of ElementSettingData
HOSTED_DEPENDENCY = "CIM_HostedDependency"  # Antecedent host, Dependent file server
PROTOCOL_ENDPOINT = "CIM_ProtocolEndpoint"
PROTOCOL_ENDPOINT_PROPERTIES = ("SystemName", "Name", "ProtocolIFType")

FILE_EXPORT_CAPABILITIES = "CIM_FileExportCapabilities"
FILE_EXPORT_PROPERTIES = ("InstanceID", "FileSharingProtocol")
FILE_SERVER_CAPABILITIES = "CIM_FileServerCapabilities"
FILE_SERVER_PROPERTIES = ("InstanceID", "NFSSupported")


class SharingProtocol(IntEnum):
    """CIM_ExportedFileShareSetting.FileSharingProtocol."""

    NFS = 2
    CIFS = 3


class EndpointProtocol(IntEnum):
    """CIM_ProtocolEndpoint.ProtocolIFType."""

    NFS = 4200
    CIFS = 4201
