"""The block adapter: SMI-S block arrays as a platform module (the patent's `VASAProviderUEMBlockAdapter`)."""

from collections.abc import Callable
from datetime import UTC, datetime

from vasa_cim.adapter import EntrySet, PlatformAdapter, Reading, Source
from vasa_cim.adapters.block.initiator_set import InitiatorSet
from vasa_cim.adapters.block.mapping import block_inventory
from vasa_cim.adapters.smis.source import SmisSource
from vasa_cim.adapters.smis.vocabulary import BLOCK_DEDICATIONS, BLOCK_PROFILES
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Inventory
from vasa_cim.model.usage_context import ContextEntry, HostInitiator


def _now() -> datetime:
    return datetime.now(UTC)


class BlockAdapter(PlatformAdapter):
    """Arrays and storage virtualizers behind one CIMOM, read whole each time: hints only say when."""

    offers = frozenset({Profile.BLOCK, Profile.CAPABILITY})

    def __init__(self, source: Source, clock: Callable[[], datetime] = _now) -> None:
        """Prepare for this source without contacting it. Raises ConfigurationError."""
        self._source = SmisSource(source)
        self._clock = clock

    @property
    def requests(self) -> int:
        """How many CIM requests reading has sent so far."""
        return self._source.requests

    def read(self, reading: Reading) -> Inventory:
        """Return what the CIMOM's block arrays hold now. Raises SourceError."""
        read_at = self._clock()
        tables = self._source.round(reading.shared).tables(BLOCK_PROFILES, BLOCK_DEDICATIONS)
        return block_inventory(tables, read_at, reading.previous)

    def entry_set(self, entry: ContextEntry) -> EntrySet | None:
        """Return the initiator set of an initiator; mounts are no matter of block arrays."""
        return InitiatorSet(entry) if isinstance(entry, HostInitiator) else None

    def authenticate(self, user: str, password: str) -> None:
        """Check a login at the CIMOM. Raises SourceRefused, or another SourceError if undecided."""
        self._source.authenticate(user, password)

    def close(self) -> None:
        """End all connections, and a reading that waits for one."""
        self._source.close()
