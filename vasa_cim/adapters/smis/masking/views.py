"""The masking views of a namespace: initiators, volumes and ports joined (`smis-mapping 3.2`, plan A).

Everything here fails closed: what dangles, is missing or cannot be read hides volumes, and never shows one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.masking.grants import Dialect, Grant, Grants, united
from vasa_cim.adapters.smis.masking.hardware_ids import HardwareIds
from vasa_cim.adapters.smis.masking.privileges import read_privileges
from vasa_cim.adapters.smis.masking.units import read_units
from vasa_cim.adapters.smis.masking.view_rules import ViewRules, masks, read_view_rules
from vasa_cim.adapters.smis.ports import PortId, Ports
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.systems import Systems, plain_name
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName, Row

DIALECTS: tuple[Dialect, ...] = (read_privileges,)
"""How arrays say who may use a controller; an array may speak several, and their grants are united."""


@dataclass(frozen=True, slots=True)
class MaskingView:
    """One controller through which initiators reach volumes. `name` is unique in the array and stable."""

    array: str
    name: str
    initiators: frozenset[str]
    volumes: tuple[Key, ...]
    ports: tuple[PortId, ...]
    open_to_all: bool


@dataclass(frozen=True, slots=True)
class MaskingGround:
    """What was read before and masking builds on. `saps` are the controllers behind each endpoint.

    `masked` tells whether the CIMOM claims a masking profile.
    """

    systems: Systems
    volumes: Mapping[Key, Volume]
    ports: Ports
    controllers: Mapping[Key, Row]
    saps: Mapping[Key, set[Key]]
    element_capabilities: Collection[ObjectName]
    masked: bool


def read_views(walk: Walk, ground: MaskingGround) -> tuple[MaskingView, ...]:
    """Read the masking views that lead anybody to a volume through a port, in stable order. Raises SourceError."""
    units = read_units(walk, ground.volumes)
    hardware_ids = HardwareIds(walk)
    grants = united(dialect(walk, hardware_ids) for dialect in DIALECTS)
    candidates = {key: array for key in units if (array := _array_of(key, ground, walk.quirks)) is not None}
    ports = _ports_of_views(walk, ground, candidates)
    if any(key not in ports or key not in grants or grants[key].everyone for key in candidates):
        rules = read_view_rules(walk, ground.systems, ground.element_capabilities)
    else:
        rules = {}
    unmasked = not ground.masked and not grants and not len(hardware_ids) and not masks(walk)
    views = []
    for key, array in candidates.items():
        rule = rules.get(array, ViewRules())
        grant = _grant(ground.controllers[key], grants, rule, walk.quirks, unmasked=unmasked)
        found = _ports_of_view(key, array, ports, ground.ports, rule)
        volumes = tuple(one for one in units[key] if ground.volumes[one].array == array)
        if volumes and found and (grant.everyone or grant.initiators):
            name = _name(ground.controllers[key], array)
            views.append(MaskingView(array, name, grant.initiators, volumes, found, grant.everyone))
    return tuple(sorted(views, key=lambda view: (view.array, view.name)))


def _name(controller: Row, array: str) -> str:
    """Return the DeviceID, with the system's name before it where that is only a part of the array."""
    system, device = plain_name(controller.text("SystemName") or array), controller.text("DeviceID")
    if device is None:
        return "/".join(controller.key)
    return device if system == array else f"{system}/{device}"


def _array_of(controller: Key, ground: MaskingGround, quirks: Quirks) -> str | None:
    """Return the array of a controller that may be a view, None for others and for dangling references."""
    row = ground.controllers.get(controller)
    if row is None or not quirks.may_be_view(row):
        return None
    return ground.systems.array_for(row.text("SystemName"))


def _grant(controller: Row, grants: Grants, rule: ViewRules, quirks: Quirks, *, unmasked: bool) -> Grant:
    """Return who may use a controller; one for everyone is open only where that is sure to be meant so.

    A hardware ID without a name means everyone only on an array that has default views: elsewhere it is a name that
    got lost. A view without any subject is open on an array that claims no masking and has nothing of it, or one
    whose default views look like that.
    """
    known = grants.get(controller.key)
    if (
        known is not None
        and known.everyone
        and not (rule.default_views or quirks.has_nameless_default_views(controller))
    ):
        return Grant(known.initiators)
    if known is not None:
        return known
    return Grant(everyone=unmasked or (bool(grants) and rule.bare_is_open))


# --- ports ---


def _ports_of_views(walk: Walk, ground: MaskingGround, candidates: Collection[Key]) -> Mapping[Key, set[PortId]]:
    """Return the ports of each view that names any, by its endpoints or else (dialect 4) its port devices.

    A view whose ports all dangle has an empty set: it names ports, but none that is there.
    """
    found = _resolved(((view, end) for end, views in ground.saps.items() for view in views), ground.ports.of_endpoint)
    if any(key not in found for key in candidates):
        edges = walk.edges(v.PROTOCOL_CONTROLLER_FOR_PORT, "Antecedent", "Dependent")
        found = _resolved(edges, ground.ports.of_device) | found
    return found


def _resolved(edges: Iterable[tuple[Key, Key]], known: Mapping[Key, PortId]) -> dict[Key, set[PortId]]:
    found: dict[Key, set[PortId]] = {}
    for view, end in edges:
        ports = found.setdefault(view, set())
        if end in known:
            ports.add(known[end])
    return found


def _ports_of_view(
    view: Key, array: str, named: Mapping[Key, set[PortId]], ports: Ports, rule: ViewRules
) -> tuple[PortId, ...]:
    if view in named:
        return tuple(sorted(port for port in named[view] if port[0] == array))
    if rule.all_ports:
        return tuple(sorted({(port.array, port.local) for port in ports.ports if port.array == array}))
    return ()
