"""Media: on what kind of drives data lie (`smis-mapping 5.1`). What is not told is None."""

import re
from collections.abc import Iterable, Mapping

from vasa_cim.adapters.smis import storage_vocabulary as s
from vasa_cim.adapters.smis.pools import Pools
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.structure import Structure
from vasa_cim.adapters.smis.systems import Systems
from vasa_cim.adapters.smis.text import plain_name
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row

HDD, SSD, HYBRID = "HDD", "SSD", "Hybrid"
_OF_TYPE = {s.DiskType.HARD_DISK: HDD, s.DiskType.SOLID_STATE: SSD, s.DiskType.HYBRID: HYBRID}
_OF_TECHNOLOGY = {
    s.TierTechnology.SOLID_STATE: SSD,
    s.TierTechnology.FIBRE_CHANNEL: HDD,
    s.TierTechnology.SATA: HDD,
    s.TierTechnology.SAS: HDD,
    s.TierTechnology.MIXED: HYBRID,
    s.TierTechnology.HARD_DISK: HDD,
}
_WORDS = re.compile(r"[a-z]+")
_HYBRID_WORDS = frozenset({"mixed", "hybrid"})
_SSD_WORDS = frozenset({"ssd", "efd", "flash", "nvme", "solid", "scm"})
_HDD_WORDS = frozenset({"hdd", "hard", "nl", "nlsas", "rpm"})
_INTERFACE_WORDS = frozenset({"sata", "fc", "fibre", "sas", "ata"})


def joint_media(kinds: Iterable[str | None]) -> str | None:
    """Return what is made of these media: one kind, or several as hybrid; unknown ones do not count."""
    known = {kind for kind in kinds if kind is not None}
    return HYBRID if len(known) > 1 else next(iter(known), None)


def media_of_types(types: Iterable[int]) -> str | None:
    """Return the media of `AvailableDiskType` or of one `DiskType`."""
    return joint_media(_OF_TYPE.get(s.DiskType(one)) for one in types if one in _OF_TYPE)


def media_of_technologies(technologies: Iterable[int]) -> str | None:
    """Return the media of the technologies of tiers."""
    return joint_media(_OF_TECHNOLOGY.get(s.TierTechnology(one)) for one in technologies if one in _OF_TECHNOLOGY)


def media_of_text(text: str | None) -> str | None:
    """Return the media that a vendor's text names, such as `EFD`, `NL_SAS`, `SAS SSD` or `Mixed`.

    The name of an interface alone stands for hard disks, as it does in the names of drives that have no flash.
    """
    words = set(_WORDS.findall((text or "").lower()))
    if words & _HYBRID_WORDS:
        return HYBRID
    named = joint_media([SSD if words & _SSD_WORDS else None, HDD if words & _HDD_WORDS else None])
    return named or (HDD if words & _INTERFACE_WORDS else None)


def media_of_drive(drive: Row, quirks: Quirks) -> str | None:
    """Return the media of one CIM_DiskDrive.

    The first that says something: its type, a vendor's text, a caption that names near-line SAS, its interconnect,
    its speed. A speed of zero is that of a solid-state drive.
    """
    stated = media_of_types(drive.numbers("DiskType")) or media_of_text(quirks.drive_type(drive))
    if stated is not None:
        return stated
    if "NL_SAS" in (drive.text("Caption") or "").upper():
        return HDD
    if drive.number("InterconnectType") == s.INTERCONNECT_SOP:
        return SSD
    speed = drive.number("RPM")
    if speed is None or speed < 0 or speed == s.RPM_UNKNOWN:
        return None
    return HDD if speed else SSD


def read_media_by_drives(
    walk: Walk, wanted: Mapping[Key, str | None], systems: Systems, pools: Pools, structure: Structure
) -> Mapping[Key, str]:
    """Return the media of the wanted pools as far as drives tell; `wanted` maps pools to the plain names of arrays.

    An array with one kind of drives has it in every pool. Only where there are several the extents below a pool are
    asked for, and only its own and those of concrete pools that it is allocated from count: a primordial pool has
    drives of all pools. Nothing is asked for if nothing is wanted. Raises SourceError.
    """
    if not wanted:
        return {}
    kinds: dict[Key, str] = {}
    of_array: dict[str, set[str]] = {}
    for drive in walk.rows(s.DISK_DRIVE, s.DRIVE_PROPERTIES):
        kind, array = media_of_drive(drive, walk.quirks), _array_of(drive, systems)
        if kind is not None and array is not None:
            kinds[drive.key] = kind
            of_array.setdefault(array, set()).add(kind)
    told: dict[Key, str | None] = {}
    for pool, array in wanted.items():
        of_its = of_array.get(array or "", set())
        told[pool] = _media_below(pool, kinds, pools, structure) if len(of_its) > 1 else joint_media(of_its)
    return {pool: media for pool, media in told.items() if media is not None}


def _array_of(drive: Row, systems: Systems) -> str | None:
    """Return the array of a drive; where there is but one, also if the drive names a system that is not listed."""
    name = drive.text("SystemName")
    if len(systems.arrays) == 1 and plain_name(name or "") not in systems.by_name:
        return next(iter(systems.arrays))
    return systems.array_for(name)


def _media_below(pool: Key, kinds: Mapping[Key, str], pools: Pools, structure: Structure) -> str | None:
    """Return the media of the nearest drives: those of the pool itself, else of the pools that it is allocated from."""
    passed: set[Key] = set()
    level = {pool}
    while level:
        drives = set().union(*(structure.drives_of_pool(one) for one in level))
        if media := joint_media(kinds.get(drive) for drive in drives):
            return media
        passed |= level
        above = {one.pool for lower in level for one in pools.allocations.get(lower, ())} - passed
        level = {one for one in above if one in pools.pools and not pools.pools[one].primordial}
    return None
