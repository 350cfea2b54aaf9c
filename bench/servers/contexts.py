"""Usage contexts made of what an inventory knows."""

from vasa_cim.model.inventory import Inventory
from vasa_cim.model.usage_context import HostInitiator, UsageContext


def usage_of(inventory: Inventory, number: int, of: int) -> UsageContext:
    """Return the context of one vCenter of several that share out the initiators of an inventory's views."""
    keys = sorted({key for view in inventory.views for key in view.initiators})
    return UsageContext(host_initiators=tuple(map(_initiator, keys[number::of])), vc_guid=f"vcenter-{number}")


def _initiator(key: str) -> HostInitiator:
    kind, _, name = key.partition(":")
    if kind == "iscsi":
        return HostInitiator(iscsi_identifier=name)
    return HostInitiator(port_wwn=name) if kind == "port" else HostInitiator(node_wwn=name)
