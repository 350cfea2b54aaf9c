"""`VasaClient`: the 22 operations of VASA 1.0 as methods that take and return model objects (`vasa-1.0 2.1`)."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from lxml import etree

from vasa_cim.client import contract, decode
from vasa_cim.client.catalogs import parsed_catalog
from vasa_cim.client.encode import Argument, Ids, repeated, request_element
from vasa_cim.client.envelope import SoapVersion, unwrapped, wrapped
from vasa_cim.client.failures import HttpFailure, UnreadableAnswer, unreadable
from vasa_cim.client.faults import fault_from, is_fault
from vasa_cim.client.identity import ClientIdentity
from vasa_cim.client.shapes import Reader, boolean, filled_text, integer, is_nil, no_stray_text
from vasa_cim.client.wire import DEFAULT_TIMEOUT, HttpAnswer, HttpsConnection
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
from vasa_cim.model.notices import MessageCatalog, StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import UsageContext

T = TypeVar("T")
_OK = 200
_FAULT_STATUS = (400, 500)


def _count(element: etree._Element) -> int:
    return integer(element, bits=32)


class VasaClient:
    """One vCenter, as a provider meets it. Not for several threads at once; also a context manager.

    Every operation raises the faults that it declares (`vasa-1.0 2.2`) as the classes of `vasa_cim.errors`, with the
    provider's text; besides these ProviderUnreachable, HttpFailure, SoapFault and UnreadableAnswer. Arguments are
    sent as given: None is a null, an empty or None list no element at all. Text that XML cannot carry is a ValueError.
    """

    def __init__(
        self,
        url: str,
        *,
        ca_file: Path,
        identity: ClientIdentity | None = None,
        soap_version: SoapVersion = SoapVersion.V1_1,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> None:
        """Prepare without connecting; the arguments are those of `wire.HttpsConnection`."""
        self.soap_version = soap_version
        self._connection = HttpsConnection(url, ca_file=ca_file, identity=identity, timeout=timeout)

    def __enter__(self) -> "VasaClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def session_id(self) -> str | None:
        """The session cookie that the next call sends; None before the first answer that set one."""
        return self._connection.cookies.get(contract.SESSION_COOKIE)

    @session_id.setter
    def session_id(self, value: str | None) -> None:
        self._connection.cookies.pop(contract.SESSION_COOKIE, None)
        if value is not None:
            self._connection.cookies[contract.SESSION_COOKIE] = value

    def close(self) -> None:
        """Close the connection; the next call opens a new one. The session lives on."""
        self._connection.close()

    # --- connection and context ---

    def register_vasa_certificate(
        self, user_name: str | None, password: str | None, new_certificate: str | None
    ) -> ProviderInfo:
        """Hand over a client certificate (PEM), authorised by user and password."""
        arguments: list[Argument] = [
            ("userName", user_name),
            ("password", password),
            ("newCertificate", new_certificate),
        ]
        return self._one("registerVASACertificate", arguments, decode.provider_info)

    def unregister_vasa_certificate(self, existing_certificate: str | None) -> None:
        """Have a client certificate (PEM) forgotten. The answer's body is empty (`vasa-1.0 1.3`)."""
        answer = self._call("unregisterVASACertificate", [("existingCertificate", existing_certificate)])
        if answer is not None:
            raise unreadable(answer, "the body of this answer must be empty")

    def set_context(self, usage_context: UsageContext | None) -> ProviderInfo:
        """Open a session; its id becomes the cookie of the calls that follow."""
        return self._one("setContext", [("usageContext", usage_context)], decode.provider_info)

    # --- discovery ---

    def query_arrays(self, ids: Ids = None) -> tuple[StorageArray, ...]:
        """Return arrays; no ids means all."""
        return self._many("queryArrays", repeated("arrayUniqueId", ids), decode.storage_array)

    def query_unique_identifiers_for_entity(self, entity_type: str | None) -> tuple[str, ...]:
        """Return the ids of all entities of one kind."""
        return self._many("queryUniqueIdentifiersForEntity", [("entityType", entity_type)], filled_text)

    def get_number_of_entities(self, entity_type: str | None) -> int:
        """Return how many entities of one kind there are."""
        return self._one("getNumberOfEntities", [("entityType", entity_type)], _count)

    def query_storage_processors(self, ids: Ids = None) -> tuple[StorageProcessor, ...]:
        """Return processors; no ids means all."""
        return self._many("queryStorageProcessors", repeated("spUniqueId", ids), decode.storage_processor)

    def query_storage_ports(self, ids: Ids = None) -> tuple[StoragePort, ...]:
        """Return ports; no ids means all."""
        return self._many("queryStoragePorts", repeated("portUniqueId", ids), decode.storage_port)

    def query_storage_luns(self, ids: Ids) -> tuple[StorageLun, ...]:
        """Return LUNs; no ids is InvalidArgument."""
        return self._many("queryStorageLuns", repeated("lunUniqueId", ids), decode.storage_lun)

    def query_storage_file_systems(self, ids: Ids) -> tuple[StorageFileSystem, ...]:
        """Return file systems; no ids is InvalidArgument."""
        return self._many("queryStorageFileSystems", repeated("fsUniqueId", ids), decode.storage_file_system)

    def query_storage_capabilities(self, ids: Ids = None) -> tuple[StorageCapability, ...]:
        """Return capabilities; no ids means all."""
        arguments = repeated("capabilityUniqueId", ids)
        return self._many("queryStorageCapabilities", arguments, decode.storage_capability)

    def query_associated_processors_for_array(self, ids: Ids = None) -> tuple[Association, ...]:
        """Return the processors of arrays; no ids means all."""
        return self._associations("queryAssociatedProcessorsForArray", "arrayUniqueId", ids)

    def query_associated_ports_for_processor(self, ids: Ids = None) -> tuple[Association, ...]:
        """Return the ports of processors; no ids means all."""
        return self._associations("queryAssociatedPortsForProcessor", "spUniqueId", ids)

    def query_associated_luns_for_port(self, ids: Ids = None) -> tuple[Association, ...]:
        """Return the LUNs behind ports; no ids means all."""
        return self._associations("queryAssociatedLunsForPort", "portUniqueId", ids)

    def query_associated_capability_for_lun(self, ids: Ids = None) -> tuple[Association, ...]:
        """Return the capability of LUNs; no ids means all."""
        return self._associations("queryAssociatedCapabilityForLun", "lunUniqueId", ids)

    def query_associated_capability_for_file_system(self, ids: Ids = None) -> tuple[Association, ...]:
        """Return the capability of file systems; no ids means all."""
        return self._associations("queryAssociatedCapabilityForFileSystem", "fsUniqueId", ids)

    def query_unique_identifiers_for_luns(self, array_id: str | None) -> tuple[str, ...]:
        """Return the ids of the LUNs of one array."""
        return self._many("queryUniqueIdentifiersForLuns", [("arrayUniqueId", array_id)], filled_text)

    def query_unique_identifiers_for_file_systems(self, array_id: str | None) -> tuple[str, ...]:
        """Return the ids of the file systems of one array; the contract calls the argument `fsUniqueId`."""
        return self._many("queryUniqueIdentifiersForFileSystems", [("fsUniqueId", array_id)], filled_text)

    def query_drs_migration_capability_for_performance(
        self, source_id: str | None, destination_id: str | None, entity_type: str | None
    ) -> bool:
        """Return whether moving load from one LUN or file system to the other can gain performance."""
        arguments: list[Argument] = [
            ("srcUniqueId", source_id),
            ("dstUniqueId", destination_id),
            ("entityType", entity_type),
        ]
        return self._one("queryDRSMigrationCapabilityForPerformance", arguments, boolean)

    # --- status ---

    def get_events(self, last_event_id: int | None) -> tuple[StorageEvent, ...]:
        """Return the events after an id; None sends no argument."""
        return self._many("getEvents", _given("lastEventId", last_event_id), decode.storage_event)

    def get_alarms(self, last_alarm_id: int | None) -> tuple[StorageAlarm, ...]:
        """Return the alarms after an id; None sends no argument."""
        return self._many("getAlarms", _given("lastAlarmId", last_alarm_id), decode.storage_alarm)

    def query_catalog(self) -> tuple[MessageCatalog, ...]:
        """Return where the message catalogs are."""
        return self._many("queryCatalog", [], decode.message_catalog)

    def fetch_catalog(self, catalog: MessageCatalog) -> dict[str, str]:
        """Fetch one catalog file by GET and return key -> text (`vasa-1.0 7.1`, `7.2`)."""
        if not catalog.catalog_uri.startswith("/"):
            raise UnreadableAnswer(element="catalogUri", reason=f"{catalog.catalog_uri!r} does not begin at the root")
        answer = self._connection.exchange("GET", catalog.catalog_uri)
        if answer.status != _OK:
            raise HttpFailure(url=catalog.catalog_uri, status=answer.status, reason=answer.reason)
        return parsed_catalog(catalog.catalog_uri, answer.body)

    # --- one call ---

    def _one(self, operation: str, arguments: Sequence[Argument], read: Reader[T]) -> T:
        wrapper, items = self._returned(operation, arguments)
        if len(items) != 1:
            raise unreadable(wrapper, f"is there {len(items)} times, not once", "return")
        return read(items[0])

    def _many(self, operation: str, arguments: Sequence[Argument], read: Reader[T]) -> tuple[T, ...]:
        return tuple(map(read, self._returned(operation, arguments)[1]))

    def _associations(self, operation: str, name: str, ids: Ids) -> tuple[Association, ...]:
        return self._many(operation, repeated(name, ids), decode.association)

    def _returned(self, operation: str, arguments: Sequence[Argument]) -> tuple[etree._Element, list[etree._Element]]:
        """Return the response element and its `return` elements; a single nil one is the null list."""
        wrapper = self._call(operation, arguments)
        expected = f"{operation}Response"
        if wrapper is None:
            raise UnreadableAnswer(element=expected, reason="is missing, the body is empty")
        if wrapper.tag != f"{{{contract.BODY}}}{expected}":
            name = etree.QName(wrapper)
            raise unreadable(wrapper, f"is not {expected} of the contract (namespace {name.namespace!r})")
        is_nil(wrapper)
        no_stray_text(wrapper)
        for item in wrapper:
            if item.tag != f"{{{contract.BODY}}}return":
                raise unreadable(item, f"unknown element in namespace {etree.QName(item).namespace!r}")
        if len(wrapper) == 1 and is_nil(wrapper[0]):
            return wrapper, []
        for item in wrapper:
            if is_nil(item):
                raise unreadable(item, "is nil within a list")
        return wrapper, list(wrapper)

    def _call(self, operation: str, arguments: Sequence[Argument]) -> etree._Element | None:
        """Send one request; return the child of the answer's body, None if it is empty. Raises what it stands for."""
        body = wrapped(self.soap_version, request_element(operation, arguments))
        answer = self._connection.exchange("POST", self._connection.path, body, self.soap_version.headers(operation))
        self._check_http(answer)
        child = unwrapped(self.soap_version, answer.body)
        if child is not None and is_fault(self.soap_version, child):
            if answer.status == _OK:
                raise UnreadableAnswer(element="Fault", reason="comes with HTTP 200")
            raise fault_from(self.soap_version, operation, child)
        if answer.status != _OK:
            raise HttpFailure(url=self._connection.url, status=answer.status, reason=answer.reason)
        return child

    def _check_http(self, answer: HttpAnswer) -> None:
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        readable = media_type == self.soap_version.media_type
        if answer.status == _OK and not readable:
            reason = f"has the media type {media_type!r}, not {self.soap_version.media_type!r}"
            raise UnreadableAnswer(element="Envelope", reason=reason)
        if answer.status != _OK and not (readable and answer.status in _FAULT_STATUS):
            raise HttpFailure(url=self._connection.url, status=answer.status, reason=answer.reason)


def _given(name: str, value: int | None) -> list[Argument]:
    return [] if value is None else [(name, value)]
