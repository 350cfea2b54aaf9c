"""The first synchronisation of a vCenter, call by call (`vasa-1.0 8.1`)."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from vasa_cim.client.client import VasaClient
from vasa_cim.client.identity import ClientIdentity
from vasa_cim.model.entities import (
    Association,
    Entity,
    ProviderInfo,
    StorageArray,
    StorageCapability,
    StorageFileSystem,
    StorageLun,
    StoragePort,
    StorageProcessor,
)
from vasa_cim.model.enums import CatalogName, EntityType, Profile
from vasa_cim.model.notices import MessageCatalog, StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import UsageContext

P = ParamSpec("P")
T = TypeVar("T")
Clock = Callable[[], float]
DEFAULT_BATCH = 500

TYPES_OF_PROFILE: dict[Profile, tuple[EntityType, ...]] = {
    Profile.BLOCK: (EntityType.PROCESSOR, EntityType.PORT, EntityType.LUN),
    Profile.FILE_SYSTEM: (EntityType.FILE_SYSTEM,),
    Profile.CAPABILITY: (EntityType.CAPABILITY,),
}


@dataclass(slots=True)
class Step:
    """One part of a synchronisation: its calls, the objects they returned, and the seconds they took together."""

    name: str
    calls: int = 0
    items: int = 0
    seconds: float = 0.0


@dataclass(kw_only=True)
class Picture:
    """What one usage context was shown, as answered: nothing is joined or repaired, so that checks can compare.

    `profiles` are those whose operations were called. `session_id` is the cookie after setContext. The associations
    are the answers for all entities. `texts` holds the catalog files by locale and name.
    """

    context: UsageContext
    info: ProviderInfo
    session_id: str | None
    profiles: frozenset[Profile] = frozenset()
    catalogs: tuple[MessageCatalog, ...] = ()
    texts: dict[tuple[str, CatalogName], Mapping[str, str]] = field(default_factory=dict)
    counts: dict[EntityType, int] = field(default_factory=dict)
    ids: dict[EntityType, tuple[str, ...]] = field(default_factory=dict)
    arrays: tuple[StorageArray, ...] = ()
    processors: tuple[StorageProcessor, ...] = ()
    ports: tuple[StoragePort, ...] = ()
    luns: tuple[StorageLun, ...] = ()
    file_systems: tuple[StorageFileSystem, ...] = ()
    capabilities: tuple[StorageCapability, ...] = ()
    luns_of_array: dict[str, tuple[str, ...]] = field(default_factory=dict)
    file_systems_of_array: dict[str, tuple[str, ...]] = field(default_factory=dict)
    processors_of_array: tuple[Association, ...] = ()
    ports_of_processor: tuple[Association, ...] = ()
    luns_of_port: tuple[Association, ...] = ()
    capability_of_lun: tuple[Association, ...] = ()
    capability_of_file_system: tuple[Association, ...] = ()
    events: tuple[StorageEvent, ...] = ()
    alarms: tuple[StorageAlarm, ...] = ()
    steps: list[Step] = field(default_factory=list)

    def details(self, entity_type: EntityType) -> Sequence[Entity]:
        """Return the entities of one kind."""
        by_type: dict[EntityType, Sequence[Entity]] = {
            EntityType.ARRAY: self.arrays,
            EntityType.PROCESSOR: self.processors,
            EntityType.PORT: self.ports,
            EntityType.LUN: self.luns,
            EntityType.FILE_SYSTEM: self.file_systems,
            EntityType.CAPABILITY: self.capabilities,
        }
        return by_type[entity_type]


def register(client: VasaClient, identity: ClientIdentity, user: str, password: str) -> ProviderInfo:
    """Register the client's certificate and close the connection: trust begins with the next one (`vasa-1.0 4.3`)."""
    info = client.register_vasa_certificate(user, password, identity.certificate())
    client.close()
    return info


def synchronise(
    client: VasaClient,
    context: UsageContext,
    *,
    profiles: frozenset[Profile] | None = None,
    batch: int = DEFAULT_BATCH,
    clock: Clock = time.perf_counter,
) -> Picture:
    """Set the context and read everything it shows.

    `profiles` None means: those that the arrays name; a context that sees no array needs them given. `batch` is the
    number of ids in one question for LUNs or file systems. Raises what the client raises.
    """
    return _Walk(client, batch, clock).run(context, profiles)


def batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield the ids in groups of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


