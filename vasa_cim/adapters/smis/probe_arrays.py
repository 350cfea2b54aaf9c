"""One array as a look at its source finds it: who made it, how it masks, and how much of each kind it has."""

from collections import Counter
from collections.abc import Callable
from typing import Protocol, TypeVar

from vasa_cim.adapters.smis.file_tables import FileTables
from vasa_cim.adapters.smis.identity import UNKNOWN
from vasa_cim.adapters.smis.probe_report import ArrayFound, MaskingFound
from vasa_cim.adapters.smis.tables import Tables

_Result = TypeVar("_Result")


class Run(Protocol):
    """Runs a step; None if it failed, which is then noted."""

    def __call__(self, what: str, step: Callable[[], _Result]) -> _Result | None:
        """Return what the step returns."""
        ...


class ArrayLook:
    """Fills in what is found of one array, as far as its tables can be read."""

    def __init__(self, name: str, tables: Tables, run: Run, *, is_block: bool = True) -> None:
        """`name` is the array's plain name; the systems of `tables` are read."""
        self._name = name
        self._tables = tables
        self._run = run
        self._is_block = is_block
        self.file_side: FileTables | None = None
        system = tables.systems.arrays[name]
        self.found = ArrayFound(
            name=name,
            namespace=tables.walk.namespace,
            kinds=(),
            element_name=system.element_name,
            processors=tuple(part.name for part in tables.systems.processors[name]),
        )

    def fill(self) -> None:
        """Read and fill in everything; what fails stays None."""
        kinds = (("block", self._is_block), ("file", self.file_side is not None))
        self.found.kinds = tuple(kind for kind, is_so in kinds if is_so)
        self._run("reading who made the arrays", self._identity)
        self._run("reading the pools", self._pools)
        if self._is_block:
            self._run("reading the front-end ports", self._ports)
            self._run("reading the volumes", self._volumes)
            self._run("reading the masking", self._masking)
            self._run("reading what the volumes are kept on", self._kept_on)
        if self.file_side is not None:
            side = self.file_side
            self._run("reading the file servers", lambda: self._file_servers(side))
            self._run("reading the file systems", lambda: self._file_systems(side))
            self._run("reading the shares", lambda: self._shares(side))

    def _identity(self) -> None:
        identity = self._tables.identities[self._name]
        self.found.vendor = None if identity.vendor == UNKNOWN else identity.vendor
        self.found.model = None if identity.model == UNKNOWN else identity.model
        self.found.serial_number, self.found.firmware = identity.serial_number, identity.firmware

    def _pools(self) -> None:
        arrays = self._tables.arrays_of_pools
        only = self._name if len(self._tables.systems.arrays) == 1 else None
        self.found.pools = sum(arrays.get(key, only) == self._name for key in self._tables.pools.pools)

    def _ports(self) -> None:
        ports = {(port.array, port.local): str(port.kind) for port in self._tables.ports.ports}
        self.found.ports = dict(Counter(kind for (array, _), kind in sorted(ports.items()) if array == self._name))

    def _volumes(self) -> None:
        self.found.luns = sum(volume.array == self._name for volume in self._tables.volumes.values())

    def _kept_on(self) -> None:
        """Decide what a reading decides of volumes: some quirks show only there."""
        for table in (self._tables.thin_flags, self._tables.lun_kinds):
            len(table)

    def _masking(self) -> None:
        plan = next((one for one in self._tables.masking_plan if one.array == self._name), None)
        if plan is None:
            return
        self.found.masking = MaskingFound(
            state=str(plan.state),
            reason=plan.reason,
            dialects=tuple(map(str, plan.dialects)),
            ports_by=tuple(map(str, plan.ports_by)),
            views=plan.views,
        )
        shown = {volume for view in self._tables.views if view.array == self._name for volume in view.volumes}
        own = (key for key, volume in self._tables.volumes.items() if volume.array == self._name)
        self.found.luns_in_no_view = sum(key not in shown for key in own)

    def _file_servers(self, side: FileTables) -> None:
        self.found.file_servers = len(side.servers.of_array(self._name))

    def _file_systems(self, side: FileTables) -> None:
        systems = (one.system for one in side.file_systems.values())
        self.found.file_systems = sum(side.servers.array_for(system) == self._name for system in systems)

    def _shares(self, side: FileTables) -> None:
        own = [one for one in side.exported if one.array == self._name]
        self.found.shares = len(own)
        self.found.shares_without_address = sum(not one.addresses for one in own)
