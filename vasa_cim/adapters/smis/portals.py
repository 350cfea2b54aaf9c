"""The addresses of iSCSI targets (`smis-mapping 2.3`).

IPProtocolEndpoint --BindsTo--> TCPProtocolEndpoint --BindsTo--> iSCSIProtocolEndpoint   (Antecedent -> Dependent)
"""

from collections.abc import Collection, Iterable, Mapping

from vasa_cim.adapters.smis.addresses import addresses_of
from vasa_cim.adapters.smis.endpoints import Endpoints
from vasa_cim.cim.rows import Key, Row


def portals_of(
    targets: Iterable[Key], lower: Mapping[Key, Collection[Key]], endpoints: Endpoints
) -> Mapping[Key, tuple[str, ...]]:
    """Return the portals, as `address:port`, of those of the targets that have any.

    `lower` are the endpoints that each endpoint is bound to.
    """
    found = {target: sorted(_portals(lower.get(target, ()), lower, endpoints.tcp, endpoints.ip)) for target in targets}
    return {target: tuple(portals) for target, portals in found.items() if portals}


def _portals(
    below: Iterable[Key], lower: Mapping[Key, Collection[Key]], tcp: Mapping[Key, Row], ip: Mapping[Key, Row]
) -> set[str]:
    portals = set()
    for middle in below:
        port = tcp[middle].number("PortNumber") if middle in tcp else None
        if port is not None:
            addresses = [ip[bottom] for bottom in lower.get(middle, ()) if bottom in ip]
            portals |= {f"{address}:{port}" for row in addresses for address in _addresses(row)}
    return portals


def _addresses(row: Row) -> list[str]:
    """Return the addresses of an endpoint as a URL has them."""
    return [f"[{address}]" if ":" in address else address for address in addresses_of(row)]
