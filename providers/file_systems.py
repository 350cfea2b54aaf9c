"""An array's file systems and the logical disks they lie on (9.4).

LocalFileSystem --ResidesOnExtent-- LogicalDisk --AllocatedFromStoragePool-- StoragePool
                                          `--BasedOn-- StorageVolume of another array (NAS head)
"""

from mock_cimom.estate import file_names
from mock_cimom.estate.file_plan import FilePlan, FileSystem
from mock_cimom.estate.pool_kinds import Raid
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref
from mock_cimom.providers.pools import redundancy

BLOCK_SIZE = 512
CLUSTER_SIZE = 4096
UNRESTRICTED = 2  # CIM_LogicalDisk.Usage
OS_DEVICE_NAME, OS_DEVICE_NAMESPACE = 12, 8  # CIM_LogicalDisk.NameFormat, NameNamespace
NAA, VPD83_TYPE3 = 9, 2  # CIM_StorageVolume.NameFormat, NameNamespace
UFS = 2  # CIM_FileSystemSetting.ActualFileSystemType
CASE_SENSITIVE = 1  # CIM_FileSystemSetting.FilenameCaseAttributes
PERSISTENT = 2  # CIM_FileSystem.PersistenceType
IS_CURRENT = 1  # CIM_ElementSettingData.IsCurrent
WARNING_PERCENT = 80
DEGRADED: dict[str, object] = {"OperationalStatus": [3], "HealthState": 10, "StatusDescriptions": ["Degraded"]}


def publish_file_systems(
    factory: InstanceFactory, plan: FilePlan, raids: dict[int, Raid], top: Ref, pools: dict[int, Ref]
) -> dict[int, Ref]:
    """Publish the file systems of a plan, hosted by `top`; return them by number.

    `raids` and `pools` are the protection of each pool and the pool itself, by number; a NAS head has none.
    """
    published = {}
    for system in plan.file_systems:
        if system.pool is None:
            disk = publish_disk(factory, top, file_names.disk_id(system.index), system.size, thin=False)
            factory.make("CIM_BasedOn", Antecedent=_publish_foreign_volume(factory, plan.array, system), Dependent=disk)
        else:
            protection = redundancy(raids[system.pool])
            disk = publish_disk(factory, top, file_names.disk_id(system.index), system.size, system.thin, **protection)
            allocate(factory, pools[system.pool], disk, system.consumed, system.size if system.thin else None)
        published[system.index] = publish_file_system(
            factory, top, disk, file_names.file_system_name(system.index), system.size, system.used,
            DEGRADED if system.degraded else HEALTH,
        )  # fmt: skip
    return published


def publish_disk(
    factory: InstanceFactory, top: Ref, device_id: str, size: int, thin: bool, **protection: object
) -> Ref:
    """Publish a logical disk of `size` bytes in the array; `protection` are its redundancy properties."""
    blocks = size // BLOCK_SIZE
    disk = factory.make_device(
        "MOCK_LogicalDisk",
        top,
        DeviceID=device_id,
        Name=f"/dev/{device_id}",
        NameFormat=OS_DEVICE_NAME,
        NameNamespace=OS_DEVICE_NAMESPACE,
        ElementName=device_id,
        BlockSize=BLOCK_SIZE,
        NumberOfBlocks=blocks,
        ConsumableBlocks=blocks,
        ThinlyProvisioned=thin,
        Usage=UNRESTRICTED,
        ExtentStatus=[2],
        Primordial=False,
        **protection,
        **HEALTH,
    )
    factory.make("CIM_SystemDevice", GroupComponent=top, PartComponent=disk)
    return disk


def allocate(factory: InstanceFactory, pool: Ref, disk: Ref, consumed: int, limit: int | None) -> None:
    """Say that a disk takes `consumed` bytes from a pool, and if it is thin, may take `limit`."""
    limits = {} if limit is None else {"SpaceLimit": limit, "SpaceLimitWarningThreshold": WARNING_PERCENT}
    factory.make("CIM_AllocatedFromStoragePool", Antecedent=pool, Dependent=disk, SpaceConsumed=consumed, **limits)


def publish_file_system(
    factory: InstanceFactory,
    top: Ref,
    disk: Ref,
    name: str,
    size: int,
    used: int,
    health: dict[str, object],
    label: str | None = None,
) -> Ref:
    """Publish a file system on a disk, with its setting; sizes are bytes, `label` is shown instead of its name."""
    system = factory.make(
        "MOCK_LocalFileSystem",
        CSCreationClassName=top["CreationClassName"],
        CSName=top["Name"],
        CreationClassName="MOCK_LocalFileSystem",
        Name=name,
        ElementName=label or name,
        Root=f"/{name}",
        BlockSize=CLUSTER_SIZE,
        ClusterSize=CLUSTER_SIZE,
        FileSystemSize=size,
        AvailableSpace=size - used,
        FileSystemType="UFS",
        CaseSensitive=True,
        CasePreserved=True,
        ReadOnly=False,
        PersistenceType=PERSISTENT,
        **health,
    )
    factory.make("CIM_HostedFileSystem", GroupComponent=top, PartComponent=system)
    factory.make("CIM_ResidesOnExtent", Antecedent=disk, Dependent=system)
    setting = factory.make(
        "CIM_FileSystemSetting",
        InstanceID=f"{top['Name']}:{name}:setting",
        ElementName=f"setting of {name}",
        ActualFileSystemType=UFS,
        FilenameCaseAttributes=CASE_SENSITIVE,
        PersistenceTypes=[PERSISTENT],
    )
    factory.make("CIM_ElementSettingData", ManagedElement=system, SettingData=setting, IsCurrent=IS_CURRENT)
    return system


def _publish_foreign_volume(factory: InstanceFactory, array: int, system: FileSystem) -> Ref:
    """Publish the volume of an array that this CIMOM knows nothing else of."""
    blocks = system.size // BLOCK_SIZE
    return factory.make(
        "MOCK_ForeignVolume",
        SystemCreationClassName="CIM_ComputerSystem",
        SystemName=file_names.foreign_array_name(array),
        CreationClassName="MOCK_ForeignVolume",
        DeviceID=f"{system.index:05X}",
        Name=file_names.foreign_volume_naa(array, system.index),
        NameFormat=NAA,
        NameNamespace=VPD83_TYPE3,
        ElementName=f"foreign{system.index:04d}",
        BlockSize=BLOCK_SIZE,
        NumberOfBlocks=blocks,
        ConsumableBlocks=blocks,
        Usage=UNRESTRICTED,
        ExtentStatus=[2],
        Primordial=False,
        **HEALTH,
    )
