"""The VASA service class: the internal operations, one per VASA operation, that the protocol adapter calls.

The protocol adapter has already decoded the arguments and asked `admit`; ids arrive as the client sent them, None
for a null item. A *null list* (absent, nil, or one null item; `vasa-1.0 1.4`) arrives as None. Every method raises
the faults of `vasa-1.0 2.2` from `vasa_cim.errors` and nothing else on purpose.
"""

import abc
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from vasa_cim.model.entities import (
    Association,
    ProviderInfo,
    StorageArray,
    StorageCapability,
    StorageFileSystem,
    StorageLun,
    StoragePort,
    StorageProcessor,
)
from vasa_cim.model.enums import Profile
from vasa_cim.model.notices import MessageCatalog, StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import UsageContext

Ids = Sequence[str | None] | None
NO_SESSION = "0"


class Trust(Enum):
    """What a call needs before it is decoded (`vasa-1.0 4.4`)."""

    NONE = "none"
    CERTIFICATE = "certificate"
    CERTIFICATE_OR_SESSION = "certificate or session"
    """unregisterVASACertificate: a trusted certificate; the session, if there is one."""
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end: the DER of the leaf certificate it presented (None: none) and its address."""

    certificate: bytes | None
    address: str


@dataclass(frozen=True, slots=True)
class Admission:
    """What `admit` found. `session` is opaque to the protocol adapter, None where none is needed or given.

    `session_id` is the id to repeat in the cookie, None without session. `cookie` is the id that the client sent,
    known or not (None: none, or two that differ).
    """

    peer: Peer
    session: Any = None
    session_id: str | None = None
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """Answer of registerVASACertificate: the info, and the value that the session cookie gets."""

    info: ProviderInfo
    cookie: str


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """One `.vmsg` file as it is served by GET: UTF-8 bytes and its time, with a zone."""

    content: bytes
    last_modified: datetime


class VasaService(abc.ABC):
    """One method per VASA operation, and the questions that come before any of them."""

    @abc.abstractmethod
    def admit(self, trust: Trust, peer: Peer, cookies: Sequence[str]) -> Admission:
        """Check certificate and session as `trust` demands; a hit restarts the session's idle timer.

        `cookies` are all VASASESSIONID values of the request. Raises InvalidSession.
        """

    @abc.abstractmethod
    def offers(self) -> frozenset[Profile]:
        """Return the profiles that this provider supports now."""

    @abc.abstractmethod
    def trusts(self, peer: Peer) -> bool:
        """Return whether the peer's certificate is registered and inside its validity now; never raises."""

    @abc.abstractmethod
    def catalog_file(self, path: str) -> CatalogFile | None:
        """Return the file behind a listed `catalogUri`, None for any other path."""

    @abc.abstractmethod
    def register_vasa_certificate(
        self, admission: Admission, user_name: str | None, password: str | None, new_certificate: str | None
    ) -> Registration:
        """Check the login, then the certificate, and trust it. May block on the source."""

    @abc.abstractmethod
    def unregister_vasa_certificate(self, admission: Admission, existing_certificate: str | None) -> None:
        """Remove a certificate and end its sessions."""

    @abc.abstractmethod
    def set_context(self, admission: Admission, usage_context: UsageContext | None) -> ProviderInfo:
        """Open a session, end the one named by the cookie. May block until sources have settled."""

    @abc.abstractmethod
    def query_arrays(self, admission: Admission, ids: Ids) -> Sequence[StorageArray]: ...

    @abc.abstractmethod
    def query_unique_identifiers_for_entity(self, admission: Admission, entity_type: str | None) -> Sequence[str]: ...

    @abc.abstractmethod
    def get_number_of_entities(self, admission: Admission, entity_type: str | None) -> int: ...

    @abc.abstractmethod
    def query_storage_processors(self, admission: Admission, ids: Ids) -> Sequence[StorageProcessor]: ...

    @abc.abstractmethod
    def query_storage_ports(self, admission: Admission, ids: Ids) -> Sequence[StoragePort]: ...

    @abc.abstractmethod
    def query_storage_luns(self, admission: Admission, ids: Ids) -> Sequence[StorageLun]: ...

    @abc.abstractmethod
    def query_storage_file_systems(self, admission: Admission, ids: Ids) -> Sequence[StorageFileSystem]: ...

    @abc.abstractmethod
    def query_storage_capabilities(self, admission: Admission, ids: Ids) -> Sequence[StorageCapability]: ...

    @abc.abstractmethod
    def query_associated_processors_for_array(self, admission: Admission, ids: Ids) -> Sequence[Association]: ...

    @abc.abstractmethod
    def query_associated_ports_for_processor(self, admission: Admission, ids: Ids) -> Sequence[Association]: ...

    @abc.abstractmethod
    def query_associated_luns_for_port(self, admission: Admission, ids: Ids) -> Sequence[Association]: ...

    @abc.abstractmethod
    def query_associated_capability_for_lun(self, admission: Admission, ids: Ids) -> Sequence[Association]: ...

    @abc.abstractmethod
    def query_associated_capability_for_file_system(self, admission: Admission, ids: Ids) -> Sequence[Association]: ...

    @abc.abstractmethod
    def query_unique_identifiers_for_luns(self, admission: Admission, array_id: str | None) -> Sequence[str]: ...

    @abc.abstractmethod
    def query_unique_identifiers_for_file_systems(
        self, admission: Admission, array_id: str | None
    ) -> Sequence[str]: ...

    @abc.abstractmethod
    def query_drs_migration_capability_for_performance(
        self, admission: Admission, source_id: str | None, destination_id: str | None, entity_type: str | None
    ) -> bool: ...

    @abc.abstractmethod
    def get_events(self, admission: Admission, last_event_id: int) -> Sequence[StorageEvent]:
        """Return the events after `last_event_id`; an absent argument arrives as 0 (`vasa-1.0 6.1`)."""

    @abc.abstractmethod
    def get_alarms(self, admission: Admission, last_alarm_id: int) -> Sequence[StorageAlarm]:
        """Return the alarms after `last_alarm_id`; an absent argument arrives as 0."""

    @abc.abstractmethod
    def query_catalog(self, admission: Admission) -> Sequence[MessageCatalog]: ...
