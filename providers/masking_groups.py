"""Masking dialect 3: groups (smis-mapping 3.1).

view --AssociatedInitiatorMaskingGroup-- InitiatorMaskingGroup --MemberOfCollection-- StorageHardwareID
view --AssociatedTargetMaskingGroup-- TargetMaskingGroup --MemberOfCollection-- SCSIProtocolEndpoint
view --AssociatedDeviceMaskingGroup-- DeviceMaskingGroup --OrderedMemberOfCollection-- StorageVolume
GroupMaskingMappingService --ServiceAffectsElement-- group

In an irregular array the first view's initiator group and device group hold another group each.
"""

from collections.abc import Mapping, Sequence

from mock_cimom.estate.plan import View
from mock_cimom.providers.factory import InstanceFactory, Ref
from mock_cimom.providers.masking_ground import Ground

MANAGES = 5  # CIM_ServiceAffectsElement.ElementEffects
INITIATORS, TARGETS, DEVICES = "Initiator", "Target", "Device"


def publish_groups(ground: Ground, controllers: Mapping[str, Ref]) -> None:
    """Publish the three groups of each view of `controllers` (by the view's name)."""
    for turn, view in enumerate(ground.array.views):
        nested = ground.array.description.irregular and turn == 0
        initiators = [ground.initiators[one] for one in view.initiators]
        devices = [ground.volumes[one] for one in view.volumes]
        endpoints = [port.endpoint for port in ground.ports.of_view(view)]
        groups = {
            INITIATORS: _filled(ground, INITIATORS, view, initiators, nested=nested),
            TARGETS: _filled(ground, TARGETS, view, endpoints, nested=False),
            DEVICES: _filled(ground, DEVICES, view, devices, nested=nested),
        }
        for kind, group in groups.items():
            ground.factory.make(f"CIM_Associated{kind}MaskingGroup", Antecedent=controllers[view.name], Dependent=group)


def _filled(ground: Ground, kind: str, view: View, members: Sequence[Ref], *, nested: bool) -> Ref:
    """Publish a group with its members; a nested one has the first half itself and the others in an inner group."""
    group = _publish_group(ground, kind, view.name)
    if not nested or len(members) < 2:
        _publish_members(ground.factory, kind, group, members)
        return group
    half = len(members) // 2
    inner = _publish_group(ground, kind, f"{view.name}:inner")
    _publish_members(ground.factory, kind, inner, members[half:])
    _publish_members(ground.factory, kind, group, [*members[:half], inner])
    return group


def _publish_group(ground: Ground, kind: str, name: str) -> Ref:
    group = ground.factory.make(
        f"MOCK_{kind}MaskingGroup",
        InstanceID=f"{ground.array.name}:{kind.lower()}s:{name}",
        ElementName=f"{kind.lower()}s of {name}",
        DeleteOnEmpty=False,
        DeleteWhenBecomesUnassociated=False,
    )
    ground.factory.make(
        "CIM_ServiceAffectsElement",
        AffectingElement=ground.service,
        AffectedElement=group,
        ElementEffects=[MANAGES],
    )
    return group


def _publish_members(factory: InstanceFactory, kind: str, group: Ref, members: Sequence[Ref]) -> None:
    if kind != DEVICES:
        for member in members:
            factory.make("CIM_MemberOfCollection", Collection=group, Member=member)
        return
    for number, member in enumerate(members, start=1):
        factory.make("CIM_OrderedMemberOfCollection", Collection=group, Member=member, AssignedSequence=number)
