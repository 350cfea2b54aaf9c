"""Who sees what of an array: its masking views."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription
from mock_cimom.estate.spread import Spread

CLUSTER_HOSTS = 8
FEWEST_HOSTS_BESIDES_CLUSTER = 2


class Initiator(NamedTuple):
    """One host port: a WWN, or an IQN if `iscsi`. An empty name stands for every host port there is."""

    name: str
    iscsi: bool


EVERYONE = Initiator("", iscsi=False)


@dataclass(frozen=True)
class View:
    """What one host, or a cluster of hosts, sees of an array: volumes and target ports by their indexes.

    A view without hosts is open to all: its only initiator is `EVERYONE`.
    """

    name: str
    hosts: tuple[int, ...]
    initiators: tuple[Initiator, ...]
    volumes: tuple[int, ...]
    fc_ports: tuple[int, ...]
    iscsi_ports: tuple[int, ...]

    @property
    def host(self) -> int:
        """The first host."""
        return self.hosts[0]

    @property
    def open_to_all(self) -> bool:
        """Whether every initiator has this view."""
        return not self.hosts


@dataclass(frozen=True)
class Denial:
    """A privilege that denies: the initiator may not use the view, by its name. It could not without that either."""

    initiator: Initiator
    view: str


@dataclass(frozen=True)
class Views:
    """The views of an array and the denials."""

    views: tuple[View, ...]
    denials: tuple[Denial, ...]


def initiators_of(description: ArrayDescription, host: int) -> tuple[Initiator, ...]:
    """Return the initiators of a host: two FC ports, one FC port and one iSCSI name, or only the name."""
    first = Initiator(names.host_wwn(host, 1), iscsi=False)
    name = Initiator(names.host_iqn(host), iscsi=True)
    if not description.fc_ports_per_processor:
        return (name,)
    every = description.iscsi_host_every
    if every and host % every == 0 and description.iscsi_ports_per_processor:
        return first, name
    return first, Initiator(names.host_wwn(host, 2), iscsi=False)


def idle_initiators(description: ArrayDescription) -> tuple[Initiator, ...]:
    """Return the initiators that are registered and have no view: in an irregular array one."""
    if not description.irregular or not description.hosts:
        return ()
    return initiators_of(description, description.hosts + 1)[:1]


def plan_views(description: ArrayDescription, spread: Spread) -> Views:
    """Lay out the views: each host's, in an irregular array also the cluster's and the one that is open to all."""
    owners = _owners(description)
    masked = [number for number in range(1, description.volumes + 1) if number not in spread.unmasked]
    if not owners or not masked:
        return Views((), ())
    common = [masked.pop()] if description.irregular and len(masked) > len(owners) else []
    views = [
        _view(description, hosts, _luns(description, masked, turn, len(owners))) for turn, hosts in enumerate(owners)
    ]
    denials: tuple[Denial, ...] = ()
    if description.irregular and len(views) > 1:
        denials = (Denial(views[-1].initiators[0], views[0].name),)
    if common:
        views.append(_open_view(description, common))
    return Views(tuple(views), denials)


def _owners(description: ArrayDescription) -> list[tuple[int, ...]]:
    """Return the hosts of each view. The hosts of a cluster come first."""
    hosts = range(1, description.hosts + 1)
    cluster = min(CLUSTER_HOSTS, description.hosts - FEWEST_HOSTS_BESIDES_CLUSTER) if description.irregular else 0
    if cluster < 2:
        return [(host,) for host in hosts]
    return [tuple(hosts[:cluster]), *((host,) for host in hosts[cluster:])]


def _luns(description: ArrayDescription, masked: Sequence[int], turn: int, views: int) -> tuple[int, ...]:
    """Return the volumes of a view.

    They are its share of the masked volumes and the last volume of the view before, which in an irregular array only
    the second view has; or so many volumes from the begin of its share on, if the description says how many.
    """
    shares_one = turn == 1 if description.irregular else turn > 0
    if description.luns_per_view is None:
        share = len(masked) // views
        first, last = turn * share, len(masked) if turn == views - 1 else (turn + 1) * share
        return tuple(masked[first - 1 if shares_one and first else first : last])
    first = turn * len(masked) // views
    count = min(description.luns_per_view, len(masked))
    luns = [masked[(first + offset) % len(masked)] for offset in range(count)]
    if shares_one and description.irregular and description.luns_per_view <= first:
        luns.append(masked[0])
    return tuple(luns)


def _view(description: ArrayDescription, hosts: tuple[int, ...], volumes: tuple[int, ...]) -> View:
    """Make the view of these hosts, who come in through one FC port of each processor, by their number."""
    initiators = tuple(one for host in hosts for one in initiators_of(description, host))
    fc, iscsi = description.fc_ports_per_processor, description.iscsi_ports_per_processor
    offset = (hosts[0] - 1) % fc + 1 if fc else 0
    return View(
        names.host_name(hosts[0]) if len(hosts) == 1 else names.CLUSTER,
        hosts,
        initiators,
        volumes,
        tuple(sp * fc + offset for sp in range(description.processors)) if fc else (),
        tuple(range(1, description.processors * iscsi + 1)) if any(one.iscsi for one in initiators) else (),
    )


def _open_view(description: ArrayDescription, volumes: list[int]) -> View:
    """Make the view that is open to all, through the first port of each processor."""
    fc, iscsi = description.fc_ports_per_processor, description.iscsi_ports_per_processor
    processors = range(description.processors)
    return View(
        names.OPEN_VIEW,
        (),
        (EVERYONE,),
        tuple(volumes),
        tuple(sp * fc + 1 for sp in processors) if fc else (),
        tuple(sp * iscsi + 1 for sp in processors) if iscsi else (),
    )
