"""Copies of volumes in one instance each with what belongs to them, if the array offers them (9.3).

StorageVolume --ElementView(Antecedent -> Dependent)-- VolumeView
"""

from collections.abc import Mapping
from typing import Any

from mock_cimom.estate import names
from mock_cimom.estate.plan import BLOCK_SIZE, Array
from mock_cimom.estate.volume_names import constant_name_values, name_values
from mock_cimom.providers.factory import InstanceFactory, Ref
from mock_cimom.providers.pools import redundancy
from mock_cimom.providers.volumes import UNRESTRICTED

# What a VolumeView repeats of the names, under the same name with `SV` before it.
REPEATED = {"Name", "NameFormat", "NameNamespace", "OtherIdentifyingInfo", "IdentifyingDescriptions"}


def publish_volume_views(factory: InstanceFactory, array: Array, volumes: Mapping[int, Ref]) -> None:
    """Publish one view for each volume, by number."""
    rule = array.description.naa
    pools = {pool.index: pool for pool in array.pools}
    for volume in array.volumes:
        path, pool = volumes[volume.index], pools[volume.pool]
        texts = constant_name_values(rule) | name_values(rule, array.index, volume.index)
        blocks = volume.size // BLOCK_SIZE
        view = factory.make(
            "MOCK_VolumeView",
            SVSystemCreationClassName=path["SystemCreationClassName"],
            SVSystemName=path["SystemName"],
            SVCreationClassName=path["CreationClassName"],
            SVDeviceID=path["DeviceID"],
            SVElementName=names.volume_label(volume.index),
            SVBlockSize=BLOCK_SIZE,
            SVNumberOfBlocks=blocks,
            SVConsumableBlocks=blocks,
            SVOperationalStatus=volume.condition.operational_status,
            SVExtentStatus=volume.condition.extent_status,
            SVUsage=UNRESTRICTED,
            SVPrimordial=False,
            SPInstanceID=array.pool_name(volume.pool),
            SPPoolID=f"pool{volume.pool}",
            AFSPSpaceConsumed=volume.consumed,
            **_prefixed({name: value for name, value in texts.items() if name in REPEATED}),
            **_prefixed(redundancy(pool.kind.raid)),
        )
        factory.make("CIM_ElementView", Antecedent=path, Dependent=view)


def _prefixed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"SV{name}": value for name, value in values.items()}
