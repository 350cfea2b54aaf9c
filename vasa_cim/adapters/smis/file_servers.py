"""File servers: the systems that host shares, and what clients call them (`smis-mapping 4.1`, `4.2` F4, F7).

NAS system --HostedDependency--> file server --HostedShare--> share                            (Antecedent -> Dependent)
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from vasa_cim.adapters.smis import file_vocabulary as f
from vasa_cim.adapters.smis.systems import System, Systems
from vasa_cim.adapters.smis.text import first_text, plain_name
from vasa_cim.adapters.smis.vocabulary import Dedicated
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key
from vasa_cim.model.mounts import normalise_address, normalise_host_name

_HOST_LABELS = ("host", "dns", "fqdn", "domain")


@dataclass(frozen=True, slots=True)
class FileServer:
    """One file server, or the NAS system itself where it has none.

    `label` is what it is shown as; `names` are normalised host names. `addresses` are normalised addresses that a file
    server itself tells, besides those of its endpoints; those of a whole NAS system may be there to manage it.
    """

    name: str
    array: str
    label: str
    names: frozenset[str]
    addresses: tuple[str, ...]


class FileServers:
    """The file servers of a namespace."""

    def __init__(self, systems: Systems, arrays: Collection[str], hosted: Iterable[tuple[Key, Key]]) -> None:
        """`arrays` are those that may have file servers; `hosted` are (host, guest) systems."""
        self._systems = systems
        self._arrays = tuple(arrays)
        self._host_of: dict[str, str] = {}
        for host, guest in hosted:
            if len(host) == 1 and len(guest) == 1:
                self._host_of.setdefault(plain_name(guest[0]), plain_name(host[0]))

    def array_for(self, system_name: str | None) -> str | None:
        """Return the array that a system is, is part of, or is hosted by; None if none.

        A system that is not told of anywhere can only be one of the array's, if there is just one.
        """
        name = plain_name(system_name or "")
        passed: set[str] = set()
        while name and name not in passed:
            if found := self._systems.array_for(name):
                return found
            passed.add(name)
            name = self._host_of.get(name, "")
        unknown = all(one not in self._systems.by_name for one in passed)
        return self._arrays[0] if len(self._arrays) == 1 and unknown else None

    def server(self, system_name: str, array: str) -> FileServer:
        """Return the file server of this name, which belongs to `array`; one that is not there has but its name."""
        name = plain_name(system_name)
        system = self._systems.by_name.get(name)
        texts = [name] if system is None else [system.element_name, system.name, *_host_labels(system)]
        return FileServer(
            name=name,
            array=array,
            label=first_text(*texts) or array,
            names=frozenset(found for text in texts if (found := normalise_host_name(text))),
            addresses=() if system is None or name in self._systems.arrays else _own_addresses(system),
        )

    def of_array(self, array: str) -> list[System]:
        """Return the systems that are file servers of an array, in the order of their names."""
        return [
            system
            for name, system in sorted(self._systems.by_name.items())
            if name not in self._systems.arrays
            and Dedicated.FILE_SERVER in system.dedicated
            and self.array_for(name) == array
        ]


def read_file_servers(walk: Walk, systems: Systems, arrays: Collection[str]) -> FileServers:
    """Read which systems are hosted by which. Raises SourceError."""
    return FileServers(systems, arrays, walk.edges(f.HOSTED_DEPENDENCY, "Antecedent", "Dependent"))


def _host_labels(system: System) -> list[str]:
    return [value for label, value in system.labels if any(word in label for word in _HOST_LABELS)]


def _own_addresses(system: System) -> tuple[str, ...]:
    """Return the addresses among a file server's names and identifiers."""
    texts = (system.element_name, system.name, *(value for _, value in system.labels))
    return tuple(dict.fromkeys(found for text in texts if (found := normalise_address(text))))
