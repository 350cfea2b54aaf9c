"""What looking at a source once found: plain data, for people (`vasa-cim array probe`)."""

from dataclasses import dataclass, field
from enum import StrEnum


class Claim(StrEnum):
    """What is behind a profile that a CIMOM registers: instances of its class, none, or not even the class."""

    THERE = "there"
    EMPTY = "no instances"
    MISSING = "not implemented"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class ClaimedProfile:
    """One registered profile. `organization` is `SNIA`, `DMTF` or `other`; `class_name` None: none was looked for."""

    name: str
    organization: str
    versions: tuple[str, ...]
    claim: Claim
    class_name: str | None = None


@dataclass(frozen=True, slots=True)
class MaskingFound:
    """How the masking of an array is read. `state` is `masked`, `open` or `closed`."""

    state: str
    reason: str
    dialects: tuple[str, ...]
    ports_by: tuple[str, ...]
    views: int


@dataclass(slots=True)
class ArrayFound:
    """One array. Counts are None where they could not be read; `processors` empty: it is its own processor.

    `kinds` are `block` and `file`.
    """

    name: str
    namespace: str
    kinds: tuple[str, ...]
    element_name: str | None = None
    vendor: str | None = None
    model: str | None = None
    serial_number: str | None = None
    firmware: str | None = None
    processors: tuple[str, ...] = ()
    masking: MaskingFound | None = None
    ports: dict[str, int] | None = None
    luns: int | None = None
    luns_in_no_view: int | None = None
    pools: int | None = None
    file_servers: int | None = None
    file_systems: int | None = None
    shares: int | None = None
    shares_without_address: int | None = None


@dataclass(frozen=True, slots=True)
class UsedQuirk:
    """A row of the table of quirks that applied."""

    name: str
    effect: str
    source: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Objects that are not shown, and why."""

    kind: str
    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be found out, and why."""

    what: str
    reason: str


@dataclass(slots=True)
class ProbeReport:
    """What looking at a source once found, as far as it came. None and empty mean: not found, or not read.

    `cimom` is how the server calls itself; `pulls` whether it has pulled enumerations, None if that was not found
    out. `fallbacks` and `consequences` are sentences: what is done without, and what VASA will not show for it.
    """

    url: str
    interop: str | None = None
    cimom: str | None = None
    namespaces: tuple[str, ...] = ()
    profiles: tuple[ClaimedProfile, ...] = ()
    found_by: str | None = None
    pulls: bool | None = None
    arrays: list[ArrayFound] = field(default_factory=list)
    quirks: tuple[UsedQuirk, ...] = ()
    fallbacks: list[str] = field(default_factory=list)
    left_out: tuple[LeftOut, ...] = ()
    consequences: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    requests: int = 0
