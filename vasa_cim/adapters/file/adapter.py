"""The file adapter: SMI-S file servers as a platform module."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from weakref import WeakSet

from vasa_cim.adapter import EntrySet, Hint, PlatformAdapter, Reading, Source
from vasa_cim.adapters.file.mapping import file_inventory
from vasa_cim.adapters.file.mount_set import MountSet
from vasa_cim.adapters.file.path_register import PathRegister
from vasa_cim.adapters.file.resolver import Resolver
from vasa_cim.adapters.smis.file_side import file_sides
from vasa_cim.adapters.smis.source import SmisSource
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Inventory
from vasa_cim.model.usage_context import ContextEntry, MountPoint

_BLOCK = "block"  # the adapter that reads first, and warns, wherever both serve a source
_REGISTER = PathRegister()


def _now() -> datetime:
    return datetime.now(UTC)


class FileAdapter(PlatformAdapter):
    """NAS systems and heads behind one CIMOM, and the file side of unified arrays, read whole each time.

    A source without any costs no request of its own, and its part is empty.
    """

    offers = frozenset({Profile.FILE_SYSTEM, Profile.CAPABILITY})

    def __init__(
        self,
        source: Source,
        clock: Callable[[], datetime] = _now,
        resolver: Resolver | None = None,
        register: PathRegister = _REGISTER,
    ) -> None:
        """Prepare for this source without contacting it. Raises ConfigurationError.

        `register` is common to the sources of one provider: it knows which of them have a path.
        """
        self._source = SmisSource(source, warn=source.adapters is not None and _BLOCK not in source.adapters)
        self._name = source.name
        self._clock = clock
        self._resolver = resolver or Resolver()
        self._register = register
        self._lock = threading.Lock()
        self._mounts: WeakSet[MountSet] = WeakSet()
        self._latest: Inventory | None = None
        self._elsewhere = 0

    @property
    def requests(self) -> int:
        """How many CIM requests reading has sent so far, if no other adapter of the source began the rounds."""
        return self._source.requests

    def watch(self, hint: Callable[[Hint], None]) -> None:
        """Have the source read anew when other sources' shares decide what mounts of this one's mean."""

        def changed() -> None:
            self._elsewhere += 1
            hint(Hint())

        self._register.watch(self, changed)

    def read(self, reading: Reading) -> Inventory:
        """Return what the CIMOM's file systems are now. Raises SourceError."""
        read_at = self._clock()
        sides = file_sides(self._source.round(reading.shared))
        inventory = file_inventory(sides, read_at, reading.previous)
        self._register.publish(self, _shares_by_path(inventory))
        self._look_up(inventory)
        self._latest = replace(inventory, matching=self._resolver.version + self._elsewhere)
        return self._latest

    def _look_up(self, inventory: Inventory) -> None:
        """Look up the names that the mounts of all sessions depend on, all at once."""
        with self._lock:
            mounts = list(self._mounts)
        names = {name for mount in mounts if (name := mount.name_to_look_up(inventory))}
        self._resolver.forget(names)
        self._resolver.ask(names)
        self._resolver.settle(names)

    def entry_set(self, entry: ContextEntry) -> EntrySet | None:
        """Return the set of a mount, whose server's name begins to be looked up; initiators are no matter here."""
        if not isinstance(entry, MountPoint):
            return None
        made = MountSet(entry, self._resolver, self._register.shares_of, self._name)
        with self._lock:
            self._mounts.add(made)
        if name := made.name_to_look_up(self._latest):
            self._resolver.ask([name])
        return made

    def authenticate(self, user: str, password: str) -> None:
        """Check a login at the CIMOM. Raises SourceRefused, or another SourceError if undecided."""
        self._source.authenticate(user, password)

    def close(self) -> None:
        """End all connections, and a reading that waits for one."""
        self._register.withdraw(self)
        self._resolver.close()
        self._source.close()


def _shares_by_path(inventory: Inventory) -> dict[str, frozenset[str]]:
    exports = inventory.exports_of_path
    return {path: frozenset(one.file_system for one in several) for path, several in exports.items()}
