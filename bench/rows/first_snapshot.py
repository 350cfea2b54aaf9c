"""The first snapshot of the simulated array `tiny`, which a CIMOM in another process serves by CIM-XML."""

from collections.abc import Callable

from bench.cimom import cimom
from bench.measure import Contender
from bench.peers.object_walk import ObjectWalk, Reached
from bench.report import Peer, Row, Unit
from bench.rows.compare import Bench, compared
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.model.inventory import Inventory

ESTATE = "tiny"
PEER = "pywbem, from object to object"


def first_snapshot(bench: Bench) -> list[Row]:
    """Requests and milliseconds until a new adapter knows the array."""
    with cimom(bench.directory, "--estate", ESTATE) as server:
        source = Source(name="mock", url=server.url, user=server.user, password=server.password)
        requests: list[int] = []

        def ours() -> Inventory:
            adapter = BlockAdapter(source)
            try:
                return adapter.read(Reading())
            finally:
                requests.append(adapter.requests)
                adapter.close()

        def walk() -> Reached:
            walker = ObjectWalk(source.url, source.user or "", source.password or "")
            reached = walker.read()
            walked.append(walker.requests)
            return reached

        walked: list[int] = []
        times = compared(bench, f"first snapshot of {ESTATE}", Contender(ours), {PEER: lambda: _peer(walk, ours())})
        failure = times.peers[0].error
        counted = Peer(PEER, None if failure else walked[-1], failure)
        return [Row(f"first snapshot of {ESTATE}: CIM requests", Unit.REQUESTS, requests[-1], [counted]), times]


def _peer(walk: Callable[[], Reached], inventory: Inventory) -> Contender:
    if walk() != reached_in(inventory):
        raise ValueError("adapter and peer do not see the same masking")
    return Contender(walk, turns=1)


def reached_in(inventory: Inventory) -> Reached:
    """Return who reaches what in an inventory, as the peer says it."""
    return frozenset(
        (inventory.luns[lun].esx_lun_identifier.removeprefix("naa."), key.partition(":")[2])
        for view in inventory.views
        for lun in view.luns
        for key in view.initiators
    )
