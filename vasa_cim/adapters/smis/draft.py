"""An inventory in the making: what block and file arrays have in common, over all namespaces of a source.

A unified array is drafted twice, once by each adapter; both tell of it alike because both are made here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from vasa_cim.adapters.smis.arrays import storage_processor
from vasa_cim.adapters.smis.capabilities import StorageKind, capability_of
from vasa_cim.adapters.smis.systems import System
from vasa_cim.cim.rows import Key
from vasa_cim.model.entities import StorageArray, StorageCapability, StorageProcessor
from vasa_cim.model.inventory import Inventory

_Value = TypeVar("_Value")


@dataclass
class Draft:
    """The parts of an inventory by id. Relations name ids of children by their parent.

    `previous` is what was read last, None if nothing was.
    """

    previous: Inventory | None = None
    arrays: dict[str, StorageArray] = field(default_factory=dict)
    processors: dict[str, StorageProcessor] = field(default_factory=dict)
    capabilities: dict[str, StorageCapability] = field(default_factory=dict)
    processors_of_array: dict[str, set[str]] = field(default_factory=dict)
    capability_of: dict[str, str] = field(default_factory=dict)
    pool_of: dict[str, str] = field(default_factory=dict)
    made: dict[StorageKind, str] = field(default_factory=dict)

    def add_array(self, name: str, array: StorageArray, parts: Iterable[System]) -> None:
        """Add an array, given with its plain name, and the systems that are its processors. What is there stays."""
        self.arrays.setdefault(array.unique_identifier, array)
        for processor in (storage_processor(name, part) for part in parts):
            self.processors.setdefault(processor.unique_identifier, processor)
            self.processors_of_array.setdefault(array.unique_identifier, set()).add(processor.unique_identifier)

    def capability(self, kind: StorageKind) -> str:
        """Return the id of the capability of a kind of storage, which the draft then has."""
        known = self.made.get(kind)
        if known is None:
            known = self.made[kind] = self.add_capability(capability_of(kind))
        return known

    def add_capability(self, made: StorageCapability) -> str:
        """Return the id of a capability, which the draft then has."""
        return self.capabilities.setdefault(made.unique_identifier, made).unique_identifier


def ground_of(namespace: str, pool: Key) -> str:
    """Return the text that stands for a pool in `Inventory.pool_of`."""
    return f"{namespace}:{'/'.join(pool)}"


def ascending(mapping: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return a mapping in the order of its ids."""
    return dict(sorted(mapping.items()))


def related(mapping: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """Return a relation in the order of its ids."""
    return {key: tuple(sorted(mapping[key])) for key in sorted(mapping)}
