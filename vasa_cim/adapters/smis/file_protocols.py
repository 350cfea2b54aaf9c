"""Which shares are exported by NFS (`smis-mapping 4.1`): by their class, their setting, or where they are available."""

from collections.abc import Collection, Mapping
from functools import partial

from vasa_cim.adapters.smis import file_vocabulary as f
from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.file_systems import rows_of
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row

_PLAIN_CLASSES = frozenset(name.lower() for name in f.FILE_SHARE)


def nfs_shares(
    walk: Walk, shares: Mapping[Key, Row], endpoints: Mapping[Key, Collection[Key]]
) -> tuple[frozenset[Key], frozenset[Key]]:
    """Return the shares exported by NFS, and those of which nothing tells; the others are for CIFS alone.

    `endpoints` are where each share is available. Each way is tried only for what the ones before it left open.
    Raises SourceError.
    """
    nfs, rest = _by_class(walk, shares)
    for way in (_by_setting, partial(_by_endpoint, endpoints=endpoints)):
        if rest:
            told = way(walk, rest)
            nfs |= {key for key, is_nfs in told.items() if is_nfs}
            rest -= told.keys()
    return frozenset(nfs), frozenset(rest)


def _by_class(walk: Walk, shares: Mapping[Key, Row]) -> tuple[set[Key], set[Key]]:
    """Return the shares of the class for NFS, and those whose class leaves it open.

    Where that class has instances, other classes than those that can be either are not for NFS.
    """
    classes = {key: row.name.class_name.lower() for key, row in shares.items()}
    nfs = {key for key, name in classes.items() if name == f.NFS_SHARE.lower()}
    rest = {key for key, name in classes.items() if key not in nfs and name != f.CIFS_SHARE.lower()}
    if any(classes[key] not in _PLAIN_CLASSES for key in rest):
        found = {name.key for name in walk.names(f.NFS_SHARE)} & shares.keys()
        nfs |= found
        rest = {key for key in rest - found if not nfs or classes[key] in _PLAIN_CLASSES}
    return nfs, rest


def _by_setting(walk: Walk, rest: Collection[Key]) -> Mapping[Key, bool]:
    """Return whether the settings of shares say NFS, for those that have any that says something."""
    protocols = {
        row.key: set(row.numbers("FileSharingProtocol"))
        for row in rows_of(walk, f.EXPORTED_FILE_SHARE_SETTING, f.SHARE_SETTING_PROPERTIES)
    }
    found: dict[Key, set[int]] = {}
    for association in (f.FILE_SHARE_SETTING_DATA, v.ELEMENT_SETTING_DATA) if any(protocols.values()) else ():
        for share, setting in walk.edges(association, "ManagedElement", "SettingData"):
            if share in rest and protocols.get(setting):
                found.setdefault(share, set()).update(protocols[setting])
        if len(found) == len(rest):
            break
    return _told(found, f.SharingProtocol.NFS, f.SharingProtocol.CIFS)


def _by_endpoint(walk: Walk, rest: Collection[Key], endpoints: Mapping[Key, Collection[Key]]) -> Mapping[Key, bool]:
    """Return whether shares are available at endpoints for NFS, for those at endpoints of a known kind."""
    if not any(endpoints.get(key) for key in rest):
        return {}
    kinds = {
        row.key: row.number("ProtocolIFType") for row in walk.rows(f.PROTOCOL_ENDPOINT, f.PROTOCOL_ENDPOINT_PROPERTIES)
    }
    found = {key: {kinds.get(endpoint) or 0 for endpoint in endpoints.get(key, ())} for key in rest}
    return _told(found, f.EndpointProtocol.NFS, f.EndpointProtocol.CIFS)


def _told(values: Mapping[Key, Collection[int]], nfs: int, cifs: int) -> Mapping[Key, bool]:
    """Return for each key with one of both values whether it has that for NFS."""
    return {key: nfs in found for key, found in values.items() if nfs in found or cifs in found}