class _Walk:
    """One synchronisation under way."""

    def __init__(self, client: VasaClient, batch: int, clock: Clock) -> None:
        self._client = client
        self._batch = batch
        self._clock = clock
        self._steps: list[Step] = []

    def run(self, context: UsageContext, profiles: frozenset[Profile] | None) -> Picture:
        self._begin("set context")
        info = self._ask(self._client.set_context, context)
        picture = Picture(context=context, info=info, session_id=self._client.session_id, steps=self._steps)
        self._read_catalogs(picture)
        self._begin("arrays")
        picture.arrays = self._counted(picture, EntityType.ARRAY, self._client.query_arrays)
        named = frozenset(profile for array in picture.arrays for profile in array.supported_profile)
        picture.profiles = named if profiles is None else profiles
        if Profile.BLOCK in picture.profiles:
            self._read_block(picture)
        if Profile.FILE_SYSTEM in picture.profiles:
            self._read_file_systems(picture)
        if Profile.CAPABILITY in picture.profiles:
            self._read_capabilities(picture)
        self._read_notices(picture)
        return picture

    def _read_catalogs(self, picture: Picture) -> None:
        self._begin("catalogs")
        picture.catalogs = self._ask(self._client.query_catalog)
        for catalog in picture.catalogs:
            picture.texts[catalog.locale, catalog.catalog_name] = self._ask(self._client.fetch_catalog, catalog)

    def _read_block(self, picture: Picture) -> None:
        client = self._client
        self._begin("processors")
        picture.processors = self._counted(picture, EntityType.PROCESSOR, client.query_storage_processors)
        picture.processors_of_array = self._ask(client.query_associated_processors_for_array)
        self._begin("ports")
        picture.ports = self._counted(picture, EntityType.PORT, client.query_storage_ports)
        picture.ports_of_processor = self._ask(client.query_associated_ports_for_processor)
        self._begin("LUN ids")
        picture.luns_of_port = self._ask(client.query_associated_luns_for_port)
        self._count(picture, EntityType.LUN)
        for array in picture.arrays:
            ids = self._ask(client.query_unique_identifiers_for_luns, array.unique_identifier)
            picture.luns_of_array[array.unique_identifier] = ids
        self._begin("LUNs")
        picture.luns = self._in_batches(client.query_storage_luns, picture.luns_of_array)

    def _read_file_systems(self, picture: Picture) -> None:
        client = self._client
        self._begin("file system ids")
        self._count(picture, EntityType.FILE_SYSTEM)
        for array in picture.arrays:
            ids = self._ask(client.query_unique_identifiers_for_file_systems, array.unique_identifier)
            picture.file_systems_of_array[array.unique_identifier] = ids
        self._begin("file systems")
        picture.file_systems = self._in_batches(client.query_storage_file_systems, picture.file_systems_of_array)

    def _read_capabilities(self, picture: Picture) -> None:
        client = self._client
        self._begin("capabilities")
        picture.capabilities = self._counted(picture, EntityType.CAPABILITY, client.query_storage_capabilities)
        if Profile.BLOCK in picture.profiles:
            picture.capability_of_lun = self._ask(client.query_associated_capability_for_lun)
        if Profile.FILE_SYSTEM in picture.profiles:
            picture.capability_of_file_system = self._ask(client.query_associated_capability_for_file_system)

    def _read_notices(self, picture: Picture) -> None:
        self._begin("events, alarms")
        picture.events = self._polled(self._client.get_events, lambda event: event.event_id)
        picture.alarms = self._polled(self._client.get_alarms, lambda alarm: alarm.alarm_id)

    def _polled(self, poll: Callable[[int], tuple[T, ...]], id_of: Callable[[T], int]) -> tuple[T, ...]:
        """Poll from the beginning until an answer brings nothing new."""
        found: list[T] = []
        last = 0
        while new := self._ask(poll, last):
            found.extend(new)
            if (newest := id_of(new[-1])) <= last:
                break
            last = newest
        return tuple(found)

    def _counted(
        self, picture: Picture, entity_type: EntityType, details: Callable[[], tuple[T, ...]]
    ) -> tuple[T, ...]:
        """Ask for count, ids and details of one kind."""
        self._count(picture, entity_type)
        return self._ask(details)

    def _count(self, picture: Picture, entity_type: EntityType) -> None:
        picture.counts[entity_type] = self._ask(self._client.get_number_of_entities, entity_type)
        picture.ids[entity_type] = self._ask(self._client.query_unique_identifiers_for_entity, entity_type)

    def _in_batches(
        self, details: Callable[[Sequence[str]], tuple[T, ...]], ids_of_array: Mapping[str, Sequence[str]]
    ) -> tuple[T, ...]:
        return tuple(
            one
            for ids in ids_of_array.values()
            for part in batches(ids, self._batch)
            for one in self._ask(details, part)
        )

    def _begin(self, name: str) -> None:
        self._steps.append(Step(name))

    def _ask(self, operation: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Call one operation, on the account of the newest step."""
        step, began = self._steps[-1], self._clock()
        answer = operation(*arguments, **named)
        step.seconds += self._clock() - began
        step.calls += 1
        step.items += len(answer) if isinstance(answer, tuple) else 0
        return answer
