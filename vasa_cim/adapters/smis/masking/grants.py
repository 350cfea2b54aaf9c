"""Who may use a protocol controller: what every masking dialect has to find out."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from vasa_cim.adapters.smis.masking.hardware_ids import EVERYONE
from vasa_cim.adapters.smis.masking.vocabulary import Activity
from vasa_cim.cim.rows import Key, Value


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


@dataclass(slots=True)
class Finding:
    """What one dialect says of controllers: by match key or `EVERYONE` who may use each, and who may not.

    `subjectless` are controllers that may be used, but by nobody in particular. `seen` tells whether the dialect has an
    instance at all, whatever it says; `unreadable` whether of any it cannot be told which controller it is about.
    """

    dialect: Dialect
    allowed: defaultdict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    denied: defaultdict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    subjectless: set[Key] = field(default_factory=set)
    seen: bool = False
    unreadable: bool = False

    def word_about(self, controller: Key) -> bool:
        """Return whether the dialect says anything of a controller."""
        return controller in self.allowed or controller in self.denied


def forbids_reading(granted: Value, activities: Collection[int]) -> bool:
    """Return whether a privilege forbids its subjects to read; one that does not say what it forbids forbids all.

    `granted` is its PrivilegeGranted, NULL standing for true, and `activities` its Activities.
    """
    return granted not in (None, True) and (not activities or Activity.READ in activities)


def grant_of(allowed: Iterable[str], denied: Iterable[str] = ()) -> Grant:
    """Return the grant of these match keys; a denial wins over any permission, and takes everyone back."""
    refused = frozenset(denied)
    if EVERYONE in refused:
        return Grant()
    permitted = frozenset(allowed)
    return Grant(permitted - refused - {EVERYONE}, everyone=EVERYONE in permitted and not refused)
