"""What each array is sold as: maker, model and serial number of its package and product (`smis-mapping 2.1`).

ComputerSystem <--SystemPackaging-- Chassis <--ProductPhysicalComponent-- Product
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.systems import System, Systems
from vasa_cim.adapters.smis.text import first_text, plain_name
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, ObjectName, Row

_TOKENS = re.compile(r"[^0-9a-z]+")
_SHORTEST_SERIAL = 4


@dataclass(frozen=True, slots=True)
class Package:
    """What a package or product says; None where it does not."""

    vendor: str | None = None
    model: str | None = None
    serial_number: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether maker and model are known."""
        return self.vendor is not None and self.model is not None

    def filled(self, other: "Package") -> "Package":
        """Return this, with what it leaves open as the other says."""
        return Package(
            self.vendor or other.vendor, self.model or other.model, self.serial_number or other.serial_number
        )


class _Tie(IntEnum):
    """How surely a package belongs to an array; lower is surer."""

    ASSOCIATED = 0
    TAG = 1
    SERIAL = 2
    PART = 3
    ONLY = 4


def read_packages(walk: Walk, systems: Systems) -> Mapping[str, Package]:
    """Return what each array is sold as, by array name; an array of which nothing is known has an empty one.

    Looked for among chassis, then among all packages, then among products, until maker and model of all are known.
    Raises SourceError.
    """
    finder = _Finder(systems, _packaging(walk))
    for class_name in (v.CHASSIS, v.PHYSICAL_PACKAGE):
        if not finder.has_all():
            finder.add(walk.rows(class_name, v.PACKAGE_PROPERTIES))
    found = {name: finder.package_of(name) for name in systems.arrays}
    if not all(package.is_whole for package in found.values()):
        found = _with_products(walk, systems, finder, found)
    return found


def _packaging(walk: Walk) -> list[tuple[Key, str]]:
    """Return (key of a package, plain name of a system that is in it), whichever role each end has."""
    edges = list(_packaging_edges(walk.names(v.SYSTEM_PACKAGING)))
    return sorted(edges or _packaging_edges(walk.names(v.COMPUTER_SYSTEM_PACKAGE)))


def _packaging_edges(names: Iterable[ObjectName]) -> Iterator[tuple[Key, str]]:
    for name in names:
        ends = [end for role in ("Antecedent", "Dependent") if (end := name.reference(role)) is not None]
        for package, system in (ends, ends[::-1]) if len(ends) == 2 else ():
            if package.text("Tag") and (system_name := system.text("Name")):
                yield package.key, plain_name(system_name)


def serials_of(system: System) -> frozenset[str]:
    """Return the words in lower case by which others may mean a system: of its name and its labelled identifiers."""
    texts = [system.name, *(value for _, value in system.labels)]
    words = {word for text in texts for word in (text.lower(), *_TOKENS.split(text.lower()))}
    return frozenset(word for word in words if len(word) >= _SHORTEST_SERIAL and any(map(str.isdigit, word)))


class _Finder:
    """The packages of a namespace and how each is tied to an array."""

    def __init__(self, systems: Systems, edges: Sequence[tuple[Key, str]]) -> None:
        self._systems = systems
        self._edges = edges
        self._rows: dict[Key, Row] = {}
        self._serials = {name: serials_of(system) for name, system in systems.arrays.items()}

    def add(self, rows: Iterable[Row]) -> None:
        """Add packages."""
        for row in rows:
            self._rows.setdefault(row.key, row)

    def has_all(self) -> bool:
        """Return whether each array is known to have one of the packages so far."""
        return bool(self._rows) and all(self.rows_of(name) for name in self._systems.arrays)

    def package_of(self, array: str) -> Package:
        """Return what the surest of an array's packages say together."""
        found = Package()
        for row in self.rows_of(array):
            found = found.filled(_package(row))
        return found

    def rows_of(self, array: str) -> list[Row]:
        """Return the packages with the surest tie to an array: those named like it first, then those that say most."""
        tied: dict[_Tie, list[Row]] = {}
        for tie, key in self._ties(array):
            tied.setdefault(tie, []).append(self._rows[key])
        surest = tied[min(tied)] if tied else []
        return sorted(surest, key=lambda row: (not self._is_named(row, array), not _package(row).is_whole, row.key))

    def _is_named(self, row: Row, array: str) -> bool:
        tag, serial = plain_name(row.text("Tag") or ""), (row.text("SerialNumber") or "").strip().lower()
        return tag == array or serial in self._serials[array]

    def _ties(self, array: str) -> Iterator[tuple[_Tie, Key]]:
        for package, system in self._edges:
            if package in self._rows and self._systems.array_of.get(system) == array:
                yield (_Tie.ASSOCIATED if system == array else _Tie.PART), package
        for key, row in self._rows.items():
            if plain_name(row.text("Tag") or "") == array:
                yield _Tie.TAG, key
            elif self._is_named(row, array):
                yield _Tie.SERIAL, key
        if len(self._systems.arrays) == len(self._rows) == 1:
            yield _Tie.ONLY, next(iter(self._rows))


def _package(row: Row) -> Package:
    return Package(
        first_text(row.text("Manufacturer")), first_text(row.text("Model")), first_text(row.text("SerialNumber"))
    )


def _product(row: Row) -> Package:
    return Package(
        first_text(row.text("Vendor")), first_text(row.text("Name")), first_text(row.text("IdentifyingNumber"))
    )


def _with_products(
    walk: Walk, systems: Systems, finder: _Finder, packages: Mapping[str, Package]
) -> dict[str, Package]:
    products = {row.key: row for row in walk.rows(v.PRODUCT, v.PRODUCT_PROPERTIES)}
    of_package: dict[Key, Row] = {}
    if products:
        for product, package in walk.edges(v.PRODUCT_PHYSICAL_COMPONENT, "GroupComponent", "PartComponent"):
            if product in products:
                of_package.setdefault(package, products[product])
    found = dict(packages)
    for name, system in systems.arrays.items():
        chosen = [of_package[row.key] for row in finder.rows_of(name) if row.key in of_package]
        known = serials_of(system) | {(packages[name].serial_number or name).lower()}
        chosen = chosen or [
            row for row in products.values() if (row.text("IdentifyingNumber") or "").strip().lower() in known
        ]
        if not chosen and len(products) == len(systems.arrays) == 1:
            chosen = list(products.values())
        for row in chosen:
            found[name] = found[name].filled(_product(row))
    return found
