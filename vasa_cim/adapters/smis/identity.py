"""Vendor, model, serial number and firmware of each array (`smis-mapping 2.1`).

ComputerSystem <--ComputerSystemPackage-- Chassis <--ProductPhysicalComponent-- Product
ComputerSystem --InstalledSoftwareIdentity--> SoftwareIdentity
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.quirks import vendor_of_class
from vasa_cim.adapters.smis.systems import System, Systems, plain_name
from vasa_cim.adapters.smis.text import first_text
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row

UNKNOWN = "Unknown"

_FIRMWARE_FIRST = (v.Classification.FIRMWARE, v.Classification.FIRMWARE_OR_BIOS, v.Classification.OPERATING_SYSTEM)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who made an array. `serial_number` and `firmware` None mean that the array does not say."""

    vendor: str
    model: str
    serial_number: str | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class _Package:
    vendor: str | None
    model: str | None
    serial_number: str | None


_NO_PACKAGE = _Package(None, None, None)


def read_identities(walk: Walk, systems: Systems) -> Mapping[str, Identity]:
    """Read who made each array, by array name. Raises SourceError."""
    packages = _packages(walk, systems)
    software = _installed_software(walk, systems)
    return {
        name: _identity(system, packages.get(name, _NO_PACKAGE), software.get(name, ()))
        for name, system in systems.arrays.items()
    }


def _identity(system: System, package: _Package, software: Iterable[Row]) -> Identity:
    firmware = _best_firmware(software)
    maker = None if firmware is None else firmware.text("Manufacturer")
    return Identity(
        vendor=first_text(package.vendor, maker, vendor_of_class(system.class_name)) or UNKNOWN,
        model=first_text(package.model, _model_in(system.description)) or UNKNOWN,
        serial_number=first_text(package.serial_number),
        firmware=None if firmware is None else _version(firmware),
    )


def _model_in(description: str | None) -> str | None:
    """Return the model at the head of a description such as `InServ E200, ID: 7, ...`."""
    head, comma, _ = (description or "").partition(", ID")
    return head if comma else None


def _packages(walk: Walk, systems: Systems) -> Mapping[str, _Package]:
    """Find each array's package: among chassis, then among all packages, then through products."""
    edges = [(package, plain_name(system[0])) for package, system in _packaging(walk) if system]
    found: dict[str, _Package] = {}
    for class_name in (v.CHASSIS, v.PHYSICAL_PACKAGE):
        if len(found) < len(systems.arrays):
            packages = {row.key: row for row in walk.rows(class_name, v.PACKAGE_PROPERTIES)}
            found = _joined(packages, edges, systems) | found
    if any(package.vendor is None or package.model is None for package in found.values()):
        found = _completed_by_products(walk, found, edges)
    return found


def _packaging(walk: Walk) -> Iterable[tuple[Key, Key]]:
    return sorted(walk.edges(v.SYSTEM_PACKAGING, "Antecedent", "Dependent"))


def _joined(packages: Mapping[Key, Row], edges: Iterable[tuple[Key, str]], systems: Systems) -> dict[str, _Package]:
    found: dict[str, _Package] = {}
    for package, system in edges:
        if system in systems.arrays and package in packages:
            found.setdefault(system, _package(packages[package]))
    for row in packages.values():
        tag = plain_name(row.text("Tag") or "")
        if tag in systems.arrays:
            found.setdefault(tag, _package(row))
    return found


def _package(row: Row) -> _Package:
    return _Package(
        first_text(row.text("Manufacturer")), first_text(row.text("Model")), first_text(row.text("SerialNumber"))
    )


def _completed_by_products(
    walk: Walk, found: Mapping[str, _Package], edges: Iterable[tuple[Key, str]]
) -> dict[str, _Package]:
    products = {row.key: row for row in walk.rows(v.PRODUCT, v.PRODUCT_PROPERTIES)}
    of_package = {
        package: products[product]
        for product, package in walk.edges(v.PRODUCT_PHYSICAL_COMPONENT, "GroupComponent", "PartComponent")
        if product in products
    }
    completed = dict(found)
    for package, system in edges:
        if system in completed and package in of_package:
            completed[system] = _with_product(completed[system], of_package[package])
    return completed


def _with_product(package: _Package, product: Row) -> _Package:
    return _Package(
        package.vendor or first_text(product.text("Vendor")),
        package.model or first_text(product.text("Name")),
        package.serial_number or first_text(product.text("IdentifyingNumber")),
    )


def _installed_software(walk: Walk, systems: Systems) -> Mapping[str, list[Row]]:
    """Return the software on each array's top system, else that on its parts."""
    software = {row.key: row for row in walk.rows(v.SOFTWARE_IDENTITY, v.SOFTWARE_PROPERTIES)}
    if not software:
        return {}
    found = _software_of(walk.edges(v.INSTALLED_SOFTWARE_IDENTITY, "System", "InstalledSoftware"), software, systems)
    if len(found) < len(systems.arrays):
        swapped = walk.edges(v.ELEMENT_SOFTWARE_IDENTITY, "Dependent", "Antecedent")
        found = _software_of(swapped, software, systems) | found
    return found


def _software_of(
    edges: Iterable[tuple[Key, Key]], software: Mapping[Key, Row], systems: Systems
) -> dict[str, list[Row]]:
    on_top: dict[str, list[Row]] = {}
    on_parts: dict[str, list[Row]] = {}
    for system, identity in edges:
        name = plain_name(system[0]) if len(system) == 1 else ""
        if identity in software and name in systems.array_of:
            chosen = on_top if name in systems.arrays else on_parts
            chosen.setdefault(systems.array_of[name], []).append(software[identity])
    return on_parts | on_top


def _best_firmware(software: Iterable[Row]) -> Row | None:
    """Return the software that is the firmware; of several versions the lowest, for that one limits the array."""
    with_version = [row for row in software if _version(row)]
    if not with_version:
        return None
    return min(with_version, key=lambda row: (_rank(row), _comparable(_version(row) or ""), row.key))


def _rank(row: Row) -> int:
    classes = row.numbers("Classifications")
    return next((rank for rank, wanted in enumerate(_FIRMWARE_FIRST) if wanted in classes), len(_FIRMWARE_FIRST))


def _version(row: Row) -> str | None:
    """Return the version text, composed from its numbers if there is no text; None if neither is there."""
    parts = [row.number(name) for name in ("MajorVersion", "MinorVersion", "RevisionNumber", "BuildNumber")]
    known = [str(part) for part in parts if part is not None]
    return first_text(row.text("VersionString")) or ".".join(known) or None


def _comparable(version: str) -> tuple[tuple[int, str], ...]:
    """Return a version as something that sorts 5.9 before 5.10."""
    return tuple((int(part) if part.isdecimal() else 0, part) for part in version.split("."))
