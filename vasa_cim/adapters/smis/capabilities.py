"""Storage capabilities derived from pools (`smis-mapping 5.3`).

A pool's storage is described by a tuple of a few items; equal tuples are one capability, on whatever array. Its id
is a digest of the tuple, so it survives restarts, growing pools, and new ones.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.pools import Pool, Pools
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.raid import Raid, Redundancy, raid_of
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName, Row
from vasa_cim.model.entities import StorageCapability
from vasa_cim.model.identifiers import capability_id

_ANY = "any"
_ANY_NAME = "Any storage"
_ID_DIGITS = 16
_MEDIA = {v.DiskType.HARD_DISK: "HDD", v.DiskType.SOLID_STATE: "SSD", v.DiskType.HYBRID: "Hybrid"}
_MEDIA_DETAIL = {"HDD": "hard disk drives", "SSD": "solid-state drives", "Hybrid": "drives of several kinds"}
_THIN_DETAIL = {
    "Thin": "space is allocated when it is written",
    "Thick": "space is allocated in advance",
    "Thin/Thick": "space is allocated in advance or when it is written, as the LUN was made",
}
_FAILURES_DETAIL = ("no drive may fail", "one drive may fail", "two drives may fail", "three or more drives may fail")


@dataclass(frozen=True, slots=True)
class StorageKind:
    """What a pool offers; None means unknown or any. Unknown is never claimed: `encrypted` False may be unknown."""

    media: str | None = None
    raid: Raid | None = None
    provisioning: str | None = None
    tiered: bool = False
    replicated: bool = False
    encrypted: bool = False
    reduced: bool = False

    def stricter(self, own: Raid | None) -> "StorageKind":
        """Return this kind with a volume's own protection, if that says more than the pool's does."""
        if own is None or (self.raid is not None and own.failures <= self.raid.failures):
            return self
        return replace(self, raid=own)


def capability_of(kind: StorageKind) -> StorageCapability:
    """Return the capability of a kind of storage; its name is unique, for no two kinds are called the same."""
    raid = None if kind.raid is None else kind.raid.label
    flags = {
        "Tiered": kind.tiered,
        "Replicated": kind.replicated,
        "Encrypted": kind.encrypted,
        "Reduced": kind.reduced,
    }
    items = [kind.media, raid, kind.provisioning, *(word if is_so else None for word, is_so in flags.items())]
    canonical = "\n".join(item or _ANY for item in items)
    digest = hashlib.sha256(canonical.encode()).hexdigest()[:_ID_DIGITS]
    return StorageCapability(
        unique_identifier=capability_id(digest),
        capability_name=" ".join(item for item in items if item) or _ANY_NAME,
        capability_detail=_detail(kind),
    )


def _detail(kind: StorageKind) -> str:
    sentences = []
    if kind.media:
        sentences.append(f"Media: {_MEDIA_DETAIL[kind.media]}.")
    if kind.raid:
        sentences.append(f"Protection: {kind.raid.label}, {_FAILURES_DETAIL[kind.raid.failures]}.")
    if kind.provisioning:
        sentences.append(f"Provisioning: {_THIN_DETAIL[kind.provisioning]}.")
    if kind.tiered:
        sentences.append("Data move between tiers by their use.")
    if kind.replicated:
        sentences.append("Data are mirrored to another array.")
    if kind.encrypted:
        sentences.append("Data are encrypted at rest.")
    if kind.reduced:
        sentences.append("Data are compressed or deduplicated.")
    return " ".join(sentences) or "Nothing is known about media, protection and provisioning."


def read_storage_kinds(
    walk: Walk, pools: Pools, element_capabilities: Iterable[ObjectName]
) -> Mapping[Key, StorageKind]:
    """Return what each concrete pool that is there for LUNs offers. Raises SourceError."""
    storage = {row.key: row for row in walk.rows(v.STORAGE_CAPABILITIES, v.CAPABILITIES_PROPERTIES)}
    configuration = {
        row.key: row for row in walk.rows(v.STORAGE_CONFIGURATION_CAPABILITIES, v.CONFIGURATION_PROPERTIES)
    }
    of_pool: dict[Key, list[Key]] = {}
    for name in element_capabilities:
        ends = name.ends("ManagedElement", "Capabilities")
        if ends is not None and ends[0] in pools.pools:
            of_pool.setdefault(ends[0], []).append(ends[1])
    kinds = {}
    for key, pool in sorted(pools.pools.items()):
        if not pool.primordial and not pool.reserved:
            named = of_pool.get(key, ())
            stated = [storage[one] for one in named if one in storage]
            elements = {kind for one in named if one in configuration for kind in _element_types(configuration[one])}
            kinds[key] = _kind(pool, stated, elements, walk.quirks)
    return kinds


def _kind(pool: Pool, stated: Iterable[Row], elements: set[int], quirks: Quirks) -> StorageKind:
    best = min(stated, key=lambda row: (_rank(row), row.key), default=None)
    provisioning = _provisioning(pool, elements, quirks)
    if best is None:
        texts = (pool.raid_text,) if pool.raid_text else ()
        return StorageKind(raid=raid_of(Redundancy(texts=texts)), provisioning=provisioning)
    return StorageKind(
        media=_media(best),
        raid=raid_of(_redundancy(pool, best)),
        provisioning=provisioning,
        encrypted=best.number("Encryption") == v.ENCRYPTION_SUPPORTED,
        reduced=any(rate > v.COMPRESSION_NONE for rate in best.numbers("SupportedCompressionRates")),
    )


def _rank(row: Row) -> int:
    """Return how well these capabilities speak for volumes: 0 is best."""
    order = (v.ElementType.VOLUME, None, v.ElementType.POOL)
    kind = row.number("ElementType")
    return order.index(kind) if kind in order else len(order)


def _media(row: Row) -> str | None:
    types = set(row.numbers("AvailableDiskType")) & set(_MEDIA)
    if len(types) > 1:
        return _MEDIA[v.DiskType.HYBRID]
    return _MEDIA[v.DiskType(types.pop())] if types else None


def _redundancy(pool: Pool, row: Row) -> Redundancy:
    texts = (row.text("EMCRaidLevel"), pool.raid_text)
    parity = row.number("ParityLayoutDefault")
    return Redundancy(
        data=_default_or_only(row, "DataRedundancy"),
        packages=_default_or_only(row, "PackageRedundancy"),
        stripe=row.number("ExtentStripeLengthDefault"),
        rotated=None if parity is None else parity == v.ParityLayoutDefault.ROTATED,
        protected=row.flag("NoSinglePointOfFailureDefault"),
        texts=tuple(text for text in texts if text),
    )


def _default_or_only(row: Row, name: str) -> int | None:
    """Return the default of a redundancy, else the one value that its range allows, else None."""
    default, lowest, highest = (row.number(name + suffix) for suffix in ("Default", "Min", "Max"))
    return default if default is not None else lowest if lowest == highest else None


def _element_types(row: Row) -> tuple[int, ...]:
    return row.numbers("SupportedStorageElementTypes")


def _provisioning(pool: Pool, elements: set[int], quirks: Quirks) -> str | None:
    thin = v.StorageElementType.THIN_VOLUME in elements or v.StorageElementType.THIN_LOGICAL_DISK in elements
    thick = v.StorageElementType.VOLUME in elements or v.StorageElementType.LOGICAL_DISK in elements
    if thin and thick:
        return "Thin/Thick"
    if thin or quirks.is_thin_pool_class(pool.class_name):
        return "Thin"
    return "Thick" if thick else None
