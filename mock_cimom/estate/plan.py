"""The arithmetic of an estate: which volume lies in which pool, how large it is, and who sees it."""

from dataclasses import dataclass

from mock_cimom.estate import names
from mock_cimom.estate.description import EstateDescription, PoolKind

BLOCK_SIZE = 512
MIB = 2**20
GIB = 2**30
TIB = 2**40


@dataclass(frozen=True)
class Volume:
    """One LUN. `size` and `consumed` are bytes; `consumed` is what it takes from its pool."""

    index: int
    pool: int
    thin: bool
    size: int
    consumed: int


@dataclass(frozen=True)
class Pool:
    """One concrete pool. Bytes: `total` = `remaining` + what its volumes consume; `raw` is taken from the drives."""

    index: int
    kind: PoolKind
    total: int
    remaining: int
    raw: int


@dataclass(frozen=True)
class Initiator:
    """One host port: a WWN, or an IQN if `iscsi`."""

    name: str
    iscsi: bool


@dataclass(frozen=True)
class View:
    """What one host sees of an array: volumes and target ports by their indexes."""

    host: int
    initiators: tuple[Initiator, ...]
    volumes: tuple[int, ...]
    fc_ports: tuple[int, ...]
    iscsi_ports: tuple[int, ...]


@dataclass(frozen=True)
class Array:
    """Everything one array consists of."""

    index: int
    description: EstateDescription
    volumes: tuple[Volume, ...]
    pools: tuple[Pool, ...]
    views: tuple[View, ...]

    @property
    def name(self) -> str:
        """The key of the top system."""
        return names.array_name(self.index)

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


def plan_array(description: EstateDescription, index: int) -> Array:
    """Lay out array number `index` of an estate."""
    volumes = tuple(_volume(description, number) for number in range(1, description.volumes + 1))
    pools = tuple(_pool(kind, number, volumes) for number, kind in enumerate(description.pool_kinds, start=1))
    views = tuple(_view(description, host) for host in range(1, description.hosts + 1))
    return Array(index, description, volumes, pools, views)


def initiators_of(description: EstateDescription, host: int) -> tuple[Initiator, ...]:
    """Return the initiators of a host: two FC ports, or one FC port and one iSCSI name."""
    first = Initiator(names.host_wwn(host, 1), iscsi=False)
    if host % description.iscsi_host_every == 0:
        return first, Initiator(names.host_iqn(host), iscsi=True)
    return first, Initiator(names.host_wwn(host, 2), iscsi=False)


def estate_initiators(description: EstateDescription) -> list[Initiator]:
    """Return the initiators of all hosts of an estate."""
    return [one for host in range(1, description.hosts + 1) for one in initiators_of(description, host)]


def _volume(description: EstateDescription, number: int) -> Volume:
    thin = number % description.thick_every != 0
    fitting = [index for index, kind in enumerate(description.pool_kinds, start=1) if kind.thin == thin]
    size = (10 + number % 40) * GIB
    percent_used = 5 + number * 7 % 60 if thin else 100
    return Volume(number, fitting[number % len(fitting)], thin, size, size * percent_used // 100 // MIB * MIB)


def _pool(kind: PoolKind, number: int, volumes: tuple[Volume, ...]) -> Pool:
    inside = [one for one in volumes if one.pool == number]
    subscribed = sum(one.size for one in inside)
    total = max(TIB, -(-subscribed * 5 // 4 // TIB) * TIB)
    raw, usable = kind.raid.raw_per_usable
    consumed = sum(one.consumed for one in inside)
    return Pool(number, kind, total, total - consumed, -(-total * raw // usable))


def _view(description: EstateDescription, host: int) -> View:
    """Give a host its share of the volumes, the last volume of the host before, and its way into the array.

    Odd hosts come in through the first FC port of each processor, even hosts through the last.
    """
    masked = description.volumes - description.unmasked_volumes
    share = masked // description.hosts
    fc, iscsi = description.fc_ports_per_processor, description.iscsi_ports_per_processor
    first = (host - 1) * share + 1
    last = masked if host == description.hosts else host * share
    initiators = initiators_of(description, host)
    offset = 1 if host % 2 else fc
    return View(
        host,
        initiators,
        tuple(range(max(first - 1, 1), last + 1)),
        tuple(sp * fc + offset for sp in range(description.processors)) if fc else (),
        tuple(range(1, description.processors * iscsi + 1)) if any(one.iscsi for one in initiators) else (),
    )
