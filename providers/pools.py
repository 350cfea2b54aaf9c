"""An array's concrete pools with their capabilities (9.3).

ComputerSystem --HostedStoragePool--> StoragePool <--AllocatedFromStoragePool-- child pool, volume
"""

from mock_cimom.estate.description import Kind
from mock_cimom.estate.plan import GIB, Array, Pool
from mock_cimom.estate.pool_kinds import Raid
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref

ALLOCATED = 2  # CIM_StoragePool.SpaceLimitDetermination
UNRESTRICTED = 2  # CIM_StoragePool.Usage
VOLUME, LOGICAL_DISK = 3, 7  # CIM_StorageCapabilities.ElementType
ROTATED_PARITY = 3  # CIM_StorageCapabilities.ParityLayoutDefault
# CIM_StorageConfigurationCapabilities.SupportedStorageElementTypes
THICK_VOLUME, THICK_DISK, THIN_VOLUME, THIN_DISK = 2, 4, 5, 6
LOW_SPACE_PERCENT = 20


def publish_pools(factory: InstanceFactory, array: Array, top: Ref, primordial: Ref) -> dict[int, Ref]:
    """Publish the concrete pools; return their paths by number."""
    return {pool.index: _publish_pool(factory, array, top, primordial, pool) for pool in array.pools}


def redundancy(raid: Raid) -> dict[str, object]:
    """Return the redundancy properties a volume of this protection has."""
    copies, packages, _, _ = raid.value
    return {"DataRedundancy": copies, "PackageRedundancy": packages, "NoSinglePointOfFailure": True}


def element_types(array: Kind, *, thin: bool) -> list[int]:
    """Return the SupportedStorageElementTypes of a pool, or of all pools of that thinness, of an array."""
    blocks = [THIN_VOLUME if thin else THICK_VOLUME] if array.has_blocks else []
    return blocks + ([THIN_DISK if thin else THICK_DISK] if array.has_files else [])


def _publish_pool(factory: InstanceFactory, array: Array, top: Ref, primordial: Ref, pool: Pool) -> Ref:
    kind = pool.kind
    values: dict[str, object] = {"ThinProvisionMetaDataSpace": GIB} if kind.thin else {}
    path = factory.make(
        "MOCK_ThinPool" if kind.thin else "MOCK_StoragePool",
        InstanceID=array.pool_name(pool.index),
        PoolID=f"pool{pool.index}",
        ElementName=f"pool{pool.index}",
        Primordial=False,
        TotalManagedSpace=pool.total,
        RemainingManagedSpace=pool.remaining,
        LowSpaceWarningThreshold=LOW_SPACE_PERCENT,
        SpaceLimitDetermination=ALLOCATED,
        Usage=UNRESTRICTED,
        **HEALTH,
        **values,
    )
    factory.make("CIM_HostedStoragePool", GroupComponent=top, PartComponent=path)
    factory.make("CIM_AllocatedFromStoragePool", Antecedent=primordial, Dependent=path, SpaceConsumed=pool.raw)
    _publish_capabilities(factory, path, pool, array.description.kind)
    return path


def _publish_capabilities(factory: InstanceFactory, path: Ref, pool: Pool, array: Kind) -> None:
    copies, packages, stripe, parity = pool.kind.raid.value
    label = f"{pool.kind.media.name} {pool.kind.raid.name} {'thin' if pool.kind.thin else 'thick'}"
    storage = factory.make(
        "CIM_StorageCapabilities",
        InstanceID=f"{path['InstanceID']}:capabilities",
        ElementName=label,
        ElementType=VOLUME if array.has_blocks else LOGICAL_DISK,
        NoSinglePointOfFailure=True,
        NoSinglePointOfFailureDefault=True,
        DataRedundancyMin=copies,
        DataRedundancyMax=copies,
        DataRedundancyDefault=copies,
        PackageRedundancyMin=packages,
        PackageRedundancyMax=packages,
        PackageRedundancyDefault=packages,
        ExtentStripeLengthDefault=stripe,
        AvailableDiskType=[pool.kind.media.value],
        **({"ParityLayoutDefault": ROTATED_PARITY} if parity else {}),
    )
    configuration = factory.make(
        "CIM_StorageConfigurationCapabilities",
        InstanceID=f"{path['InstanceID']}:configuration",
        ElementName=f"configuration of pool{pool.index}",
        SupportedStorageElementTypes=element_types(array, thin=pool.kind.thin),
        SupportedSynchronousActions=[5, 6],
    )
    for capabilities in (storage, configuration):
        factory.make("CIM_ElementCapabilities", ManagedElement=path, Capabilities=capabilities)
