"""Who may use a protocol controller: what every masking dialect has to find out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vasa_cim.adapters.smis.masking.hardware_ids import EVERYONE
from vasa_cim.cim.rows import Key


class Dialect(StrEnum):
    """A way to say who sees what (`smis-mapping 3.1`), by the word for it in configurations."""

    PRIVILEGES = "privileges"
    ASSOCIATED_PRIVILEGES = "associated-privileges"
    GROUPS = "groups"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Grant:
    """The initiators, by match key, that may use a controller. None of them and not everyone: nobody may."""

    initiators: frozenset[str] = frozenset()
    everyone: bool = False


Grants = Mapping[Key, Grant]
"""Every controller that a dialect has a word about, also those that nobody may use."""


@dataclass(slots=True)
class Finding:
    """What one dialect says of controllers: by match key or `EVERYONE` who may use each, and who may not.

    `subjectless` are controllers that may be used, but by nobody in particular. `seen` tells whether the dialect has an
    instance at all, whatever it says.
    """

    dialect: Dialect
    allowed: defaultdict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    denied: defaultdict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    subjectless: set[Key] = field(default_factory=set)
    seen: bool = False

    def word_about(self, controller: Key) -> bool:
        """Return whether the dialect says anything of a controller."""
        return controller in self.allowed or controller in self.denied


def grant_of(allowed: Iterable[str], denied: Iterable[str] = ()) -> Grant:
    """Return the grant of these match keys; a denial wins over any permission, and takes everyone back."""
    refused = frozenset(denied)
    if EVERYONE in refused:
        return Grant()
    permitted = frozenset(allowed)
    return Grant(permitted - refused - {EVERYONE}, everyone=EVERYONE in permitted and not refused)
