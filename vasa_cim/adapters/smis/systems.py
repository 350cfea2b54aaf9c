"""Arrays and their processors (`smis-mapping 2.1`, `2.2`).

top ComputerSystem --ComponentCS(GroupComponent -> PartComponent)--> ComputerSystem, in one or more tiers
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis.text import labelled
from vasa_cim.adapters.smis.vocabulary import COMPONENT_CS, COMPUTER_SYSTEM, SYSTEM_PROPERTIES, Dedicated
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Row
from vasa_cim.errors import SourceFailed

_SEPARATOR = "+"
_NO_PROCESSOR = frozenset({Dedicated.FILE_SERVER, Dedicated.ENCLOSURE})


def plain_name(name: str) -> str:
    """Return a system name with the separator `-+-` that newer servers use in its older form `+`."""
    return name.replace("-+-", _SEPARATOR)


@dataclass(frozen=True, slots=True)
class System:
    """One ComputerSystem. `name` is its plain name; `labels` are (label in lower case, value) pairs."""

    name: str
    class_name: str
    element_name: str | None
    description: str | None
    dedicated: frozenset[int]
    labels: tuple[tuple[str, str], ...]
    remote: bool

    def labelled(self, label: str) -> str | None:
        """Return the first value whose label contains this text (lower case), None if there is none."""
        return next((value for found, value in self.labels if label in found), None)


@dataclass(frozen=True, slots=True)
class Systems:
    """The systems of a namespace: `arrays` by plain name, the processors of each, and whose part each system is."""

    by_name: Mapping[str, System]
    arrays: Mapping[str, System]
    processors: Mapping[str, tuple[System, ...]]
    array_of: Mapping[str, str]

    def array_for(self, system_name: str | None) -> str | None:
        """Return the array that a device's SystemName belongs to, None if to none of these."""
        found = self.system_for(system_name)
        return None if found is None else self.array_of[found]

    def system_for(self, system_name: str | None) -> str | None:
        """Return the known array or part that a SystemName means, None if none.

        Some servers name systems of devices with one more `+part` than the system has (`smis-mapping 2.3`).
        """
        name = plain_name(system_name or "")
        while name and name not in self.array_of:
            name = name.rpartition(_SEPARATOR)[0]
        return name or None


def read_systems(walk: Walk, tops: Collection[str]) -> Systems:
    """Read the systems below the tops, given by their `Name` keys.

    A top that is not there is left out with a line in the log. Raises SourceError, also if none of the tops is there.
    """
    by_name = {system.name: system for system in _read(walk)}
    wanted = sorted(set(map(plain_name, tops)))
    arrays = {name: by_name[name] for name in wanted if name in by_name}
    if not arrays:
        raise SourceFailed(source=walk.source, reason=f"{walk.namespace} holds none of its top systems", status=None)
    walk.left_out(
        "arrays", "a profile names them, but they are not there", [one for one in wanted if one not in arrays]
    )
    arrays = {name: system for name, system in arrays.items() if not system.remote}
    parts = _parts(walk)
    array_of: dict[str, str] = {}
    for name in arrays:
        array_of |= dict.fromkeys(_descendants(name, parts, by_name), name)
    array_of |= {name: name for name in arrays}
    processors = {name: _processors(name, array_of, by_name) for name in arrays}
    return Systems(by_name, arrays, processors, array_of)


def _read(walk: Walk) -> Iterator[System]:
    for row in walk.rows(COMPUTER_SYSTEM, SYSTEM_PROPERTIES, required=True):
        name = row.text("Name")
        if name:
            yield _system(walk, row, plain_name(name))


def _system(walk: Walk, row: Row, name: str) -> System:
    return System(
        name=name,
        class_name=row.name.class_name,
        element_name=row.text("ElementName") or row.text("Caption"),
        description=row.text("Description"),
        dedicated=frozenset(row.numbers("Dedicated")),
        labels=labelled(row.texts("OtherIdentifyingInfo"), row.texts("IdentifyingDescriptions")),
        remote=walk.quirks.is_remote(row),
    )


def _parts(walk: Walk) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the direct parts of each system."""
    parts: dict[str, list[str]] = {}
    for name in walk.names(COMPONENT_CS):
        whole, part = name.reference("GroupComponent"), name.reference("PartComponent")
        names = [end.text("Name") for end in (whole, part) if end is not None]
        if len(names) == 2 and all(names):
            parts.setdefault(plain_name(str(names[0])), []).append(plain_name(str(names[1])))
    return {whole: tuple(found) for whole, found in parts.items()}


def _descendants(top: str, parts: Mapping[str, tuple[str, ...]], known: Collection[str]) -> list[str]:
    """Return the parts of a system in all tiers, those that exist, and those whose name says that they are parts."""
    found: dict[str, None] = {}
    waiting = [top]
    while waiting:
        for part in parts.get(waiting.pop(), ()):
            if part not in found and part != top and part in known:
                found[part] = None
                waiting.append(part)
    named = sorted(name for name in known if name.startswith(top + _SEPARATOR))
    return list(dict.fromkeys([*found, *named]))


def _processors(array: str, array_of: Mapping[str, str], by_name: Mapping[str, System]) -> tuple[System, ...]:
    parts = [by_name[name] for name, top in sorted(array_of.items()) if top == array and name != array]
    return tuple(
        part for part in parts if not _NO_PROCESSOR & part.dedicated or Dedicated.BLOCK_SERVER in part.dedicated
    )
