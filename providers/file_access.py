"""Which file servers an array has, and at which of their endpoints a share is available."""

from collections.abc import Iterable

from pywbem import CIMInstance, CIMInstanceName

from mock_cimom.estate.file_plan import Protocol
from mock_cimom.providers.file_servers import IF_TYPES
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.method_calls import FAILED, INVALID, NOT_SUPPORTED, Call, Refusal

ALL = "*"


def host_of(call: Call) -> CIMInstanceName:
    """Return the system that the called service belongs to. Raises Refusal if it belongs to none."""
    hosts = call.live.across(call.target, "CIM_HostedService", "Dependent", "Antecedent")
    if not hosts:
        raise Refusal(FAILED)
    return hosts[0]


def among(live: Live, paths: Iterable[Path], others: Iterable[Path]) -> bool:
    """Tell whether all of `paths` are those of objects that `others` lead to, too."""
    return {live.key(one) for one in paths} <= {live.key(one) for one in others}


def only(live: Live, paths: Iterable[Path]) -> CIMInstance:
    """Return the one instance that an association leads to. Raises Refusal if clients have made it none or several."""
    found = [instance for instance in map(live.instance, paths) if instance is not None]
    if len(found) != 1:
        raise Refusal(FAILED)
    return found[0]


def file_servers(live: Live, top: Path) -> list[CIMInstanceName]:
    """Return the file servers of a NAS system, ordered by their names."""
    hosted = live.across(top, "CIM_HostedDependency", "Antecedent", "Dependent")
    return sorted(
        (one for one in hosted if live.is_a(one.classname, "CIM_ComputerSystem")), key=lambda one: one["Name"]
    )


def access_points(
    call: Call, top: Path, file_system: Path, protocol: Protocol
) -> tuple[CIMInstanceName, list[CIMInstanceName]]:
    """Return the file server that is to host a share and the endpoints it is to be available at.

    The parameter `AccessPointPorts` names endpoints, with `+` (or nothing) before those that are granted and `-` before
    those that are denied; `*` are all of them. Without it all endpoints of the server are granted that exports the file
    system already, or of the first server. Raises Refusal for names that no endpoint has, and if there is none left.
    """
    live = call.live
    servers = file_servers(live, top)
    if not servers:
        raise Refusal(FAILED)
    known = {point["Name"]: server for server in servers for point in _endpoints(live, server, protocol)}
    granted, denied = _granted_and_denied(call.value("AccessPointPorts") or [])
    if any(name not in known for name in (granted | denied) - {ALL}):
        raise Refusal(INVALID)
    named = sorted(granted - {ALL})
    server = known[named[0]] if named else _usual_server(live, servers, file_system)
    wanted = set(named) if named and ALL not in granted else {name for name in known if live.same(known[name], server)}
    wanted = set() if ALL in denied else wanted - denied
    points = [one for each in servers for one in _endpoints(live, each, protocol) if one["Name"] in wanted]
    if not points:
        raise Refusal(NOT_SUPPORTED)
    return server, points


def _granted_and_denied(entries: list[str | None]) -> tuple[set[str], set[str]]:
    granted, denied = set(), set()
    for entry in entries:
        sign, name = ("+", entry or "") if not (entry or "").startswith(("+", "-")) else (entry[0], entry[1:])
        (denied if sign == "-" else granted).add(name)
    return granted, denied


def _endpoints(live: Live, server: Path, protocol: Protocol) -> list[CIMInstanceName]:
    points = live.across(server, "CIM_HostedAccessPoint", "Antecedent", "Dependent")
    return [one for one in points if live.instance(one).get("ProtocolIFType") == IF_TYPES[protocol]]


def _usual_server(live: Live, servers: list[CIMInstanceName], file_system: Path) -> CIMInstanceName:
    """Return the server that exports a file system already, else the first."""
    for share in live.across(file_system, "CIM_SharedElement", "SystemElement", "SameElement"):
        for host in live.across(share, "CIM_HostedShare", "Dependent", "Antecedent"):
            if among(live, [host], servers):
                return host
    return servers[0]
