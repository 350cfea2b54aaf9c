"""Which front-end ports a port device means (`smis-mapping 2.3`, `3.1` dialect 4).

FCPort                                              is a front-end port itself
EthernetPort --DeviceSAPImplementation-- IPProtocolEndpoint --BindsTo-- TCPProtocolEndpoint --BindsTo-- iSCSI endpoint
"""

from collections.abc import Collection, Mapping

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.endpoints import all_below
from vasa_cim.adapters.smis.ports import PortId, Ports
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key


def ports_of_devices(walk: Walk, ports: Ports, devices: Collection[Key]) -> Mapping[Key, frozenset[PortId]]:
    """Return the ports of those devices that lead to any; a network port may have several. Raises SourceError."""
    found = {device: frozenset((ports.of_device[device],)) for device in devices if device in ports.of_device}
    if len(found) == len(devices) or not ports.of_endpoint:
        return found
    upper = _endpoints_above(ports)
    above: dict[Key, set[PortId]] = {}
    for device, access_point in walk.edges(v.DEVICE_SAP_IMPLEMENTATION, "Antecedent", "Dependent"):
        if device in devices and device not in found:
            above.setdefault(device, set()).update(upper.get(access_point, ()))
    return found | {device: frozenset(ids) for device, ids in above.items() if ids}


def _endpoints_above(ports: Ports) -> Mapping[Key, set[PortId]]:
    """Return the ports whose endpoints stand on each service access point, on itself included."""
    found: dict[Key, set[PortId]] = {}
    for endpoint, port in ports.of_endpoint.items():
        for access_point in all_below([endpoint], ports.bindings):
            found.setdefault(access_point, set()).add(port)
    return found
