"""Front-end target ports (`smis-mapping 2.3`): one per FC, FCoE or SAS port, one per iSCSI (node, portal group) pair.

FCPort --(equal WWN, or DeviceSAPImplementation)-- SCSIProtocolEndpoint --SAPAvailableForElement--> view or node
"""

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.endpoints import Endpoints, endpoints_below
from vasa_cim.adapters.smis.port_wwns import device_wwn, endpoint_wwns, node_wwn
from vasa_cim.adapters.smis.portals import portals_of
from vasa_cim.adapters.smis.systems import Systems
from vasa_cim.adapters.smis.text import bare_hex, distinct_texts, first_text, iscsi_name_of, plain_name, wwn_of
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row
from vasa_cim.model.enums import BlockProtocol

_ISCSI_NAMES = ("iqn.", "eui.", "naa.")
_NO_TARGET = v.EndpointRole.INITIATOR
_TARGETS = (v.EndpointRole.TARGET, v.EndpointRole.BOTH)
_OTHER_TRANSPORTS = frozenset({v.ConnectionType.SAS, v.ConnectionType.RDMA})


@dataclass(frozen=True, slots=True)
class Port:
    """One front-end port. `local` names it within its array; `owner` is the plain name of the system that has it."""

    array: str
    local: str
    owner: str
    kind: BlockProtocol
    port_wwn: str | None = None
    node_wwn: str | None = None
    iscsi_name: str | None = None
    names: tuple[str, ...] = ()


PortId = tuple[str, str]
"""(array, local): a port that several processors share has several `Port`s of one id."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of a namespace, and which one a masking reference to an endpoint or to a port device means.

    `bindings` are the endpoints that each endpoint is bound to, read only where there are iSCSI targets.
    """

    ports: tuple[Port, ...]
    of_endpoint: Mapping[Key, PortId]
    of_device: Mapping[Key, PortId]
    bindings: Mapping[Key, tuple[Key, ...]] = field(default_factory=dict)


def read_ports(
    walk: Walk,
    systems: Systems,
    endpoints: Endpoints,
    bindings: Callable[[], Iterable[tuple[Key, Key]]],
    controllers: Mapping[Key, Row],
    saps: Mapping[Key, set[Key]],
) -> Ports:
    """Read the ports. `bindings` reads the (lower, upper) endpoints that are bound to each other.

    `controllers` are protocol controllers by key; `saps` the controllers behind each endpoint. Raises SourceError.
    """
    scsi = {key: row for key, row in endpoints.scsi.items() if not walk.quirks.is_between_arrays(row)}
    between = {wwn_of(row.text("Name")) for key, row in endpoints.scsi.items() if key not in scsi}
    devices = _fc_rows(walk, systems)
    fibre, of_device = _fc_ports(walk, systems, devices, scsi, between)
    of_endpoint = _fc_endpoints(walk, systems, scsi, fibre, of_device)
    targets = {key: row for key, row in scsi.items() if row.number("Role") != _NO_TARGET}
    bare = _bare_fc_ports(systems, targets, list(devices.values()))
    rows = _iscsi_rows(systems, targets)
    lower = endpoints_below(bindings()) if rows else {}
    iscsi = _iscsi_ports(walk, systems, rows, portals_of(rows, lower, endpoints), controllers, saps)
    others = _other_ports(systems, targets)
    of_endpoint |= {key: (port.array, port.local) for key, port in (bare | iscsi | others).items()}
    every = {*fibre, *bare.values(), *iscsi.values(), *others.values()}
    found = sorted(every, key=lambda port: (port.array, port.local, port.owner))
    return Ports(tuple(found), of_endpoint, of_device, lower)


# --- FC and FCoE ---


def _fc_rows(walk: Walk, systems: Systems) -> Mapping[Key, Row]:
    """Return the FC port devices of the arrays, of whatever use."""
    rows: dict[Key, Row] = {}
    for row in walk.rows(v.FC_PORT, v.FC_PORT_PROPERTIES):
        if systems.system_for(row.text("SystemName")) is not None:
            rows.setdefault(row.key, row)
    return rows


