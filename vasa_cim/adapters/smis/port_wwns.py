"""The WWNs of FC ports, for which CIM has several places (`smis-mapping 2.3`).

FCPort --DeviceSAPImplementation(Antecedent -> Dependent)--> SCSIProtocolEndpoint, whose Name is the WWN
"""

from collections.abc import Collection, Mapping

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.systems import System
from vasa_cim.adapters.smis.text import wwn_of
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row
from vasa_cim.model.usage_context import normalise_wwn


def device_wwn(row: Row) -> str | None:
    """Return the port WWN that an FC port device itself tells, None if none."""
    return _first_wwn(row.text("PermanentAddress"), *row.texts("NetworkAddresses"), row.text("DeviceID"))


def endpoint_wwns(walk: Walk, nameless: Collection[Key], endpoints: Mapping[Key, Row]) -> Mapping[Key, str]:
    """Return the WWN of the FC target endpoint on each of the `nameless` port devices; of several the lowest.

    One request, and that only if there are such devices. Raises SourceError.
    """
    names = {
        key: wwn
        for key, row in (endpoints if nameless else {}).items()
        if row.number("ConnectionType") == v.ConnectionType.FC
        and row.number("Role") != v.EndpointRole.INITIATOR
        and (wwn := wwn_of(row.text("Name")))
    }
    found: dict[Key, str] = {}
    if names:
        for device, endpoint in walk.edges(v.DEVICE_SAP_IMPLEMENTATION, "Antecedent", "Dependent"):
            if device in nameless and endpoint in names:
                found[device] = min(names[endpoint], found.get(device, names[endpoint]))
    return found


def node_wwn(row: Row | None, owner: System | None, array: System | None) -> str | None:
    """Return the node WWN: the port's own (a vendor's, at times decimal), else that of its processor or array."""
    labels = [system.labelled("node wwn") for system in (owner, array) if system is not None]
    own = None if row is None else normalise_wwn(row.text("NodeWWN"))
    return own or _first_wwn(*labels)


def _first_wwn(*candidates: str | None) -> str | None:
    return next((wwn for text in candidates if (wwn := wwn_of(text))), None)
