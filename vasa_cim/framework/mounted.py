"""File systems as the hosts of one session mounted them (`smis-mapping 4.3` rule 5, `vasa-1.0 3.4`).

A client finds the file system of a datastore by the texts of its own mount: each is shown to it as one more address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from vasa_cim.model.entities import FileSystemInfo, StorageFileSystem
from vasa_cim.model.inventory import Reach

_KEPT = 4096
_MOST_TEXTS = 64
"""So many texts of a client are added to one file system at most; hosts that share a datastore spell it alike."""


def with_mounts(
    file_systems: Mapping[str, StorageFileSystem], reaches: Sequence[Reach]
) -> Mapping[str, StorageFileSystem]:
    """Return the file systems with the addresses by which the reaches mount them; the same mapping if none differs."""
    mounted: dict[str, dict[FileSystemInfo, None]] = {}
    for reach in reaches:
        for file_system, info in reach.mounted:
            if file_system in file_systems:
                mounted.setdefault(file_system, {})[info] = None
    added = {key: found for key, infos in mounted.items() if (found := _new_texts(file_systems[key], infos))}
    if not added:
        return file_systems
    return {key: _with(known, added[key]) if key in added else known for key, known in file_systems.items()}


@lru_cache(maxsize=_KEPT)
def _with(known: StorageFileSystem, added: tuple[FileSystemInfo, ...]) -> StorageFileSystem:
    """Return a file system with these addresses besides its own.

    The same object for equal arguments, so that a session sees the same one as long as nothing changes.
    """
    return replace(known, file_system_info=(*known.file_system_info, *added))


def _new_texts(known: StorageFileSystem, infos: Iterable[FileSystemInfo]) -> tuple[FileSystemInfo, ...]:
    """Return those of the addresses whose texts are none of the file system's own, each text once."""
    own = {(one.file_server_name, one.file_system_path) for one in known.file_system_info}
    found: dict[tuple[str, str], FileSystemInfo] = {}
    for one in infos:
        if (text := (one.file_server_name, one.file_system_path)) not in own:
            found.setdefault(text, one)
    return tuple(islice(found.values(), _MOST_TEXTS))
