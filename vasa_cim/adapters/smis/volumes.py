"""Volumes: what the CIM instances say about LUNs, read into records (`smis-mapping 2.4`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.naa import esx_lun_identifier
from vasa_cim.adapters.smis.pools import LARGEST, Pools
from vasa_cim.adapters.smis.raid import Redundancy
from vasa_cim.adapters.smis.switches import SizeSwitch
from vasa_cim.adapters.smis.systems import Systems
from vasa_cim.adapters.smis.text import bare_hex, distinct_texts, first_text, labelled
from vasa_cim.adapters.smis.used_space import consumed_space
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Volume:
    """One volume that can be a LUN. Sizes are bytes; `thin` None means that the volume does not say.

    `class_name` is its CreationClassName, None if its name does not tell. `replicated`, `tiered` and `reduced` are
    claims that the volume itself makes: it is a remote replica or its source, subject to tiering, compressed.
    """

    key: Key
    array: str
    device_id: str
    esx_name: str
    display_name: str
    other_names: tuple[str, ...]
    size: int
    consumed: int | None
    thin: bool | None
    for_drs: bool
    redundancy: Redundancy
    class_name: str | None = None
    replicated: bool = False
    tiered: bool = False
    reduced: bool = False


def read_volumes(walk: Walk, systems: Systems, pools: Pools) -> Mapping[Key, Volume]:
    """Read the volumes of the arrays by key, in the order of arrays and DeviceIDs.

    A volume without an identifier for ESX or without a size is no use to anyone and left out. Raises SourceError.
    """
    found: dict[tuple[str, str], Volume] = {}
    useless, doubles, foreign = [], [], set()
    for row in walk.rows(v.STORAGE_VOLUME, v.VOLUME_PROPERTIES, required=True):
        array = systems.array_for(row.text("SystemName"))
        if walk.quirks.is_back_end(row):
            continue
        if array is None:
            foreign.add(row.text("SystemName"))
        elif (volume := _volume(walk, row, array, pools)) is None:
            useless.append(row.text("DeviceID"))
        elif found.setdefault((array, volume.device_id), volume) is not volume:
            doubles.append(volume.device_id)
    walk.left_out("volumes", "they have no NAA, EUI or T10 name, or no size", useless)
    walk.left_out("volumes", "another volume of the array has the same DeviceID", doubles)
    walk.left_out("volumes of systems", "the system is none of the arrays", sorted(map(str, foreign)))
    return {volume.key: volume for _, volume in sorted(found.items())}


def _volume(walk: Walk, row: Row, array: str, pools: Pools) -> Volume | None:
    switches, quirks = walk.switches.of(array), walk.quirks
    device_id, esx_name = row.text("DeviceID"), esx_lun_identifier(row, quirks, switches.naa)
    size = _size(row, switches.size)
    if not device_id or esx_name is None or size is None:
        return None
    return Volume(
        key=row.key,
        array=array,
        device_id=device_id,
        esx_name=esx_name,
        display_name=first_text(row.text("ElementName"), _caption(row), device_id) or device_id,
        other_names=_other_names(row, device_id, esx_name),
        size=size,
        consumed=consumed_space(row, pools, switches.used, quirks),
        thin=row.flag("ThinlyProvisioned"),
        for_drs=row.number("Usage") not in v.NOT_FOR_DRS,
        redundancy=Redundancy(
            data=row.number("DataRedundancy"),
            packages=row.number("PackageRedundancy"),
            stripe=row.number("ExtentStripeLength"),
            protected=row.flag("NoSinglePointOfFailure"),
            texts=quirks.raid_texts(row),
        ),
        class_name=row.name.text("CreationClassName"),
        replicated=row.number("Usage") in v.REMOTE_REPLICAS,
        tiered=row.number("StorageTieringSelection") in v.TIERING_SELECTIONS or quirks.has_tier_policy(row),
        reduced=row.flag("IsCompressed") is True,
    )


def _size(row: Row, switch: SizeSwitch) -> int | None:
    """Return the provisioned size in bytes, None if it is not told or beyond all reason.

    BlockSize 1 is legal and makes NumberOfBlocks bytes. ConsumableBlocks is the size where NumberOfBlocks is missing,
    and by choice where it is neither zero nor more.
    """
    size, blocks, usable = (row.number(name) for name in ("BlockSize", "NumberOfBlocks", "ConsumableBlocks"))
    if blocks is None or (switch is SizeSwitch.CONSUMABLE and usable is not None and 0 < usable <= blocks):
        blocks = usable
    if blocks is None or size is None or blocks < 0 or size <= 0:
        return None
    return blocks * size if blocks * size <= LARGEST else None


def _caption(row: Row) -> str | None:
    """Return the caption after its last backslash, where some arrays put folders before the name."""
    return (row.text("Caption") or "").rpartition("\\")[2]


def _other_names(row: Row, device_id: str, esx_name: str) -> tuple[str, ...]:
    """Return DeviceID, `Name` and every labelled identifier, without those that spell the ESX name again."""
    labels = labelled(row.texts("OtherIdentifyingInfo"), row.texts("IdentifyingDescriptions"))
    names: Iterable[str | None] = (row.text("Name"), *(value for _, value in labels))
    digits = esx_name.partition(".")[2].lower()
    return distinct_texts((device_id, *(name for name in names if bare_hex(name).removeprefix("naa") != digits)))
