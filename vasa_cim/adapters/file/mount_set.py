"""The file side's counterpart of the initiator set: what one mount of a usage context reaches (`smis-mapping 4.3`)."""

from collections.abc import Callable, Collection
from urllib.parse import unquote

import structlog

from vasa_cim.adapters.file.resolver import Resolver
from vasa_cim.model.entities import FileSystemInfo
from vasa_cim.model.inventory import Export, Inventory, Reach
from vasa_cim.model.mounts import (
    normalise_address,
    normalise_host_name,
    normalise_path,
    paths_above,
    short_name,
)
from vasa_cim.model.usage_context import MountPoint

_SNAPSHOTS = ".snapshot"
_LONGEST_PATH = 4096  # characters; systems take no longer ones
_DEEPEST_PATH = 128  # parts: each directory above a mount is looked for
_log = structlog.get_logger(__name__)


class MountSet:
    """One mount: a server and a path, as a host spelled them.

    Server and path must match. The path is that of an export or lies below it, and of several the longest counts; it
    may be percent-encoded. Where server and share cannot be compared, the path alone counts if one share of the
    whole provider has it.
    """

    def __init__(
        self, mount: MountPoint, resolver: Resolver, shares_of: Callable[[str], frozenset[str]], source: str = ""
    ) -> None:
        """`shares_of` returns the ids of all shares of the provider that have a path."""
        self._mount = mount
        self._resolver = resolver
        self._shares_of = shares_of
        self._source = source
        self._address = normalise_address(mount.server_name)
        self._name = normalise_host_name(mount.server_name)
        self._paths = _spellings(mount)
        self._told: frozenset[str] = frozenset()

    def name_to_look_up(self, inventory: Inventory | None) -> str | None:
        """Return the server's name if what the mount reaches depends on its addresses, None if it does not."""
        if self._name is None or not self._paths:
            return None
        if inventory is None:
            return self._name
        beside = any(above in inventory.exports_of_path for path in self._paths for above in paths_above(path))
        return self._name if beside and _is_open_to_doubt(self._matching(inventory, self._is_called)) else None

    def reach(self, inventory: Inventory) -> Reach:
        """Return the exports of this mount, and how it spells them itself; usually one or none."""
        found = self._matching(inventory, self._is_called)
        if _is_open_to_doubt(found):
            found = self._matching(inventory, self._is_at) if not found else self._at_addresses(found)
        if not found:
            found = self._by_path_alone(inventory)
        if not found:
            return Reach()
        return Reach(exports=found, mounted=tuple((export.file_system, self._spelled(export)) for export in found))

    def _matching(self, inventory: Inventory, serves: Callable[[Export], bool]) -> tuple[Export, ...]:
        """Return the exports with the longest path that is the mount's or above it, of those on its server."""
        best: tuple[int, tuple[Export, ...]] = (0, ())
        for path in self._paths:
            for above in paths_above(path):
                found = tuple(one for one in inventory.exports_of_path.get(above, ()) if serves(one))
                if found and len(above) > best[0]:
                    best = (len(above), found)
                if found:
                    break
        return best[1]

    def _is_called(self, export: Export) -> bool:
        """Return whether the mount names an export's server by a name of its own, or by an address."""
        if self._address is not None:
            return self._address in export.addresses
        return self._name is not None and _is_among(self._name, export.names)

    def _at_addresses(self, called: tuple[Export, ...]) -> tuple[Export, ...]:
        """Return those exports of servers of one name that are at the mount's address, all if that tells nothing."""
        return tuple(one for one in called if self._is_at(one)) or called

    def _is_at(self, export: Export) -> bool:
        return not self._addresses().isdisjoint(export.addresses)

    def _addresses(self) -> frozenset[str]:
        """Return the addresses of the server, none if its name cannot be resolved."""
        if self._address is not None:
            return frozenset({self._address})
        return frozenset((self._resolver.addresses(self._name) or ()) if self._name is not None else ())

    def _by_path_alone(self, inventory: Inventory) -> tuple[Export, ...]:
        """Return the only export of the provider with this very path, if it cannot be told whose path it is."""
        for path in self._paths:
            here = inventory.exports_of_path.get(path, ())
            everywhere = self._shares_of(path) | {one.file_system for one in here}
            if here and len(everywhere) == 1 and not self._can_be_told(inventory, here[0]):
                self._tell(here[0])
                return here[:1]
            if everywhere:
                break
        return ()

    def _can_be_told(self, inventory: Inventory, export: Export) -> bool:
        """Return whether the server can be compared with an export's: by addresses, or as it has a name of another."""
        if export.addresses and self._addresses():
            return True
        return self._name is not None and self._name in inventory.exporter_names

    def _tell(self, export: Export) -> None:
        if export.file_system not in self._told:
            self._told |= {export.file_system}
            _log.info(
                "a mount is matched by its path alone: its server cannot be compared with the share's",
                source=self._source,
                server=self._mount.server_name,
                path=self._mount.file_path,
                share=export.file_system,
            )

    def _spelled(self, export: Export) -> FileSystemInfo:
        own = [address for address in export.addresses if address in self._addresses()]
        known = own[0] if own else export.addresses[0] if len(export.addresses) == 1 else None
        return FileSystemInfo(self._mount.server_name or "", self._mount.file_path or "", known)


def _is_open_to_doubt(called: Collection[Export]) -> bool:
    """Return whether the name of a server is not enough: no server has it, or several have, as short names do."""
    return len({(one.names, one.addresses) for one in called}) != 1


def _is_among(name: str, names: Collection[str]) -> bool:
    """Return whether a name is one of several, where one that is short stands for any full one that begins so."""
    if name in names:
        return True
    return short_name(name) in names if "." in name else any(short_name(one) == name for one in names)


def _spellings(mount: MountPoint) -> tuple[str, ...]:
    """Return the path as it is and, if that makes another one, without percent-encoding.

    None for snapshots, and for what no system takes for a path.
    """
    if len(mount.file_path or "") > _LONGEST_PATH:
        return ()
    texts = dict.fromkeys((mount.file_path or "", unquote(mount.file_path or "")))
    if any(_SNAPSHOTS in text.split("/") for text in texts):
        return ()
    found = dict.fromkeys(path for text in texts if (path := normalise_path(text)))
    return tuple(path for path in found if path.count("/") <= _DEEPEST_PATH)
