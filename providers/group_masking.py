"""CIM_GroupMaskingMappingService of a running array: masking groups and the views made of them (dialect 3).

Where views have units and ports beside their groups, these follow the groups.
"""

from collections.abc import Mapping
from typing import Any

import pywbem

from mock_cimom.keys import TargetKey
from mock_cimom.providers.group_members import (
    ASSOCIATED,
    GROUP,
    KINDS,
    MEMBERS,
    NoAccess,
    add_units,
    associate,
    groups_of_view,
    holds,
    is_of,
    join,
    kind_of,
    member_keys,
    members_of,
    own_group,
    own_groups,
    views_of_group,
    wanted_luns,
)
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.masking_array import Dialect, MaskingArray, Style, own_views
from mock_cimom.providers.masking_groups import DEVICES, INITIATORS, MANAGES, TARGETS
from mock_cimom.providers.method_calls import FAILED, IN_USE, INVALID, Call, Refusal
from mock_cimom.providers.view_access import MEMBER, free_id
from mock_cimom.providers.view_state import CONTROLLER, UNIT, LinkedViews, ViewState, lun_of

ADD, REMOVE = 2, 3  # ModifyMaskingView.Operation


class GroupMethods:
    """The methods, for arrays whose views are linked as `styles` says (by the service's name)."""

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self._styles = styles

    def create_group(self, call: Call) -> Mapping[str, Any]:
        """CreateGroup: a group of initiators, targets or volumes, with its first members."""
        kind = KINDS.get(call.value("Type"))
        if kind is None:
            raise Refusal(INVALID)
        live, system = call.live, call.target["SystemName"]
        class_name = f"MOCK_{kind}MaskingGroup"
        members = self._members(call, kind, None)
        label = call.text("GroupName")
        if label is not None and any(one["ElementName"] == label for one in own_groups(live, call.target, class_name)):
            raise Refusal(FAILED)  # another group has the name
        number = len(own_groups(live, call.target, class_name)) + 1
        values = {
            "DeleteOnEmpty": bool(call.value("DeleteOnEmpty")),
            "DeleteWhenBecomesUnassociated": bool(call.value("DeleteWhenBecomesUnassociated")),
        }
        consistent = call.value("ConsistentLogicalUnitNumber")
        if kind == INITIATORS and consistent is not None:
            values["ConsistentLogicalUnitNumber"] = consistent
        wanted = f"{system}:{kind.lower()}s:{label or f'group{number}'}"
        group = live.factory.make(
            class_name,
            InstanceID=free_id(live, class_name, wanted),
            ElementName=label or f"{kind.lower()}s {number}",
            **values,
        )
        live.factory.make(
            "CIM_ServiceAffectsElement",
            AffectingElement=live.factory.ref(call.target),
            AffectedElement=group,
            ElementEffects=[MANAGES],
        )
        join(live, kind, group, members)
        return {"MaskingGroup": group}

    def delete_group(self, call: Call) -> Mapping[str, Any]:
        """DeleteGroup: a group that is in use or has members only by force; views lose what it gave them."""
        group = own_group(call, "MaskingGroup")
        live = call.live
        used = views_of_group(live, group.path)
        if not call.value("Force") and (used or live.links(group.path, MEMBER, "Collection")):
            raise Refusal(FAILED)
        self.remove_group(live, group)
        return {}

    def add_members(self, call: Call) -> Mapping[str, Any]:
        """AddMembers: those that are members already stay what they are. DeviceNumbers are their LUNs in the views."""
        group = own_group(call, "MaskingGroup")
        live = call.live
        kind = kind_of(live, group)
        if not call.value("Members"):
            raise Refusal(INVALID)
        members = self._members(call, kind, group)
        numbers = wanted_luns(call, kind, [path for path in members if live.is_a(path.classname, MEMBERS[DEVICES])])
        present = {live.key(one) for one in live.across(group.path, MEMBER, "Collection", "Member")}
        views = views_of_group(live, group.path)
        for view in views:
            self._check_numbers(live, view, numbers)
        join(live, kind, group.path, [path for path in members if live.key(path) not in present])
        for view in views:
            self._follow(live, view, numbers)
        return {}

    def remove_members(self, call: Call) -> Mapping[str, Any]:
        """RemoveMembers: a group that becomes empty is deleted if that is its rule and no view needs it."""
        group = own_group(call, "MaskingGroup")
        live = call.live
        given = [call.referred(one, "CIM_ManagedElement").path for one in call.value("Members") or []]
        links = {live.key(link["Member"]): link for link in live.links(group.path, MEMBER, "Collection")}
        gone = {live.key(path) for path in given}
        if not gone or gone - links.keys():
            raise Refusal(INVALID)
        chosen = call.value("DeleteOnEmpty")
        delete = len(gone) == len(links) and (group["DeleteOnEmpty"] if chosen is None else chosen)
        views = views_of_group(live, group.path)
        if delete and views:
            raise Refusal(FAILED)
        live.unlink(links[key] for key in gone)
        for view in views:
            self._follow(live, view, {})
        if delete:
            live.delete(group.path)
        return {}

    def create_view(self, call: Call) -> Mapping[str, Any]:
        """CreateMaskingView: what the initiators of one group see of the volumes of another through the targets."""
        groups = {kind: own_group(call, f"{kind}MaskingGroup", kind) for kind in KINDS.values()}
        live = call.live
        volumes = members_of(live, groups[DEVICES].path)
        numbers = wanted_luns(call, DEVICES, volumes)
        array = self._array(live, call.target)
        if self._collides(live, array, groups[INITIATORS].path, groups[TARGETS].path):
            raise Refusal(IN_USE)
        view = array.new_view(call.text("ElementName"))
        for kind, group in groups.items():
            associate(live, kind, view, group.path)
        self._follow(live, view, numbers)
        return {"ProtocolController": view}

    def delete_view(self, call: Call) -> Mapping[str, Any]:
        """DeleteMaskingView: and the groups that are not to be without a view, or all if the call says so."""
        live = call.live
        view = self._own_view(call)
        groups = groups_of_view(live, view)
        live.delete(view)
        for group in groups:
            self._drop_unassociated(live, group, call.value("DeleteWhenBecomesUnassociated"))
        return {}

    def modify_view(self, call: Call) -> Mapping[str, Any]:
        """ModifyMaskingView: a group more or less. The last one of its kind leaves only by force."""
        live = call.live
        view, group = self._own_view(call), own_group(call, "MaskingGroup")
        kind = kind_of(live, group)
        present = [one for one in groups_of_view(live, view) if kind_of(live, one) == kind]
        has = any(live.same(one.path, group.path) for one in present)
        if call.value("Operation") == ADD and not has:
            volumes = members_of(live, group.path) if kind == DEVICES else []
            numbers = wanted_luns(call, kind, volumes)
            self._check_numbers(live, view, numbers)
            self._check_room(live, call.target, view, kind, group.path)
            associate(live, kind, view, group.path)
            self._follow(live, view, numbers)
        elif call.value("Operation") == REMOVE and has:
            if len(present) == 1 and not call.value("Force"):
                raise Refusal(FAILED)
            live.unlink(
                one for one in live.links(view, ASSOCIATED, "Antecedent") if live.same(one["Dependent"], group.path)
            )
            self._follow(live, view, {})
            self._drop_unassociated(live, group, None)
        else:
            raise Refusal(INVALID)
        return {}

    def remove_group(self, live: Live, group: pywbem.CIMInstance) -> None:
        """Delete a group; the views that had it lose what it gave them."""
        views = views_of_group(live, group.path)
        live.delete(group.path)
        for view in views:
            self._follow(live, view, {})

    def _array(self, live: Live, service: Path) -> MaskingArray:
        return MaskingArray(live, service, self._styles.get(service["Name"], Style(Dialect.GROUPS, devices=False)))

    def _members(self, call: Call, kind: str, group: pywbem.CIMInstance | None) -> list[Path]:
        """Return the members a call names, each once. Raises Refusal for what cannot be a member of such a group."""
        live, found = call.live, {}
        array = self._array(live, call.target)
        for one in call.value("Members") or []:
            member = call.referred(one, MEMBERS[kind], f"CIM_{kind}MaskingGroup")
            inner = live.is_a(member.classname, GROUP)
            known = own_groups(live, call.target) if inner else None
            belongs = any(live.same(member.path, each.path) for each in known) if inner else is_of(array, member)
            if not belongs or (group is not None and inner and holds(live, member.path, group.path)):
                raise Refusal(INVALID)
            found[live.key(member.path)] = member.path
        return list(found.values())

    def _own_view(self, call: Call) -> Path:
        view = call.required("ProtocolController", CONTROLLER).path.copy()
        if not any(call.live.same(view, one) for one in own_views(call.live, call.target)):
            raise Refusal(INVALID)
        return view

    def _drop_unassociated(self, live: Live, group: pywbem.CIMInstance, override: bool | None) -> None:
        wanted = group["DeleteWhenBecomesUnassociated"] if override is None else override
        if wanted and not live.links(group.path, ASSOCIATED, "Dependent"):
            self.remove_group(live, group)

    def _check_room(self, live: Live, service: Path, view: Path, kind: str, group: Path) -> None:
        """Refuse initiators or targets that make a path which another view has already."""
        if kind == DEVICES:
            return
        groups = [one.path for one in groups_of_view(live, view)]
        others = [one for one in groups if kind_of(live, one) not in (kind, DEVICES)]
        for other in others:
            pair = (group, other) if kind == INITIATORS else (other, group)
            if self._collides(live, self._array(live, service), *pair, besides=view):
                raise Refusal(IN_USE)

    def _collides(
        self, live: Live, array: MaskingArray, initiators: Path, targets: Path, besides: Path | None = None
    ) -> bool:
        wanted = member_keys(live, initiators), member_keys(live, targets)
        for view in own_views(live, array.service):
            if besides is not None and live.same(view, besides):
                continue
            found: dict[str, set[TargetKey]] = {kind: set() for kind in KINDS.values()}
            for group in groups_of_view(live, view):
                if (kind := kind_of(live, group)) != DEVICES:
                    found[kind] |= member_keys(live, group.path)
            if found[INITIATORS] & wanted[0] and found[TARGETS] & wanted[1]:
                return True
        return False

    def _check_numbers(self, live: Live, view: Path, numbers: Mapping[TargetKey, int]) -> None:
        taken = {
            lun_of(link["DeviceNumber"]): live.key(link["Dependent"]) for link in live.links(view, UNIT, "Antecedent")
        }
        if any(taken.get(number, key) != key for key, number in numbers.items()):
            raise Refusal(INVALID)

    def _follow(self, live: Live, view: Path, numbers: Mapping[TargetKey, int]) -> None:
        """Give a view the units and ports its groups say; new volumes have their LUNs from `numbers`, or free ones."""
        style = self._style_of_view(live, view)
        if style is None or style.groups_only:
            return
        service = self._service_of(live, view)
        array = MaskingArray(live, service, style)
        linked = LinkedViews(live, NoAccess(), array.devices if style.devices else None)
        before = linked.read(view)
        after = ViewState()
        for group in groups_of_view(live, view):
            kind = kind_of(live, group)
            if kind == TARGETS:
                after.targets |= {live.key(path): path for path in members_of(live, group.path)}
            elif kind == DEVICES:
                add_units(live, before, after, members_of(live, group.path), numbers)
        linked.write(view, "", before, after)

    def _style_of_view(self, live: Live, view: Path) -> Style | None:
        service = self._service_of(live, view)
        return None if service is None else self._styles.get(service["Name"])

    @staticmethod
    def _service_of(live: Live, view: Path) -> Path | None:
        owners = live.across(view, "CIM_ConcreteDependency", "Dependent", "Antecedent")
        return next((one for one in owners if live.is_a(one.classname, "CIM_GroupMaskingMappingService")), None)
