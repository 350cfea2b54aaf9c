"""Everything read from one namespace in one round, each table fetched when it is first asked for.

Block and file adapters of one source share these tables, so that what both need is fetched once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.capabilities import StorageKind
from vasa_cim.adapters.smis.endpoints import Endpoints, read_endpoints
from vasa_cim.adapters.smis.identity import Identity, read_identities
from vasa_cim.adapters.smis.lun_kinds import kinds_of_luns
from vasa_cim.adapters.smis.masking.ground import MaskingGround
from vasa_cim.adapters.smis.masking.plan import ArrayMasking
from vasa_cim.adapters.smis.masking.views import Masking, MaskingView, read_masking
from vasa_cim.adapters.smis.media import read_media_by_drives
from vasa_cim.adapters.smis.pool_kinds import (
    StatedKind,
    kinds_of_pools,
    read_arrays_of_pools,
    read_spared_arrays,
    read_stated_kinds,
)
from vasa_cim.adapters.smis.pools import Pools, read_pools
from vasa_cim.adapters.smis.ports import Ports, read_ports
from vasa_cim.adapters.smis.replication import Replicas, read_replicas
from vasa_cim.adapters.smis.structure import Structure, with_chains
from vasa_cim.adapters.smis.systems import Systems, read_systems
from vasa_cim.adapters.smis.thin import read_thin_flags
from vasa_cim.adapters.smis.tiers import Tiers, read_tiers
from vasa_cim.adapters.smis.volume_settings import VolumeSettings
from vasa_cim.adapters.smis.volumes import Volume, read_volumes
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName, Row
from vasa_cim.model.lazy import cached_property


@dataclass
class Tables:
    """The tables of one namespace. `tops` are the `Name` keys of its top systems; all may raise SourceError."""

    walk: Walk
    tops: Sequence[str]
    registered: frozenset[str]

    @cached_property
    def systems(self) -> Systems:
        """Arrays and processors."""
        return read_systems(self.walk, self.tops)

    @cached_property
    def identities(self) -> Mapping[str, Identity]:
        """Vendor, model and firmware of each array."""
        return read_identities(self.walk, self.systems)

    @cached_property
    def controllers(self) -> Mapping[Key, Row]:
        """The protocol controllers: views, iSCSI nodes, and vendors' own.

        Two of different classes with one DeviceID are left out: references could not tell a view from a controller
        that has every volume.
        """
        found: dict[Key, Row] = {}
        doubles: set[Key] = set()
        for row in self.walk.rows(v.SCSI_PROTOCOL_CONTROLLER, v.CONTROLLER_PROPERTIES):
            known = found.setdefault(row.key, row)
            if known.name.class_name.lower() != row.name.class_name.lower():
                doubles.add(row.key)
        self.walk.left_out("controllers", "another of another class has the same DeviceID", sorted(doubles))
        return {key: row for key, row in found.items() if key not in doubles}

    @cached_property
    def saps(self) -> Mapping[Key, set[Key]]:
        """The controllers behind each endpoint."""
        return self.walk.related(v.SAP_AVAILABLE_FOR_ELEMENT, "AvailableSAP", "ManagedElement")

    @cached_property
    def bindings(self) -> tuple[tuple[Key, Key], ...]:
        """The (lower, upper) endpoints that are bound to each other."""
        return tuple(self.walk.edges(v.BINDS_TO, "Antecedent", "Dependent"))

    @property
    def ip_endpoints(self) -> Collection[Row]:
        """The endpoints with IP addresses."""
        return self.endpoints.ip.values()

    @cached_property
    def endpoints(self) -> Endpoints:
        """The protocol endpoints: SCSI, TCP and IP, read at once."""
        return read_endpoints(self.walk)

    @cached_property
    def ports(self) -> Ports:
        """The front-end ports."""
        return read_ports(self.walk, self.systems, self.endpoints, lambda: self.bindings, self.controllers, self.saps)

    @cached_property
    def pools(self) -> Pools:
        """Pools and allocations."""
        return read_pools(self.walk)

    @cached_property
    def volumes(self) -> Mapping[Key, Volume]:
        """The volumes that can be LUNs."""
        return read_volumes(self.walk, self.systems, self.pools)

    @cached_property
    def lun_pools(self) -> Pools:
        """The pools, with those volumes that only a chain of extents leads to."""
        return with_chains(self.pools, self.structure, self.volumes)

    @cached_property
    def structure(self) -> Structure:
        """What pools and volumes are made of."""
        return Structure(self.walk)

    @cached_property
    def settings(self) -> VolumeSettings:
        """The settings of volumes."""
        return VolumeSettings(self.walk)

    @cached_property
    def thin_flags(self) -> Mapping[Key, bool]:
        """Whether each volume is thin."""
        return read_thin_flags(self.walk.quirks, self.volumes, self.lun_pools, self.settings)

    @cached_property
    def element_capabilities(self) -> tuple[ObjectName, ...]:
        """The associations between elements and their capabilities."""
        return tuple(self.walk.names(v.ELEMENT_CAPABILITIES))

    @cached_property
    def arrays_of_pools(self) -> Mapping[Key, str]:
        """The array of each pool that can be told."""
        return read_arrays_of_pools(self.walk, self.pools, self.systems)

    @cached_property
    def stated_kinds(self) -> Mapping[Key, StatedKind]:
        """What each pool and its capabilities say."""
        return read_stated_kinds(self.walk, self.pools, self.element_capabilities, self.systems, self.arrays_of_pools)

    @cached_property
    def tiers(self) -> Tiers:
        """Which pools and volumes are in tiers."""
        return read_tiers(self.walk, self.pools, self.structure)

    @cached_property
    def spared_arrays(self) -> frozenset[str]:
        """The arrays with spare drives."""
        return read_spared_arrays(self.walk, self.systems, self.pools, self.arrays_of_pools)

    @cached_property
    def storage_kinds(self) -> Mapping[Key, StorageKind]:
        """What each pool offers; drives and spares are asked for only if they can tell more."""
        stated, arrays = self.stated_kinds, self.arrays_of_pools
        unknown = {key: arrays.get(key) for key, one in stated.items() if not (one.media or self.tiers.media.get(key))}
        by_drives = read_media_by_drives(self.walk, unknown, self.systems, self.pools, self.structure)
        high = any(one.redundancy.looks_too_high for one in stated.values())
        return kinds_of_pools(stated, arrays, self.spared_arrays if high else (), self.tiers, by_drives)

    @cached_property
    def replicas(self) -> Replicas:
        """The volumes that are mirrored to another array."""
        return read_replicas(self.walk, self.systems, self.volumes, self.element_capabilities)

    @cached_property
    def lun_kinds(self) -> Mapping[Key, StorageKind]:
        """What each volume is stored on."""
        high = any(one.redundancy.looks_too_high for one in self.volumes.values())
        return kinds_of_luns(
            self.volumes,
            self.lun_pools,
            self.storage_kinds,
            self.settings,
            tiered=self.tiers.tiered,
            replicated=self.replicas.mirrored,
            spared=self.spared_arrays if high else (),
        )

    @property
    def views(self) -> tuple[MaskingView, ...]:
        """The masking views."""
        return self.masking.views

    @property
    def masking_plan(self) -> tuple[ArrayMasking, ...]:
        """How the masking of each array is read."""
        return self.masking.plan

    @cached_property
    def masking(self) -> Masking:
        """The masking of all arrays."""
        masked = any(v.MASKING_PROFILE_WORD in name for name in self.registered)
        ground = MaskingGround(
            self.systems,
            self.volumes,
            self.ports,
            self.controllers,
            self.saps,
            self.element_capabilities,
            masked,
        )
        return read_masking(self.walk, ground)
