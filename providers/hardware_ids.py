"""CIM_StorageHardwareIDManagementService and CIM_PrivilegeManagementService of a running array (smis-mapping 3.5)."""

from collections.abc import Mapping
from typing import Any

import pywbem

from mock_cimom.providers.group_masking import GroupMethods
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.masking_array import HARDWARE_ID, Dialect, MaskingArray, Style, plain_id, type_of_id
from mock_cimom.providers.masking_calls import settle
from mock_cimom.providers.masking_privileges import READ, WRITE, collection_id
from mock_cimom.providers.method_calls import INVALID, NOT_SUPPORTED, Call, Refusal
from mock_cimom.providers.view_access import MEMBER, free_id
from mock_cimom.providers.view_state import CONTROLLER, ViewState

# Return values of the hardware ID service.
ALREADY_CREATED, NO_SUCH_TYPE = 0x1000, 0x1001
NOT_FOUND = 0x1000
BAD_ID, NO_COLLECTIONS = 0x1000, 0x1001
# Return values of the privilege service.
BAD_SUBJECT, BAD_PRIVILEGE, BAD_TARGET = 16000, 16001, 16002
REMOVE_BAD_TARGET, NULL_NOT_SUPPORTED = 16001, 16003
OTHER = 1  # CIM_StorageHardwareID.IDType
COLLECTION = "CIM_SystemSpecificCollection"
MASKING_SERVICE = "CIM_ControllerConfigurationService"


