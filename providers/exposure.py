"""Exposing: volumes, initiators and targets come into a view (smis-mapping 3.5).

All that a call names is looked up first, then the new state of each view is worked out and checked, then written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_cimom.keys import TargetKey
from mock_cimom.providers.live import Path
from mock_cimom.providers.masking_array import MaskingArray, plain_id, type_of_id
from mock_cimom.providers.masking_calls import (
    ACCESSES,
    EVERYONE,
    OPEN_VIEW,
    Codes,
    find_targets,
    free_lun,
    given_view,
    is_default,
    texts,
)
from mock_cimom.providers.method_calls import INVALID, Call, Refusal
from mock_cimom.providers.view_state import Unit, ViewState, lun_of

MOST_LUNS = 0x3FFF  # the largest LUN of SCSI's flat addressing
ONE_PORT, ALL_PORTS = 2, 4  # CIM_ProtocolControllerMaskingCapabilities.PortsPerView
NO_MAP_LIMIT = 0
PORT_WWN = 2  # CIM_StorageHardwareID.IDType


@dataclass
class Part:
    """One view a call leads to: `view` None is to be made; `new` are initiators that are to be registered."""

    view: Path | None
    before: ViewState
    after: ViewState
    new: list[str] = field(default_factory=list)

    @property
    def complete(self) -> ViewState:
        """The new state with the initiators that are still to be registered."""
        keys: dict[Any, Any] = dict.fromkeys(self.new)
        return ViewState(self.after.units, {**self.after.initiators, **keys}, self.after.targets)

    @property
    def has_new_paths(self) -> bool:
        """Whether an initiator or a target is added."""
        return bool(
            self.new
            or self.after.initiators.keys() - self.before.initiators
            or self.after.targets.keys() - self.before.targets
        )


@dataclass(frozen=True)
class Exposure:
    """One call that exposes. `label` names a new view, `setting` are the client settings of new hardware IDs."""

    array: MaskingArray
    call: Call
    codes: Codes
    label: str | None = None
    setting: Path | None = None

    def expose(self, initiators: list[str]) -> Mapping[str, Any]:
        """Make a view, or change the one the call gives, for the initiators and what the call names besides."""
        view = given_view(self.array, self.call)
        luns, targets = texts(self.call, "LUNames"), find_targets(self.array, self.call, self.codes)
        if not (luns or targets or initiators):
            raise Refusal(INVALID)
        accesses = self._accesses(luns)
        volumes = [self._volume(name) for name in luns]
        one_each = view is None and self.array.rules["OneHardwareIDPerView"]
        parts = []
        for group in [[one] for one in initiators] if one_each and initiators else [initiators]:
            before = self.array.views.read(view) if view is not None else ViewState()
            part = Part(view, before, before.copy())
            self._add_units(part.after, volumes, accesses)
            self._add_initiators(part, group)
            self._add(part.after.targets, targets)
            self._check(part)
            parts.append(part)
        return {"ProtocolControllers": [self._write(part) for part in parts]}

    def _accesses(self, luns: list[str]) -> list[int]:
        accesses = self.call.value("DeviceAccesses") or []
        if len(accesses) != len(luns):
            raise Refusal(INVALID)
        if any(one not in ACCESSES for one in accesses):
            raise Refusal(self.codes.access)
        return [int(one) for one in accesses]

    def _volume(self, name: str) -> Path:
        found = self.array.volume(name)
        if found is None:
            raise Refusal(self.codes.volume)
        return found

    def _add_initiators(self, part: Part, names: list[str]) -> None:
        valid = self.array.rules["ValidHardwareIdTypes"] or ()
        for name in names:
            if known := self.array.hardware_ids.get(plain_id(name)):
                self._add(part.after.initiators, known)
            elif name == EVERYONE or type_of_id(name) in valid:
                part.new.append(name)
            else:
                raise Refusal(self.codes.initiator)

    def _add(self, parts: dict[TargetKey, Path], added: Iterable[Path]) -> None:
        keys = {self.array.live.key(path): path for path in added}
        if keys.keys() & parts:
            raise Refusal(self.codes.exposed)
        parts.update(keys)

    def _add_units(self, state: ViewState, volumes: list[Path], accesses: list[int]) -> None:
        """Add volumes to a state; those that are there only have another access, and no other LUN."""
        wanted = self._numbers(volumes)
        taken = {unit.number for unit in state.units.values()}
        for volume, access, number in zip(volumes, accesses, wanted, strict=True):
            key = self.array.live.key(volume)
            present = state.units.get(key)
            if present is None:
                lun = self._new_lun(volume, number, taken)
            elif number in (None, present.number):
                lun = present.number
            else:
                raise Refusal(INVALID)
            taken.add(lun)
            state.units[key] = Unit(volume, lun, access)

    def _new_lun(self, volume: Path, number: int | None, taken: set[int]) -> int:
        if number in taken:
            raise Refusal(self.codes.number)
        most = self.array.rules["MaximumMapCount"] or NO_MAP_LIMIT
        if most != NO_MAP_LIMIT and self.array.views.maps(volume) >= most:
            raise Refusal(self.codes.map_count)
        return free_lun(taken) if number is None else number

    def _numbers(self, volumes: list[Path]) -> list[int | None]:
        given = self.call.value("DeviceNumbers")
        if not given:
            return [None] * len(volumes)
        if len(given) != len(volumes) or not self.array.rules["ClientSelectableDeviceNumbers"]:
            raise Refusal(INVALID)
        numbers = [lun_of(one) for one in given]
        if any(one is None or one > MOST_LUNS for one in numbers):
            raise Refusal(INVALID)
        if len(set(numbers)) < len(numbers):
            raise Refusal(self.codes.number)
        return numbers

    def _check(self, part: Part) -> None:
        """Refuse a state that the array's rules, or those of SCSI, do not allow."""
        rules, state = self.array.rules, part.complete
        grown = len(state.initiators) > len(part.before.initiators)
        if grown and is_default(self.array, part.before.initiators.values()):
            raise Refusal(INVALID)
        if rules["PortsPerView"] == ONE_PORT and len(state.targets) > 1:
            raise Refusal(INVALID)
        if rules["PortsPerView"] == ALL_PORTS and state.targets:
            raise Refusal(INVALID)
        if rules["OneHardwareIDPerView"] and grown and len(state.initiators) > 1:
            raise Refusal(INVALID)
        if part.view is None and self.array.lacks_something(state):
            raise Refusal(INVALID)
        if part.has_new_paths:
            self._check_paths(part)

    def _check_paths(self, part: Part) -> None:
        """Refuse an initiator and a target that another view has together already."""
        live, views = self.array.live, self.array.views
        targets = set(part.after.targets)
        for path in part.after.initiators.values():
            for other in views.views_of(path):
                if part.view is not None and live.same(other, part.view):
                    continue
                used = {live.key(one) for one in views.targets(other)}
                if used & targets or not used | targets:
                    raise Refusal(self.codes.exposed)

    def _write(self, part: Part) -> Path:
        array = self.array
        for name in part.new:
            path = array.new_hardware_id(
                name, type_of_id(name) or PORT_WWN, label=name or OPEN_VIEW, setting=self.setting
            )
            part.after.initiators[array.live.key(path)] = path
        view = part.view if part.view is not None else array.new_view(self.label)
        array.views.write(view, array.live.instance(view)["ElementName"], part.before, part.after)
        return view
