"""An array's disk drives and the primordial pool they make up (9.3)."""

from mock_cimom.estate import names
from mock_cimom.estate.plan import BLOCK_SIZE, GIB, Array, Pool
from mock_cimom.estate.pool_kinds import Media
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref

ENCRYPTION_UNKNOWN = 1  # CIM_DiskDrive.Encryption


def publish_drives(factory: InstanceFactory, array: Array, top: Ref) -> Ref:
    """Publish the drives of all pools and the primordial pool; return the pool.

    What the drives have beyond the concrete pools' needs is what remains in the primordial pool.
    """
    sizes = {pool.index: drive_size(array, pool) for pool in array.pools}
    total = sum(size * array.description.drives_per_pool for size in sizes.values())
    primordial = factory.make(
        "MOCK_PrimordialPool",
        InstanceID=array.primordial_pool_name,
        PoolID="primordial",
        ElementName="primordial",
        Primordial=True,
        TotalManagedSpace=total,
        RemainingManagedSpace=total - sum(pool.raw for pool in array.pools),
        Usage=3,
        **HEALTH,
    )
    factory.make("CIM_HostedStoragePool", GroupComponent=top, PartComponent=primordial)
    for pool in array.pools:
        for slot in range(1, array.description.drives_per_pool + 1):
            drive = f"{pool.index}_{slot}"
            _publish_drive(factory, array, top, primordial, drive, pool.kind.media, sizes[pool.index])
    return primordial


def drive_size(array: Array, pool: Pool) -> int:
    """Return the bytes of each drive bought for a pool: its share of the raw space, in whole GiB, and one spare."""
    return (-(-pool.raw // array.description.drives_per_pool // GIB) + 1) * GIB


def _publish_drive(
    factory: InstanceFactory,
    array: Array,
    top: Ref,
    primordial: Ref,
    drive: str,
    media: Media,
    size: int,
) -> None:
    device = factory.make_device(
        "MOCK_DiskDrive",
        top,
        DeviceID=f"drive {drive}",
        ElementName=f"drive {drive}",
        DiskType=media.value,
        RPM=0 if media is Media.SSD else 10000,
        Encryption=ENCRYPTION_UNKNOWN,
        **HEALTH,
    )
    extent = factory.make_device(
        "MOCK_DiskExtent",
        top,
        DeviceID=f"extent {drive}",
        ElementName=f"extent {drive}",
        Primordial=True,
        BlockSize=BLOCK_SIZE,
        NumberOfBlocks=size // BLOCK_SIZE,
        ConsumableBlocks=size // BLOCK_SIZE,
        ExtentStatus=[2],
        **HEALTH,
    )
    package = factory.make(
        "CIM_PhysicalPackage",
        CreationClassName="CIM_PhysicalPackage",
        Tag=f"{array.name}:drive {drive}",
        ElementName=f"drive {drive}",
        Manufacturer=names.VENDOR,
        Model=f"{media.name}-{size // GIB}",
        **HEALTH,
    )
    factory.make("CIM_MediaPresent", Antecedent=device, Dependent=extent)
    factory.make("CIM_Realizes", Antecedent=package, Dependent=device)
    factory.make("CIM_SystemDevice", GroupComponent=top, PartComponent=device)
    factory.make("CIM_SystemDevice", GroupComponent=top, PartComponent=extent)
    factory.make("CIM_ConcreteComponent", GroupComponent=primordial, PartComponent=extent)