def _fc_ports(
    walk: Walk,
    systems: Systems,
    devices: Mapping[Key, Row],
    endpoints: Mapping[Key, Row],
    between: Container[str | None],
) -> tuple[list[Port], dict[Key, PortId]]:
    """Return the front-end FC ports, and each one's id by its device key; none whose WWN is in `between`."""
    roles = _roles_of_wwn(endpoints.values())
    rows = {key: row for key, row in sorted(devices.items()) if _is_front_end(walk, row)}
    wwns = {key: wwn for key, row in rows.items() if (wwn := device_wwn(row)) is not None}
    wwns |= endpoint_wwns(walk, rows.keys() - wwns.keys(), endpoints)
    found: dict[Key, Port] = {}
    for key, row in rows.items():
        wwn = wwns.get(key)
        if wwn is not None and wwn not in between and roles.get(wwn) != {_NO_TARGET}:
            found[key] = _fc_port(systems, row, wwn, walk.quirks.port_name(row))
    nameless = [row.text("DeviceID") for key, row in rows.items() if key not in wwns]
    walk.left_out("FC ports", "they have no WWN", nameless)
    found = _one_of_each_wwn(found)
    return list(found.values()), {key: (port.array, port.local) for key, port in found.items()}


def _is_front_end(walk: Walk, row: Row) -> bool:
    back_end = row.number("UsageRestriction") == v.UsageRestriction.BACK_END
    return not (back_end or walk.quirks.is_unmaskable(row) or walk.quirks.is_between_arrays(row))


def _one_of_each_wwn(ports: Mapping[Key, Port]) -> dict[Key, Port]:
    """Return the ports with one name for each WWN: nodes of a cluster publish one target port each for themselves."""
    names: dict[tuple[str, str | None], str] = {}
    for port in ports.values():
        names.setdefault((port.array, port.port_wwn), port.local)
    return {key: replace(port, local=names[port.array, port.port_wwn]) for key, port in ports.items()}


def _roles_of_wwn(endpoints: Iterable[Row]) -> Mapping[str, set[int | None]]:
    roles: dict[str, set[int | None]] = {}
    for row in endpoints:
        if wwn := wwn_of(row.text("Name")):
            roles.setdefault(wwn, set()).add(row.number("Role"))
    return roles


def _fc_port(systems: Systems, row: Row, wwn: str, own_name: str | None) -> Port:
    owner = systems.system_for(row.text("SystemName")) or ""
    array = systems.array_of[owner]
    device = row.text("DeviceID") or ""
    return Port(
        array=array,
        local=_local_name(array, plain_name(row.text("SystemName") or ""), device, wwn),
        owner=owner,
        kind=_fc_kind(row),
        port_wwn=wwn,
        node_wwn=node_wwn(row, systems.by_name.get(owner), systems.by_name.get(array)) or wwn,
        names=distinct_texts((row.text("ElementName"), own_name, device)),
    )


def _local_name(array: str, system: str, device: str, wwn: str) -> str:
    """Return what names a port within its array: the DeviceID, with the processor's name if that numbers its ports.

    It is made of this port's own keys only: an id must not change when another processor's ports come or go.
    """
    return device if system == array or wwn in bare_hex(device) else f"{system}:{device}"


def _fc_kind(row: Row) -> BlockProtocol:
    over_ethernet = row.number("LinkTechnology") == v.LinkTechnology.ETHERNET
    stated = v.PORT_DISCRIMINATOR_FCOE in row.numbers("PortDiscriminator")
    return BlockProtocol.FCOE if over_ethernet or stated else BlockProtocol.FC


def _bare_fc_ports(systems: Systems, targets: Mapping[Key, Row], devices: Collection[Row]) -> dict[Key, Port]:
    """Return the FC targets of arrays that have no FC port device at all: there an endpoint is all that a port has."""
    told = {systems.array_for(row.text("SystemName")) for row in devices}
    known = {device_wwn(row) for row in devices}
    found: dict[Key, Port] = {}
    for key, row in sorted(targets.items()):
        owner, name = systems.system_for(row.text("SystemName")), first_text(row.text("Name"))
        wwn = wwn_of(name)
        is_fc_target = row.number("ConnectionType") == v.ConnectionType.FC and row.number("Role") in _TARGETS
        if owner is None or name is None or wwn is None or wwn in known or not is_fc_target:
            continue
        array = systems.array_of[owner]
        if array in told:
            continue
        node = node_wwn(None, systems.by_name[owner], systems.by_name[array])
        labels = distinct_texts((row.text("ElementName"), name))
        found[key] = Port(array, name, owner, BlockProtocol.FC, wwn, node or wwn, names=labels)
    return _one_of_each_wwn(found)


