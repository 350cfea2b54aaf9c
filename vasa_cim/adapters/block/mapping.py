"""From the tables of SMI-S to VASA's entities of block arrays, their relations and views (`smis-mapping 2`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from vasa_cim.adapters.smis.arrays import processor_id, storage_array
from vasa_cim.adapters.smis.draft import Draft, ascending, ground_of, related
from vasa_cim.adapters.smis.ports import Port, PortId
from vasa_cim.adapters.smis.switches import DrsSwitch
from vasa_cim.adapters.smis.tables import Tables
from vasa_cim.adapters.smis.thin import subscribed_space, thin_status
from vasa_cim.adapters.smis.volumes import MIB, Volume
from vasa_cim.cim.rows import Key
from vasa_cim.model.entities import StorageLun, StoragePort
from vasa_cim.model.enums import AlarmStatus, BlockProtocol, EntityType, Profile
from vasa_cim.model.identifiers import array_id, entity_id
from vasa_cim.model.inventory import AccessView, Inventory


@dataclass
class BlockDraft(Draft):
    """An inventory of block arrays in the making."""

    ports: dict[str, StoragePort] = field(default_factory=dict)
    luns: dict[str, StorageLun] = field(default_factory=dict)
    ports_of_processor: dict[str, set[str]] = field(default_factory=dict)
    luns_of_array: dict[str, set[str]] = field(default_factory=dict)
    views: dict[str, AccessView] = field(default_factory=dict)


def block_inventory(tables: Iterable[Tables], read_at: datetime, previous: Inventory | None = None) -> Inventory:
    """Return the block arrays of these namespaces. `previous` gives thin statuses to leave only with slack.

    Raises SourceError where a table cannot be read.
    """
    draft = BlockDraft(previous)
    for each in tables:
        _add_systems(draft, each)
        _add_ports(draft, each)
        luns = _add_luns(draft, each)
        _add_views(draft, each, luns)
    return Inventory(
        read_at=read_at,
        arrays=ascending(draft.arrays),
        processors=ascending(draft.processors),
        ports=ascending(draft.ports),
        luns=ascending(draft.luns),
        capabilities=ascending(draft.capabilities),
        processors_of_array=related(draft.processors_of_array),
        ports_of_processor=related(draft.ports_of_processor),
        luns_of_array=related(draft.luns_of_array),
        capability_of=ascending(draft.capability_of),
        pool_of=ascending(draft.pool_of),
        views=tuple(draft.views[key] for key in sorted(draft.views)),
    )


# --- arrays and processors ---


def _add_systems(draft: BlockDraft, tables: Tables) -> None:
    kinds: dict[str, set[BlockProtocol]] = {}
    for port in tables.ports.ports:
        kinds.setdefault(port.array, set()).add(port.kind)
    for name, system in tables.systems.arrays.items():
        array = replace(
            storage_array(system, tables.identities[name]),
            supported_block=tuple(kind for kind in BlockProtocol if kind in kinds.get(name, ())),
            supported_profile=(Profile.BLOCK, Profile.CAPABILITY),
        )
        draft.add_array(name, array, tables.systems.processors[name] or (system,))


# --- ports ---


def _add_ports(draft: BlockDraft, tables: Tables) -> None:
    for port in tables.ports.ports:
        made = _port(port)
        draft.ports.setdefault(made.unique_identifier, made)
        for part in _owners(tables, port):
            processor = processor_id(port.array, part)
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


def _add_luns(draft: BlockDraft, tables: Tables) -> Mapping[Key, str]:
    """Add the LUNs with pools and capabilities; return their ids by volume."""
    for kind in tables.storage_kinds.values():
        draft.capability(kind)
    subscribed = subscribed_space(tables.volumes, tables.lun_pools)
    grounds = {key: ground_of(tables.walk.namespace, key) for key in tables.pools.pools}
    ids: dict[Key, str] = {}
    for key, volume in tables.volumes.items():
        lun_id = entity_id(EntityType.LUN, volume.array, volume.device_id)
        ids[key] = lun_id
        draft.luns[lun_id] = _lun(draft, lun_id, volume, tables, subscribed)
        draft.luns_of_array.setdefault(array_id(volume.array), set()).add(lun_id)
        pool = tables.lun_pools.pool_of(key)
        if pool is not None:
            draft.pool_of[lun_id] = grounds[pool.key]
        draft.capability_of[lun_id] = draft.capability(tables.lun_kinds[key])
    return ids


def _lun(draft: BlockDraft, lun_id: str, volume: Volume, tables: Tables, subscribed: Mapping[Key, int]) -> StorageLun:
    thin = tables.thin_flags[volume.key]
    capacity = volume.size // MIB
    used = capacity if not thin or volume.consumed is None else min(volume.consumed // MIB, capacity)
    return StorageLun(
        unique_identifier=lun_id,
        capacity_in_mb=capacity,
        used_space_in_mb=used,
        display_name=volume.display_name,
        esx_lun_identifier=volume.esx_name,
        thin_provisioned=thin,
        thin_provisioning_status=_thin_status(draft, lun_id, volume, tables, subscribed) if thin else AlarmStatus.GREEN,
        drs_management_permitted=volume.for_drs and not _is_bound(volume, tables),
        alternate_identifier=volume.other_names,
    )


def _thin_status(
    draft: BlockDraft, lun_id: str, volume: Volume, tables: Tables, subscribed: Mapping[Key, int]
) -> AlarmStatus:
    """Return the status of a thin LUN, in view of the one that it had before."""
    before = draft.previous.luns.get(lun_id) if draft.previous is not None else None
    previous = before.thin_provisioning_status if before is not None else AlarmStatus.GREEN
    return thin_status(volume, tables.lun_pools, subscribed, previous)


def _is_bound(volume: Volume, tables: Tables) -> bool:
    """Return whether Storage DRS would work against the array, which keeps the data on two or moves them itself."""
    if volume.key in tables.replicas.stretched:
        return True
    return tables.lun_kinds[volume.key].tiered and tables.walk.switches.of(volume.array).drs is DrsSwitch.AUTO


# --- views ---


def _add_views(draft: BlockDraft, tables: Tables, luns: Mapping[Key, str]) -> None:
    for view in tables.views:
        key = f"{view.array}/{view.name}"
        seen = tuple(sorted(luns[volume] for volume in view.volumes if volume in luns))
        if seen:
            ports = tuple(sorted(map(_port_id, view.ports)))
            made = AccessView(key, view.initiators, seen, ports, view.open_to_all)
            while draft.views.setdefault(made.key, made) != made:  # two names that look alike, made of unlike parts
                made = replace(made, key=f"{made.key}'")
