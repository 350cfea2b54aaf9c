"""The first snapshot of the simulated array `tiny`, which a CIMOM in another process serves by CIM-XML."""

import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Contender
from bench.peers.object_walk import ObjectWalk, Reached
from bench.processes import ROOT, ChildFailed, end
from bench.report import Peer, Row, Unit
from bench.rows.compare import Bench, compared
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.model.inventory import Inventory

ESTATE = "tiny"
SECONDS_TO_START = 30.0
PEER = "pywbem, from object to object"


def first_snapshot(bench: Bench) -> list[Row]:
    """Requests and milliseconds until a new adapter knows the array."""
    with cimom(bench.directory) as source:
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


@contextmanager
def cimom(directory: Path) -> Iterator[Source]:
    """Run a mock CIMOM until the block ends. Raises ChildFailed."""
    env = directory / "cim.env"
    command = [sys.executable, "-W", "ignore", "-m", "mock_cimom", "serve", "--estate", ESTATE, "--port", "0"]
    log = directory / "cimom.log"
    with log.open("wb") as lines:
        child = subprocess.Popen([*command, "--env", str(env)], stdout=lines, stderr=lines, cwd=ROOT)
        try:
            values = _settings(env, child, log)
            yield Source(name="mock", url=values["CIM_URL"], user=values["CIM_USER"], password=values["CIM_PASSWORD"])
        finally:
            end(child)


def _settings(env: Path, child: subprocess.Popen[bytes], log: Path) -> dict[str, str]:
    """Return what the CIMOM writes into its file once it listens."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not env.exists():
        if child.poll() is not None or time.monotonic() > deadline:
            raise ChildFailed(f"the CIMOM did not start: {log.read_text('utf-8', 'replace')[-300:]}")
        time.sleep(0.02)
    words = [word for line in env.read_text("utf-8").splitlines() for word in shlex.split(line)]
    return dict(word.split("=", 1) for word in words if "=" in word)
