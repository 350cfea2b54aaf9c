"""The masking views that rows of dialect 5 make up: exactly their paths, in as few views as can be."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from vasa_cim.adapters.smis.masking.grants import Grant, grant_of
from vasa_cim.adapters.smis.ports import PortId
from vasa_cim.cim.rows import Key

_Paths = Mapping[str, Mapping[Key, Collection[PortId]]]


class Block(NamedTuple):
    """Initiators who all reach all of these volumes through all of these ports. `part` counts within the controller."""

    grant: Grant
    volumes: tuple[Key, ...]
    ports: tuple[PortId, ...]
    part: int


def blocks_of(
    paths: _Paths,
    denied: Collection[str],
    barred: Collection[Key],
    is_of_array: Callable[[Key], bool],
    *,
    default_views: bool,
) -> Iterator[Block]:
    """Yield the blocks that the paths of one controller consist of, for one array.

    `paths` is initiator -> volume -> ports. Whoever is denied, and what is barred, is left out; everyone counts only
    where there are default views and nobody is denied.
    """
    blocks: dict[tuple[tuple[Key, ...], tuple[PortId, ...]], set[str]] = defaultdict(set)
    for initiator in sorted(paths):
        by_ports: dict[tuple[PortId, ...], list[Key]] = defaultdict(list)
        for volume, through in paths[initiator].items():
            if volume not in barred and is_of_array(volume):
                by_ports[tuple(sorted(through))].append(volume)
        for ports, found in by_ports.items():
            blocks[tuple(sorted(found)), ports].add(initiator)
    part = 0
    for volumes, ports in sorted(blocks):
        grant = grant_of(blocks[volumes, ports], denied)
        if grant.everyone and not default_views:
            grant = Grant(grant.initiators)
        if grant.everyone or grant.initiators:
            yield Block(grant, volumes, ports, part)
            part += 1
