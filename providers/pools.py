"""An array's concrete pools with their capabilities (9.3).

ComputerSystem --HostedStoragePool--> StoragePool <--AllocatedFromStoragePool-- child pool, volume
"""

from pywbem import CIMInstanceName

from mock_cimom.estate import names
from mock_cimom.estate.description import Raid
from mock_cimom.estate.plan import GIB, Array, Pool
from mock_cimom.providers.factory import HEALTH, InstanceFactory

ALLOCATED = 2  # CIM_StoragePool.SpaceLimitDetermination
UNRESTRICTED = 2  # CIM_StoragePool.Usage
VOLUME = 3  # CIM_StorageCapabilities.ElementType
ROTATED_PARITY = 3  # CIM_StorageCapabilities.ParityLayoutDefault
THICK_VOLUME, THIN_VOLUME = 2, 5  # CIM_StorageConfigurationCapabilities.SupportedStorageElementTypes
LOW_SPACE_PERCENT = 20


def publish_pools(
    factory: InstanceFactory, array: Array, top: CIMInstanceName, primordial: CIMInstanceName
) -> dict[int, CIMInstanceName]:
    """Publish the concrete pools; return their paths by number."""
    return {pool.index: _publish_pool(factory, array, top, primordial, pool) for pool in array.pools}


def redundancy(raid: Raid) -> dict[str, object]:
    """Return the redundancy properties a volume of this protection has."""
    copies, packages, _, _ = raid.value
    return {"DataRedundancy": copies, "PackageRedundancy": packages, "NoSinglePointOfFailure": True}


def _publish_pool(
    factory: InstanceFactory, array: Array, top: CIMInstanceName, primordial: CIMInstanceName, pool: Pool
) -> CIMInstanceName:
    kind = pool.kind
    values: dict[str, object] = {"ThinProvisionMetaDataSpace": GIB} if kind.thin else {}
    path = factory.make(
        "MOCK_ThinPool" if kind.thin else "MOCK_StoragePool",
        InstanceID=names.pool_name(array.index, pool.index),
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
    _publish_capabilities(factory, path, pool)
    return path


def _publish_capabilities(factory: InstanceFactory, path: CIMInstanceName, pool: Pool) -> None:
    copies, packages, stripe, parity = pool.kind.raid.value
    label = f"{pool.kind.media.name} {pool.kind.raid.name} {'thin' if pool.kind.thin else 'thick'}"
    storage = factory.make(
        "CIM_StorageCapabilities",
        InstanceID=f"{path['InstanceID']}:capabilities",
        ElementName=label,
        ElementType=VOLUME,
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
        SupportedStorageElementTypes=[THIN_VOLUME if pool.kind.thin else THICK_VOLUME],
        SupportedSynchronousActions=[5, 6],
    )
    for capabilities in (storage, configuration):
        factory.make("CIM_ElementCapabilities", ManagedElement=path, Capabilities=capabilities)
