"""The common provider: every VASA operation, on what the vendor adapters show to a session."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

import structlog

from vasa_cim.errors import InvalidArgument, InvalidSession, StorageFault, StoreError
from vasa_cim.framework import queries
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.authenticator import Authenticator
from vasa_cim.framework.callback import AdapterCallbackService
from vasa_cim.framework.catalogs import Catalogs
from vasa_cim.framework.certificates import CertificateRegistry, fingerprint_of
from vasa_cim.framework.sessions import SessionContext, SessionContextManager
from vasa_cim.framework.settings import ProviderSettings
from vasa_cim.framework.vasa_service import (
    NO_SESSION,
    Admission,
    CatalogFile,
    Ids,
    Peer,
    Registration,
    Trust,
    VasaService,
)
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
from vasa_cim.model.enums import EntityType, Profile
from vasa_cim.model.inventory import Visible
from vasa_cim.model.notices import MessageCatalog, StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import UsageContext

T = TypeVar("T")

log = structlog.get_logger()


class CommonProvider(VasaService):
    """The universal framework module. Safe to use from any thread.

    All parts are made by the composition root; `sessions` must tell `facade.stop_session_collector` of ended sessions.
    `open` and `close` are the start-up and shutdown hooks.
    """

    def __init__(
        self,
        *,
        settings: ProviderSettings,
        facade: VendorAdapterFacade,
        sessions: SessionContextManager,
        certificates: CertificateRegistry,
        authenticator: Authenticator,
        catalogs: Catalogs,
    ) -> None:
        self._settings = settings
        self._facade = facade
        self._sessions = sessions
        self._certificates = certificates
        self._authenticator = authenticator
        self._catalogs = catalogs
        self._callback = AdapterCallbackService(sessions)

    def open(self) -> None:
        """Check the catalogs, start the sources, the session manager and the check of logins; returns at once.

        Raises ConfigurationError or StoreError; then everything is closed again.
        """
        if not self._settings.require_client_certificate:
            log.warning("client certificates are not required: for a lab only")
        with ExitStack() as undo:
            undo.callback(self.close)
            self._catalogs.check_catalogs()
            self._facade.open()
            for session in self._sessions.open():
                self._start_collector(session)
            self._authenticator.open()
            undo.pop_all()

    def close(self) -> None:
        """End the sources and all threads. Idempotent."""
        with ExitStack() as stack:
            stack.callback(self._authenticator.close)
            stack.callback(self._facade.close)
            stack.callback(self._sessions.close)

    # --- before any operation ---

    def admit(self, trust: Trust, peer: Peer, cookies: Sequence[str]) -> Admission:
        """Check certificate and session as `trust` demands (`vasa-1.0 4.4`, `1.7`)."""
        distinct = set(cookies)
        cookie = cookies[0] if len(distinct) == 1 else None
        if trust is Trust.NONE:
            return Admission(peer, cookie=cookie)
        certificate = self._identity(peer)
        if trust is Trust.CERTIFICATE:
            return Admission(peer, cookie=cookie)
        if len(distinct) > 1:
            raise InvalidSession(reason="two different session cookies were sent")
        if trust is Trust.CERTIFICATE_OR_SESSION and not self._is_own(cookie, certificate):
            return Admission(peer, cookie=cookie)
        if cookie is None or cookie == NO_SESSION:
            raise InvalidSession(reason="no session cookie was sent")
        session = self._sessions.use(cookie, certificate)
        return Admission(peer, session, session.session_id, cookie)

    def offers(self) -> frozenset[Profile]:
        """Return the profiles that at least one source offers."""
        return self._facade.offers()

    def trusts(self, peer: Peer) -> bool:
        """Return whether the peer's certificate is registered and valid now; in a lab without certificates, True."""
        required = self._settings.require_client_certificate
        return not required or self._certificates.trusted(peer.certificate) is not None

    def catalog_file(self, path: str) -> CatalogFile | None:
        """Return the file behind a listed `catalogUri`."""
        return self._catalogs.file(path)

    # --- connection and context ---

    def register_vasa_certificate(
        self, admission: Admission, user_name: str | None, password: str | None, new_certificate: str | None
    ) -> Registration:
        """Check the login, then the certificate, and trust it (`vasa-1.0 2.4`).

        A new certificate ends the session of the cookie; a known one changes nothing.
        """
        user = self._authenticator.log_in(user_name, password, admission.peer.address)
        with_store = partial(self._certificates.register, new_certificate, user)
        if _durably(with_store, "the certificate could not be stored"):
            self._sessions.end(admission.cookie or NO_SESSION)
        session = self._sessions.find(admission.cookie)
        session_id = session.session_id if session else NO_SESSION
        self._facade.settled(self._settings.first_context_wait)  # so that the answer can name the array models
        return Registration(self._info(session_id), session_id)

    def unregister_vasa_certificate(self, admission: Admission, existing_certificate: str | None) -> None:
        """Remove a certificate and end its sessions, and the session of this call (`vasa-1.0 4.4`)."""
        own, is_lab = admission.peer.certificate, not self._settings.require_client_certificate
        is_own = self._certificates.is_text_of(existing_certificate, own)
        if admission.session is None and not is_own and not is_lab:
            raise InvalidSession(reason="removing another certificate than one's own needs a session")
        remove = partial(self._certificates.unregister, existing_certificate, own, any_owner=is_lab)
        fingerprint = _durably(remove, "the certificate could not be removed")
        self._sessions.end_of_certificate(fingerprint)
        self._sessions.end(admission.session_id or NO_SESSION)

    def set_context(self, admission: Admission, usage_context: UsageContext | None) -> ProviderInfo:
        """Open a session; end the one of the cookie once the new one is complete (`vasa-1.0 5.1`)."""
        if usage_context is None:
            raise InvalidArgument(argument="usageContext", reason="it is missing")
        self._facade.settled(self._settings.first_context_wait)
        if not self._facade.has_data():
            raise self._facade.no_data()
        certificate = self._identity(admission.peer)  # once more: it may have been removed during the wait
        open_session = partial(
            self._sessions.create, usage_context, certificate, replaces=admission.cookie, begin=self._start_collector
        )
        session = _durably(open_session, "the session could not be stored")
        return self._info(session.session_id)

    # --- discovery: all six kinds ---

    def query_arrays(self, admission: Admission, ids: Ids) -> Sequence[StorageArray]:
        """Return arrays; a null list means all."""
        return queries.chosen(self._visible(admission).arrays, EntityType.ARRAY, ids, "arrayUniqueId")

    def query_unique_identifiers_for_entity(self, admission: Admission, entity_type: str | None) -> Sequence[str]:
        """Return the ids of one kind. Asked for arrays, which begins a synchronisation, old data are refreshed."""
        kind = queries.entity_kind(entity_type, self.offers())
        if kind is EntityType.ARRAY:
            self._facade.refresh()
        return list(self._visible(admission).of(kind))

    def get_number_of_entities(self, admission: Admission, entity_type: str | None) -> int:
        """Return how many of one kind there are."""
        kind = queries.entity_kind(entity_type, self.offers())
        return len(self._visible(admission).of(kind))

    def query_storage_processors(self, admission: Admission, ids: Ids) -> Sequence[StorageProcessor]:
        """Return processors; a null list means all."""
        return queries.chosen(self._visible(admission).processors, EntityType.PROCESSOR, ids, "spUniqueId")

    def query_storage_ports(self, admission: Admission, ids: Ids) -> Sequence[StoragePort]:
        """Return ports; a null list means all."""
        return queries.chosen(self._visible(admission).ports, EntityType.PORT, ids, "portUniqueId")

    def query_storage_luns(self, admission: Admission, ids: Ids) -> Sequence[StorageLun]:
        """Return LUNs; a null list is InvalidArgument."""
        return queries.chosen_explicitly(self._visible(admission).luns, EntityType.LUN, ids, "lunUniqueId")

    def query_storage_file_systems(self, admission: Admission, ids: Ids) -> Sequence[StorageFileSystem]:
        """Return file systems; a null list is InvalidArgument."""
        known = self._visible(admission).file_systems
        return queries.chosen_explicitly(known, EntityType.FILE_SYSTEM, ids, "fsUniqueId")

    def query_storage_capabilities(self, admission: Admission, ids: Ids) -> Sequence[StorageCapability]:
        """Return capabilities, whatever the usage context; a null list means all."""
        known = self._visible(admission).capabilities
        return queries.chosen(known, EntityType.CAPABILITY, ids, "capabilityUniqueId")

    # --- discovery: relations ---

    def query_associated_processors_for_array(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        """Return the processors of each array; a null list means all arrays."""
        visible = self._visible(admission)
        arrays = queries.named(visible.arrays, EntityType.ARRAY, ids, "arrayUniqueId")
        return queries.associations(arrays, visible.processors_of_array)

    def query_associated_ports_for_processor(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        """Return the ports of each processor; a null list means all processors."""
        visible = self._visible(admission)
        processors = queries.named(visible.processors, EntityType.PROCESSOR, ids, "spUniqueId")
        return queries.associations(processors, visible.ports_of_processor)

    def query_associated_luns_for_port(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        """Return the LUNs behind each port; a null list means all ports."""
        visible = self._visible(admission)
        ports = queries.named(visible.ports, EntityType.PORT, ids, "portUniqueId")
        return queries.associations(ports, visible.luns_of_port)

    def query_associated_capability_for_lun(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        """Return the capability of each LUN; a null list means all LUNs."""
        visible = self._visible(admission)
        luns = queries.named(visible.luns, EntityType.LUN, ids, "lunUniqueId")
        return queries.capabilities(luns, visible.capability_of)

    def query_associated_capability_for_file_system(self, admission: Admission, ids: Ids) -> Sequence[Association]:
        """Return the capability of each file system; a null list means all file systems."""
        visible = self._visible(admission)
        file_systems = queries.named(visible.file_systems, EntityType.FILE_SYSTEM, ids, "fsUniqueId")
        return queries.capabilities(file_systems, visible.capability_of)

    def query_unique_identifiers_for_luns(self, admission: Admission, array_id: str | None) -> Sequence[str]:
        """Return the ids of the LUNs of one array."""
        visible = self._visible(admission)
        is_empty = admission.session.usage.is_empty()
        return queries.children_of_array(visible, visible.luns_of_array, array_id, "arrayUniqueId", is_empty=is_empty)

    def query_unique_identifiers_for_file_systems(self, admission: Admission, array_id: str | None) -> Sequence[str]:
        """Return the ids of the file systems of one array; the contract calls the argument fsUniqueId."""
        visible = self._visible(admission)
        is_empty = admission.session.usage.is_empty()
        related = visible.file_systems_of_array
        return queries.children_of_array(visible, related, array_id, "fsUniqueId", is_empty=is_empty)

    def query_drs_migration_capability_for_performance(
        self, admission: Admission, source_id: str | None, destination_id: str | None, entity_type: str | None
    ) -> bool:
        """Return whether moving load from source to destination may bring performance."""
        kind = queries.entity_kind(entity_type, self.offers())
        return queries.may_migrate(self._visible(admission), kind, source_id, destination_id)

    # --- status ---

    def get_events(self, admission: Admission, last_event_id: int) -> Sequence[StorageEvent]:
        """Return the events after `last_event_id`, at most one batch (`vasa-1.0 6.2`)."""
        events: Sequence[StorageEvent] = admission.session.events.poll(last_event_id)
        return events

    def get_alarms(self, admission: Admission, last_alarm_id: int) -> Sequence[StorageAlarm]:
        """Return the alarms after `last_alarm_id`, at most one batch (`vasa-1.0 6.2`)."""
        alarms: Sequence[StorageAlarm] = admission.session.alarms.poll(last_alarm_id)
        return alarms

    def query_catalog(self, admission: Admission) -> Sequence[MessageCatalog]:
        """Return all message catalogs; the same for every client."""
        return self._catalogs.entries()

    # --- what they share ---

    def _identity(self, peer: Peer) -> str | None:
        """Return the fingerprint that this peer is known by, None in a lab without one. Raises InvalidSession."""
        if registered := self._certificates.trusted(peer.certificate):
            return registered.fingerprint
        if not self._settings.require_client_certificate:
            return fingerprint_of(peer.certificate) if peer.certificate else None
        if peer.certificate is None:
            raise InvalidSession(reason="no client certificate was presented")
        raise InvalidSession(reason="the client certificate is not registered, or not valid now")

    def _is_own(self, cookie: str | None, certificate: str | None) -> bool:
        session = self._sessions.find(cookie)
        return session is not None and session.certificate == certificate

    def _visible(self, admission: Admission) -> Visible:
        session: SessionContext = admission.session
        try:
            return self._facade.visible(session.session_id)
        except StorageFault as fault:
            if session.ended:
                raise InvalidSession(reason="it has ended during the call") from fault
            raise

    def _start_collector(self, session: SessionContext) -> None:
        self._facade.start_session_collector(session.session_id, session.usage, self._callback)

    def _info(self, session_id: str) -> ProviderInfo:
        return ProviderInfo(
            name=self._settings.name,
            default_namespace=self._settings.default_namespace,
            default_session_timeout_in_seconds=self._settings.default_session_timeout,
            session_id=session_id,
            supported_vendor_model=self._facade.vendor_models(),
            vasa_provider_version=self._settings.provider_version,
        )


def _durably(change: Callable[[], T], trouble: str) -> T:
    """Make a change that the store must keep; its failure becomes a StorageFault that says `trouble`."""
    try:
        return change()
    except StoreError as error:
        log.error(trouble, error=str(error))
        raise StorageFault(trouble) from error
