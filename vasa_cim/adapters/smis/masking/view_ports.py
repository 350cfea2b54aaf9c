"""The ports of masking views: by endpoints, port devices or target groups, or all (`smis-mapping 3.1`, `3.2` A6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vasa_cim.adapters.smis.device_ports import ports_of_devices
from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.masking.members import Member
from vasa_cim.adapters.smis.ports import PortId, Ports
from vasa_cim.adapters.smis.switches import PortsSwitch
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key


class PortsBy(StrEnum):
    """What leads from a view to its ports."""

    ENDPOINTS = "endpoints"  # SAPAvailableForElement
    DEVICES = "devices"  # ProtocolControllerForPort
    GROUPS = "groups"  # members of a TargetMaskingGroup
    ROWS = "rows"  # MaskingMappingView
    ALL = "all"  # all front-end ports of the array share each view


@dataclass(slots=True)
class ViewPorts:
    """The ports of each view that names any, and by what. A view whose ports all dangle has an empty set."""

    of: dict[Key, set[PortId]] = field(default_factory=dict)
    by: dict[Key, PortsBy] = field(default_factory=dict)

    def add(self, view: Key, ports: Iterable[PortId], by: PortsBy) -> None:
        """Add ports to a view."""
        self.of.setdefault(view, set()).update(ports)
        self.by[view] = by


def read_view_ports(
    walk: Walk,
    views: Mapping[Key, PortsSwitch],
    ports: Ports,
    saps: Mapping[Key, Collection[Key]],
    targets: Mapping[Key, tuple[Member, ...]],
) -> ViewPorts:
    """Return the ports of these views, each with its array's switch. `targets` are those of target groups.

    Endpoints win over target groups, and these over port devices, unless the switch names one. Raises SourceError.
    """
    found = ViewPorts()
    by_endpoint = {view for view, switch in views.items() if switch in (PortsSwitch.AUTO, PortsSwitch.ENDPOINTS)}
    for endpoint, controllers in saps.items():
        for view in by_endpoint.intersection(controllers):
            found.add(view, [ports.of_endpoint[endpoint]] if endpoint in ports.of_endpoint else (), PortsBy.ENDPOINTS)
    for view in by_endpoint - found.of.keys():
        if view in targets:
            _add_targets(found, walk, view, targets[view], ports)
    by_device = {view for view, switch in views.items() if switch in (PortsSwitch.AUTO, PortsSwitch.DEVICES)}
    waiting = by_device - found.of.keys()
    if waiting:
        _add_devices(found, walk, waiting, ports)
    return found


def _add_targets(found: ViewPorts, walk: Walk, view: Key, members: Iterable[Member], ports: Ports) -> None:
    devices = []
    for member in members:
        if not member.is_device and member.key in ports.of_endpoint:
            found.add(view, [ports.of_endpoint[member.key]], PortsBy.GROUPS)
        elif member.is_device:
            devices.append(member.key)
        else:
            found.add(view, (), PortsBy.GROUPS)
    if devices:
        known = ports_of_devices(walk, ports, devices)
        found.add(view, (port for device in devices for port in known.get(device, ())), PortsBy.GROUPS)


def _add_devices(found: ViewPorts, walk: Walk, views: Collection[Key], ports: Ports) -> None:
    edges = [
        (view, device)
        for view, device in walk.edges(v.PROTOCOL_CONTROLLER_FOR_PORT, "Antecedent", "Dependent")
        if view in views
    ]
    known = ports_of_devices(walk, ports, {device for _, device in edges})
    for view, device in edges:
        found.add(view, known.get(device, ()), PortsBy.DEVICES)