class HardwareIds:
    """The methods, for arrays whose views are linked as `styles` says (by the masking service's name)."""

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self._styles = styles
        self._groups = GroupMethods(styles)

    def create(self, call: Call) -> Mapping[str, Any]:
        """CreateStorageHardwareID: a host port is registered, once in an array."""
        array = self._array(call.live, call.target)
        storage_id, id_type = call.text("StorageID"), call.value("IDType")
        label, other_type = call.text("ElementName"), call.text("OtherIDType")
        setting = call.instance("Setting", "CIM_StorageClientSettingData")
        if storage_id is None or id_type is None or (other_type is None) == (id_type == OTHER):
            raise Refusal(INVALID)
        if array is None or id_type not in (array.rules["ValidHardwareIdTypes"] or ()):
            raise Refusal(NO_SUCH_TYPE)
        if type_of_id(storage_id) != id_type:
            raise Refusal(INVALID)
        if plain_id(storage_id) in array.hardware_ids:
            raise Refusal(ALREADY_CREATED)
        path = array.new_hardware_id(storage_id, int(id_type), label, setting.path if setting is not None else None)
        return {"HardwareID": path}

    def delete(self, call: Call) -> Mapping[str, Any]:
        """DeleteStorageHardwareID: it leaves its views; those that may not be without an initiator go too."""
        array = self._array(call.live, call.target)
        if call.value("HardwareID") is None:
            raise Refusal(INVALID)
        try:
            hardware_id = call.required("HardwareID", HARDWARE_ID)
        except Refusal as refusal:
            raise Refusal(NOT_FOUND) from refusal
        if array is not None and not array.owns_hardware_id(hardware_id.path):
            raise Refusal(NOT_FOUND)
        self.remove(call.live, hardware_id)
        return {}

    def remove(self, live: Live, hardware_id: pywbem.CIMInstance) -> None:
        """Delete a hardware ID; views that may not be without an initiator go with their last one."""
        key = live.key(hardware_id.path)
        for array in self._arrays_of(live, hardware_id.path):
            for view in array.views.views_of(hardware_id.path) if array.style.dialect is not Dialect.GROUPS else ():
                before = array.views.read(view)
                after = before.copy()
                if after.initiators.pop(key, None) is not None:
                    settle(array, view, before, after)
        live.delete(hardware_id.path)

    def create_collection(self, call: Call) -> Mapping[str, Any]:
        """CreateHardwareIDCollection: hardware IDs that can be given access together."""
        array = self._collecting(call)
        label = call.text("ElementName")
        members = self._ids(call, array)
        live = call.live
        number = sum(1 for one in live.instances(COLLECTION) if one["InstanceID"].startswith(array.system["Name"])) + 1
        collection = live.factory.make(
            COLLECTION,
            InstanceID=free_id(live, COLLECTION, collection_id(array.system["Name"], label or f"group{number}")),
            ElementName=label or f"group{number}",
        )
        system = live.factory.ref(array.system)
        live.factory.make("CIM_HostedCollection", Antecedent=system, Dependent=collection)
        for path in members:
            live.factory.make(MEMBER, Collection=collection, Member=live.factory.ref(path))
        return {"Collection": collection}

    def add_to_collection(self, call: Call) -> Mapping[str, Any]:
        """AddHardwareIDsToCollection: those that are in it already stay."""
        array = self._collecting(call)
        collection = call.required("Collection", COLLECTION)
        live = call.live
        hosts = live.across(collection.path, "CIM_HostedCollection", "Dependent", "Antecedent")
        members = self._ids(call, array)
        if not members or not any(live.same(host, array.system) for host in hosts):
            raise Refusal(INVALID)
        present = {live.key(path) for path in live.across(collection.path, MEMBER, "Collection", "Member")}
        for path in members:
            if live.key(path) not in present:
                live.factory.make(MEMBER, Collection=live.factory.ref(collection.path), Member=live.factory.ref(path))
        return {}

    def assign_access(self, call: Call) -> Mapping[str, Any]:
        """AssignAccess: a hardware ID is granted a view, to read and write."""
        array, view = self._target(call, BAD_TARGET)
        subject = _one(call, "Subject", BAD_SUBJECT, HARDWARE_ID)
        if call.value("PrivilegeGranted") is False or set(call.value("Activities") or (READ, WRITE)) != {READ, WRITE}:
            raise Refusal(BAD_PRIVILEGE)
        if call.value("Privilege") is not None or call.value("ActivityQualifiers") or call.value("QualifierFormats"):
            raise Refusal(INVALID)
        if not array.owns_hardware_id(subject):
            raise Refusal(BAD_SUBJECT)
        before = array.views.read(view)
        after = before.copy()
        after.initiators[array.live.key(subject)] = subject
        if _has_other_view(array, view, subject, after):
            raise Refusal(BAD_SUBJECT)
        array.views.write(view, array.live.instance(view)["ElementName"], before, after)
        privileges = array.live.across(view, "CIM_AuthorizedTarget", "TargetElement", "Privilege")
        return {"Privilege": privileges[0]} if privileges else {}

    def remove_access(self, call: Call) -> Mapping[str, Any]:
        """RemoveAccess: a hardware ID loses a view; a view that may not be without an initiator goes with the last."""
        if call.value("Privilege") is not None:
            raise Refusal(NOT_SUPPORTED)
        if call.value("Subject") is None or call.value("Target") is None:
            raise Refusal(NULL_NOT_SUPPORTED)
        array, view = self._target(call, REMOVE_BAD_TARGET)
        subject = _one(call, "Subject", INVALID, HARDWARE_ID)
        before = array.views.read(view)
        after = before.copy()
        if after.initiators.pop(array.live.key(subject), None) is None:
            raise Refusal(INVALID)
        settle(array, view, before, after)
        return {}

    def remove_privilege(self, live: Live, privilege: pywbem.CIMInstance) -> None:
        """Delete a privilege; views that may not be without an initiator go if they lose their last one."""
        views = live.across(privilege.path, "CIM_AuthorizedTarget", "Privilege", "TargetElement")
        arrays = {live.key(view): self.array_of(live, view) for view in views}
        live.delete(privilege.path)
        for view in views:
            array = arrays[live.key(view)]
            if array is not None and privilege["PrivilegeGranted"] is not False:
                state = array.views.read(view)
                if not state.initiators and array.needs_initiators:
                    array.views.delete(view)

    def remove_view(self, live: Live, view: pywbem.CIMInstance) -> None:
        """Delete a view, or another controller, with what exists for it alone."""
        array = self.array_of(live, view.path)
        if array is None or array.style.dialect is Dialect.GROUPS:
            live.delete(view.path)
        else:
            array.views.delete(view.path)

    def array_of(self, live: Live, view: Path) -> MaskingArray | None:
        """Return the array a view belongs to; None if a controller is no view."""
        for service in live.across(view, "CIM_ConcreteDependency", "Dependent", "Antecedent"):
            style = self._styles.get(service["Name"]) if live.is_a(service.classname, MASKING_SERVICE) else None
            if style is not None:
                return MaskingArray(live, service, style)
        return None

    def _arrays_of(self, live: Live, hardware_id: Path) -> list[MaskingArray]:
        services = live.across(hardware_id, "CIM_ConcreteDependency", "Dependent", "Antecedent")
        found = (self._array(live, one) for one in services if live.is_a(one.classname, "CIM_Service"))
        return [array for array in found if array is not None]

    def _array(self, live: Live, service: Path) -> MaskingArray | None:
        """Return the array of a service, by the masking service that is hosted beside it."""
        for system in live.across(service, "CIM_HostedService", "Dependent", "Antecedent"):
            for path in live.across(system, "CIM_HostedService", "Antecedent", "Dependent"):
                if live.is_a(path.classname, MASKING_SERVICE) and path["Name"] in self._styles:
                    return MaskingArray(live, path, self._styles[path["Name"]])
        return None

    def _collecting(self, call: Call) -> MaskingArray:
        array = self._array(call.live, call.target)
        if array is None or not array.rules["ProtocolControllerSupportsCollections"]:
            raise Refusal(NO_COLLECTIONS)
        return array

    @staticmethod
    def _ids(call: Call, array: MaskingArray) -> list[Path]:
        """Return the hardware IDs whose paths a call gives as texts, each once."""
        found = {}
        for text in call.value("HardwareIDs") or []:
            try:
                path = pywbem.CIMInstanceName.from_wbem_uri(text)
            except (ValueError, TypeError) as error:
                raise Refusal(BAD_ID) from error
            path.namespace, path.host = path.namespace or call.live.space.name, None
            if call.live.instance(path) is None or not array.owns_hardware_id(path):
                raise Refusal(BAD_ID)
            found[call.live.key(path)] = path
        return list(found.values())

    def _target(self, call: Call, code: int) -> tuple[MaskingArray, Path]:
        view = _one(call, "Target", code, CONTROLLER)
        array = self.array_of(call.live, view)
        if array is None or array.system["Name"] != call.target["SystemName"]:
            raise Refusal(code)
        if array.style.dialect is not Dialect.PRIVILEGES:
            raise Refusal(NOT_SUPPORTED)
        return array, view


def _one(call: Call, name: str, code: int, class_name: str) -> Path:
    if call.value(name) is None:
        raise Refusal(INVALID)
    try:
        return call.required(name, class_name).path.copy()
    except Refusal as refusal:
        raise Refusal(code) from refusal


def _has_other_view(array: MaskingArray, view: Path, subject: Path, state: ViewState) -> bool:
    """Tell whether a hardware ID sees another view through one of this view's targets."""
    live = array.live
    for other in array.views.views_of(subject):
        if not live.same(other, view) and {live.key(one) for one in array.views.targets(other)} & set(state.targets):
            return True
    return False
