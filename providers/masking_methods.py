"""CIM_ControllerConfigurationService of a running array: views made, changed and taken away (smis-mapping 3.5)."""

from collections.abc import Mapping
from typing import Any

from mock_cimom.providers.exposure import Exposure
from mock_cimom.providers.live import Path
from mock_cimom.providers.masking_array import Dialect, MaskingArray, Style
from mock_cimom.providers.masking_calls import (
    ACCESSES,
    EVERYONE,
    EXPOSE,
    EXPOSE_DEFAULT,
    HIDE,
    HIDE_DEFAULT,
    OPEN_VIEW,
    free_lun,
    given_view,
    hide,
    is_default,
    settle,
    texts,
)
from mock_cimom.providers.method_calls import INVALID, NOT_SUPPORTED, Call, Refusal
from mock_cimom.providers.view_state import CONTROLLER, Unit, lun_of

NOT_ATTACHED = 4097  # return value of DetachDevice
NUMBER_CONFLICT = 4098  # return value of AttachDevice


class MaskingMethods:
    """The methods, for arrays whose views are linked as `styles` says (by the service's name)."""

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self._styles = styles

    def expose_paths(self, call: Call) -> Mapping[str, Any]:
        """ExposePaths: a new view for these initiators, targets and volumes, or more of them in the view given."""
        return Exposure(self._array(call), call, EXPOSE).expose(_initiators(call))

    def expose_paths_with_name(self, call: Call) -> Mapping[str, Any]:
        """ExposePathsWithNameAndHostType: the same with a name for a new view, and settings for new hardware IDs."""
        array = self._array(call)
        if array.rules["ExposePathsWithNameAndHostTypeSupported"] is False:
            raise Refusal(NOT_SUPPORTED)
        setting = call.instance("ClientSettingData", "CIM_StorageClientSettingData")
        exposure = Exposure(array, call, EXPOSE, call.text("ElementName"), setting.path if setting else None)
        return exposure.expose(_initiators(call))

    def expose_default(self, call: Call) -> Mapping[str, Any]:
        """ExposeDefaultLUs: volumes for every initiator, in a new default view or in the one given."""
        array = self._default_array(call)
        view = given_view(array, call)
        if view is not None and not _is_default_view(array, view):
            raise Refusal(INVALID)
        return Exposure(array, call, EXPOSE_DEFAULT, OPEN_VIEW).expose([EVERYONE] if view is None else [])

    def hide_paths(self, call: Call) -> Mapping[str, Any]:
        """HidePaths: volumes, initiators or targets leave a view; a view that may not be without them goes."""
        return hide(self._array(call), call, HIDE, _initiators(call))

    def hide_default(self, call: Call) -> Mapping[str, Any]:
        """HideDefaultLUs: volumes or targets leave a default view."""
        array = self._default_array(call)
        view = given_view(array, call)
        if view is None or not _is_default_view(array, view):
            raise Refusal(INVALID)
        return hide(array, call, HIDE_DEFAULT, [])

    def attach_device(self, call: Call) -> Mapping[str, Any]:
        """AttachDevice, deprecated: one volume more in a view."""
        array = self._array(call)
        view = call.required("ProtocolController", CONTROLLER)
        volume = call.instance("Device", "CIM_StorageVolume")
        if volume is None or volume["SystemName"] != array.system["Name"] or not array.owns(view.path):
            raise Refusal(INVALID)
        before = array.views.read(view.path)
        number = lun_of(call.value("DeviceNumber")) if call.value("DeviceNumber") is not None else None
        taken = {unit.number for unit in before.units.values()}
        if array.live.key(volume.path) in before.units or (number is None) != (call.value("DeviceNumber") is None):
            raise Refusal(INVALID)
        if number in taken:
            raise Refusal(NUMBER_CONFLICT)
        after = before.copy()
        unit = Unit(volume.path, free_lun(taken) if number is None else number, ACCESSES[0])
        after.units[array.live.key(volume.path)] = unit
        array.views.write(view.path, view["ElementName"], before, after)
        return {"DeviceNumber": unit.device_number}

    def detach_device(self, call: Call) -> Mapping[str, Any]:
        """DetachDevice, deprecated: a volume leaves a view."""
        array = self._array(call)
        view = call.required("ProtocolController", CONTROLLER)
        volume = call.required("Device", "CIM_LogicalDevice")
        before = array.views.read(view.path)
        if not array.owns(view.path):
            raise Refusal(INVALID)
        if array.live.key(volume.path) not in before.units:
            raise Refusal(NOT_ATTACHED)
        after = before.copy()
        del after.units[array.live.key(volume.path)]
        settle(array, view.path, before, after)
        return {}

    def delete_controller(self, call: Call) -> Mapping[str, Any]:
        """DeleteProtocolController, deprecated: a view is deleted."""
        array = self._array(call)
        view = call.required("ProtocolController", CONTROLLER)
        if not array.owns(view.path) or call.value("DeleteUnits"):
            raise Refusal(INVALID)
        array.views.delete(view.path)
        return {}

    def style(self, service: Path) -> Style | None:
        """Return how the views of a service are linked, None if it was not there when the methods were registered."""
        return self._styles.get(service["Name"])

    def _array(self, call: Call) -> MaskingArray:
        style = self.style(call.target)
        array = MaskingArray(call.live, call.target, style) if style is not None else None
        if array is None or style.dialect is Dialect.GROUPS or array.rules["ExposePathsSupported"] is False:
            raise Refusal(NOT_SUPPORTED)
        return array

    def _default_array(self, call: Call) -> MaskingArray:
        array = self._array(call)
        if not array.rules["SPCSupportsDefaultViews"]:
            raise Refusal(NOT_SUPPORTED)
        return array


def _is_default_view(array: MaskingArray, view: Path) -> bool:
    return is_default(array, array.views.read(view).initiators.values())


def _initiators(call: Call) -> list[str]:
    """Return the initiators a call names. The one that stands for all is for the methods of default views."""
    given = texts(call, "InitiatorPortIDs")
    if EVERYONE in given:
        raise Refusal(EXPOSE.initiator)
    return given
