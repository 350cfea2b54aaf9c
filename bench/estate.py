"""A synthetic block array in memory: LUNs, ports and masking views by the thousand, as the adapters would read them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from vasa_cim.model.entities import Entity, StorageArray, StorageCapability, StorageLun, StoragePort, StorageProcessor
from vasa_cim.model.enums import BlockProtocol, EntityType, Profile
from vasa_cim.model.identifiers import array_id, capability_id, entity_id
from vasa_cim.model.inventory import AccessView, Inventory
from vasa_cim.model.usage_context import HostInitiator, UsageContext, node_wwn_key, port_wwn_key

E = TypeVar("E", bound=Entity)

ARRAY = "SYMMETRIX-+-000197000001"
INITIATORS_PER_VIEW = 4
PORTS = 8
LUNS_PER_VIEW = 50
SHARED_LUNS = 10
FIRST_WWN = 0x10000090FA000000
NODE_BIT = 1 << 56


@dataclass(frozen=True)
class Estate:
    """Counts of an array. `views` masking views of four initiators share the LUNs out evenly.

    Each view also holds the first ten LUNs of the next one, as the hosts of a cluster do.
    """

    luns: int
    views: int

    @staticmethod
    def of(luns: int) -> "Estate":
        """Return an estate of this size with fifty LUNs to a view."""
        return Estate(luns, max(1, luns // LUNS_PER_VIEW))

    @property
    def initiators(self) -> int:
        """How many initiators the array knows."""
        return self.views * INITIATORS_PER_VIEW

    def usage(self, initiators: int) -> UsageContext:
        """Return the context of a vCenter whose hosts have the first so many initiators."""
        return UsageContext(
            host_initiators=tuple(
                HostInitiator(port_wwn=colons(port_wwn(number)), node_wwn=colons(node_wwn(number)))
                for number in range(initiators)
            ),
            vc_guid="9f7c1f0e-5b1e-4a55-8d9e-2f1c8a3b7d10",
        )

    def inventory(self) -> Inventory:
        """Return what the array holds."""
        array = array_id(ARRAY)
        processors = _by_id([_processor(number) for number in range(2)])
        ports = _by_id([_port(number) for number in range(PORTS)])
        luns = _by_id([_lun(number) for number in range(self.luns)])
        gold = StorageCapability(
            unique_identifier=capability_id("gold"), capability_name="gold", capability_detail="SSD, RAID 6, thin"
        )
        half = PORTS // 2
        names = tuple(ports)
        return Inventory(
            read_at=datetime.now(UTC),
            arrays={array: _array(array)},
            processors=processors,
            ports=ports,
            luns=luns,
            capabilities={gold.unique_identifier: gold},
            processors_of_array={array: tuple(processors)},
            ports_of_processor=dict(zip(processors, (names[:half], names[half:]), strict=True)),
            luns_of_array={array: tuple(luns)},
            capability_of=dict.fromkeys(luns, gold.unique_identifier),
            pool_of=dict.fromkeys(luns, "pool 1"),
            views=tuple(self._view(number, tuple(luns), names) for number in range(self.views)),
        )

    def _view(self, number: int, luns: tuple[str, ...], ports: tuple[str, ...]) -> AccessView:
        share = self.luns // self.views
        own = luns[number * share : (number + 1) * share + SHARED_LUNS]
        first = number * INITIATORS_PER_VIEW
        keys = [
            key
            for one in range(first, first + INITIATORS_PER_VIEW)
            for key in (port_wwn_key(port_wwn(one)), node_wwn_key(node_wwn(one)))
        ]
        return AccessView(key=f"view {number:05}", initiators=frozenset(keys), luns=own, ports=ports)


def port_wwn(number: int) -> str:
    """Return the port WWN of an initiator as 16 hex digits."""
    return f"{FIRST_WWN + number:016x}"


def node_wwn(number: int) -> str:
    """Return the node WWN of an initiator as 16 hex digits."""
    return f"{FIRST_WWN + NODE_BIT + number:016x}"


def colons(wwn: str) -> str:
    """Return a WWN as hosts spell it, with colons."""
    return ":".join(wwn[start : start + 2] for start in range(0, len(wwn), 2))


def _by_id(entities: list[E]) -> dict[str, E]:
    return {entity.unique_identifier: entity for entity in sorted(entities, key=lambda one: one.unique_identifier)}


def _array(identifier: str) -> StorageArray:
    return StorageArray(
        unique_identifier=identifier,
        array_name="000197000001",
        vendor_id="EXAMPLE",
        model_id="SYNTHETIC",
        firmware="1.0",
        supported_block=(BlockProtocol.FC,),
        supported_profile=(Profile.BLOCK, Profile.CAPABILITY),
    )


def _processor(number: int) -> StorageProcessor:
    name = f"SP-{number}"
    return StorageProcessor(unique_identifier=entity_id(EntityType.PROCESSOR, ARRAY, name), sp_identifier=(name,))


def _port(number: int) -> StoragePort:
    wwn = f"{0x500009730000A000 + number:016x}"
    return StoragePort(
        unique_identifier=entity_id(EntityType.PORT, ARRAY, wwn),
        port_type=BlockProtocol.FC,
        port_wwn=wwn,
        node_wwn="500009730000afff",
    )


def _lun(number: int) -> StorageLun:
    naa = f"60000970000197000001533030{number:06x}"
    return StorageLun(
        unique_identifier=entity_id(EntityType.LUN, ARRAY, f"{number:05X}"),
        capacity_in_mb=102_400 + number,
        used_space_in_mb=51_200 + number,
        display_name=f"datastore {number:05}",
        esx_lun_identifier=f"naa.{naa}",
        thin_provisioned=True,
        alternate_identifier=(naa.upper(), f"{number:05X}"),
    )
