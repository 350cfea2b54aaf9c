"""A vendor adapter whose array is in memory: what the framework drives when no array is to be waited for."""

import threading
from collections.abc import Mapping, Sequence

from vasa_cim.adapter import AdapterCallback, SourceStatus, UsageFilter
from vasa_cim.errors import SourceRefused
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Inventory, Reach, Visible
from vasa_cim.model.usage_context import ContextEntry, HostInitiator, UsageContext


def reach_of(entry: ContextEntry, inventory: Inventory) -> Reach:
    """Return the views of one initiator; a mount reaches nothing on a block array."""
    if not isinstance(entry, HostInitiator):
        return Reach()
    views = [view for key in entry.keys() for view in inventory.views_of_initiator.get(key, ())]
    return Reach(views=tuple({view.key: view for view in views}.values()))


class SyntheticSource:
    """Fulfils `adapter.VendorAdapter` for one inventory that never changes; refuses every login."""

    def __init__(self, name: str, inventory: Inventory, usage_filter: UsageFilter) -> None:
        self._name = name
        self._inventory = inventory
        self._filter = usage_filter
        self._lock = threading.Lock()
        self._visible: dict[str, Visible] = {}

    @property
    def source(self) -> str:
        """The source's name."""
        return self._name

    @property
    def offers(self) -> frozenset[Profile]:
        """What a block array has."""
        return frozenset({Profile.BLOCK, Profile.CAPABILITY})

    def start(self) -> None:
        """There is nothing to poll."""

    def close(self) -> None:
        """There is nothing to give back."""

    def authenticate(self, user: str, password: str) -> None:
        """Refuse."""
        del password
        raise SourceRefused(source=self._name, reason=f"no user is named {user}")

    def start_session_collector(self, session_id: str, usage: UsageContext, callback: AdapterCallback) -> None:
        """Work out what the session sees."""
        del callback
        reaches = [reach_of(entry, self._inventory) for entry in usage.entries()]
        visible = self._filter(self._inventory, usage, reaches)
        with self._lock:
            self._visible[session_id] = visible

    def stop_session_collector(self, session_id: str) -> None:
        """Forget the session."""
        with self._lock:
            self._visible.pop(session_id, None)

    def visible(self, session_id: str) -> Visible | None:
        """Return what the session sees."""
        return self._visible.get(session_id)

    def inventory(self) -> Inventory | None:
        """Return the inventory."""
        return self._inventory

    def settled(self, timeout: float) -> bool:
        """The inventory is there."""
        del timeout
        return True

    def refresh(self) -> None:
        """The inventory never grows old."""

    def status(self) -> SourceStatus:
        """Return when the inventory was made."""
        held = self._inventory
        return SourceStatus(source=self._name, read_at=held.read_at, arrays=len(held.arrays), luns=len(held.luns))

    def catalogs(self) -> Sequence[Mapping[str, Mapping[str, str]]]:
        """It has no texts of its own."""
        return ()
