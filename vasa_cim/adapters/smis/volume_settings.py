"""The settings of volumes: what was asked for when they were made (`smis-mapping 5.1`).

StorageVolume --ElementSettingData(ManagedElement -> SettingData)--> StorageSetting
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vasa_cim.adapters.smis import storage_vocabulary as s
from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.media import media_of_types
from vasa_cim.adapters.smis.raid import Redundancy
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row
from vasa_cim.model.lazy import cached_property


@dataclass(frozen=True, slots=True)
class VolumeSetting:
    """What one setting says; None and False mean that it does not say."""

    thin: bool = False
    media: str | None = None
    encrypted: bool = False
    compressed: bool = False
    redundancy: Redundancy = field(default_factory=Redundancy)


class VolumeSettings:
    """The settings of a namespace; each class is read when it is first needed. All may raise SourceError."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    @cached_property
    def settings(self) -> Mapping[Key, VolumeSetting]:
        """Each setting by its key."""
        return {row.key: _setting(row) for row in self._walk.rows(s.STORAGE_SETTING, s.SETTING_PROPERTIES)}

    @cached_property
    def of_element(self) -> Mapping[Key, VolumeSetting]:
        """The current setting of each element; of several the first by key, so that the order does not matter."""
        chosen: dict[Key, Key] = {}
        if not self.settings:
            return {}
        for row in self._walk.rows(v.ELEMENT_SETTING_DATA, s.ELEMENT_SETTING_PROPERTIES):
            ends = row.name.ends("ManagedElement", "SettingData")
            if ends is None or ends[1] not in self.settings or row.number("IsCurrent") == s.IS_NOT_CURRENT:
                continue
            chosen[ends[0]] = min(ends[1], chosen.get(ends[0], ends[1]))
        return {element: self.settings[setting] for element, setting in chosen.items()}


def _setting(row: Row) -> VolumeSetting:
    parity = row.number("ParityLayout")
    return VolumeSetting(
        thin=row.number("ThinProvisionedPoolType") in s.THIN_POOL_TYPES,
        media=media_of_types(row.numbers("DiskType")),
        encrypted=row.number("Encryption") == s.ENCRYPTION_SUPPORTED,
        compressed=row.flag("CompressedElement") is True,
        redundancy=Redundancy(
            data=row.number("DataRedundancyGoal"),
            packages=row.number("PackageRedundancyGoal"),
            stripe=row.number("ExtentStripeLength"),
            rotated=None if parity is None else parity == s.ParityLayout.ROTATED,
        ),
    )
