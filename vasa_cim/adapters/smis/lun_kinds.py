"""What volumes are stored on: what their pools offer, and what they themselves say beyond that (`smis-mapping 5.3`)."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from vasa_cim.adapters.smis.capabilities import StorageKind
from vasa_cim.adapters.smis.media import HYBRID
from vasa_cim.adapters.smis.pool_kinds import with_spares
from vasa_cim.adapters.smis.pools import Pools
from vasa_cim.adapters.smis.raid import Raid, Redundancy, raid_of
from vasa_cim.adapters.smis.volume_settings import VolumeSetting, VolumeSettings
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.cim.rows import Key

_ANY = StorageKind()


def kinds_of_luns(
    volumes: Mapping[Key, Volume],
    pools: Pools,
    kinds: Mapping[Key, StorageKind],
    settings: VolumeSettings,
    *,
    tiered: Collection[Key] = (),
    replicated: Collection[Key] = (),
    spared: Collection[str] = (),
) -> Mapping[Key, StorageKind]:
    """Return the kind of storage of every volume, also of those without a pool.

    Which setting belongs to which volume is asked for only if some setting would change the kind of some volume: the
    result is the same as if it had always been asked for. Raises SourceError.
    """
    protections: dict[tuple[Redundancy, bool], Raid | None] = {}
    before: dict[Key, tuple[StorageKind, bool]] = {}
    for key, volume in volumes.items():
        pool = pools.pool_of(key)
        kind = _ANY if pool is None else kinds.get(pool.key, _ANY)
        known = (volume.redundancy, volume.array in spared)
        if known not in protections:
            protections[known] = raid_of(with_spares(volume.redundancy, volume.array, spared))
        own = protections[known]
        before[key] = (
            _with_claims(kind.stricter(own), volume, tiered=key in tiered, replicated=key in replicated),
            own is not None,
        )
    said = set(settings.settings.values())
    if all(_with_setting(*one, setting) == one[0] for one in set(before.values()) for setting in said):
        return {key: kind for key, (kind, _) in before.items()}
    chosen = settings.of_element
    return {key: _with_setting(*one, chosen[key]) if key in chosen else one[0] for key, one in before.items()}


def _with_claims(kind: StorageKind, volume: Volume, *, tiered: bool, replicated: bool) -> StorageKind:
    """Return a pool's kind with what a volume says of itself; flags are only ever added."""
    tiered = kind.tiered or tiered or volume.tiered
    reduced = kind.reduced or volume.reduced
    if (tiered, replicated, reduced) == (kind.tiered, kind.replicated, kind.reduced):
        return kind
    return replace(kind, tiered=tiered, replicated=replicated, reduced=reduced)


def _with_setting(kind: StorageKind, is_protection_known: bool, setting: VolumeSetting) -> StorageKind:
    """Return a kind with what the volume's setting adds: one of several media, and goals where facts are missing."""
    media = setting.media if setting.media and kind.media in (None, HYBRID) else kind.media
    goal = None if is_protection_known else raid_of(setting.redundancy)
    return replace(
        kind.stricter(goal),
        media=media,
        encrypted=kind.encrypted or setting.encrypted,
        reduced=kind.reduced or setting.compressed,
    )
