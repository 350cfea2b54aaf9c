"""The vendor adapter of a source that nobody reads: it is there by name, says why, and adds nothing."""

from collections.abc import Mapping, Sequence

from vasa_cim.adapter import AdapterCallback, SourceStatus
from vasa_cim.errors import SourceFailed
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import Inventory, Visible
from vasa_cim.model.usage_context import UsageContext


class IdleVendorAdapter:
    """A `VendorAdapter` without platform adapters. `reason` is a sentence that says why the source is not read."""

    def __init__(self, source: str, reason: str) -> None:
        self._source = source
        self._reason = reason

    @property
    def source(self) -> str:
        """The source's name."""
        return self._source

    @property
    def offers(self) -> frozenset[Profile]:
        """Nothing."""
        return frozenset()

    def start(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def authenticate(self, user: str, password: str) -> None:
        """Raise SourceFailed: nobody can say."""
        del user, password
        raise SourceFailed(source=self._source, reason=self._reason, status=None)

    def start_session_collector(self, session_id: str, usage: UsageContext, callback: AdapterCallback) -> None:
        """Do nothing."""

    def stop_session_collector(self, session_id: str) -> None:
        """Do nothing."""

    def visible(self, session_id: str) -> Visible | None:
        """Return None."""
        del session_id
        return None

    def inventory(self) -> Inventory | None:
        """Return None."""
        return None

    def settled(self, timeout: float) -> bool:
        """Return that there is nothing to wait for."""
        del timeout
        return True

    def refresh(self) -> None:
        """Do nothing."""

    def status(self) -> SourceStatus:
        """Return the reason as the error."""
        return SourceStatus(source=self._source, error=self._reason)

    def catalogs(self) -> Sequence[Mapping[str, Mapping[str, str]]]:
        """Return none."""
        return ()
