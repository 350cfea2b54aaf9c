"""The addresses behind endpoints (`smis-mapping 4.2` F6).

IPProtocolEndpoint --BindsTo--> TCPProtocolEndpoint --BindsTo--> endpoint                      (Antecedent -> Dependent)
IPProtocolEndpoint --DeviceSAPImplementation-- port --DeviceSAPImplementation-- endpoint        where nothing is bound
"""

import ipaddress
from collections.abc import Collection, Iterable, Mapping

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.endpoints import all_below, endpoints_below
from vasa_cim.adapters.smis.text import plain_name
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row
from vasa_cim.model.lazy import cached_property
from vasa_cim.model.mounts import address_order, normalise_address

_EMPTY_PREFIX = 1 << 32


def addresses_of(row: Row) -> tuple[str, ...]:
    """Return the normalised addresses of an IPProtocolEndpoint.

    IPv6 that others cannot reach, or that only fills a field (its first 96 bits are zero), is left out
    (`smis-mapping 2.3`).
    """
    found = [address for address in (normalise_address(row.text("IPv4Address")),) if address and "." in address]
    kind = row.number("IPv6AddressType")
    six = normalise_address(row.text("IPv6Address"))
    reachable = kind is None or kind in v.REACHABLE_IPV6
    if six and ":" in six and reachable and int(ipaddress.IPv6Address(six)) >= _EMPTY_PREFIX:
        found.append(six)
    return tuple(dict.fromkeys(found))


class Addresses:
    """The addresses of a namespace. The ways through ports are asked for only where nothing is bound."""

    def __init__(self, walk: Walk, bindings: Iterable[tuple[Key, Key]], endpoints: Iterable[Row]) -> None:
        """`bindings` are (lower, upper) endpoints; `endpoints` the rows of IPProtocolEndpoint."""
        self._walk = walk
        self._lower = endpoints_below(bindings)
        self._of_endpoint: dict[Key, tuple[str, ...]] = {}
        self._of_system: dict[str, list[str]] = {}
        self._system: dict[Key, str] = {}
        for row in endpoints:
            if found := addresses_of(row):
                system = plain_name(row.text("SystemName") or "")
                self._of_endpoint[row.key] = found
                self._system[row.key] = system
                self._of_system.setdefault(system, []).extend(found)

    def of_endpoints(self, endpoints: Collection[Key]) -> tuple[str, ...]:
        """Return the addresses of these endpoints; none if nothing leads to one. Raises SourceError."""
        bound = all_below(endpoints, self._lower)
        found = {address for endpoint in bound for address in self._of_endpoint.get(endpoint, ())}
        if not found and endpoints and self._of_endpoint:
            found = {address for endpoint in endpoints for address in self._through_ports(endpoint)}
        return tuple(sorted(found, key=address_order))

    def of_systems(self, endpoints: Collection[Key]) -> tuple[str, ...]:
        """Return all addresses of the systems that have these endpoints."""
        systems = {plain_name(endpoint[-1]) for endpoint in endpoints}
        return tuple(sorted({one for name in systems for one in self._of_system.get(name, ())}, key=address_order))

    def of_system(self, name: str) -> tuple[str, ...]:
        """Return all addresses of a system, given by its plain name."""
        return tuple(sorted(set(self._of_system.get(name, ())), key=address_order))

    def _through_ports(self, endpoint: Key) -> list[str]:
        """Return the addresses on the ports of an endpoint: those of its own system, if there are any."""
        beside = {other for port in self._ports.get(endpoint, ()) for other in self._endpoints_of_port[port]}
        known = sorted(other for other in beside if other in self._of_endpoint)
        own = [other for other in known if self._system[other] == plain_name(endpoint[-1])]
        return [address for other in own or known for address in self._of_endpoint[other]]

    @cached_property
    def _ports(self) -> Mapping[Key, set[Key]]:
        """The ports of each endpoint."""
        return self._walk.related(v.DEVICE_SAP_IMPLEMENTATION, "Dependent", "Antecedent")

    @cached_property
    def _endpoints_of_port(self) -> Mapping[Key, list[Key]]:
        found: dict[Key, list[Key]] = {}
        for endpoint, ports in self._ports.items():
            for port in ports:
                found.setdefault(port, []).append(endpoint)
        return found