def _fc_endpoints(
    walk: Walk,
    systems: Systems,
    endpoints: Mapping[Key, Row],
    ports: Iterable[Port],
    of_device: Mapping[Key, PortId],
) -> dict[Key, PortId]:
    """Return the port of each FC endpoint: the one with its WWN, else the one it is implemented on."""
    of_wwn = {(port.array, port.port_wwn): (port.array, port.local) for port in ports}
    found: dict[Key, PortId] = {}
    unmatched = set()
    for key, row in endpoints.items():
        port = of_wwn.get((systems.array_for(row.text("SystemName")) or "", wwn_of(row.text("Name"))))
        if port is not None:
            found[key] = port
        elif row.number("ConnectionType") == v.ConnectionType.FC and row.number("Role") != _NO_TARGET:
            unmatched.add(key)
    if unmatched and of_device:
        for device, endpoint in walk.edges(v.DEVICE_SAP_IMPLEMENTATION, "Antecedent", "Dependent"):
            if endpoint in unmatched and device in of_device:
                found.setdefault(endpoint, of_device[device])
    return found


# --- iSCSI and the rest ---


def _iscsi_rows(systems: Systems, targets: Mapping[Key, Row]) -> Mapping[Key, Row]:
    return {key: row for key, row in targets.items() if _is_iscsi(row) and systems.system_for(row.text("SystemName"))}


def _is_iscsi(endpoint: Row) -> bool:
    """Return whether an endpoint is one of iSCSI; one that does not tell its transport is known by its name."""
    kind = endpoint.number("ConnectionType")
    named = (iscsi_name_of(endpoint.text("Name")) or "").startswith(_ISCSI_NAMES)
    return named if kind is None else kind == v.ConnectionType.ISCSI


def _iscsi_ports(
    walk: Walk,
    systems: Systems,
    rows: Mapping[Key, Row],
    portals: Mapping[Key, Iterable[str]],
    controllers: Mapping[Key, Row],
    saps: Mapping[Key, set[Key]],
) -> dict[Key, Port]:
    nodes = {key: row for key, row in controllers.items() if not walk.quirks.maps_ports(row)}
    ports, nameless = {}, []
    for key, row in rows.items():
        name = _target_name(row, [nodes[node] for node in sorted(saps.get(key, ())) if node in nodes])
        if name is None:
            nameless.append(row.text("Name"))
        else:
            ports[key] = _iscsi_port(systems, row, name, portals.get(key, ()))
    walk.left_out("iSCSI ports", "they have no target name", nameless)
    return ports


def _iscsi_port(systems: Systems, row: Row, name: str, portals: Iterable[str]) -> Port:
    owner = systems.system_for(row.text("SystemName")) or ""
    return Port(
        array=systems.array_of[owner],
        local=first_text(row.text("Name")) or name,
        owner=owner,
        kind=BlockProtocol.ISCSI,
        iscsi_name=name,
        names=distinct_texts((row.text("ElementName"), *portals), without=(name,)),
    )


def _target_name(endpoint: Row, nodes: Iterable[Row]) -> str | None:
    """Return the target's iSCSI name: from the endpoint's name, else from the node behind it."""
    own = iscsi_name_of(endpoint.text("Name"))
    if own is not None and own.startswith(_ISCSI_NAMES):
        return own
    named = (iscsi_name_of(node.text("Name")) for node in nodes if node.number("NameFormat") == v.NAME_FORMAT_ISCSI)
    return next((name for name in named if name and name.startswith(_ISCSI_NAMES)), None)


def _other_ports(systems: Systems, targets: Mapping[Key, Row]) -> dict[Key, Port]:
    """Return the ports of transports that VASA 1.0 has no word for."""
    ports = {}
    for key, row in targets.items():
        owner = systems.system_for(row.text("SystemName"))
        name = first_text(row.text("Name"))
        if owner and name and row.number("ConnectionType") in _OTHER_TRANSPORTS:
            labels = distinct_texts((row.text("ElementName"), name))
            ports[key] = Port(systems.array_of[owner], name, owner, BlockProtocol.OTHER, names=labels)
    return ports
