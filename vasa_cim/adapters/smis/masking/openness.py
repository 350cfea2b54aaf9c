"""Whether an array masks at all (`smis-mapping 3.1`, all-LUNs view). It fails closed.

An array on which there is no masking profile, no masking service and no masking instance shows every volume to
everyone. That is decided once and noted for good: later signs of masking close an open array, and a masked one is
never opened by what is missing later. As long as a class that would tell is refused, nothing is decided, and nobody
sees anything; only a server that refuses it time and again is taken to have none.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.switches import MaskingSwitch
from vasa_cim.adapters.smis.systems import Systems
from vasa_cim.adapters.smis.walk import Walk

_BEFORE = "it was masked before"
_log = structlog.get_logger(__name__)


class State(StrEnum):
    """How an array is dealt with; the first two are also what is noted."""

    MASKED = "masked"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Decision:
    """How an array is dealt with, and the reason as a sentence without a full stop."""

    state: State
    reason: str


def decide(walk: Walk, systems: Systems, sign: str | None, partial: Container[str] = ()) -> Mapping[str, Decision]:
    """Return the decision about each array. `sign` is a sign of masking that was met, None if there was none so far.

    Signs are of the namespace: hardware IDs and privileges belong to no system, so that those of one array close the
    others beside it. `partial` are arrays with a controller that leads to some of the volumes only, which is a sign
    as long as nothing is decided: later it may be a volume that was made while the others were read. That there was
    a sign is noted of the namespace too: the arrays may have other names next time. Raises SourceError.
    """
    sign = _lasting(walk, sign)
    decisions, open_ones = {}, []
    for array in systems.arrays:
        switch = walk.switches.of(array).masking
        if switch is MaskingSwitch.OPEN:
            decisions[array] = Decision(State.OPEN, "the configuration opens it")
        elif switch is MaskingSwitch.CLOSED:
            decisions[array] = Decision(State.CLOSED, "the configuration closes it")
        elif switch is not MaskingSwitch.AUTO and sign is None:
            decisions[array] = Decision(State.MASKED, "the configuration names its dialect")
        elif sign is None and walk.notes.get(_note(array)) is None and array in partial:
            decisions[array] = _masked(walk, array, "a controller leads to some of its volumes only")
        elif sign is None and walk.notes.get(_note(array)) != State.MASKED:
            open_ones.append(array)
        else:
            decisions[array] = _masked(walk, array, sign)
    if open_ones:
        sign = _lasting(walk, _sign(walk))
        decisions |= {array: _open(walk, array) if sign is None else _masked(walk, array, sign) for array in open_ones}
    return decisions


def _sign(walk: Walk) -> str | None:
    """Return the first class of masking that has an instance, None if none has."""
    for class_name in v.SIGNS_OF_MASKING:
        if any(list(walk.names(class_name))):
            return f"there is a {class_name}"
    return None


def _lasting(walk: Walk, sign: str | None) -> str | None:
    """Note that there is a sign; return it, or that there was one before."""
    note = f"masking in {walk.namespace}"
    was_masked = walk.notes.get(note) == State.MASKED
    if sign is not None and not was_masked:
        walk.notes.put(note, State.MASKED.value)
    return sign or (_BEFORE if was_masked else None)


def _masked(walk: Walk, array: str, sign: str | None) -> Decision:
    noted = walk.notes.get(_note(array))
    if noted != State.MASKED:
        walk.notes.put(_note(array), State.MASKED.value)
        if noted is not None:
            _log.warning("the array masks from now on", source=walk.source, array=array, reason=sign)
    return Decision(State.MASKED, sign or _BEFORE)


def _open(walk: Walk, array: str) -> Decision:
    if walk.notes.get(_note(array)) is None:
        refusal = walk.refusal(v.CLASSES_OF_MASKING)
        if refusal is not None and not walk.is_sure_by_now(f"the masking of {array}"):
            reason = f"it is not known yet whether it masks: {refusal}"
            _log.info("no LUN is shown yet", source=walk.source, array=array, reason=reason)
            return Decision(State.CLOSED, reason)
        walk.notes.put(_note(array), State.OPEN.value)
        _log.warning("no sign of masking: every LUN is shown to everyone", source=walk.source, array=array)
    return Decision(State.OPEN, "there is no masking profile, no masking service and no masking instance")


def _note(array: str) -> str:
    return f"masking/{array}"
