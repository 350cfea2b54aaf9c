"""The masking views of a namespace: initiators, volumes and ports joined (`smis-mapping 3.2`, plan A).

Everything here fails closed: what dangles, is missing or cannot be read hides volumes, and never shows one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis.masking.evidence import Evidence, read_evidence
from vasa_cim.adapters.smis.masking.grants import Dialect, Grant
from vasa_cim.adapters.smis.masking.ground import MaskingGround
from vasa_cim.adapters.smis.masking.openness import Decision, State, decide
from vasa_cim.adapters.smis.masking.plan import ArrayMasking
from vasa_cim.adapters.smis.masking.row_views import blocks_of
from vasa_cim.adapters.smis.masking.rows import NO_CONTROLLER
from vasa_cim.adapters.smis.masking.view_ports import PortsBy, ViewPorts, read_view_ports
from vasa_cim.adapters.smis.masking.view_rules import ViewRules, read_view_rules
from vasa_cim.adapters.smis.ports import PortId, Ports
from vasa_cim.adapters.smis.switches import MaskingSwitch, PortsSwitch
from vasa_cim.adapters.smis.text import plain_name
from vasa_cim.adapters.smis.vocabulary import NAME_FORMAT_ISCSI
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row

_NO_RULES = ViewRules()
_BY_GROUPS = (MaskingSwitch.AUTO, MaskingSwitch.GROUPS)
_BY_PRIVILEGES = (MaskingSwitch.AUTO, MaskingSwitch.PRIVILEGES)
_BY_ROWS = (MaskingSwitch.AUTO, MaskingSwitch.ROWS)


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
class Masking:
    """The views of a namespace in stable order, and how the masking of each of its arrays was read."""

    views: tuple[MaskingView, ...]
    plan: tuple[ArrayMasking, ...]


def read_masking(walk: Walk, ground: MaskingGround) -> Masking:
    """Read the masking views that lead anybody to a volume through a port. Raises SourceError."""
    evidence = read_evidence(walk, ground)
    asked = any(finding.seen for finding in evidence.findings) or len(evidence.hardware_ids)
    rules = read_view_rules(walk, ground.systems, ground.element_capabilities) if asked else {}
    sign = "a masking profile is registered" if ground.masked else evidence.sign()
    decisions = decide(walk, ground.systems, sign, partial=_partial(ground, evidence))
    join = _Join(walk, ground, evidence, decisions, rules)
    views = (*join.open_views(), *join.controller_views(), *join.row_views())
    ordered = tuple(sorted(views, key=lambda view: (view.array, view.name)))
    return Masking(ordered, tuple(join.plan(array, ordered) for array in sorted(ground.systems.arrays)))


def _partial(ground: MaskingGround, evidence: Evidence) -> set[str]:
    """Return the arrays with a controller that leads to some of their volumes, and not to the others.

    An array without masking has controllers for all of its volumes (`smis-mapping 3.1`, all-LUNs view), or none.
    """
    every = Counter(volume.array for volume in ground.volumes.values())
    found = set()
    for volumes in evidence.units.usable.values():
        for array, count in Counter(ground.volumes[volume].array for volume in volumes).items():
            if count < every[array]:
                found.add(array)
    return found


class _Join:
    """Joins what was read into views, and remembers by what."""

    def __init__(
        self,
        walk: Walk,
        ground: MaskingGround,
        evidence: Evidence,
        decisions: Mapping[str, Decision],
        rules: Mapping[str, ViewRules],
    ) -> None:
        self._walk = walk
        self._ground = ground
        self._evidence = evidence
        self._decisions = decisions
        self._rules = rules
        self._grants = evidence.grants(walk)
        spoken_of = {evidence.arrays[controller] for controller in self._grants}
        self._spoken_of = spoken_of - evidence.arrays_in_doubt(ground)
        self._granted = {evidence.arrays[controller] for controller, one in self._grants.items() if one.initiators}
        self._dialects: dict[str, set[Dialect]] = {}
        self._ports_by: dict[str, set[PortsBy]] = {}

    def open_views(self) -> Iterator[MaskingView]:
        """Yield one view for each open array: every volume, through every front-end port, for everyone."""
        for array, decision in self._decisions.items():
            if decision.state is State.OPEN:
                volumes = tuple(sorted(one.key for one in self._ground.volumes.values() if one.array == array))
                if volumes:
                    self._ports_by[array] = {PortsBy.ALL}
                    ports = _all_ports(self._ground.ports, array)
                    yield MaskingView(array, "open to all", frozenset(), volumes, ports, open_to_all=True)

    def controller_views(self) -> Iterator[MaskingView]:
        """Yield the views that privileges and groups give to anybody."""
        candidates: dict[Key, tuple[Grant, tuple[Key, ...]]] = {}
        for controller, array in self._evidence.arrays.items():
            if self._decisions[array].state is State.MASKED:
                grant = self._grant(controller, array)
                volumes = self._volumes(controller, array) if grant.everyone or grant.initiators else ()
                if volumes:
                    candidates[controller] = (grant, volumes)
        ports = self._read_ports(candidates)
        dormant = []
        for controller, (grant, volumes) in candidates.items():
            array = self._evidence.arrays[controller]
            found = self._ports(controller, array, ports)
            name = _name(self._ground.controllers[controller], array)
            if found:
                self._count(controller, array, ports)
                yield MaskingView(array, name, grant.initiators, volumes, found, grant.everyone)
            else:
                dormant.append(name)
        self._walk.left_out("masking views", "they lead to no port that is there", dormant)

    def row_views(self) -> Iterator[MaskingView]:
        """Yield the views of rows, of controllers that no other dialect has a word about."""
        evidence, controllers = self._evidence, self._ground.controllers
        for controller in sorted(evidence.rows.paths):
            if controller not in evidence.arrays and not self._may_stand_alone(controller):
                continue
            if any(one.word_about(controller) for one in evidence.findings if one.dialect is not Dialect.ROWS):
                continue
            own = self._ground.systems.array_for(controller[1]) if controller else None
            row = controllers.get(controller)
            for array in self._ground.systems.arrays if own is None else (own,):
                name = _name(row, array) if row is not None else "/".join(("rows", *controller))
                yield from self._row_views_of(controller, array, name)

    def _may_stand_alone(self, controller: Key) -> bool:
        """Return whether rows may name no controller, or one not there on an array that publishes no views but rows."""
        if controller == NO_CONTROLLER:
            return True
        array = self._ground.systems.array_for(controller[1])
        views = (key for key, own in self._evidence.arrays.items() if own == array and not self._is_node(key))
        return controller not in self._ground.controllers and array is not None and not any(views)

    def _is_node(self, controller: Key) -> bool:
        return self._ground.controllers[controller].number("NameFormat") == NAME_FORMAT_ISCSI

    def _row_views_of(self, controller: Key, array: str, name: str) -> Iterator[MaskingView]:
        if self._decisions[array].state is not State.MASKED or self._switch(array) not in _BY_ROWS:
            return
        evidence = self._evidence
        barred = evidence.rows.barred.get(controller, set()) | evidence.units.barred.get(controller, set())
        for block in blocks_of(
            evidence.rows.paths[controller],
            evidence.denied(controller),
            barred,
            lambda volume: self._ground.volumes[volume].array == array,
            default_views=self._has_default_views(array, self._ground.controllers.get(controller)),
        ):
            self._dialects.setdefault(array, set()).add(Dialect.ROWS)
            self._ports_by.setdefault(array, set()).add(PortsBy.ROWS)
            label = f"{name}/{block.part}" if block.part else name
            grant = block.grant
            yield MaskingView(array, label, grant.initiators, block.volumes, block.ports, grant.everyone)

    def plan(self, array: str, views: tuple[MaskingView, ...]) -> ArrayMasking:
        """Return how the masking of an array was read, once all views were yielded."""
        decision = self._decisions[array]
        dialects, ports_by = self._dialects.get(array, set()), self._ports_by.get(array, set())
        return ArrayMasking(
            array,
            decision.state,
            decision.reason,
            tuple(dialect for dialect in Dialect if dialect in dialects),
            tuple(by for by in PortsBy if by in ports_by),
            sum(view.array == array for view in views),
            self._evidence.rows.too_many,
        )

    def _switch(self, array: str) -> MaskingSwitch:
        return self._walk.switches.of(array).masking

    def _grant(self, controller: Key, array: str) -> Grant:
        """Return who may use a controller; one for everyone is open only where that is sure to be meant so.

        A hardware ID without a name means everyone only on an array that has default views: elsewhere it is a name
        that got lost. A view without any subject is open only on an array whose default views look like that, and of
        which other views have initiators: where all lack them, they got lost. One without a word is open only where
        every word is about a controller that is there.
        """
        known = self._grants.get(controller)
        if known is None:
            return Grant(everyone=array in self._spoken_of and self._rules.get(array, _NO_RULES).bare_is_open)
        if self._evidence.is_subjectless(controller) and self._switch(array) in _BY_PRIVILEGES:
            return Grant(everyone=array in self._granted and self._rules.get(array, _NO_RULES).subjectless_is_open)
        if known.everyone and not self._has_default_views(array, self._ground.controllers[controller]):
            return Grant(known.initiators)
        return known

    def _has_default_views(self, array: str, controller: Row | None) -> bool:
        nameless = controller is not None and self._walk.quirks.has_nameless_default_views(controller)
        return nameless or self._rules.get(array, _NO_RULES).default_views

    def _volumes(self, controller: Key, array: str) -> tuple[Key, ...]:
        groups = self._evidence.groups.volumes if self._switch(array) in _BY_GROUPS else {}
        found = self._evidence.units.volumes_of(controller, otherwise=groups.get(controller, ()))
        return tuple(one for one in found if self._ground.volumes[one].array == array)

    def _read_ports(self, candidates: Mapping[Key, object]) -> ViewPorts:
        switches = {key: self._walk.switches.of(self._evidence.arrays[key]).ports for key in candidates}
        return read_view_ports(
            self._walk, switches, self._ground.ports, self._ground.saps, self._evidence.groups.targets
        )

    def _ports(self, controller: Key, array: str, ports: ViewPorts) -> tuple[PortId, ...]:
        everything = self._walk.switches.of(array).ports is PortsSwitch.ALL
        if controller in ports.of and not everything:
            return tuple(sorted(port for port in ports.of[controller] if port[0] == array))
        if everything or self._rules.get(array, _NO_RULES).all_ports:
            ports.by[controller] = PortsBy.ALL
            return _all_ports(self._ground.ports, array)
        return ()

    def _count(self, controller: Key, array: str, ports: ViewPorts) -> None:
        words = (one.dialect for one in self._evidence.findings if one.word_about(controller))
        self._dialects.setdefault(array, set()).update(words)
        self._ports_by.setdefault(array, set()).add(ports.by[controller])


def _name(controller: Row, array: str) -> str:
    """Return the DeviceID, with the system's name before it where that is only a part of the array."""
    system, device = plain_name(controller.text("SystemName") or array), controller.text("DeviceID")
    if device is None:
        return "/".join(controller.key)
    return device if system == array else f"{system}/{device}"


def _all_ports(ports: Ports, array: str) -> tuple[PortId, ...]:
    return tuple(sorted({(port.array, port.local) for port in ports.ports if port.array == array}))
