"""The addresses of iSCSI targets (`smis-mapping 2.3`).

IPProtocolEndpoint --BindsTo--> TCPProtocolEndpoint --BindsTo--> iSCSIProtocolEndpoint   (Antecedent -> Dependent)
"""

import ipaddress
from collections.abc import Collection, Iterable, Mapping

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row

_EMPTY_PREFIX = 1 << 32


def read_portals(walk: Walk, endpoints: Collection[Key]) -> Mapping[Key, tuple[str, ...]]:
    """Return the portals, as `address:port`, of those of the endpoints that have any. Raises SourceError."""
    lower: dict[Key, list[Key]] = {}
    for below, above in walk.edges(v.BINDS_TO, "Antecedent", "Dependent"):
        lower.setdefault(above, []).append(below)
    if not lower:
        return {}
    tcp = {row.key: row for row in walk.rows(v.TCP_PROTOCOL_ENDPOINT, v.TCP_PROPERTIES)}
    ip = {row.key: row for row in walk.rows(v.IP_PROTOCOL_ENDPOINT, v.IP_PROPERTIES)}
    found = {endpoint: sorted(_portals(lower.get(endpoint, ()), lower, tcp, ip)) for endpoint in endpoints}
    return {endpoint: tuple(portals) for endpoint, portals in found.items() if portals}


def _portals(
    below: Iterable[Key], lower: Mapping[Key, list[Key]], tcp: Mapping[Key, Row], ip: Mapping[Key, Row]
) -> set[str]:
    portals = set()
    for middle in below:
        port = tcp[middle].number("PortNumber") if middle in tcp else None
        if port is not None:
            addresses = [ip[bottom] for bottom in lower.get(middle, ()) if bottom in ip]
            portals |= {f"{address}:{port}" for row in addresses for address in _addresses(row)}
    return portals


def _addresses(row: Row) -> list[str]:
    found = []
    four = _address(row.text("IPv4Address"))
    if isinstance(four, ipaddress.IPv4Address) and not four.is_unspecified:
        found.append(str(four))
    six = _address(row.text("IPv6Address"))
    kind = row.number("IPv6AddressType")
    if (
        isinstance(six, ipaddress.IPv6Address)
        and int(six) >= _EMPTY_PREFIX
        and (kind is None or kind in v.REACHABLE_IPV6)
    ):
        found.append(f"[{six}]")
    return found


def _address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address((text or "").strip())
    except ValueError:
        return None
