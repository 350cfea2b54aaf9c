"""A platform adapter whose array is in memory: everything above it is real, and nothing is waited for."""

from vasa_cim.adapter import EntrySet, PlatformAdapter, Reading, Source
from vasa_cim.adapters.block.initiator_set import InitiatorSet
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Inventory
from vasa_cim.model.usage_context import ContextEntry, HostInitiator


class SyntheticAdapter(PlatformAdapter):
    """Reads the same inventory each time; refuses every login, as it inherits."""

    offers = frozenset({Profile.BLOCK, Profile.CAPABILITY})

    def __init__(self, source: Source, inventory: Inventory) -> None:
        """Prepare to read `inventory`."""
        del source
        self._inventory = inventory

    def read(self, reading: Reading) -> Inventory:
        """Return the inventory."""
        del reading
        return self._inventory

    def entry_set(self, entry: ContextEntry) -> EntrySet | None:
        """Return the initiator set of an initiator, as the block adapter does."""
        return InitiatorSet(entry) if isinstance(entry, HostInitiator) else None

    def close(self) -> None:
        """There is nothing to give back."""
