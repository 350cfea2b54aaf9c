"""What the calls that expose and hide have in common: their return values, what they name, and hiding itself."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_cimom.providers.live import Path
from mock_cimom.providers.masking_array import MaskingArray, plain_id
from mock_cimom.providers.method_calls import FAILED, INVALID, NOT_SUPPORTED, Call, Refusal
from mock_cimom.providers.view_state import CONTROLLER, ViewState

EVERYONE = ""  # StorageID of the hardware ID that stands for every initiator
OPEN_VIEW = "everyone"
ACCESSES = (2, 3, 4)  # CIM_ProtocolControllerForUnit.DeviceAccess: read write, read only, none


@dataclass(frozen=True)
class Codes:
    """The return values of a method beyond those that all methods have."""

    volume: int = 4097
    initiator: int = 4098
    target: int = 4099
    access: int = 4100
    exposed: int = 4101  # for HidePaths: not exposed
    number: int = 4102
    map_count: int = 4103


EXPOSE = Codes()
HIDE = Codes(exposed=4100)
# The methods for default views know less; a target port of another default view is an invalid one.
EXPOSE_DEFAULT = Codes(target=4098, exposed=4098, access=4099, number=4100, map_count=4101)
HIDE_DEFAULT = Codes(target=4098, exposed=FAILED)


def texts(call: Call, name: str) -> list[str]:
    """Return the texts of an array parameter; NULL is an empty list. Raises Refusal for one that is NULL or twice."""
    given = call.value(name) or []
    if any(one is None for one in given) or len({plain_id(one) for one in given}) < len(given):
        raise Refusal(INVALID)
    return list(given)


def given_view(array: MaskingArray, call: Call) -> Path | None:
    """Return the view a call is about, None if it names none. Raises Refusal for several, and for another array's."""
    given = [one for one in call.value("ProtocolControllers") or [] if one is not None]
    if not given:
        return None
    view = call.referred(given[0], CONTROLLER).path.copy()
    if len(given) > 1 or not array.owns(view):
        raise Refusal(INVALID)
    return view


def find_targets(array: MaskingArray, call: Call, codes: Codes) -> list[Path]:
    """Return the endpoints a call names. Raises Refusal for a name that no endpoint has."""
    found = [array.target(name) for name in texts(call, "TargetPortIDs")]
    if any(one is None for one in found):
        raise Refusal(codes.target)
    return [path for path in found if path is not None]


def is_default(array: MaskingArray, initiators: Iterable[Path]) -> bool:
    """Tell whether one of these hardware IDs stands for every initiator."""
    found = (array.live.instance(path) for path in initiators)
    return any(one is not None and one["StorageID"] == EVERYONE for one in found)


def free_lun(taken: Collection[int]) -> int:
    """Return the lowest LUN that is not taken."""
    return next(number for number in range(len(taken) + 1) if number not in taken)


def settle(array: MaskingArray, view: Path, before: ViewState, after: ViewState) -> list[Path]:
    """Write what is left of a view; return it, or nothing if the array deletes views that lack so much."""
    if array.lacks_something(after):
        array.views.delete(view)
        return []
    array.views.write(view, array.live.instance(view)["ElementName"], before, after)
    return [view]


def hide(array: MaskingArray, call: Call, codes: Codes, initiators: list[str]) -> Mapping[str, Any]:
    """Take volumes, initiators or targets out of the view a call names: one kind of them at a time."""
    view = given_view(array, call)
    luns, targets = texts(call, "LUNames"), find_targets(array, call, codes)
    kinds = sum(map(bool, (luns, initiators, targets)))
    if view is None or not kinds:
        raise Refusal(INVALID)
    if kinds > 1:
        raise Refusal(NOT_SUPPORTED)
    before = array.views.read(view)
    after = before.copy()
    for name in luns:
        volume = array.volume(name)
        if volume is None or after.units.pop(array.live.key(volume), None) is None:
            raise Refusal(codes.volume)
    for name in initiators:
        known = array.hardware_ids.get(plain_id(name))
        if not known:
            raise Refusal(codes.initiator)
        present = {array.live.key(path) for path in known} & after.initiators.keys()
        if not present:
            raise Refusal(codes.exposed)
        for key in present:
            del after.initiators[key]
    for path in targets:
        if after.targets.pop(array.live.key(path), None) is None:
            raise Refusal(codes.exposed)
    return {"ProtocolControllers": settle(array, view, before, after)}
