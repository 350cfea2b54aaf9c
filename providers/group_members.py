"""Masking groups of a running array: what is in them, and in which views they are (dialect 3)."""

from collections.abc import Iterable, Mapping

import pywbem

from mock_cimom.keys import TargetKey
from mock_cimom.providers.factory import Ref
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.masking_array import MaskingArray
from mock_cimom.providers.masking_calls import ACCESSES, free_lun
from mock_cimom.providers.masking_groups import DEVICES, INITIATORS, TARGETS
from mock_cimom.providers.method_calls import INVALID, Call, Refusal
from mock_cimom.providers.view_access import MEMBER
from mock_cimom.providers.view_state import Unit, ViewState, lun_of

GROUP = "CIM_MaskingGroup"
ASSOCIATED = "CIM_AssociatedMaskingGroup"
KINDS = {2: INITIATORS, 3: TARGETS, 4: DEVICES}  # CIM_GroupMaskingMappingService.CreateGroup.Type
MEMBERS = {
    INITIATORS: "CIM_StorageHardwareID",
    TARGETS: "CIM_SCSIProtocolEndpoint",
    DEVICES: "CIM_StorageVolume",
}


class NoAccess:
    """Who may use a view is said by its groups, and by nothing else."""

    def initiators(self, _view: Path) -> list[Path]:
        """Return nothing."""
        return []

    def views_of(self, _initiator: Path) -> list[Path]:
        """Return nothing."""
        return []

    def grant(self, _view: Path, _label: str, _initiators: Iterable[Path]) -> None:
        """Do nothing."""

    def revoke(self, _view: Path, _initiators: Iterable[Path]) -> None:
        """Do nothing."""

    def close(self, _view: Path) -> None:
        """Do nothing."""


def own_groups(live: Live, service: Path, class_name: str = GROUP) -> list[pywbem.CIMInstance]:
    """Return the groups of a service."""
    found = live.across(service, "CIM_ServiceAffectsElement", "AffectingElement", "AffectedElement")
    return [one for path in found if live.is_a(path.classname, class_name) and (one := live.instance(path)) is not None]


def groups_of_view(live: Live, view: Path) -> list[pywbem.CIMInstance]:
    """Return the groups of a view."""
    found = live.across(view, ASSOCIATED, "Antecedent", "Dependent")
    return [one for path in found if (one := live.instance(path)) is not None]


def views_of_group(live: Live, group: Path) -> list[Path]:
    """Return the views that have a group, or a group that holds it."""
    found: dict[TargetKey, Path] = {}
    waiting, seen = [group], set()
    while waiting:
        path = waiting.pop()
        if live.key(path) in seen:
            continue
        seen.add(live.key(path))
        found |= {live.key(view): view for view in live.across(path, ASSOCIATED, "Dependent", "Antecedent")}
        waiting += [one for one in live.across(path, MEMBER, "Member", "Collection") if live.is_a(one.classname, GROUP)]
    return list(found.values())


def kind_of(live: Live, group: pywbem.CIMInstance) -> str:
    """Return what a group is a group of."""
    return next(kind for kind in KINDS.values() if live.is_a(group.classname, f"CIM_{kind}MaskingGroup"))


def own_group(call: Call, parameter: str, kind: str = "") -> pywbem.CIMInstance:
    """Return the group a parameter refers to. Raises Refusal unless it is of this kind and of this service."""
    group = call.required(parameter, f"CIM_{kind}MaskingGroup")
    if not any(call.live.same(group.path, one.path) for one in own_groups(call.live, call.target)):
        raise Refusal(INVALID)
    return group


def is_of(array: MaskingArray, member: pywbem.CIMInstance) -> bool:
    live = array.live
    if live.is_a(member.classname, MEMBERS[DEVICES]):
        return member["SystemName"] == array.system["Name"]
    if live.is_a(member.classname, MEMBERS[TARGETS]):
        return array.target(member["Name"]) is not None
    return array.owns_hardware_id(member.path)


def holds(live: Live, outer: Path, inner: Path) -> bool:
    """Tell whether a group is another one or holds it."""
    waiting, seen = [outer], set()
    while waiting:
        path = waiting.pop()
        if live.same(path, inner):
            return True
        if live.key(path) not in seen:
            seen.add(live.key(path))
            members = live.across(path, MEMBER, "Collection", "Member")
            waiting += [one for one in members if live.is_a(one.classname, GROUP)]
    return False


def join(live: Live, kind: str, group: Path | Ref, members: Iterable[Path]) -> None:
    """Make members of a group; those of a device group are numbered on."""
    collection = live.factory.ref(group) if isinstance(group, Path) else group
    if kind != DEVICES:
        for path in members:
            live.factory.make(MEMBER, Collection=collection, Member=live.factory.ref(path))
        return
    last = max((int(link.get("AssignedSequence") or 0) for link in live.links(group, MEMBER, "Collection")), default=0)
    for number, path in enumerate(members, start=last + 1):
        live.factory.make(
            "CIM_OrderedMemberOfCollection",
            Collection=collection,
            Member=live.factory.ref(path),
            AssignedSequence=number,
        )


def associate(live: Live, kind: str, view: Path, group: Path) -> None:
    live.factory.make(
        f"CIM_Associated{kind}MaskingGroup", Antecedent=live.factory.ref(view), Dependent=live.factory.ref(group)
    )


def members_of(live: Live, group: Path) -> list[Path]:
    """Return the members of a group and of those in it, volumes in their order."""
    found: dict[TargetKey, Path] = {}
    seen = set()

    def visit(path: Path) -> None:
        seen.add(live.key(path))
        links = live.links(path, MEMBER, "Collection")
        for link in sorted(links, key=lambda one: int(one.get("AssignedSequence") or 0)):
            member = link["Member"]
            if not live.is_a(member.classname, GROUP):
                found.setdefault(live.key(member), member)
            elif live.key(member) not in seen:
                visit(member)

    visit(group)
    return list(found.values())


def member_keys(live: Live, group: Path) -> set[TargetKey]:
    return {live.key(path) for path in members_of(live, group)}


def wanted_luns(call: Call, kind: str, volumes: list[Path]) -> dict[TargetKey, int]:
    """Return the LUNs a call wants for volumes. Raises Refusal unless it names none, or one for each of them."""
    given = call.value("DeviceNumbers")
    if not given:
        return {}
    numbers = [lun_of(one) for one in given]
    if kind != DEVICES or len(given) != len(volumes) or None in numbers or len(set(numbers)) < len(numbers):
        raise Refusal(INVALID)
    return {call.live.key(path): number for path, number in zip(volumes, numbers, strict=True) if number is not None}


def add_units(
    live: Live, before: ViewState, after: ViewState, volumes: list[Path], wanted: Mapping[TargetKey, int]
) -> None:
    """Add volumes to a state: where they are, else where they are wanted, else at the lowest free LUN."""
    taken = {unit.number for unit in before.units.values()} | set(wanted.values())
    for path in volumes:
        key = live.key(path)
        unit = before.units.get(key)
        if unit is None:
            number = wanted[key] if key in wanted else free_lun(taken)
            unit = Unit(path, number, ACCESSES[0])
        taken.add(unit.number)
        after.units.setdefault(key, unit)
