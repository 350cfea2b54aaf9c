"""Arrays without profiles: systems known by what they are dedicated to, or by the pools they host (`smis-mapping 1.2`).

ComputerSystem --ComponentCS(GroupComponent -> PartComponent)--> ComputerSystem
ComputerSystem --HostedStoragePool(GroupComponent -> PartComponent)--> StoragePool
ComputerSystem --HostedFileSystem(GroupComponent -> PartComponent)--> FileSystem
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from vasa_cim.cim.conformance import ManagedSystem
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.interop import names_if_any, rows_if_any
from vasa_cim.cim.rows import Key, Row
from vasa_cim.cim.vocabulary import COMPONENT_CS, COMPUTER_SYSTEM, HOSTED_FILE_SYSTEM, HOSTED_STORAGE_POOL
from vasa_cim.cim.wholes import parts_by_whole
from vasa_cim.model.lazy import cached_property

_SAYS_NOTHING = frozenset({1, 2, 3})  # CIM_ComputerSystem.Dedicated: Unknown, Other, Storage
_PART_SEPARATORS = ("+", "-+-")


@dataclass(frozen=True, slots=True)
class Assumed:
    """Values of `Dedicated` for a system of which nothing is known but that it hosts pools or file systems.

    `blocks` for one with pools; `files` for one with file systems only, or that is dedicated to `file_server`.
    """

    blocks: int
    files: int
    file_server: int


def dedicated_systems(connection: Connection, namespace: str, dedications: Collection[int]) -> list[ManagedSystem]:
    """Return the systems of a namespace that are dedicated to storage and no part of another (fallback A).

    Raises SourceError.
    """
    looked = _Look(connection, namespace)
    chosen = {row.key for row in looked.rows.values() if set(dedications).intersection(row.numbers("Dedicated"))}
    return looked.managed(looked.tops_of(chosen), dedications)


def storage_hosts(connection: Connection, namespace: str, assumed: Assumed) -> list[ManagedSystem]:
    """Return the systems of a namespace that host storage pools, else file systems, whatever they say of themselves.

    What they are dedicated to is assumed. Raises SourceError.
    """
    looked = _Look(connection, namespace)
    if not looked.rows:
        return []
    by_pools = looked.tops_of(looked.hosts & looked.rows.keys())
    if not by_pools:
        return looked.managed(looked.tops_of(looked.hosts_of(HOSTED_FILE_SYSTEM) & looked.rows.keys()), {assumed.files})
    files = {key for key in by_pools if assumed.file_server in looked.rows[key].numbers("Dedicated")}
    return looked.managed(by_pools - files, {assumed.blocks}) + looked.managed(files, {assumed.files})


class _Look:
    """The systems of one namespace; what else is needed is read when it is asked for."""

    def __init__(self, connection: Connection, namespace: str) -> None:
        self._connection = connection
        self.namespace = namespace
        rows = rows_if_any(connection, namespace, COMPUTER_SYSTEM, ("Name", "Dedicated"))
        self.rows: Mapping[Key, Row] = {row.key: row for row in rows if row.text("Name")}

    def managed(self, keys: Iterable[Key], dedications: Collection[int]) -> list[ManagedSystem]:
        """Return these systems; one that says nothing of itself is dedicated to the first of `dedications`."""
        found = []
        for key in sorted(keys):
            said = frozenset(self.rows[key].numbers("Dedicated"))
            dedicated = said if said.intersection(dedications) else said | {min(dedications)}
            found.append(ManagedSystem(self.rows[key].name, self.namespace, frozenset(), dedicated))
        return found

    def tops_of(self, chosen: Collection[Key]) -> set[Key]:
        """Return the tops of the chosen systems: those that are no part of another of them.

        A part of a system that is not chosen is a top if it hosts the pools, else its whole is.
        """
        tops = set()
        for key in sorted(chosen):
            wholes = self._wholes_of(key)
            above = [whole for whole in wholes if whole in chosen and key not in self._wholes_of(whole)]
            if above or self._is_named_part(key, chosen):
                continue
            top = next(reversed(wholes), key)
            tops.add(key if top == key or not self._is_array(top, key) else top)
        return tops

    def _is_array(self, whole: Key, part: Key) -> bool:
        if whole not in self.rows or whole in self.hosts or part in self.hosts:
            return whole in self.rows and whole in self.hosts
        return _SAYS_NOTHING.issuperset(self.rows[whole].numbers("Dedicated"))

    def _wholes_of(self, key: Key) -> dict[Key, None]:
        """Return the systems that this one is a part of, nearest first."""
        found: dict[Key, None] = {}
        waiting = [key]
        while waiting:
            for whole in self._wholes.get(waiting.pop(0), ()):
                if whole not in found and whole != key:
                    found[whole] = None
                    waiting.append(whole)
        return found

    def _is_named_part(self, key: Key, chosen: Collection[Key]) -> bool:
        name = self.rows[key].text("Name") or ""
        others = (self.rows[one].text("Name") or "" for one in chosen if one != key)
        return any(name.startswith(f"{other}{mark}") for other in others for mark in _PART_SEPARATORS)

    @cached_property
    def _wholes(self) -> Mapping[Key, list[Key]]:
        names = names_if_any(self._connection, self.namespace, COMPONENT_CS)
        pairs = [ends for name in names if (ends := name.ends("GroupComponent", "PartComponent"))]
        found: dict[Key, list[Key]] = {}
        for whole, parts in parts_by_whole(pairs).items():
            for part in parts:
                found.setdefault(part, []).append(whole)
        return found

    @cached_property
    def hosts(self) -> frozenset[Key]:
        """The keys of the systems that host pools."""
        return self.hosts_of(HOSTED_STORAGE_POOL)

    def hosts_of(self, association: str) -> frozenset[Key]:
        """Return the keys of the systems that host something by this association."""
        names = names_if_any(self._connection, self.namespace, association)
        return frozenset(ends[0] for name in names if (ends := name.ends("GroupComponent", "PartComponent")))
