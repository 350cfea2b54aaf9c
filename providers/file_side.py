"""The file side of a NAS system or of a unified array, put together from its areas (9.4)."""

from mock_cimom.estate.file_plan import FilePlan, Protocol
from mock_cimom.estate.plan import Array
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref
from mock_cimom.providers.file_servers import publish_file_servers
from mock_cimom.providers.file_shares import VERSIONS, publish_shares
from mock_cimom.providers.file_systems import UFS, publish_file_systems

CREATE_SHARE, MODIFY_SHARE, RELEASE_SHARE = 2, 3, 4  # CIM_FileExportCapabilities.SupportedSynchronousMethods
# CIM_FileSystemConfigurationCapabilities.SupportedSynchronousMethods
CREATE_FILE_SYSTEM, DELETE_FILE_SYSTEM, MODIFY_FILE_SYSTEM = 2, 3, 4
ENABLED, MOUNTED = 2, 2  # their InitialEnabledState, InitialAvailability
LOCAL_SNAPSHOT = 6  # CIM_FileSystemReplicationServiceCapabilities.SupportedReplicationTypes
LOCAL_FILE_SYSTEM = 2  # its SupportedStorageObjects


def publish_files(factory: InstanceFactory, array: Array, top: Ref, pools: dict[int, Ref]) -> None:
    """Publish everything an array exports as files; `pools` are those of the array by number.

    The array must have a file side (`files` is not None).
    """
    plan = array.files
    if plan is None:
        raise ValueError(f"array {array.name} has no file side")
    _publish_services(factory, plan, top)
    servers = publish_file_servers(factory, plan, array.description.separator, top)
    raids = {pool.index: pool.kind.raid for pool in array.pools}
    file_systems = publish_file_systems(factory, plan, raids, top, pools)
    publish_shares(factory, plan, top, servers, file_systems)


def _publish_services(factory: InstanceFactory, plan: FilePlan, top: Ref) -> None:
    protocols = [one for one in Protocol if one is Protocol.NFS or plan.description.cifs_shares]
    export = _service(factory, top, "CIM_FileExportService")
    _capabilities(
        factory, export, "CIM_FileExportCapabilities", f"{top['Name']}:file export",
        FileSharingProtocol=[one.value for one in protocols],
        ProtocolVersions=[VERSIONS[one][0] for one in protocols],
        SupportedSynchronousMethods=[CREATE_SHARE, MODIFY_SHARE, RELEASE_SHARE],
        InitialEnabledState=ENABLED,
    )  # fmt: skip
    systems = _service(factory, top, "CIM_FileSystemConfigurationService")
    _capabilities(
        factory, systems, "CIM_FileSystemConfigurationCapabilities", f"{top['Name']}:file system configuration",
        SupportedActualFileSystemTypes=[UFS],
        SupportedSynchronousMethods=[CREATE_FILE_SYSTEM, DELETE_FILE_SYSTEM, MODIFY_FILE_SYSTEM],
        InitialAvailability=MOUNTED,
    )  # fmt: skip
    servers = _service(factory, top, "CIM_FileServerConfigurationService")
    _capabilities(
        factory, servers, "CIM_FileServerCapabilities", f"{top['Name']}:file server configuration",
        NFSSupported=True,
        CIFSSupported=Protocol.CIFS in protocols,
    )  # fmt: skip
    if plan.description.snapshots:
        _capabilities(
            factory, top, "CIM_FileSystemReplicationServiceCapabilities", f"{top['Name']}:file replication",
            SupportedReplicationTypes=[LOCAL_SNAPSHOT],
            SupportedStorageObjects=[LOCAL_FILE_SYSTEM],
        )  # fmt: skip


def _service(factory: InstanceFactory, top: Ref, class_name: str) -> Ref:
    label = class_name.removeprefix("CIM_")
    path = factory.make_device(
        class_name, top, Name=f"{top['Name']}:{label}", ElementName=label, Started=True, **HEALTH
    )
    factory.make("CIM_HostedService", Antecedent=top, Dependent=path)
    return path


def _capabilities(factory: InstanceFactory, element: Ref, class_name: str, instance_id: str, **values: object) -> None:
    path = factory.make(class_name, InstanceID=instance_id, ElementName=instance_id.partition(":")[2], **values)
    factory.make("CIM_ElementCapabilities", ManagedElement=element, Capabilities=path)
