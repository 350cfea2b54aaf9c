"""Everything read from one namespace in one round, each table fetched when it is first asked for.

Block and file adapters of one source share these tables, so that what both need is fetched once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.capabilities import StorageKind, read_storage_kinds
from vasa_cim.adapters.smis.identity import Identity, read_identities
from vasa_cim.adapters.smis.masking.views import MaskingGround, MaskingView, read_views
from vasa_cim.adapters.smis.pools import Pools, read_pools
from vasa_cim.adapters.smis.ports import Ports, read_ports
from vasa_cim.adapters.smis.systems import Systems, read_systems
from vasa_cim.adapters.smis.thin import read_thin_flags
from vasa_cim.adapters.smis.volumes import Volume, read_volumes
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.interop import fold_profile_name
from vasa_cim.cim.rows import Key, ObjectName, Row


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
        found: dict[Key, set[Key]] = {}
        for endpoint, element in self.walk.edges(v.SAP_AVAILABLE_FOR_ELEMENT, "AvailableSAP", "ManagedElement"):
            found.setdefault(endpoint, set()).add(element)
        return found

    @cached_property
    def ports(self) -> Ports:
        """The front-end ports."""
        return read_ports(self.walk, self.systems, self.controllers, self.saps)

    @cached_property
    def pools(self) -> Pools:
        """Pools and allocations."""
        return read_pools(self.walk)

    @cached_property
    def volumes(self) -> Mapping[Key, Volume]:
        """The volumes that can be LUNs."""
        return read_volumes(self.walk, self.systems, self.pools)

    @cached_property
    def thin_flags(self) -> Mapping[Key, bool]:
        """Whether each volume is thin."""
        return read_thin_flags(self.walk, self.volumes, self.pools)

    @cached_property
    def element_capabilities(self) -> tuple[ObjectName, ...]:
        """The associations between elements and their capabilities."""
        return tuple(self.walk.names(v.ELEMENT_CAPABILITIES))

    @cached_property
    def storage_kinds(self) -> Mapping[Key, StorageKind]:
        """What each pool offers."""
        return read_storage_kinds(self.walk, self.pools, self.element_capabilities)

    @cached_property
    def views(self) -> tuple[MaskingView, ...]:
        """The masking views."""
        masked = any(fold_profile_name(name) in self.registered for name in v.MASKING_PROFILES)
        ground = MaskingGround(
            self.systems,
            self.volumes,
            self.ports,
            self.controllers,
            self.saps,
            self.element_capabilities,
            masked,
        )
        return read_views(self.walk, ground)
