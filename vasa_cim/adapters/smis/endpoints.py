"""Protocol endpoints of all layers, read in one request: SCSI, and the TCP and IP endpoints below those of iSCSI.

What each is tells itself by its properties: vendors' class names do not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoints of a namespace by layer. Those of different layers may have one key."""

    scsi: Mapping[Key, Row]
    tcp: Mapping[Key, Row]
    ip: Mapping[Key, Row]


def read_endpoints(walk: Walk) -> Endpoints:
    """Read the endpoints. Raises SourceError."""
    scsi: dict[Key, Row] = {}
    tcp: dict[Key, Row] = {}
    ip: dict[Key, Row] = {}
    for row in walk.rows(v.PROTOCOL_ENDPOINT, v.ENDPOINT_PROPERTIES):
        if _is_scsi(row):
            scsi[row.key] = row
        elif row.number("PortNumber") is not None:
            tcp[row.key] = row
        elif row.text("IPv4Address") is not None or row.text("IPv6Address") is not None:
            ip[row.key] = row
    return Endpoints(scsi, tcp, ip)


def endpoints_below(bindings: Iterable[tuple[Key, Key]]) -> Mapping[Key, tuple[Key, ...]]:
    """Return the endpoints that each one is bound to, of (lower, upper) endpoints."""
    found: dict[Key, list[Key]] = {}
    for below, above in bindings:
        found.setdefault(above, []).append(below)
    return {above: tuple(keys) for above, keys in found.items()}


def all_below(endpoints: Iterable[Key], lower: Mapping[Key, Iterable[Key]]) -> set[Key]:
    """Return these endpoints and all that they are bound to, in however many layers; circles do no harm."""
    found = set(endpoints)
    waiting = list(found)
    while waiting:
        fresh = set(lower.get(waiting.pop(), ())) - found
        found |= fresh
        waiting += fresh
    return found


def _is_scsi(row: Row) -> bool:
    """Return whether an endpoint is one of SCSI, which alone has a connection type or a role."""
    told = row.number("ConnectionType") is not None or row.number("Role") is not None
    return told or "scsi" in row.name.class_name.lower()
