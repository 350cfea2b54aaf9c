"""setContext of a large vCenter: what its hosts reach on an array of a hundred thousand LUNs."""

import tempfile
from itertools import chain
from pathlib import Path

from bench.estate import Estate
from bench.measure import Contender
from bench.provider import running_provider
from bench.report import Row, Target
from bench.rows.compare import Bench, compared
from vasa_cim.adapters.block.initiator_set import InitiatorSet
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.framework.vasa_service import Trust
from vasa_cim.model.inventory import Inventory
from vasa_cim.model.usage_context import HostInitiator, UsageContext

LUNS = 100_000
INITIATORS = 4_000
MOST_MS = 15.0


def set_context(bench: Bench) -> list[Row]:
    """The usage filter alone, and the whole operation with everything that a session needs."""
    estate = Estate.of(LUNS)
    usage = estate.usage(INITIATORS)
    with (
        tempfile.TemporaryDirectory(dir=bench.directory) as store,
        running_provider(estate, bench.credentials.identity, Path(store)) as provider,
    ):
        inventory, service = provider.inventory, provider.service
        reaches = [InitiatorSet(entry).reach(inventory) for entry in usage.host_initiators]
        visible = visible_inventory(inventory, usage, reaches)
        if set(visible.luns) != union_of_ids(lun_sets(inventory), usage):
            raise ValueError("the filter and its peer see different LUNs")
        seen = f"{INITIATORS:,} initiators, {len(visible.luns):,} of {LUNS:,} LUNs seen"
        admission = service.admit(Trust.CERTIFICATE, provider.peer, ())
        whole = Contender(lambda: service.set_context(admission, usage), turns=3)
        filtered = Contender(lambda: visible_inventory(inventory, usage, reaches))
        peers = {"union of a set of ids per initiator, nothing else": lambda: _sets(inventory, usage)}
        return [
            compared(bench, f"usage filter: {seen}", filtered, peers, Target(MOST_MS)),
            compared(bench, f"setContext: {seen}", whole, peers),
        ]


def lun_sets(inventory: Inventory) -> dict[str, frozenset[str]]:
    """Return the ids that each initiator reaches, worked out beforehand."""
    found: dict[str, set[str]] = {}
    for view in inventory.views:
        for key in view.initiators:
            found.setdefault(key, set()).update(view.luns)
    return {key: frozenset(luns) for key, luns in found.items()}


def union_of_ids(luns_of: dict[str, frozenset[str]], usage: UsageContext) -> set[str]:
    """Return all ids that the initiators of a context reach."""
    keys = chain.from_iterable(map(HostInitiator.keys, usage.host_initiators))
    return set().union(*(luns_of.get(key, ()) for key in keys))


def _sets(inventory: Inventory, usage: UsageContext) -> Contender:
    luns_of = lun_sets(inventory)
    return Contender(lambda: union_of_ids(luns_of, usage))
