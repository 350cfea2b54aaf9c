"""Shares exported by NFS (`smis-mapping 2.6`, `4.1`, `4.2`).

share --SharedElement(SameElement -> SystemElement)--> file system, or a directory of one
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vasa_cim.adapters.smis import file_vocabulary as f
from vasa_cim.adapters.smis.file_protocols import nfs_shares
from vasa_cim.adapters.smis.file_systems import FileSystem, rows_of
from vasa_cim.adapters.smis.text import distinct_texts, plain_name
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName, Row
from vasa_cim.model.mounts import normalise_path


@dataclass(frozen=True, slots=True)
class Share:
    """One share exported by NFS.

    `local` is its own stable name. `path` is what is shown, `paths` all that a mount may call it, normalised.
    `file_system` is the key of what it shares, `system` the name of the system that has that, `host` of the one that
    exports it; None if not told. `endpoints` are where it is available.
    """

    key: Key
    local: str
    path: str
    paths: tuple[str, ...]
    file_system: Key | None
    system: str | None
    host: str | None
    endpoints: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What a share shares: the key of the file system, and the path of the directory if it is one.

    `root` is that of the file system; `alone` says that no other share shares the file system or part of it.
    """

    file_system: Key
    system: str | None
    directory: str | None
    root: str | None = None
    alone: bool = False


def read_shares(walk: Walk, file_systems: Mapping[Key, FileSystem], saps: Mapping[Key, set[Key]]) -> tuple[Share, ...]:
    """Read the enabled shares that are exported by NFS. `saps` are the elements behind each endpoint.

    Shares for CIFS alone are left out, and so are, with a line in the log, those that are disabled, those without a
    path and those of which nothing tells the protocol. Raises SourceError.
    """
    every: dict[Key, Row] = {}
    doubles = []
    for row in rows_of(walk, f.FILE_SHARE, f.SHARE_PROPERTIES):
        if every.setdefault(row.key, row) is not row:
            doubles.append(row)
    walk.left_out("shares", "another share has the same InstanceID", _names(doubles))
    if not every:
        return ()
    endpoints: dict[Key, set[Key]] = {}
    for endpoint, elements in saps.items():
        for element in elements & every.keys():
            endpoints.setdefault(element, set()).add(endpoint)
    nfs, undecided = nfs_shares(walk, every, endpoints)
    walk.left_out("shares", "nothing tells their protocol", _names(every[key] for key in undecided))
    disabled = {key for key in nfs if every[key].number("EnabledState") == f.DISABLED}
    walk.left_out("shares", "they are disabled", _names(every[key] for key in disabled))
    rows = {key: row for key, row in every.items() if key in nfs and key not in disabled}
    shared = _shared_elements(walk, rows, file_systems)
    hosts = _hosts(walk)
    shares, pathless = [], []
    for key, row in sorted(rows.items()):
        share = _share(row, shared.get(key), hosts.get(key), endpoints.get(key, ()))
        if share is None:
            pathless.append(row)
        else:
            shares.append(share)
    walk.left_out("shares", "they have no path", _names(pathless))
    return tuple(shares)


def _names(rows: Iterable[Row]) -> list[str]:
    return sorted(row.text("InstanceID") or "/".join(row.key) for row in rows)


def _hosts(walk: Walk) -> Mapping[Key, str]:
    found: dict[Key, str] = {}
    for host, share in walk.edges(f.HOSTED_SHARE, "Antecedent", "Dependent"):
        if len(host) == 1:
            found[share] = min(found.get(share, host[0]), host[0])
    return found


def _shared_elements(
    walk: Walk, rows: Mapping[Key, Row], file_systems: Mapping[Key, FileSystem]
) -> Mapping[Key, _Shared]:
    """Return what each share shares; of several elements a known one, then a directory, then the first by key."""
    found: dict[Key, list[_Shared]] = {}
    for association in f.SHARED_ELEMENT:
        for name in walk.names(association):
            element, share = name.reference("SystemElement"), name.reference("SameElement")
            if element is not None and share is not None and share.key in rows:
                found.setdefault(share.key, []).append(_shared(element))
        if found:
            break
    chosen = {
        key: min(several, key=lambda one: (one.file_system not in file_systems, one.directory is None, one.file_system))
        for key, several in found.items()
    }
    sharing = Counter(one.file_system for one in chosen.values())
    return {key: _in_place(one, file_systems, sharing[one.file_system]) for key, one in chosen.items()}


def _in_place(shared: _Shared, file_systems: Mapping[Key, FileSystem], sharing: int) -> _Shared:
    known = file_systems.get(shared.file_system)
    return replace(shared, root=None if known is None else known.root, alone=sharing == 1)


def _shared(element: ObjectName) -> _Shared:
    """Return a file system, or that of a directory: files name theirs in their own keys."""
    system, file_system = element.text("CSName"), element.text("FSName")
    if file_system is None:
        return _Shared(element.key, system, None)
    return _Shared((system or "", file_system), system, element.text("Name"))


def _share(row: Row, shared: _Shared | None, host: str | None, endpoints: Iterable[Key]) -> Share | None:
    """Return the share, None if nothing of it is a path."""
    paths = _paths(row, shared)
    if not paths:
        return None
    return Share(
        key=row.key,
        local=plain_name(row.text("InstanceID") or "/".join(row.key)),
        path=next((path for path in paths if path.startswith("/")), paths[0]),
        paths=paths,
        file_system=None if shared is None else shared.file_system,
        system=None if shared is None else shared.system,
        host=host,
        endpoints=tuple(sorted(endpoints)),
    )


def _paths(row: Row, shared: _Shared | None) -> tuple[str, ...]:
    """Return the paths of a share, the one to show first (`smis-mapping 2.6`, `4.3`).

    They are its name, and its directory or the root of the file system that it alone shares. ElementName and the end
    of InstanceID count only where nothing else is a path. A name that is no path may be mounted as it is, but comes
    last.
    """
    name = row.text("Name")
    tail = (row.text("InstanceID") or "").rpartition(":")[2]
    told: tuple[str | None, ...] = (name,)
    if shared is not None and shared.directory is not None:
        told = (name, shared.directory, _joined(shared.root, shared.directory))
    elif shared is not None:
        told = (name, _above(shared, name)) if (name or "").startswith("/") else _in_root(shared.root, name)
    ways = (told, (row.text("ElementName"), tail))
    for way in ways:
        found = [path for text in way if (path := normalise_path(text)) and path.startswith("/")]
        if found:
            return distinct_texts((*found, normalise_path(name)))
    return distinct_texts((normalise_path(name),))


def _above(shared: _Shared, name: str | None) -> str | None:
    """Return the root of a file system of which a share has an absolute name, if mounts may call the share so, too.

    The root of everything, or one that is the name's own beginning or has several shares, may be the path of others.
    """
    root, part = normalise_path(shared.root), normalise_path(name)
    return None if not shared.alone or root in (None, "/") or (part or "").startswith(f"{root}/") else root


def _in_root(root: str | None, name: str | None) -> tuple[str | None, ...]:
    """Return what the share of a whole file system is called inside it.

    That is the root, unless the root is that of everything or the name tells of a path below.
    """
    below = _joined(root, name)
    if root == "/":
        return (below or root,)
    return (below, root) if below and "/" in (name or "").strip("/") else (root, below)


def _joined(root: str | None, relative: str | None) -> str | None:
    """Return a relative path below a root, None if one is missing or the path is absolute."""
    if not root or not relative or relative.startswith("/"):
        return None
    return f"{root}/{relative}"
