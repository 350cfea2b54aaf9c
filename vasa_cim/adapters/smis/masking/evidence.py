"""What all dialects of a namespace say about who may use its views, read as far as anything is left open.

Dialects are known by their instances, not by what profiles claim: an array may speak several, and what one denies, no
other opens. Dialects 1 and 2 can deny and are always read; 3 and 5 only if there is an array that these do not settle.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from vasa_cim.adapters.smis.masking.associated_privileges import read_associated_privileges
from vasa_cim.adapters.smis.masking.grants import Dialect, Finding, Grant, grant_of
from vasa_cim.adapters.smis.masking.ground import MaskingGround
from vasa_cim.adapters.smis.masking.groups import GroupViews, read_groups
from vasa_cim.adapters.smis.masking.hardware_ids import HardwareIds, match_key
from vasa_cim.adapters.smis.masking.members import Members
from vasa_cim.adapters.smis.masking.privileges import read_privileges
from vasa_cim.adapters.smis.masking.rows import RowPaths, read_rows
from vasa_cim.adapters.smis.masking.units import Units, read_units
from vasa_cim.adapters.smis.masking.vocabulary import IdType
from vasa_cim.adapters.smis.switches import MaskingSwitch
from vasa_cim.adapters.smis.vocabulary import NAME_FORMAT_ISCSI
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key

_UNREAD = (MaskingSwitch.OPEN, MaskingSwitch.CLOSED)


@dataclass(slots=True)
class Evidence:
    """What was read. `findings` are those of all dialects, `arrays` the array of each controller that may be a view."""

    units: Units
    hardware_ids: HardwareIds
    findings: list[Finding]
    groups: GroupViews
    rows: RowPaths
    arrays: dict[Key, str]

    def sign(self) -> str | None:
        """Return a sign of masking among what was read, None if there is none."""
        if len(self.hardware_ids):
            return "there is a CIM_StorageHardwareID"
        told = next((str(finding.dialect) for finding in self.findings if finding.seen), None)
        if told is not None:
            return f"there are {told}"
        return "a volume is barred" if self.units.barred else None

    def grants(self, walk: Walk) -> dict[Key, Grant]:
        """Return who may use each view that a dialect has a word about: what all grant, without what any denies.

        A permission counts only in a dialect that its array's switch admits.
        """
        found: dict[Key, Grant] = {}
        for controller, array in self.arrays.items():
            switch = walk.switches.of(array).masking
            words = [finding for finding in self.findings if finding.word_about(controller)]
            if words:
                admitted = [one for one in words if _admits(switch, one.dialect)]
                allowed = set().union(*(one.allowed.get(controller, ()) for one in admitted))
                found[controller] = grant_of(allowed, self.denied(controller))
        return found

    def is_subjectless(self, controller: Key) -> bool:
        """Return whether a controller may be used by nobody in particular, and no one is refused."""
        words = [finding for finding in self.findings if finding.word_about(controller)]
        told = any(controller in finding.subjectless for finding in words)
        return told and not any(one.allowed.get(controller) or one.denied.get(controller) for one in words)

    def arrays_in_doubt(self, ground: MaskingGround) -> frozenset[str]:
        """Return the arrays of which a dialect has a word about a controller that is not there.

        It may be meant for one that is there, and is named otherwise: there a view without a word is no sure one.
        """
        found: set[str] = set()
        for finding in self.findings:
            told = finding.allowed.keys() | finding.denied.keys()
            ways = [ground.systems.array_for(key[-1]) if key else None for key in told - ground.controllers.keys()]
            if finding.unreadable or None in ways:
                return frozenset(ground.systems.arrays)
            found.update(array for array in ways if array is not None)
        return frozenset(found)

    def denied(self, controller: Key) -> set[str]:
        """Return who may not use a controller, whichever dialect says so."""
        return set().union(*(finding.denied.get(controller, ()) for finding in self.findings))


def _admits(switch: MaskingSwitch, dialect: Dialect) -> bool:
    return switch is MaskingSwitch.AUTO or switch.value == dialect.value


def read_evidence(walk: Walk, ground: MaskingGround) -> Evidence:
    """Read the units, the initiators and the dialects of a namespace. Raises SourceError."""
    members = Members(walk, ground.volumes)
    hardware_ids = HardwareIds(walk, members)
    evidence = Evidence(
        units=read_units(walk, ground.volumes),
        hardware_ids=hardware_ids,
        findings=[],
        groups=GroupViews(),
        rows=RowPaths(),
        arrays=dict(_arrays(walk, ground)),
    )
    switches = {array: walk.switches.of(array).masking for array in ground.systems.arrays}
    if all(switch in _UNREAD for switch in switches.values()):
        return evidence
    for read in (read_privileges, read_associated_privileges):
        evidence.findings.append(read(walk, hardware_ids, ground.volumes))
    evidence.findings.append(_names_on_views(walk, ground))
    wanted = MaskingSwitch.GROUPS in switches.values()
    if wanted or any(_unsettled(walk, ground, evidence)):
        evidence.groups = read_groups(walk, hardware_ids, members, ground.volumes)
        evidence.findings.append(evidence.groups.finding)
    if any(finding.seen for finding in evidence.findings):
        members.read()  # arrays that use collections and arrays that do not take the same number of requests
    wanted = MaskingSwitch.ROWS in switches.values()
    if wanted or any(_unsettled(walk, ground, evidence)):
        evidence.rows = _rows(walk, ground, evidence)
        evidence.findings.append(evidence.rows.finding)
    return evidence


def _names_on_views(walk: Walk, ground: MaskingGround) -> Finding:
    """Return what controllers themselves say about who may use them, as some arrays have it."""
    finding = Finding(Dialect.PRIVILEGES)
    for controller, row in ground.controllers.items():
        keys = (match_key(name, IdType.PORT_WWN) for name in walk.quirks.host_names(row))
        initiators = {key for key in keys if key is not None}
        if initiators:
            finding.seen = True
            finding.allowed[controller] |= initiators
    return finding


def _arrays(walk: Walk, ground: MaskingGround) -> Iterator[tuple[Key, str]]:
    for controller in sorted(ground.controllers):
        array = ground.array_of(controller, walk.quirks)
        if array is not None:
            yield controller, array


def _unsettled(walk: Walk, ground: MaskingGround, evidence: Evidence) -> Iterator[str]:
    """Yield what the dialects read so far leave open: views without a word, and arrays on which nobody may use any.

    The nodes of iSCSI targets, which lead to no unit, are no views.
    """
    granted = set()
    for controller, array in evidence.arrays.items():
        if any(finding.allowed.get(controller) for finding in evidence.findings):
            granted.add(array)
        elif not any(finding.word_about(controller) for finding in evidence.findings):
            row = ground.controllers[controller]
            is_view = controller in evidence.units.controllers or row.number("NameFormat") != NAME_FORMAT_ISCSI
            if is_view and walk.switches.of(array).masking is MaskingSwitch.AUTO:
                yield "/".join(controller)
    for array in sorted({volume.array for volume in ground.volumes.values()} - granted):
        if walk.switches.of(array).masking is MaskingSwitch.AUTO:
            yield array


def _rows(walk: Walk, ground: MaskingGround, evidence: Evidence) -> RowPaths:
    """Read the rows, unless they were no use for the same question before: they are many times what the rest is."""
    question = "\n".join(_unsettled(walk, ground, evidence))
    size = f"{len(ground.volumes)} {len(evidence.hardware_ids)}"
    digest = hashlib.sha256(f"{size}\n{question}".encode("utf-8", "surrogatepass")).hexdigest()
    note, answer = f"masking/rows/{walk.namespace}", f"no use: {digest}"
    if walk.notes.get(note) == answer:
        return RowPaths(finding=Finding(Dialect.ROWS, seen=True))
    found = read_rows(walk, evidence.hardware_ids, ground.volumes, ground.ports)
    settled = {key for key in evidence.arrays if any(one.word_about(key) for one in evidence.findings)}
    if found.paths and found.paths.keys() <= settled and not any(found.finding.denied.values()):
        walk.notes.put(note, answer)
    return found
