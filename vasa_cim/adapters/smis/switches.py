"""What an operator may decide about a source instead of leaving it to observation (`smis-mapping 8`, adapter switches).

A source's table in the configuration holds them, and one table below it for each array that differs:

    [[source]]
    url = "https://array:5989"
    masking = "groups"
    quirks = { "mask-view-role" = false }

    [source.array."SYMMETRIX+000195700001"]
    size = "consumable"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from vasa_cim.adapter import Source
from vasa_cim.adapters.smis.quirk_table import QUIRKS
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.text import plain_name
from vasa_cim.errors import ConfigurationError


class MaskingSwitch(StrEnum):
    """By what it is read who sees what: a dialect of `smis-mapping 3.1`, or not at all.

    `OPEN` shows every LUN to everyone, `CLOSED` none to anyone.
    """

    AUTO = "auto"
    PRIVILEGES = "privileges"
    ASSOCIATED_PRIVILEGES = "associated-privileges"
    GROUPS = "groups"
    ROWS = "rows"
    OPEN = "open"
    CLOSED = "closed"


class PortsSwitch(StrEnum):
    """By what the ports of a view are read: its endpoints, its port devices, or all of the array."""

    AUTO = "auto"
    ENDPOINTS = "endpoints"
    DEVICES = "devices"
    ALL = "all"


class SizeSwitch(StrEnum):
    """Which property is the size of a volume: NumberOfBlocks, or ConsumableBlocks where that is sensible."""

    BLOCKS = "blocks"
    CONSUMABLE = "consumable"


class UsedSwitch(StrEnum):
    """What is the used space of a thin volume: its allocations, a vendor's property, or the first that is there."""

    AUTO = "auto"
    ALLOCATION = "allocation"
    VENDOR = "vendor"


class NaaSwitch(StrEnum):
    """Where a volume's NAA is: found by the rules of `smis-mapping 2.5`, or Name whatever is said of it."""

    AUTO = "auto"
    NAME = "name"


class DrsSwitch(StrEnum):
    """Whether Storage DRS may move LUNs whose data the array moves between tiers: not so, or as all others."""

    AUTO = "auto"
    PERMIT = "permit"


@dataclass(frozen=True, slots=True)
class ArraySwitches:
    """The switches of one array. `skip_pools` are pool classes, in lower case, that are no ground of LUNs."""

    masking: MaskingSwitch = MaskingSwitch.AUTO
    ports: PortsSwitch = PortsSwitch.AUTO
    size: SizeSwitch = SizeSwitch.BLOCKS
    used: UsedSwitch = UsedSwitch.AUTO
    naa: NaaSwitch = NaaSwitch.AUTO
    drs: DrsSwitch = DrsSwitch.AUTO
    skip_pools: frozenset[str] = frozenset()


_DEFAULTS = ArraySwitches()


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches of a source. `namespaces` are implementation namespaces to look through besides those discovered.

    `arrays` holds, by plain name, the arrays that have switches of their own.
    """

    common: ArraySwitches = _DEFAULTS
    namespaces: tuple[str, ...] = ()
    arrays: Mapping[str, ArraySwitches] = field(default_factory=dict)

    def of(self, array: str) -> ArraySwitches:
        """Return the switches of the array with this plain name."""
        return self.arrays.get(array, self.common)


NO_SWITCHES = Switches()
KINDS: Mapping[str, type[StrEnum]] = {
    "masking": MaskingSwitch,
    "ports": PortsSwitch,
    "size": SizeSwitch,
    "used": UsedSwitch,
    "naa": NaaSwitch,
    "drs": DrsSwitch,
}
_PER_ARRAY = frozenset(each.name for each in fields(ArraySwitches))
OPTIONS = _PER_ARRAY | {"namespaces", "quirks", "array"}
"""The keys of a source's table that are read here."""


def switches_of(source: Source) -> Switches:
    """Return the switches that a source's options set. Raises ConfigurationError."""
    where = f"source {source.name}"
    chosen = {key: value for key, value in source.options.items() if key in _PER_ARRAY}
    common = _array_switches(_DEFAULTS, chosen, where)
    tables = source.options.get("array", {})
    if not isinstance(tables, Mapping):
        raise ConfigurationError(setting=f"{where}: array", reason='must be tables such as [source.array."NAME"]')
    arrays = {}
    for name, table in tables.items():
        here = f"{where}: array {name}"
        if not isinstance(table, Mapping):
            raise ConfigurationError(setting=here, reason="must be a table")
        arrays[plain_name(name)] = _array_switches(common, table, here)
    return Switches(common, _texts(source.options.get("namespaces", ()), f"{where}: namespaces"), arrays)


def quirks_of(source: Source) -> Quirks:
    """Return the quirks of a source with what its options decide about them. Raises ConfigurationError."""
    chosen: Any = source.options.get("quirks", {})
    where = f"source {source.name}: quirks"
    if not isinstance(chosen, Mapping):
        raise ConfigurationError(setting=where, reason='must be a table such as { "mask-view-role" = false }')
    known = [quirk.name for quirk in QUIRKS]
    for name, value in chosen.items():
        if name not in known:
            raise ConfigurationError(setting=where, reason=f"{name!r} is none of {', '.join(known)}")
        if not isinstance(value, bool):
            raise ConfigurationError(setting=where, reason=f"{name} must be true or false")
    return Quirks(chosen)


def _array_switches(base: ArraySwitches, table: Mapping[str, Any], where: str) -> ArraySwitches:
    changes: dict[str, Any] = {}
    for name, value in table.items():
        if name not in _PER_ARRAY:
            known = ", ".join(sorted(_PER_ARRAY))
            raise ConfigurationError(setting=f"{where}: {name}", reason=f"is unknown; known are {known}")
        if name == "skip_pools":
            changes[name] = frozenset(text.lower() for text in _texts(value, f"{where}: {name}"))
        else:
            changes[name] = _choice(KINDS[name], value, f"{where}: {name}")
    return replace(base, **changes)


def _choice(kind: type[StrEnum], value: Any, where: str) -> StrEnum:
    known = [str(each) for each in kind]
    if value not in known:
        raise ConfigurationError(setting=where, reason=f"{value!r} is none of {', '.join(known)}")
    return kind(value)


def _texts(value: Any, where: str) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(one, str) and one.strip() for one in items):
        raise ConfigurationError(setting=where, reason="must be a list of texts that are not empty")
    return tuple(one.strip() for one in items)
