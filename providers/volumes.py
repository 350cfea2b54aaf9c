"""An array's volumes, their place in a pool and their settings (9.3)."""

from typing import Any

from mock_cimom.estate import names
from mock_cimom.estate.description import Settings
from mock_cimom.estate.plan import BLOCK_SIZE, Array, Pool, Volume
from mock_cimom.estate.volume_names import constant_name_values, name_values, volume_class
from mock_cimom.providers.factory import InstanceFactory, Ref
from mock_cimom.providers.pools import redundancy

UNRESTRICTED = 2  # CIM_StorageVolume.Usage
THIN_ALLOCATED = 7  # CIM_StorageSetting.ThinProvisionedPoolType
IS_CURRENT = 1  # CIM_ElementSettingData.IsCurrent
WARNING_PERCENT = 80


def publish_volumes(factory: InstanceFactory, array: Array, top: Ref, pools: dict[int, Ref]) -> dict[int, Ref]:
    """Publish the volumes; return their paths by number."""
    constants = {pool.index: _constants(array, pool) for pool in array.pools}
    settings = VolumeSettings(factory, array)
    paths = {}
    for volume in array.volumes:
        path = _publish_volume(factory, array, top, volume, constants[volume.pool])
        if volume.thin:
            factory.make(
                "CIM_AllocatedFromStoragePool",
                Antecedent=pools[volume.pool],
                Dependent=path,
                SpaceConsumed=volume.consumed,
                SpaceLimit=volume.size,
                SpaceLimitWarningThreshold=WARNING_PERCENT,
            )
        else:
            factory.make(
                "CIM_AllocatedFromStoragePool",
                Antecedent=pools[volume.pool],
                Dependent=path,
                SpaceConsumed=volume.consumed,
            )
        settings.publish(volume, path)
        paths[volume.index] = path
    return paths


def _constants(array: Array, pool: Pool) -> dict[str, Any]:
    """Return the properties that all volumes of a pool have in common."""
    return {
        **constant_name_values(array.description.naa),
        "BlockSize": BLOCK_SIZE,
        "ThinlyProvisioned": pool.kind.thin,
        "Usage": UNRESTRICTED,
        "Primordial": False,
        "IsBasedOnUnderlyingRedundancy": True,
        **redundancy(pool.kind.raid),
    }


def _publish_volume(factory: InstanceFactory, array: Array, top: Ref, volume: Volume, constants: dict[str, Any]) -> Ref:
    rule = array.description.naa
    blocks = volume.size // BLOCK_SIZE
    path = factory.make_device(
        volume_class(rule),
        top,
        DeviceID=names.volume_id(volume.index),
        ElementName=names.volume_label(volume.index),
        NumberOfBlocks=blocks,
        ConsumableBlocks=blocks,
        OperationalStatus=volume.condition.operational_status,
        HealthState=volume.condition.health_state,
        ExtentStatus=volume.condition.extent_status,
        **name_values(rule, array.index, volume.index),
        **constants,
    )
    factory.make("CIM_SystemDevice", GroupComponent=top, PartComponent=path)
    return path


class VolumeSettings:
    """The settings of an array's volumes: none, one for each pool, or one for each volume."""

    def __init__(self, factory: InstanceFactory, array: Array) -> None:
        """Publish the settings of the pools, if volumes share them."""
        self._factory = factory
        self._array = array
        self._kind = array.description.settings
        self._pools = {pool.index: pool for pool in array.pools}
        self._shared = {}
        if self._kind is Settings.SHARED:
            self._shared = {pool.index: self._make(pool, array.pool_name(pool.index)) for pool in array.pools}

    def publish(self, volume: Volume, path: Ref) -> None:
        """Publish what the volume at `path` has of settings."""
        if self._kind is Settings.NONE:
            return
        if self._kind is Settings.SHARED:
            setting = self._shared[volume.pool]
        else:
            owner = f"{self._array.name}:volume:{names.volume_id(volume.index)}"
            setting = self._make(self._pools[volume.pool], owner)
        self._factory.make("CIM_ElementSettingData", ManagedElement=path, SettingData=setting, IsCurrent=IS_CURRENT)

    def _make(self, pool: Pool, owner: str) -> Ref:
        copies, packages, stripe, _ = pool.kind.raid.value
        return self._factory.make(
            "CIM_StorageSetting",
            InstanceID=f"{owner}:setting",
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
