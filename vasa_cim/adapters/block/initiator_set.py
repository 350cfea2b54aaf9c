"""The patent's usage-context initiator set: what one initiator of a usage context reaches (`vasa-1.0 5.3`)."""

from vasa_cim.model.inventory import AccessView, Inventory, Reach
from vasa_cim.model.usage_context import HostInitiator


class InitiatorSet:
    """One entry of a usage context, known by its port WWN, node WWN or iSCSI name.

    A port WWN matches initiators that the array knows by port WWN, a node WWN those known by node WWN. Views open to
    all are reached by everyone; an initiator that the array does not know reaches nothing else.
    """

    def __init__(self, initiator: HostInitiator) -> None:
        self.keys = initiator.keys()

    def reach(self, inventory: Inventory) -> Reach:
        """Return the views of this initiator, each once; nothing for an initiator without a usable name."""
        if not self.keys:
            return Reach()
        if len(self.keys) == 1 and not inventory.open_views:  # the usual case, thousands of times over
            return Reach(inventory.views_of_initiator.get(self.keys[0], ()))
        views: dict[str, AccessView] = {}
        for key in self.keys:
            for view in inventory.views_of_initiator.get(key, ()):
                views[view.key] = view
        for view in inventory.open_views:
            views[view.key] = view
        return Reach(views=tuple(views.values()))
