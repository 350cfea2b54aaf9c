"""An array's exported shares (9.4).

file server --HostedShare--> share <--SharedElement-- file system or directory
endpoint --SAPAvailableForFileShare--> share --FileShareSettingData-- ExportedFileShareSetting
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mock_cimom.estate import file_names
from mock_cimom.estate.file_plan import FilePlan, Protocol, Share
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref
from mock_cimom.providers.file_servers import IS_CURRENT, FileServers

ENABLED, DISABLED = 2, 3  # CIM_EnabledLogicalElement.EnabledState
READ_ONLY, READ_WRITE = 3, 4  # CIM_ExportedFileShareSetting.DefaultReadWrite
ALLOW_ROOT = 3  # CIM_ExportedFileShareSetting.RootAccess
VERSIONS = {Protocol.NFS: ["3"], Protocol.CIFS: ["2.1"]}
CLASSES = {Protocol.NFS: "MOCK_NFSShare", Protocol.CIFS: "MOCK_CIFSShare"}


@dataclass(frozen=True)
class ShareFacts:
    """What a share says of itself.

    `path` is part of its key, `name` its Name, `label` its ElementName; `setting` are properties of its setting.
    """

    protocol: Protocol
    path: str
    name: str
    label: str
    enabled: bool = True
    setting: Mapping[str, object] = field(default_factory=dict)


def publish_shares(
    factory: InstanceFactory, plan: FilePlan, top: Ref, servers: FileServers, file_systems: dict[int, Ref]
) -> None:
    """Publish the shares of a plan and the directories they export."""
    for share in plan.shares:
        shared = file_systems[share.file_system]
        if share.directory is not None:
            shared = publish_directory(factory, shared, share.directory)
        endpoints = [one for server in share.servers for one in servers.endpoints[server, share.protocol]]
        publish_share(factory, top, servers.systems[share.servers[0]], shared, endpoints, _facts(share))


def publish_directory(factory: InstanceFactory, file_system: Ref, path: str) -> Ref:
    """Publish a directory of a file system; `path` is absolute inside the array."""
    directory = factory.make(
        "CIM_Directory",
        CSCreationClassName=file_system["CSCreationClassName"],
        CSName=file_system["CSName"],
        FSCreationClassName=file_system["CreationClassName"],
        FSName=file_system["Name"],
        CreationClassName="CIM_Directory",
        Name=path,
        ElementName=path.rpartition("/")[2],
        Readable=True,
        Writeable=True,
        **HEALTH,
    )
    factory.make("CIM_FileStorage", GroupComponent=file_system, PartComponent=directory)
    return directory


def publish_share(
    factory: InstanceFactory, top: Ref, host: Ref, shared: Ref, endpoints: Iterable[Ref], facts: ShareFacts
) -> Ref:
    """Publish a share of a file system or directory, hosted by a file server and available at endpoints."""
    key = file_names.share_key(top["Name"], facts.protocol.name.lower(), facts.path)
    share = factory.make(
        CLASSES[facts.protocol],
        InstanceID=key,
        Name=facts.name,
        ElementName=facts.label,
        SharingDirectory=True,
        EnabledState=ENABLED if facts.enabled else DISABLED,
        **HEALTH,
    )
    factory.make("CIM_HostedShare", Antecedent=host, Dependent=share)
    factory.make("CIM_SharedElement", SystemElement=shared, SameElement=share)
    values = {
        "FileSharingProtocol": facts.protocol.value,
        "ProtocolVersions": VERSIONS[facts.protocol],
        "InitialEnabledState": ENABLED if facts.enabled else DISABLED,
        **facts.setting,
    }
    setting = factory.make(
        "CIM_ExportedFileShareSetting",
        InstanceID=f"{key}:setting",
        ElementName=f"setting of {facts.label}",
        **values,
    )
    factory.make("CIM_FileShareSettingData", ManagedElement=share, SettingData=setting, IsCurrent=IS_CURRENT)
    for endpoint in endpoints:
        factory.make("CIM_SAPAvailableForFileShare", AvailableSAP=endpoint, ManagedElement=share)
    return share


def _facts(share: Share) -> ShareFacts:
    nfs = share.protocol is Protocol.NFS
    setting = {"DefaultReadWrite": READ_WRITE if share.writable else READ_ONLY}
    if nfs:
        setting["RootAccess"] = ALLOW_ROOT
    return ShareFacts(
        protocol=share.protocol,
        path=share.name if not share.name.startswith("/") else share.path,
        name=share.name,
        label=file_names.nfs_label(share.index) if nfs else share.name,
        enabled=share.enabled,
        setting=setting,
    )
