"""Masking dialect 3: groups (`smis-mapping 3.1`).

view --AssociatedInitiatorMaskingGroup-- InitiatorMaskingGroup --MemberOfCollection-- StorageHardwareID
view --AssociatedTargetMaskingGroup-- TargetMaskingGroup --MemberOfCollection-- SCSIProtocolEndpoint or port
view --AssociatedDeviceMaskingGroup-- DeviceMaskingGroup --OrderedMemberOfCollection-- StorageVolume

Groups hold groups of their kind. A view that lacks a group of any kind, or has one that is not there, is nobody's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.masking.ends import is_volume
from vasa_cim.adapters.smis.masking.grants import Dialect, Finding
from vasa_cim.adapters.smis.masking.hardware_ids import HardwareIds
from vasa_cim.adapters.smis.masking.members import GroupKind, Member, Members, kind_of
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName

_Existing = Mapping[GroupKind, set[Key]]


@dataclass(slots=True)
class GroupViews:
    """What groups say: who may use each view, and of each view that is whole its volumes and its targets.

    A target is named as a member: an endpoint or a port device.
    """

    finding: Finding = field(default_factory=lambda: Finding(Dialect.GROUPS))
    volumes: dict[Key, frozenset[Key]] = field(default_factory=dict)
    targets: dict[Key, tuple[Member, ...]] = field(default_factory=dict)


def read_groups(
    walk: Walk,
    hardware_ids: HardwareIds,
    members: Members,
    volumes: Mapping[Key, Volume],
) -> GroupViews:
    """Return what the masking groups of a namespace say. Raises SourceError."""
    names = list(walk.names(v.ASSOCIATED_MASKING_GROUP))
    found = GroupViews()
    if not names:
        return found
    found.finding.seen = True
    found.finding.unreadable = any(not (view and view.key) for view in (name.reference("Antecedent") for name in names))
    existing = _existing(walk)
    whole = _whole_views(_views(names, existing))
    closures = _Closures(hardware_ids, members, volumes, existing)
    for view, groups in whole.items():
        if groups is None:
            found.finding.allowed[view].update(())
            continue
        leaves = {kind: dict.fromkeys(closures.of(kind, groups[kind])) for kind in GroupKind}
        found.finding.allowed[view] |= hardware_ids.initiators(leaf.key for leaf in leaves[GroupKind.INITIATOR])
        found.volumes[view] = frozenset(leaf.key for leaf in leaves[GroupKind.DEVICE])
        found.targets[view] = tuple(leaves[GroupKind.TARGET])
    return found


def _existing(walk: Walk) -> _Existing:
    """Return the groups of each kind that are there, asked for kind by kind only where class names do not tell."""
    names = list(walk.names(v.MASKING_GROUP))
    if any(kind_of(name.class_name) is None for name in names):
        return {
            kind: {name.key for name in walk.names(f"CIM_{kind.value.capitalize()}MaskingGroup")} for kind in GroupKind
        }
    return {kind: {name.key for name in names if kind_of(name.class_name) is kind} for kind in GroupKind}


_Groups = dict[GroupKind, set[Key]]


def _views(names: Iterable[ObjectName], existing: _Existing) -> Mapping[Key, _Groups | None]:
    """Return the groups of each view by kind; None for a view with a group that is not there or of no sure kind."""
    views: dict[Key, _Groups | None] = {}
    for name in names:
        view = name.reference("Antecedent")
        if view is None:
            continue
        groups = views.setdefault(view.key, {})
        group = name.reference("Dependent")
        kind = None if group is None else _kind(name, group, existing)
        if group is None or kind is None:
            views[view.key] = None
        elif groups is not None:
            groups.setdefault(kind, set()).add(group.key)
    return views


def _kind(association: ObjectName, group: ObjectName, existing: _Existing) -> GroupKind | None:
    """Return the kind of a group that is there: what the classes of group and association tell, and only one fits."""
    told = {kind_of(association.class_name), kind_of(group.class_name)} - {None}
    fitting = [kind for kind in GroupKind if group.key in existing[kind] and told <= {kind}]
    return fitting[0] if len(fitting) == 1 else None


def _whole_views(views: Mapping[Key, _Groups | None]) -> Mapping[Key, _Groups | None]:
    return {
        view: groups if groups is not None and len(groups) == len(GroupKind) else None for view, groups in views.items()
    }


class _Closures:
    """What groups hold in the end: initiators, volumes, or targets. Many views may share a group."""

    def __init__(
        self, hardware_ids: HardwareIds, members: Members, volumes: Mapping[Key, Volume], existing: _Existing
    ) -> None:
        self._hardware_ids = hardware_ids
        self._members = members
        self._volumes = volumes
        self._existing = existing
        self._known: dict[tuple[GroupKind, Key], tuple[Member, ...]] = {}

    def of(self, kind: GroupKind, groups: Iterable[Key]) -> Iterator[Member]:
        """Yield the leaves of these groups, in stable order; one may come several times. Raises SourceError."""
        is_leaf = self._tests[kind]
        for group in sorted(groups):
            if (kind, group) not in self._known:
                found = self._members.expanded(group, kind, is_leaf, self._existing[kind])
                self._known[kind, group] = tuple(found)
            yield from self._known[kind, group]

    @property
    def _tests(self) -> Mapping[GroupKind, Callable[[Member], bool]]:
        return {
            GroupKind.INITIATOR: lambda member: member.key in self._hardware_ids,
            GroupKind.TARGET: lambda member: member.named is not None,  # groups have no creation class in their keys
            GroupKind.DEVICE: self._is_volume,
        }

    def _is_volume(self, member: Member) -> bool:
        volume = self._volumes.get(member.key)
        return volume is not None and is_volume(member.named, volume)
