"""Who may use a protocol controller: what every masking dialect has to find out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis.masking.hardware_ids import EVERYONE, HardwareIds
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key


@dataclass(frozen=True, slots=True)
class Grant:
    """The initiators, by match key, that may use a controller. None of them and not everyone: nobody may."""

    initiators: frozenset[str] = frozenset()
    everyone: bool = False


Grants = Mapping[Key, Grant]
"""What a dialect finds: every controller it has a word about, also those that nobody may use."""

Dialect = Callable[[Walk, HardwareIds], Grants]


def grant_of(allowed: Iterable[str], denied: Iterable[str] = ()) -> Grant:
    """Return the grant of these match keys; a denial wins over any permission, and takes everyone back."""
    refused = frozenset(denied)
    if EVERYONE in refused:
        return Grant()
    permitted = frozenset(allowed)
    return Grant(permitted - refused - {EVERYONE}, everyone=EVERYONE in permitted and not refused)


def united(parts: Iterable[Grants]) -> Grants:
    """Return what several dialects of one array grant together."""
    whole: dict[Key, Grant] = {}
    for part in parts:
        for controller, grant in part.items():
            known = whole.get(controller, Grant())
            whole[controller] = Grant(known.initiators | grant.initiators, known.everyone or grant.everyone)
    return whole
