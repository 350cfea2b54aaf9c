"""The methods of block arrays by the classes that declare them, and their registration."""

from collections.abc import Mapping
from functools import partial

from mock_cimom.connection import CimomConnection
from mock_cimom.estate import names
from mock_cimom.estate.description import EstateDescription
from mock_cimom.providers import storage_configuration as storage
from mock_cimom.providers import storage_pools as pools
from mock_cimom.providers.block_writes import write_providers
from mock_cimom.providers.group_masking import GroupMethods
from mock_cimom.providers.hardware_ids import HardwareIds
from mock_cimom.providers.masking_array import Style, style_of
from mock_cimom.providers.masking_methods import MaskingMethods
from mock_cimom.providers.method_calls import BlockMethods, Method, families
from mock_cimom.providers.services import masking_class, service_name
from mock_cimom.providers.state_changes import request_state_change

STORAGE: Mapping[str, Method] = {
    "CreateOrModifyElementFromStoragePool": storage.create_or_modify_element,
    "CreateElementsFromStoragePools": storage.create_elements,
    "ReturnToStoragePool": storage.return_to_pool,
    "ReturnElementsToStoragePool": storage.return_elements,
    "DeleteStoragePool": storage.delete_pool,
}
POOLS: Mapping[str, Method] = {
    "GetSupportedSizes": pools.get_supported_sizes,
    "GetSupportedSizeRange": pools.get_supported_size_range,
}
STATES: Mapping[str, Method] = {"RequestStateChange": request_state_change}
# A class may be under several of these; it has the methods of all of them.
METHODS: Mapping[str, Mapping[str, Method]] = {
    "CIM_StorageConfigurationService": STORAGE,
    "CIM_StoragePool": POOLS,
    "CIM_StorageCapabilities": {"CreateSetting": pools.create_setting},
    "CIM_ComputerSystem": STATES,
    "CIM_LogicalDevice": STATES,
}


def masking_methods(styles: Mapping[str, Style]) -> dict[str, Mapping[str, Method]]:
    """Return the methods of masking by the classes that declare them; `styles` by the names of masking services."""
    masking, groups, ids = MaskingMethods(styles), GroupMethods(styles), HardwareIds(styles)
    return {
        "CIM_ControllerConfigurationService": {
            "ExposePaths": masking.expose_paths,
            "ExposePathsWithNameAndHostType": masking.expose_paths_with_name,
            "HidePaths": masking.hide_paths,
            "ExposeDefaultLUs": masking.expose_default,
            "HideDefaultLUs": masking.hide_default,
            "AttachDevice": masking.attach_device,
            "DetachDevice": masking.detach_device,
            "DeleteProtocolController": masking.delete_controller,
        },
        "CIM_GroupMaskingMappingService": {
            "CreateGroup": groups.create_group,
            "DeleteGroup": groups.delete_group,
            "AddMembers": groups.add_members,
            "RemoveMembers": groups.remove_members,
            "CreateMaskingView": groups.create_view,
            "DeleteMaskingView": groups.delete_view,
            "ModifyMaskingView": groups.modify_view,
        },
        "CIM_StorageHardwareIDManagementService": {
            "CreateStorageHardwareID": ids.create,
            "DeleteStorageHardwareID": ids.delete,
            "CreateHardwareIDCollection": ids.create_collection,
            "AddHardwareIDsToCollection": ids.add_to_collection,
        },
        "CIM_PrivilegeManagementService": {"AssignAccess": ids.assign_access, "RemoveAccess": ids.remove_access},
    }


def register_block_methods(connection: CimomConnection, estate: EstateDescription) -> None:
    """Register the methods of arrays in each namespace of an estate, and the rules of writing there."""
    styles = _styles(estate)
    for namespace in estate.namespaces:
        by_class: dict[str, dict[str, Method]] = {}
        for ancestor, methods in {**METHODS, **masking_methods(styles)}.items():
            for name in families(connection, namespace, ancestor):
                by_class.setdefault(name, {}).update(methods)
        for name, methods in by_class.items():
            provider = BlockMethods(connection.cimrepository, [name], methods)
            connection.register_provider(provider, namespaces=namespace)
        class_names = partial(families, connection, namespace)
        for writer in write_providers(connection.cimrepository, class_names, styles):
            connection.register_provider(writer, namespaces=namespace)


def _styles(estate: EstateDescription) -> dict[str, Style]:
    """Return how the views of each array are linked, by the names of the masking services."""
    return {
        service_name(names.array_name(index, array.separator), masking_class(array.masking)): style_of(array)
        for index, array in enumerate(estate.arrays, start=1)
        if array.kind.has_blocks
    }
