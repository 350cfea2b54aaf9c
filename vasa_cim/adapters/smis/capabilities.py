"""Storage capabilities derived from pools (`smis-mapping 5.3`).

A pool's storage is described by a tuple of a few items; equal tuples are one capability, on whatever array. Its id
is a digest of the tuple, so it survives restarts, growing pools, and new ones.
"""

import hashlib
from dataclasses import dataclass, replace

from vasa_cim.adapters.smis.raid import Raid
from vasa_cim.model.entities import StorageCapability
from vasa_cim.model.identifiers import capability_id

_ANY = "any"
_ANY_NAME = "Any storage"
_ID_DIGITS = 16
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
        if own is None or (self.raid is not None and not own.exceeds(self.raid)):
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
