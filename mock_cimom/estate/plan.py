"""What one array consists of, number by number: the plan its publishers work from."""

from collections import Counter
from dataclasses import dataclass

from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription, EstateDescription
from mock_cimom.estate.file_plan import FilePlan, plan_files
from mock_cimom.estate.plan_views import Denial, Initiator, View, idle_initiators, initiators_of, plan_views
from mock_cimom.estate.plan_volumes import Pool, Volume, plan_pools, plan_volumes
from mock_cimom.estate.spread import Spread

__all__ = ["Array", "Denial", "Initiator", "Pool", "View", "Volume", "estate_initiators", "initiators_of", "plan_array"]

BLOCK_SIZE = 512
MIB = 2**20
GIB = 2**30


@dataclass(frozen=True)
class Array:
    """Everything one array consists of.

    `idle_initiators` are registered and see nothing. `files` is None where the array has no file side; what its file
    systems take is in the pools' numbers.
    """

    index: int
    description: ArrayDescription
    volumes: tuple[Volume, ...]
    pools: tuple[Pool, ...]
    views: tuple[View, ...]
    idle_initiators: tuple[Initiator, ...] = ()
    denials: tuple[Denial, ...] = ()
    files: FilePlan | None = None

    @property
    def name(self) -> str:
        """The key `Name` of the top system."""
        return names.array_name(self.index, self.description.separator, self.vendor)

    @property
    def vendor(self) -> str:
        """The first part of the name."""
        return names.VENDOR if self.description.kind.has_blocks else names.NAS_VENDOR

    def processor_name(self, processor: int) -> str:
        """Return the key `Name` of a processor's system."""
        return names.processor_name(self.index, processor, self.description.separator, self.vendor)

    def pool_name(self, pool: int) -> str:
        """Return the InstanceID of a concrete pool."""
        return f"{self.name}:pool{pool}"

    @property
    def primordial_pool_name(self) -> str:
        """The InstanceID of the primordial pool."""
        return f"{self.name}:primordial"

    def processor_of_fc_port(self, port: int) -> int:
        """Return the processor that carries an FC port."""
        return (port - 1) // self.description.fc_ports_per_processor + 1

    def processor_of_iscsi_port(self, port: int) -> int:
        """Return the processor that carries an iSCSI port."""
        return (port - 1) // self.description.iscsi_ports_per_processor + 1

    @property
    def fc_ports(self) -> range:
        """The FC ports, counted over all processors."""
        return range(1, self.description.processors * self.description.fc_ports_per_processor + 1)

    @property
    def iscsi_ports(self) -> range:
        """The iSCSI ports, counted over all processors."""
        return range(1, self.description.processors * self.description.iscsi_ports_per_processor + 1)


def plan_array(estate: EstateDescription, index: int) -> Array:
    """Lay out array number `index` (from 1) of an estate. Raises IndexError if there is none."""
    if index < 1:
        raise IndexError(f"arrays are counted from 1, and {index} is less")
    description = estate.arrays[index - 1]
    spread = Spread(description, estate.seed, index)
    volumes = plan_volumes(description, spread)
    files = plan_files(description, index) if description.files is not None else None
    consumed: Counter[int] = Counter(files.allocations if files else {})
    promised: Counter[int] = Counter(files.subscribed if files else {})
    views = plan_views(description, spread)
    return Array(
        index,
        description,
        volumes,
        plan_pools(description, volumes, consumed, promised),
        views.views,
        idle_initiators(description),
        views.denials,
        files,
    )


def estate_initiators(estate: EstateDescription) -> list[Initiator]:
    """Return the initiators of all hosts of an estate, each once, host by host."""
    found: dict[Initiator, None] = {}
    for host in range(1, max((array.hosts for array in estate.arrays), default=0) + 1):
        for description in estate.arrays:
            if host <= description.hosts:
                found |= dict.fromkeys(initiators_of(description, host))
    return list(found)
