"""What pools offer: the tuple of `smis-mapping 5.3` from capabilities, vendors' texts, tiers and drives."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from vasa_cim.adapters.smis import storage_vocabulary as s
from vasa_cim.adapters.smis.capabilities import StorageKind
from vasa_cim.adapters.smis.media import media_of_text, media_of_types
from vasa_cim.adapters.smis.pools import Pool, Pools
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.raid import Redundancy, raid_of
from vasa_cim.adapters.smis.systems import Systems
from vasa_cim.adapters.smis.text import plain_name
from vasa_cim.adapters.smis.tiers import Tiers
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName, Row

_NO_TIERS = Tiers()


@dataclass(frozen=True, slots=True)
class StatedKind:
    """What a pool and its capabilities say of it, before tiers, drives and spares are looked at."""

    media: str | None = None
    redundancy: Redundancy = field(default_factory=Redundancy)
    provisioning: str | None = None
    encrypted: bool = False
    reduced: bool = False


def read_arrays_of_pools(walk: Walk, pools: Pools, systems: Systems) -> Mapping[Key, str]:
    """Return the plain name of the array of each pool that can be told.

    It is the only one there is, or the one whose name is in the pool's InstanceID; only where that leaves some open
    the systems that host pools are asked for. Raises SourceError.
    """
    names = sorted(systems.arrays, key=lambda name: (-len(name), name))
    if len(names) == 1:
        return dict.fromkeys(pools.pools, names[0])
    identities = {key: plain_name("/".join(key)) for key in pools.pools}
    found = {key: name for key, text in identities.items() for name in names[::-1] if name in text}
    if len(found) == len(pools.pools):
        return found
    for name in walk.names(s.HOSTED_STORAGE_POOL):
        system, pool = name.reference("GroupComponent"), name.reference("PartComponent")
        array = systems.array_for(system.text("Name")) if system is not None else None
        if pool is not None and array is not None and pool.key in pools.pools:
            found.setdefault(pool.key, array)
    return found


def read_stated_kinds(
    walk: Walk,
    pools: Pools,
    element_capabilities: Iterable[ObjectName],
    systems: Systems,
    arrays: Mapping[Key, str],
) -> Mapping[Key, StatedKind]:
    """Return what is said of each pool that is there for LUNs. Raises SourceError.

    What can be made in a pool that has no configuration capabilities is what can be made on its array.
    """
    storage = {row.key: row for row in walk.rows(s.STORAGE_CAPABILITIES, s.CAPABILITIES_PROPERTIES)}
    configuration = {
        row.key: frozenset(row.numbers("SupportedStorageElementTypes"))
        for row in walk.rows(s.STORAGE_CONFIGURATION_CAPABILITIES, s.CONFIGURATION_PROPERTIES)
    }
    named: dict[Key, list[Key]] = {}
    on_array: dict[str, set[int]] = {}
    for name in element_capabilities:
        element, one = name.reference("ManagedElement"), name.reference("Capabilities")
        if element is None or one is None:
            continue
        if element.key in pools.pools:
            named.setdefault(element.key, []).append(one.key)
        elif one.key in configuration and (array := systems.array_for(element.text("SystemName"))):
            on_array.setdefault(array, set()).update(configuration[one.key])
    kinds = {}
    for key, pool in sorted(pools.pools.items()):
        if pool.for_luns:
            own = sorted(set(named.get(key, ())))
            elements = frozenset[int]().union(*(configuration[one] for one in own if one in configuration))
            on_its = on_array.get(arrays.get(key, ""), ())
            kinds[key] = _stated(pool, [storage[one] for one in own if one in storage], elements, on_its, walk.quirks)
    return kinds


def _stated(
    pool: Pool, stated: Iterable[Row], elements: Collection[int], on_array: Collection[int], quirks: Quirks
) -> StatedKind:
    """Return what the capabilities that speak best for volumes say; media by any of them that tells."""
    ranked = sorted(stated, key=lambda row: (_rank(row), row.key))
    media = (media_of_types(row.numbers("AvailableDiskType")) for row in ranked)
    best = ranked[0] if ranked else None
    rates = best.numbers("SupportedCompressionRates") if best is not None else ()
    return StatedKind(
        media=next((one for one in media if one), None) or media_of_text(pool.media_text),
        redundancy=_redundancy(pool, best, quirks),
        provisioning=_provisioning(pool, elements, on_array, quirks),
        encrypted=best is not None and best.number("Encryption") == s.ENCRYPTION_SUPPORTED,
        reduced=any(rate > s.COMPRESSION_NONE for rate in rates),
    )


def _rank(row: Row) -> int:
    """Return how well these capabilities speak for volumes: 0 is best."""
    order = (s.ElementType.VOLUME, None, s.ElementType.POOL)
    kind = row.number("ElementType")
    return order.index(kind) if kind in order else len(order)


def _redundancy(pool: Pool, row: Row | None, quirks: Quirks) -> Redundancy:
    if row is None:
        return Redundancy(texts=pool.raid_texts)
    parity = row.number("ParityLayoutDefault")
    return Redundancy(
        data=_default_or_only(row, "DataRedundancy"),
        packages=_default_or_only(row, "PackageRedundancy"),
        stripe=row.number("ExtentStripeLengthDefault"),
        rotated=None if parity is None else parity == s.ParityLayoutDefault.ROTATED,
        protected=row.flag("NoSinglePointOfFailureDefault"),
        texts=quirks.raid_texts(row) + pool.raid_texts,
    )


def _default_or_only(row: Row, name: str) -> int | None:
    """Return the default of a redundancy, else the one value that its range allows, else None."""
    default, lowest, highest = (row.number(name + suffix) for suffix in ("Default", "Min", "Max"))
    return default if default is not None else lowest if lowest == highest else None


def _provisioning(pool: Pool, elements: Collection[int], on_array: Collection[int], quirks: Quirks) -> str | None:
    """Return what can be made in a pool: by its own capabilities, by its class, by those of its array."""
    if own := _made_of(elements):
        return "Thin" if own == "Thick" and quirks.is_thin_pool_class(pool.class_name) else own
    return "Thin" if quirks.is_thin_pool_class(pool.class_name) else _made_of(on_array)


def _made_of(elements: Collection[int]) -> str | None:
    thin = s.StorageElementType.THIN_VOLUME in elements or s.StorageElementType.THIN_LOGICAL_DISK in elements
    thick = s.StorageElementType.VOLUME in elements or s.StorageElementType.LOGICAL_DISK in elements
    if thin:
        return "Thin/Thick" if thick else "Thin"
    return "Thick" if thick else None


def read_spared_arrays(walk: Walk, systems: Systems, pools: Pools, arrays: Mapping[Key, str]) -> frozenset[str]:
    """Return the arrays with spare drives, told by a pool for sparing or by CIM_IsSpare. Raises SourceError."""
    spared = {arrays.get(key) for key, pool in pools.pools.items() if pool.sparing}
    for name in walk.names(s.IS_SPARE):
        spare = name.reference("Antecedent")
        spared.add(None if spare is None else systems.array_for(spare.text("SystemName")))
    return frozenset(array for array in spared if array is not None)


def with_spares(redundancy: Redundancy, array: str | None, spared: Collection[str]) -> Redundancy:
    """Return a redundancy that knows whether its array has spares."""
    return replace(redundancy, spares=True) if array in spared else redundancy


def kinds_of_pools(
    stated: Mapping[Key, StatedKind],
    arrays: Mapping[Key, str],
    spared: Collection[str] = (),
    tiers: Tiers = _NO_TIERS,
    media_by_drives: Mapping[Key, str] | None = None,
) -> Mapping[Key, StorageKind]:
    """Return what each pool offers. Media are told by the pool itself, by its tiers, by its drives, in this order."""
    drives = media_by_drives or {}
    return {
        key: StorageKind(
            media=one.media or tiers.media.get(key) or drives.get(key),
            raid=raid_of(with_spares(one.redundancy, arrays.get(key), spared)),
            provisioning=one.provisioning,
            tiered=key in tiers.tiered,
            encrypted=one.encrypted,
            reduced=one.reduced,
        )
        for key, one in stated.items()
    }
