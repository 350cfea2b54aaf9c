"""Arrays and their processors (`smis-mapping 2.1`, `2.2`)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.parts import SEPARATOR, Parts, read_parts, read_redundancy
from vasa_cim.adapters.smis.text import first_text, labelled, plain_name
from vasa_cim.adapters.smis.vocabulary import Dedicated
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.errors import SourceFailed

_ARRAYS = v.BLOCK_DEDICATIONS | v.FILE_DEDICATIONS
_OTHER_ROLES = frozenset({Dedicated.FILE_SERVER, Dedicated.ENCLOSURE}) | v.FILE_DEDICATIONS
_STORAGE = frozenset({Dedicated.UNKNOWN, Dedicated.OTHER, Dedicated.STORAGE}) | v.BLOCK_DEDICATIONS


@dataclass(frozen=True, slots=True)
class System:
    """One ComputerSystem. `name` is its plain name; `labels` are (label in lower case, value) pairs.

    `manufacturer`, `model` and `firmware` None mean that it does not say so itself, and most do not.
    """

    name: str
    class_name: str
    element_name: str | None
    description: str | None
    dedicated: frozenset[int]
    labels: tuple[tuple[str, str], ...]
    remote: bool
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None

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
            name = name.rpartition(SEPARATOR)[0]
        return name or None


def read_systems(walk: Walk, tops: Collection[str]) -> Systems:
    """Read the systems below the tops, given by their `Name` keys.

    A top that is not there is left out with a line in the log. Raises SourceError, also if none of the tops is there.
    """
    rows = _rows_by_name(walk.rows(v.COMPUTER_SYSTEM, v.SYSTEM_PROPERTIES, required=True))
    by_name = {name: _system(walk, row, name) for name, row in rows.items()}
    wanted = sorted(set(map(plain_name, tops)))
    found = [name for name in wanted if name in by_name]
    if not found:
        raise SourceFailed(source=walk.source, reason=f"{walk.namespace} holds none of its top systems", status=None)
    walk.left_out("arrays", "a profile names them, but they are not there", [one for one in wanted if one not in rows])
    remote = [name for name in found if by_name[name].remote]
    walk.left_out("arrays", "they are replication partners, which other CIMOMs show", remote)
    links = read_parts(walk)
    here = Parts(links, by_name).tops_of(name for name in found if name not in remote)
    here = _without_guests(walk, here, by_name)
    known = _assembled(by_name, here, links)
    lonely = {name: rows[name].name for name in here if not known.processors[name]}
    return _with_redundancy(walk, known, lonely, links)


def _without_guests(walk: Walk, tops: list[str], by_name: Mapping[str, System]) -> list[str]:
    """Return the tops without virtual file servers that are hosted by another of them."""
    guests = {name for name in tops if by_name[name].dedicated == {Dedicated.FILE_SERVER}}
    if not guests or len(guests) == len(tops):
        return tops
    edges = walk.edges(v.HOSTED_DEPENDENCY, "Antecedent", "Dependent")
    hosted = {plain_name(guest[0]) for host, guest in edges if plain_name(host[0]) in tops}
    return [name for name in tops if name not in guests & hosted]


def _with_redundancy(
    walk: Walk, known: Systems, lonely: Mapping[str, ObjectName], links: Mapping[str, list[str]]
) -> Systems:
    """Return the systems with the parts of those that have none by other means, where they are redundancy sets."""
    more = read_redundancy(walk, lonely)
    if not any(more.values()):
        return known
    joined = {name: [*links.get(name, ()), *more.get(name, ())] for name in links.keys() | more.keys()}
    return _assembled(known.by_name, list(known.arrays), joined)


def _assembled(by_name: Mapping[str, System], tops: Collection[str], links: Mapping[str, list[str]]) -> Systems:
    parts = Parts(links, by_name)
    array_of: dict[str, str] = {}
    for name in tops:
        for part in parts.below(name, others=tops):
            array_of.setdefault(part, name)
    array_of |= {name: name for name in tops}
    processors = {name: _processors(name, array_of, by_name) for name in tops}
    return Systems(by_name, {name: by_name[name] for name in tops}, processors, array_of)


def _rows_by_name(rows: Iterable[Row]) -> dict[str, Row]:
    """Return the systems by plain name; of several of one name one that is dedicated to storage, else the first."""
    found: dict[str, Row] = {}
    for row in rows:
        text = row.text("Name")
        if not text:
            continue
        name = plain_name(text)
        before = found.get(name)
        if before is None or (_is_storage(row) and not _is_storage(before)):
            found[name] = row
    return found


def _is_storage(row: Row) -> bool:
    return bool(_ARRAYS.intersection(row.numbers("Dedicated")))


def _system(walk: Walk, row: Row, name: str) -> System:
    maker, model = first_text(row.text("Manufacturer")), first_text(row.text("Model"))
    firmware = first_text(row.text("FirmwareVersion"))
    speaks = walk.quirks.applies("maker-on-system", observed=bool(maker or model or firmware))
    return System(
        name=name,
        class_name=row.name.class_name,
        element_name=row.text("ElementName") or row.text("Caption"),
        description=row.text("Description"),
        dedicated=frozenset(row.numbers("Dedicated")),
        labels=labelled(row.texts("OtherIdentifyingInfo"), row.texts("IdentifyingDescriptions")),
        remote=walk.quirks.is_remote(row),
        manufacturer=maker if speaks else None,
        model=model if speaks else None,
        firmware=firmware if speaks else None,
    )


def _processors(array: str, array_of: Mapping[str, str], by_name: Mapping[str, System]) -> tuple[System, ...]:
    """Return the parts of an array that are processors.

    Those that say nothing of themselves, or that they are dedicated to storage, and neither enclosures nor file
    servers, which may be block servers as well. Parts that are not dedicated to anything count only where there are
    no others: some servers list hosts as parts.
    """
    parts = [by_name[name] for name, top in sorted(array_of.items()) if top == array and name != array]
    sure = [part for part in parts if _is_processor(part.dedicated)]
    return tuple(sure or [part for part in parts if part.dedicated == {Dedicated.NOTHING}])


def _is_processor(dedicated: frozenset[int]) -> bool:
    if Dedicated.BLOCK_SERVER in dedicated or not dedicated:
        return True
    return bool(dedicated & _STORAGE) and not dedicated & _OTHER_ROLES
