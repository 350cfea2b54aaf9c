"""From the tables of SMI-S to VASA's entities of block arrays, their relations and views (`smis-mapping 2`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from vasa_cim.adapters.smis.capabilities import StorageKind, capability_of
from vasa_cim.adapters.smis.identity import Identity
from vasa_cim.adapters.smis.ports import Port, PortId
from vasa_cim.adapters.smis.raid import raid_of
from vasa_cim.adapters.smis.systems import System
from vasa_cim.adapters.smis.tables import Tables
from vasa_cim.adapters.smis.text import distinct_texts, first_text
from vasa_cim.adapters.smis.thin import subscribed_space, thin_status
from vasa_cim.adapters.smis.volumes import MIB, Volume
from vasa_cim.cim.rows import Key
from vasa_cim.model.entities import (
    StorageArray,
    StorageCapability,
    StorageLun,
    StoragePort,
    StorageProcessor,
)
from vasa_cim.model.enums import AlarmStatus, BlockProtocol, EntityType, Profile
from vasa_cim.model.identifiers import array_id, entity_id
from vasa_cim.model.inventory import AccessView, Inventory

_Value = TypeVar("_Value")


@dataclass
class Draft:
    """An inventory in the making, over all namespaces of a source. Relations name ids of children by their parent."""

    previous: Inventory | None = None
    arrays: dict[str, StorageArray] = field(default_factory=dict)
    processors: dict[str, StorageProcessor] = field(default_factory=dict)
    ports: dict[str, StoragePort] = field(default_factory=dict)
    luns: dict[str, StorageLun] = field(default_factory=dict)
    capabilities: dict[str, StorageCapability] = field(default_factory=dict)
    processors_of_array: dict[str, set[str]] = field(default_factory=dict)
    ports_of_processor: dict[str, set[str]] = field(default_factory=dict)
    luns_of_array: dict[str, set[str]] = field(default_factory=dict)
    capability_of: dict[str, str] = field(default_factory=dict)
    pool_of: dict[str, str] = field(default_factory=dict)
    views: dict[str, AccessView] = field(default_factory=dict)

    def capability(self, kind: StorageKind) -> str:
        """Return the id of the capability of a kind of storage, which the draft then has."""
        made = capability_of(kind)
        return self.capabilities.setdefault(made.unique_identifier, made).unique_identifier


def block_inventory(tables: Iterable[Tables], read_at: datetime, previous: Inventory | None = None) -> Inventory:
    """Return the block arrays of these namespaces. `previous` gives thin statuses to leave only with slack.

    Raises SourceError where a table cannot be read.
    """
    draft = Draft(previous)
    for each in tables:
        _add_systems(draft, each)
        _add_ports(draft, each)
        luns = _add_luns(draft, each)
        _add_views(draft, each, luns)
    return Inventory(
        read_at=read_at,
        arrays=_sorted(draft.arrays),
        processors=_sorted(draft.processors),
        ports=_sorted(draft.ports),
        luns=_sorted(draft.luns),
        capabilities=_sorted(draft.capabilities),
        processors_of_array=_related(draft.processors_of_array),
        ports_of_processor=_related(draft.ports_of_processor),
        luns_of_array=_related(draft.luns_of_array),
        capability_of=_sorted(draft.capability_of),
        pool_of=_sorted(draft.pool_of),
        views=tuple(draft.views[key] for key in sorted(draft.views)),
    )


def _sorted(mapping: Mapping[str, _Value]) -> dict[str, _Value]:
    return dict(sorted(mapping.items()))


def _related(mapping: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(mapping[key])) for key in sorted(mapping)}


# --- arrays and processors ---


def _add_systems(draft: Draft, tables: Tables) -> None:
    kinds: dict[str, set[BlockProtocol]] = {}
    for port in tables.ports.ports:
        kinds.setdefault(port.array, set()).add(port.kind)
    for name, system in tables.systems.arrays.items():
        array = _array(system, tables.identities[name], kinds.get(name, set()))
        draft.arrays.setdefault(array.unique_identifier, array)
        parts = tables.systems.processors[name] or (system,)
        for processor in (_processor(name, part) for part in parts):
            draft.processors.setdefault(processor.unique_identifier, processor)
            draft.processors_of_array.setdefault(array.unique_identifier, set()).add(processor.unique_identifier)


def _array(system: System, identity: Identity, kinds: set[BlockProtocol]) -> StorageArray:
    return StorageArray(
        unique_identifier=array_id(system.name),
        array_name=first_text(system.element_name, system.name) or system.name,
        vendor_id=identity.vendor,
        model_id=identity.model,
        firmware=identity.firmware,
        alternate_name=distinct_texts((system.name, identity.serial_number, *(value for _, value in system.labels))),
        supported_block=tuple(kind for kind in BlockProtocol if kind in kinds),
        supported_profile=(Profile.BLOCK, Profile.CAPABILITY),
    )


def _processor(array: str, part: System) -> StorageProcessor:
    """Return the processor of a part of an array; an array without parts is its own processor."""
    names = distinct_texts((part.element_name, part.name, *(value for _, value in part.labels)))
    return StorageProcessor(unique_identifier=_processor_id(array, part.name), sp_identifier=names)


def _processor_id(array: str, part: str) -> str:
    return entity_id(EntityType.PROCESSOR, array, part)


# --- ports ---


def _add_ports(draft: Draft, tables: Tables) -> None:
    for port in tables.ports.ports:
        made = _port(port)
        draft.ports.setdefault(made.unique_identifier, made)
        for part in _owners(tables, port):
            processor = _processor_id(port.array, part)
            draft.ports_of_processor.setdefault(processor, set()).add(made.unique_identifier)


def _owners(tables: Tables, port: Port) -> list[str]:
    """Return the processors of a port: its owner, or all of the array where that is no processor."""
    parts = [part.name for part in tables.systems.processors[port.array]] or [port.array]
    return [port.owner] if port.owner in parts else parts


def _port_id(port: PortId) -> str:
    return entity_id(EntityType.PORT, *port)


def _port(port: Port) -> StoragePort:
    return StoragePort(
        unique_identifier=_port_id((port.array, port.local)),
        port_type=port.kind,
        port_wwn=port.port_wwn,
        node_wwn=port.node_wwn,
        iscsi_identifier=port.iscsi_name,
        alternate_name=port.names,
    )


# --- LUNs ---


def _add_luns(draft: Draft, tables: Tables) -> Mapping[Key, str]:
    """Add the LUNs with pools and capabilities; return their ids by volume."""
    capabilities = {key: draft.capability(kind) for key, kind in tables.storage_kinds.items()}
    subscribed = subscribed_space(tables.volumes, tables.pools)
    ids: dict[Key, str] = {}
    for key, volume in tables.volumes.items():
        lun_id = entity_id(EntityType.LUN, volume.array, volume.device_id)
        ids[key] = lun_id
        draft.luns[lun_id] = _lun(draft, lun_id, volume, tables, subscribed)
        draft.luns_of_array.setdefault(array_id(volume.array), set()).add(lun_id)
        pool = tables.pools.pool_of(key)
        if pool is not None:
            draft.pool_of[lun_id] = f"{tables.walk.namespace}:{'/'.join(pool.key)}"
        draft.capability_of[lun_id] = _capability(draft, volume, tables, capabilities)
    return ids


def _lun(draft: Draft, lun_id: str, volume: Volume, tables: Tables, subscribed: Mapping[Key, int]) -> StorageLun:
    thin = tables.thin_flags[volume.key]
    capacity = volume.size // MIB
    used = capacity if not thin or volume.consumed is None else min(volume.consumed // MIB, capacity)
    before = draft.previous.luns.get(lun_id) if draft.previous is not None else None
    status = before.thin_provisioning_status if before is not None else AlarmStatus.GREEN
    return StorageLun(
        unique_identifier=lun_id,
        capacity_in_mb=capacity,
        used_space_in_mb=used,
        display_name=volume.display_name,
        esx_lun_identifier=volume.esx_name,
        thin_provisioned=thin,
        thin_provisioning_status=thin_status(volume, tables.pools, subscribed, status) if thin else AlarmStatus.GREEN,
        drs_management_permitted=volume.for_drs,
        alternate_identifier=volume.other_names,
    )


def _capability(draft: Draft, volume: Volume, tables: Tables, of_pool: Mapping[Key, str]) -> str:
    """Return the capability of a volume: its pool's, unless the volume itself is better protected."""
    pool = tables.pools.pool_of(volume.key)
    kind = tables.storage_kinds.get(pool.key, StorageKind()) if pool is not None else StorageKind()
    own = kind.stricter(raid_of(volume.redundancy))
    if own is kind and pool is not None and pool.key in of_pool:
        return of_pool[pool.key]
    return draft.capability(own)


# --- views ---


def _add_views(draft: Draft, tables: Tables, luns: Mapping[Key, str]) -> None:
    for view in tables.views:
        key = f"{view.array}/{view.name}"
        seen = tuple(sorted(luns[volume] for volume in view.volumes if volume in luns))
        if seen:
            ports = tuple(sorted(map(_port_id, view.ports)))
            draft.views.setdefault(key, AccessView(key, view.initiators, seen, ports, view.open_to_all))
