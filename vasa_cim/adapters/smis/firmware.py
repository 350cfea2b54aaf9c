"""The firmware of each array (`smis-mapping 2.1`).

ComputerSystem --InstalledSoftwareIdentity(System -> InstalledSoftware)--> SoftwareIdentity
element <--ElementSoftwareIdentity(Dependent <- Antecedent)-- SoftwareIdentity
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.systems import Systems
from vasa_cim.adapters.smis.text import first_text, plain_name
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName, Row

_FIRMWARE_FIRST = (v.Classification.FIRMWARE, v.Classification.FIRMWARE_OR_BIOS, v.Classification.OPERATING_SYSTEM)


class _Tie(IntEnum):
    """How surely software is that of an array; lower is surer."""

    INSTALLED = 0
    NAMED = 1
    ON_PART = 2
    NAME_WITHIN = 3
    ONLY = 4


_Tied = dict[str, dict[_Tie, dict[Key, Row]]]


def read_firmware(walk: Walk, systems: Systems) -> Mapping[str, Row]:
    """Return the software that is the firmware of each array that has one, by array name. Raises SourceError."""
    software = {row.key: row for row in walk.rows(v.SOFTWARE_IDENTITY, v.SOFTWARE_PROPERTIES)}
    if not software:
        return {}
    tied: _Tied = {name: {} for name in systems.arrays}
    for array, tie, row in _named(walk, software.values(), systems):
        tied[array].setdefault(tie, {})[row.key] = row
    _associate(tied, walk.names(v.INSTALLED_SOFTWARE_IDENTITY), software, systems)
    if not all(ties.keys() & {_Tie.INSTALLED, _Tie.NAMED, _Tie.ON_PART} for ties in tied.values()):
        _associate(tied, walk.names(v.ELEMENT_SOFTWARE_IDENTITY), software, systems)
    found = {array: _surest(ties) for array, ties in tied.items()}
    return {array: row for array, row in found.items() if row is not None}


def version_of(row: Row) -> str | None:
    """Return the version text, composed from its numbers if there is no text; None if neither is there."""
    parts = [row.number(name) for name in ("MajorVersion", "MinorVersion", "RevisionNumber")]
    build = row.number("LargeBuildNumber") if row.flag("IsLargeBuildNumber") else row.number("BuildNumber")
    known = [str(part) for part in (*parts, build) if part is not None]
    return first_text(row.text("VersionString")) or ".".join(known) or None


def _named(walk: Walk, rows: Iterable[Row], systems: Systems) -> Iterator[tuple[str, _Tie, Row]]:
    """Yield the software whose own identifier says whose it is."""
    for row in rows:
        owner = first_text(row.text("StorageSystem_Name"))
        speaks = walk.quirks.applies("software-names-system", observed=owner is not None)
        identifier = plain_name((owner if speaks else None) or row.text("InstanceID") or "")
        if identifier in systems.arrays:
            yield identifier, _Tie.NAMED, row
        if identifier in systems.arrays or (speaks and owner is not None):
            continue
        if len(systems.arrays) == 1 and v.Classification.FIRMWARE in row.numbers("Classifications"):
            yield next(iter(systems.arrays)), _Tie.ONLY, row
        within = [name for name in systems.arrays if name in identifier]
        if within:
            yield max(within, key=len), _Tie.NAME_WITHIN, row


def _associate(tied: _Tied, names: Iterable[ObjectName], software: Mapping[Key, Row], systems: Systems) -> None:
    """Add what associations tell, whichever role each end has."""
    for name in names:
        ends = [end for end in name.bindings.values() if isinstance(end, ObjectName)]
        for program, element in (ends, ends[::-1]) if len(ends) == 2 else ():
            if program.text("InstanceID") is None or program.key not in software:
                continue
            system = systems.system_for(element.text("SystemName") or element.text("Name"))
            if system is None:
                continue
            on_top = system in systems.arrays and element.text("SystemName") is None
            ties = tied[systems.array_of[system]]
            ties.setdefault(_Tie.INSTALLED if on_top else _Tie.ON_PART, {})[program.key] = software[program.key]


def _surest(ties: Mapping[_Tie, Mapping[Key, Row]]) -> Row | None:
    """Return the firmware among the software with the surest tie; of several versions the lowest, which is the limit.

    A tie of which no software tells a version is passed over.
    """
    for tie in sorted(ties):
        with_version = [row for row in ties[tie].values() if version_of(row)]
        if with_version:
            return min(with_version, key=lambda row: (_rank(row), _comparable(version_of(row) or ""), row.key))
    return None


def _rank(row: Row) -> int:
    classes = row.numbers("Classifications")
    return next((rank for rank, wanted in enumerate(_FIRMWARE_FIRST) if wanted in classes), len(_FIRMWARE_FIRST))


def _comparable(version: str) -> tuple[tuple[int, str], ...]:
    """Return a version as something that sorts 5.9 before 5.10."""
    return tuple((int(part) if part.isdecimal() else 0, part) for part in version.split("."))
