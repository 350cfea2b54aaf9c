"""Vendor, model, serial number and firmware of each array (`smis-mapping 2.1`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis.firmware import read_firmware, version_of
from vasa_cim.adapters.smis.packages import Package, read_packages
from vasa_cim.adapters.smis.quirks import Quirks, vendor_of_class
from vasa_cim.adapters.smis.systems import System, Systems
from vasa_cim.adapters.smis.text import first_text
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Row

UNKNOWN = "Unknown"

_VERSION = re.compile(
    r"\b(?:OS|firmware|software|microcode) version\s*:?\s*(\d[\w.]*(?:\s*\([\w ]+\))?)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who made an array. `serial_number` and `firmware` None mean that the array does not say."""

    vendor: str
    model: str
    serial_number: str | None = None
    firmware: str | None = None


def read_identities(walk: Walk, systems: Systems) -> Mapping[str, Identity]:
    """Read who made each array, by array name. Raises SourceError."""
    packages = read_packages(walk, systems)
    firmware = read_firmware(walk, systems)
    return {
        name: _identity(system, packages[name], firmware.get(name), walk.quirks)
        for name, system in systems.arrays.items()
    }


def _identity(system: System, package: Package, firmware: Row | None, quirks: Quirks) -> Identity:
    model = quirks.described_model(system.description)
    maker = None if firmware is None else firmware.text("Manufacturer")
    version = None if firmware is None else version_of(firmware)
    vendor = first_text(package.vendor, system.manufacturer, maker, vendor_of_class(system.class_name))
    return Identity(
        vendor=vendor or UNKNOWN,
        model=first_text(package.model, system.model, model) or UNKNOWN,
        serial_number=first_text(package.serial_number, system.labelled("serial number")),
        firmware=first_text(version, system.firmware, _version_in(system.description)),
    )


def _version_in(description: str | None) -> str | None:
    """Return the version in a description such as `..., OS version: 2.3.1 (MU5)`."""
    found = _VERSION.search(description or "")
    return found.group(1) if found else None
