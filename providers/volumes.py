"""An array's volumes, their place in a pool and their settings (9.3)."""

from pywbem import CIMInstanceName

from mock_cimom.estate import names
from mock_cimom.estate.plan import BLOCK_SIZE, Array, Pool, Volume
from mock_cimom.providers.factory import HEALTH, InstanceFactory
from mock_cimom.providers.pools import redundancy

NAA, VPD83_TYPE3 = 9, 2  # CIM_StorageVolume.NameFormat, NameNamespace
UNRESTRICTED = 2  # CIM_StorageVolume.Usage
THIN_ALLOCATED = 7  # CIM_StorageSetting.ThinProvisionedPoolType
IS_CURRENT = 1  # CIM_ElementSettingData.IsCurrent
WARNING_PERCENT = 80


def publish_volumes(
    factory: InstanceFactory, array: Array, top: CIMInstanceName, pools: dict[int, CIMInstanceName]
) -> dict[int, CIMInstanceName]:
    """Publish the volumes; return their paths by number. The volumes of a pool share one setting."""
    planned = {pool.index: pool for pool in array.pools}
    settings = {pool.index: _publish_setting(factory, array, pool) for pool in array.pools}
    paths = {}
    for volume in array.volumes:
        path = _publish_volume(factory, array, top, volume, planned[volume.pool])
        limit = {"SpaceLimit": volume.size, "SpaceLimitWarningThreshold": WARNING_PERCENT} if volume.thin else {}
        factory.make(
            "CIM_AllocatedFromStoragePool",
            Antecedent=pools[volume.pool],
            Dependent=path,
            SpaceConsumed=volume.consumed,
            **limit,
        )
        factory.make(
            "CIM_ElementSettingData",
            ManagedElement=path,
            SettingData=settings[volume.pool],
            IsCurrent=IS_CURRENT,
        )
        paths[volume.index] = path
    return paths


def _publish_volume(
    factory: InstanceFactory, array: Array, top: CIMInstanceName, volume: Volume, pool: Pool
) -> CIMInstanceName:
    blocks = volume.size // BLOCK_SIZE
    path = factory.make_device(
        "MOCK_StorageVolume",
        top,
        DeviceID=names.volume_id(volume.index),
        Name=names.volume_naa(array.index, volume.index),
        NameFormat=NAA,
        NameNamespace=VPD83_TYPE3,
        ElementName=names.volume_label(volume.index),
        BlockSize=BLOCK_SIZE,
        NumberOfBlocks=blocks,
        ConsumableBlocks=blocks,
        ThinlyProvisioned=volume.thin,
        Usage=UNRESTRICTED,
        ExtentStatus=[2],
        Primordial=False,
        IsBasedOnUnderlyingRedundancy=True,
        **redundancy(pool.kind.raid),
        **HEALTH,
    )
    factory.make("CIM_SystemDevice", GroupComponent=top, PartComponent=path)
    return path


def _publish_setting(factory: InstanceFactory, array: Array, pool: Pool) -> CIMInstanceName:
    copies, packages, stripe, _ = pool.kind.raid.value
    return factory.make(
        "CIM_StorageSetting",
        InstanceID=f"{names.pool_name(array.index, pool.index)}:setting",
        ElementName=f"setting of pool{pool.index}",
        NoSinglePointOfFailure=True,
        DataRedundancyMin=copies,
        DataRedundancyMax=copies,
        DataRedundancyGoal=copies,
        PackageRedundancyMin=packages,
        PackageRedundancyMax=packages,
        PackageRedundancyGoal=packages,
        ExtentStripeLength=stripe,
        DiskType=pool.kind.media.value,
        **({"ThinProvisionedPoolType": THIN_ALLOCATED} if pool.kind.thin else {}),
    )
