"""Tiers of storage, and what lies in several of them (`smis-mapping 5.1`).

StorageTier --AssociatedElementTier(GroupComponent -> PartComponent)--> StoragePool, StorageVolume or StorageExtent
tier policy --PolicySetAppliesToElement(PolicySet -> ManagedElement)--> pool, volume, or a group of volumes
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vasa_cim.adapters.smis import storage_vocabulary as s
from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.media import media_of_technologies
from vasa_cim.adapters.smis.pools import Pools
from vasa_cim.adapters.smis.structure import Structure
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key

_TIER = "tier"


@dataclass(frozen=True, slots=True)
class Tiers:
    """What tiers say about pools and volumes: which are in several or below a policy, and of what media they are."""

    tiered: frozenset[Key] = frozenset()
    media: Mapping[Key, str] = field(default_factory=dict)


def read_tiers(walk: Walk, pools: Pools, structure: Structure) -> Tiers:
    """Read the tiers and who is in them; one request where an array has none.

    A pool whose parts are in several tiers is in them; parts are asked for only if no tier has pools itself. Raises
    SourceError.
    """
    technologies = {row.key: row.number("Technology") for row in walk.rows(s.STORAGE_TIER, s.TIER_PROPERTIES)}
    if not technologies:
        return Tiers()
    members = walk.related(s.ASSOCIATED_ELEMENT_TIER, "GroupComponent", "PartComponent")
    collected = walk.related(v.MEMBER_OF_COLLECTION, "Collection", "Member")
    tiers_of: dict[Key, set[Key]] = {}
    for tier in technologies:
        for member in members.get(tier, set()) | collected.get(tier, set()):
            tiers_of.setdefault(member, set()).add(tier)
    if not tiers_of.keys() & pools.pools.keys():
        for pool in pools.pools:
            parts = structure.parts.get(pool, set())
            tiers_of.setdefault(pool, set()).update(*(tiers_of.get(part, set()) for part in parts))
    several = {element for element, tiers in tiers_of.items() if len(tiers) > 1}
    media = {
        element: kind
        for element, tiers in tiers_of.items()
        if (kind := media_of_technologies(number for one in tiers if (number := technologies[one]) is not None))
    }
    return Tiers(frozenset(several | _below_policies(walk, collected)), media)


def _below_policies(walk: Walk, collected: Mapping[Key, set[Key]]) -> set[Key]:
    """Return what policies of tiers apply to, and the members of the groups among it."""
    waiting = [
        element.key
        for name in walk.names(s.POLICY_SET_APPLIES)
        if (policy := name.reference("PolicySet")) is not None
        and _TIER in policy.class_name.lower()
        and (element := name.reference("ManagedElement")) is not None
    ]
    found: set[Key] = set()
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += collected.get(key, ())
    return found
